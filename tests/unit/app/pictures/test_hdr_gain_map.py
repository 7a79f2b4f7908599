"""HDR gain maps, as readers after the specifications see them."""

import json
import re
import shutil
import struct
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from multi_picture import both_images, segments
from PIL import Image

from app.pictures.hdr_gain_map import GainMap, make_gain_map
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative
from app.pictures.shot_info import read_shot_info
from app.pictures.upright import upright
from styles import Frame

MakeNegative = Callable[..., Negative]
Picture = npt.NDArray[np.uint8]

ISO = b"urn:iso:std:iso:ts:21496:-1\0"


@pytest.fixture(scope="module")
def street() -> npt.NDArray[np.float32]:
    """A dark street with a lamp: linear Rec.2020."""
    y, x = np.mgrid[:96, :160]
    lamp = 12.0 * np.exp(-((y - 40) ** 2 + (x - 100) ** 2) / 300.0)
    light = 0.04 + 0.1 * x / 160 + lamp
    return (light[..., None] * [1.0, 0.8, 0.6]).astype(np.float32)


@pytest.fixture(scope="module")
def picture(street: npt.NDArray[np.float32]) -> Picture:
    """The street as a look might show it."""
    return np.rint(255.0 * (street / (street + 0.3)) ** (1 / 2.2)).astype(np.uint8)


@pytest.fixture(scope="module")
def gain(street: npt.NDArray[np.float32]) -> GainMap:
    """Its gain map."""
    found = make_gain_map(street)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def coded(picture: Picture, gain: GainMap, make_negative: MakeNegative) -> bytes:
    """The file."""
    return encode_jpeg(picture, make_negative().info, gain=gain)


def test_what_gains(street: npt.NDArray[np.float32], gain: GainMap) -> None:
    """Nothing up to middle grey, a third of a stop at paper's white, a stop for each above it."""
    luminance = street @ np.array((0.2627, 0.678, 0.0593))
    half = luminance.reshape(48, 2, 80, 2).mean((1, 3))
    stops = gain.map / 255.0 * gain.stops
    assert gain.map.shape == (48, 80)
    assert gain.stops == 3.0
    assert stops[half < 0.18].max() < 0.02
    assert stops[np.abs(half - 1.0) < 0.1] == pytest.approx(1 / 3, abs=0.07)
    bright = (half > 2.5) & (half < 7.0)
    assert bright.sum() > 20
    assert stops[bright] == pytest.approx(np.log2(half[bright]), abs=0.05)


@pytest.mark.parametrize("size", [(16, 16), (17, 31)])
def test_white_paper_is_no_highlight(size: tuple[int, int]) -> None:
    """A scene that ends at white has no map, nor has one that no light is in."""
    assert make_gain_map(np.full((*size, 3), 0.95, np.float32)) is None
    assert make_gain_map(np.zeros((*size, 3), np.float32)) is None


def test_plain_viewers_see_the_picture(
    coded: bytes, picture: Picture, make_negative: MakeNegative, tmp_path: Path
) -> None:
    """The pixels, the story and the profile are those of a JPEG without a map."""
    info = make_negative().info
    plain = encode_jpeg(picture, info)
    with Image.open(BytesIO(coded)) as with_map, Image.open(BytesIO(plain)) as without:
        assert np.array_equal(np.asarray(with_map), np.asarray(without))
        assert with_map.info["icc_profile"] == without.info["icc_profile"]
    path = tmp_path / "a.jpg"
    path.write_bytes(coded)
    assert read_shot_info(path) == info


def test_both_kinds_of_metadata_say_the_same(coded: bytes, gain: GainMap) -> None:
    """The index finds the map; XMP and ISO's binary form give its range, gamma and offsets."""
    first, second = both_images(coded)
    assert first + second == coded
    with Image.open(BytesIO(second)) as image:
        assert image.mode == "L"
        assert np.abs(np.asarray(image).astype(int) - gain.map).max() < 12
    announced = b"".join(data for _, _, data in segments(first) if b"Container:Directory" in data)
    assert f'Item:Length="{len(second)}"'.encode() in announced
    assert [data for _, _, data in segments(first) if data.startswith(ISO)] == [ISO + bytes(4)]

    (xmp,) = (data for marker, _, data in segments(second) if marker == 0xE1)
    told = dict(re.findall(r'hdrgm:(\w+)="([^"]*)"', xmp.decode()))
    (binary,) = (data[len(ISO) :] for _, _, data in segments(second) if data.startswith(ISO))
    least, writer, flags, *parts = struct.unpack(">HHBLLLLlLlLLLlLlL", binary)
    assert (least, writer, flags) == (0, 0, 0x40)
    numbers = np.array(parts[::2]) / np.array(parts[1::2])
    names = ("HDRCapacityMin", "HDRCapacityMax", "GainMapMin", "GainMapMax", "Gamma")
    names += ("OffsetSDR", "OffsetHDR")
    assert numbers == pytest.approx([float(told[name]) for name in names], abs=1e-6)
    assert told["GainMapMax"] == told["HDRCapacityMax"] == "3.000000"
    assert told["BaseRenditionIsHDR"] == "False"


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exiftool_has_nothing_to_say(coded: bytes, tmp_path: Path) -> None:
    """No error and no warning, but that an old exiftool does not know ISO's segment."""
    path = tmp_path / "a.jpg"
    path.write_bytes(coded)
    command = ["exiftool", "-json", "-G1:4", "-validate", "-warning", "-error", "-a", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    (told,) = json.loads(run.stdout)
    said = [text for key, text in told.items() if "Warning" in key or "Error" in key]
    assert [text for text in said if text != "[minor] Unknown APP2 segment"] == []


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_frame_gains_nothing(
    picture: Picture, gain: GainMap, make_negative: MakeNegative, orientation: int
) -> None:
    """The map of a framed picture lies over the picture, as it is turned; the frame stays white."""
    frame = Frame(width=0.05, base=0.1)
    coded = encode_jpeg(
        picture, make_negative().info, frame=frame, gain=gain, orientation=orientation
    )
    first, second = both_images(coded)
    with Image.open(BytesIO(first)) as page, Image.open(BytesIO(second)) as image:
        wide, high = page.size
        stored = np.asarray(image).astype(int)
    turned = upright(gain.map, orientation)
    assert stored.shape == (high // 2, wide // 2)
    edge = (wide - 2 * turned.shape[1]) // 4
    rows, columns = turned.shape
    inside = (slice(edge, edge + rows), slice(edge, edge + columns))
    assert np.abs(stored[inside] - turned).max() < 12
    stored[inside] = 0
    assert stored.max() < 12


def test_a_seal_is_counted_in(picture: Picture, gain: GainMap, make_negative: MakeNegative) -> None:
    """Whatever is put ahead of the metadata, the index finds both pictures; else it is refused."""
    info = make_negative().info

    def seal(data: bytes) -> bytes:
        return data[:2] + b"\xff\xeb\0\x42" + bytes(64) + data[2:]

    coded = encode_jpeg(picture, info, gain=gain, seal=seal)
    first, second = both_images(coded)
    assert first + second == coded
    assert second == both_images(encode_jpeg(picture, info, gain=gain))[1]

    lengths = iter(range(4, 100))
    with pytest.raises(ValueError, match="another length"):
        encode_jpeg(picture, info, gain=gain, seal=lambda data: data + bytes(next(lengths)))
