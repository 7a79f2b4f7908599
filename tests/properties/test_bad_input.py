"""Whatever a file holds, its reader answers with what it promises or with its own one line.

The short form of `make fuzz`: no coverage steers, so inputs are made of what a format consists of.
"""

import tempfile
from pathlib import Path

import pytest
from fuzz.readers import TARGETS
from fuzz.seeds import SEEDS
from hypothesis import given, settings
from hypothesis import strategies as st

TEXTS = {
    "style": [
        "version = 1\n",
        'name = "A"\n',
        "[tone]\n",
        "[colour.red]\n",
        "contrast = ",
        "[[x]]",
    ],
    "settings": ["frames = ", "pictures = ", "hdr = ", "style = ", "tone_mapping = ", "[frames]\n"],
    "lenses": ['used = "a"\n', "[[lens]]\n", 'name = "a"\n', "focal_length = ", '{"gain": [[['],
    "cube": ["LUT_3D_SIZE 2\n", "LUT_1D_SIZE 2\n", "TITLE ", "DOMAIN_MAX 1 1 1\n", "0 0 0\n", "# "],
    "cameras": ['{"chosen": ', '"a": {', '"mains": ', '"exposure_value": ', "}", ", ", "[", '"b"'],
    "story": ['{"style": ', '"taken": ', '"reference": ', '"keep": ', "}", ", ", "[", '"a"'],
}
VALUES = ["1", "-0.5", "1e400", "nan", "9" * 5000, "0x" + "f" * 4000, "true", '"a"', '"\\ud800"']
VALUES += [
    "[" * 1500,
    "{",
    "1979-05-27",
    "'''",
    "\0",
    "\x85",
    "\n",
    " " * 2000,
    "\U0010ffff",
    "=",
    "²",
]
BINARY = ("dng", "metadata", "index")


def feed(name: str, data: bytes) -> None:
    """Gives a target its input, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        TARGETS[name](data, Path(folder))


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=40)
@given(st.data())
def test_texts(name: str, data: st.DataObject) -> None:
    """Keys, values and nonsense in any order."""
    parts = st.sampled_from(TEXTS[name] + VALUES) | st.text(max_size=5)
    text = "".join(data.draw(st.lists(parts, max_size=12)))
    feed(name, text.encode("utf-8", "surrogatepass") + data.draw(st.binary(max_size=2)))


@pytest.mark.parametrize("name", BINARY)
@settings(max_examples=20)
@given(st.data())
def test_damaged_files(name: str, data: st.DataObject) -> None:
    """Whole files with some bytes replaced, most of them where directories and headers stand."""
    damaged = bytearray(data.draw(st.sampled_from(SEEDS[name]())))
    places = st.integers(0, 300) | st.integers(0, len(damaged) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        damaged[place] = byte
    feed(name, bytes(damaged))


@settings(max_examples=25)
@given(st.binary(max_size=60))
def test_anything_on_a_card(data: bytes) -> None:
    """Files, folders, links, pipes and records anywhere in a library: it opens or says why not."""
    feed("leftovers", data)


@settings(max_examples=25)
@given(st.binary(min_size=4, max_size=300))
def test_lossless_jpeg_comes_back(data: bytes) -> None:
    """Mosaics of any size and precision come back from LibRaw bit for bit."""
    feed("lossless_jpeg", data)
