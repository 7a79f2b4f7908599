"""The looks in a DNG file, as a reader after the specification and other programs see them."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import rawpy
from delta_e import delta_e_2000, p3_to_lab
from dng_looks import LooksOfDng, read_looks, render

from app.pictures.dng import encode_dng
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng
from capture.colour import development_colour
from native import apply_table
from styles import Style, available, compile_style, load
from styles.cube import Cube
from styles.profile import WHITE_FROM
from styles.spaces import P3_TO_REC2020

MakeNegative = Callable[..., Negative]
Array = npt.NDArray[np.float64]

LOOKS = tuple(load(name) for name in available())
PUSHES = (-0.4, 0.0, 0.75, 2.5)
# dE00 to the C core's picture: mean, 99th percentile, as measured and a little more. Where the push
# is large, a strong colour may be brighter than the table's end.
STRONG = {"Vibrant": (0.21, 1.4), "Chrome slide": (0.17, 1.35)}
IN_COLOUR, GREY = (0.14, 1.2), (0.05, 0.45)


@pytest.fixture(scope="module", params=PUSHES)
def pushed(request: pytest.FixtureRequest, make_negative: MakeNegative) -> tuple[Negative, bytes]:
    """A negative that development brightens, and its file with every look."""
    negative = make_negative(push=request.param, shading=None)
    return negative, encode_dng(negative, None, LOOKS)


def camera_colours(negative: Negative, count: int = 8000) -> tuple[Array, Array]:
    """Camera RGB below where the curve leads to white, and its developed light, Rec.2020.

    Every hue and purity of P3, from 9 stops below that.
    """
    rng = np.random.default_rng(8)
    colour = rng.random((count, 3))
    colour -= rng.random((count, 1)) * colour.min(1, keepdims=True)
    colour /= colour.max(1, keepdims=True)
    light = WHITE_FROM * 2.0 ** rng.uniform(-9.0, 0.0, (count, 1))
    scene = np.maximum(colour * light @ P3_TO_REC2020.T, 0.0)
    gains, matrix = development_colour(negative.calibrations, negative.neutral)
    balanced = scene @ np.linalg.inv(matrix).T
    possible = (balanced >= 0.0).all(1) & (balanced <= 1.0).all(1)
    assert possible.sum() > count / 3
    return (balanced / gains)[possible], scene[possible] * 2.0**negative.push


@pytest.mark.parametrize("name", [look.name for look in LOOKS])
def test_a_reader_sees_the_picture_of_the_core(pushed: tuple[Negative, bytes], name: str) -> None:
    """Each look, read from the file and rendered by the specification, is what C makes of it."""
    negative, data = pushed
    camera, linear = camera_colours(negative)
    dng = read_looks(data)
    (look,) = (look for look in dng.every() if look.name == name)
    seen = render(dng, look, camera)
    pixels = np.ascontiguousarray(linear[None], np.float32)
    truth = apply_table(pixels, compile_style(load(name)))[0].astype(float)
    error = delta_e_2000(p3_to_lab(seen), p3_to_lab(truth))
    usual = IN_COLOUR if load(name).monochrome is None else GREY
    mean, nearly_all = STRONG.get(name, usual)
    assert error.mean() < mean
    assert np.percentile(error, 99) < nearly_all


def test_what_clips_is_white(pushed: tuple[Negative, bytes]) -> None:
    """Each look's curve never falls, and clipped light is as white as the look gets."""
    negative, data = pushed
    dng = read_looks(data)
    white = np.array(negative.neutral) / max(negative.neutral)
    for look in dng.every():
        x, y = np.array(look.tags[50940]).reshape(-1, 2).T
        assert (x[0], y[0], x[-1], y[-1]) == (0.0, 0.0, 1.0, 1.0)
        assert (np.diff(x) > 0.0).all()
        assert (np.diff(y) >= 0.0).all()
        assert render(dng, look, white[None]).min() > 0.99


def test_the_push_is_in_the_curve(pushed: tuple[Negative, bytes]) -> None:
    """For those who do not know profiles it is BaselineExposure, which profiles take back."""
    negative, data = pushed
    dng = read_looks(data)
    assert dng.exposure == pytest.approx(negative.push)
    assert all(dng.exposure + look.exposure_offset == 0.0 for look in dng.every())


def names(dng: LooksOfDng) -> tuple[str | None, list[str]]:
    """The default look's, and the others'."""
    return dng.default and dng.default.name, [look.name for look in dng.extra]


def test_the_look_of_the_shot_is_the_default(make_negative: MakeNegative) -> None:
    """All others lie beside it; the default of one that is not at hand is the first."""
    negative = make_negative()
    others = [look.name for look in LOOKS if look.name != "Sepia"]
    first = LOOKS[0].name
    for told, default in (("Sepia", "Sepia"), (None, first), ("Uninstalled", first)):
        shot = replace(negative, info=replace(negative.info, style=told))
        found, beside = names(read_looks(encode_dng(shot, None, LOOKS)))
        assert found == default
        if default == "Sepia":
            assert beside == others
        assert len(beside) == len(LOOKS) - 1


def test_a_shot_without_a_look_opens_plainly(make_negative: MakeNegative) -> None:
    """Its default is the camera's colour with a straight curve; all looks lie beside it."""
    negative = make_negative()
    shot = replace(negative, info=replace(negative.info, style="none"))
    dng = read_looks(encode_dng(shot, None, LOOKS))
    assert names(dng) == ("none", [look.name for look in LOOKS])
    assert dng.default is not None
    assert dng.default.tags[50940] == (0.0, 0.0, 1.0, 1.0)  # ProfileToneCurve
    assert 51109 not in dng.default.tags  # BaselineExposureOffset
    assert b"".join(dng.first[50934]) == b"none\0"  # type: ignore[arg-type]  # AsShotProfileName


def test_a_mono_sensor_has_none(make_negative: MakeNegative) -> None:
    """Its file is the same with looks and without."""
    negative = make_negative(colours=(1, 1, 1, 1))
    assert encode_dng(negative, None, LOOKS) == encode_dng(negative)


def test_whose_a_look_is(make_negative: MakeNegative) -> None:
    """Baryta's own are anybody's; a person's own says nothing of that. Both may be copied."""
    mine = replace(LOOKS[0], name="Mine", note="by hand")
    dng = read_looks(encode_dng(make_negative(), None, [LOOKS[0], mine]))
    tags = {look.name: look.tags for look in dng.every()}
    assert b"".join(tags[LOOKS[0].name][50942]) == b"CC0\0"  # type: ignore[arg-type]
    assert 50942 not in tags["Mine"]
    assert all(each[50941] == (0,) for each in tags.values())


def test_a_large_collection_is_cut(make_negative: MakeNegative) -> None:
    """At most 24 looks are taken along, the shot's among them wherever it stands."""
    many = [replace(LOOKS[3], name=f"Look {i}") for i in range(40)]
    negative = make_negative()
    shot = replace(negative, info=replace(negative.info, style="Look 39"))
    default, beside = names(read_looks(encode_dng(shot, None, many)))
    assert default == "Look 39"
    assert beside == [f"Look {i}" for i in range(23)]


def test_another_program_s_table_is_embedded(make_negative: MakeNegative) -> None:
    """In its own picture, to stay there, also if it turns light into dark; in no other."""
    data = np.array([[1, 1, 1], [0, 0, 0]], np.float32).tobytes()
    cube = Cube("Negative", 1, 2, (0.0,) * 3, (1.0,) * 3, light=False, data=data)
    style = Style("Negative", cube=cube)
    negative = make_negative(push=0.0, shading=None)
    others = read_looks(encode_dng(negative, None, [LOOKS[0], style]))
    assert "Negative" not in names(others)[1]
    negative = replace(negative, info=replace(negative.info, style="Negative"))
    dng = read_looks(encode_dng(negative, None, [LOOKS[0], style]))
    look = dng.default
    assert look is not None
    assert look.name == "Negative"
    assert 50942 not in look.tags  # ProfileCopyright
    assert look.tags[50941] == (1,)  # ProfileEmbedPolicy: embed if used
    camera, linear = camera_colours(negative, 1000)
    seen = render(dng, look, camera)
    pixels = np.ascontiguousarray(linear[None], np.float32)
    truth = apply_table(pixels, compile_style(style))[0].astype(float)
    assert delta_e_2000(p3_to_lab(seen), p3_to_lab(truth)).mean() < 0.5


def test_baryta_reads_the_same_negative(make_negative: MakeNegative, tmp_path: Path) -> None:
    """Looks change nothing for us: pixels, exposure and story are those of a file without."""
    negative = make_negative()
    read = []
    for looks in ((), LOOKS):
        path = tmp_path / f"{len(looks)}.dng"
        path.write_bytes(encode_dng(negative, None, looks))
        read.append(read_dng(path))
        with rawpy.imread(str(path)) as raw:
            assert np.array_equal(raw.raw_image_visible, negative.mosaic)
    plain, full = read
    assert np.array_equal(plain.mosaic, full.mosaic)
    assert (plain.push, plain.neutral, plain.info) == (full.push, full.neutral, full.info)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exiftool_has_nothing_to_say(make_negative: MakeNegative, tmp_path: Path) -> None:
    """No error and no warning, but that an exiftool older than DNG 1.7 does not know the table."""
    path = tmp_path / "a.dng"
    path.write_bytes(encode_dng(make_negative(), None, LOOKS))
    command = ["exiftool", "-json", "-G1:4", "-a", "-validate", "-warning", "-error", "-ee"]
    more = ["-ProfileName", "-AsShotProfileName"]
    run = subprocess.run([*command, *more, str(path)], capture_output=True, text=True, check=True)
    (told,) = json.loads(run.stdout)
    said = [text for key, text in told.items() if "Warning" in key or "Error" in key]
    assert [text for text in said if not text.endswith("tag 0xcd3f")] == []
    listed = [text for key, text in told.items() if key.endswith("ProfileName")]
    assert sorted(listed) == sorted([look.name for look in LOOKS] + ["Authentic"])


def test_size(make_negative: MakeNegative) -> None:
    """A look costs at most 0.2 MB."""
    negative = make_negative()
    added = len(encode_dng(negative, None, LOOKS)) - len(encode_dng(negative))
    assert added / len(LOOKS) <= 0.2e6
