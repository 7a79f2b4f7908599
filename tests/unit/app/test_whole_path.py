"""From light to files, through the command line: a simulated burst and a real camera raw."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rawpy
from commands import told
from dng_looks import read_looks
from PIL import ExifTags, Image

from app.main import main
from app.pictures.dng import encode_dng
from app.pictures.read_dng import read_dng
from styles import available

DATA = Path(__file__).parents[2] / "data"
RAW = DATA / "camera-raw.dng"

pytestmark = pytest.mark.usefixtures("home")


def test_a_real_scene_becomes_jpeg_and_dng(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A real photograph in linear light, shot handheld, ends as two files that others open."""
    result = told(capsys, "shoot", "--source", f"simulated:{DATA / 'carrots.exr'}", "--keep-burst")
    jpeg, dng, burst = map(Path, result["paths"])
    assert jpeg == home / "Pictures/Baryta/DCIM/100BARYT/BARY0001.JPG"
    assert result["style"] == "Authentic"
    assert result["frames_used"] == len(result["exposures"]) == 8
    assert {"read", "align", "merge", "develop", "style", "write"} <= result["milliseconds"].keys()
    picture = np.asarray(Image.open(jpeg))
    red, green, blue = picture.reshape(-1, 3).mean(0)
    assert red > green > blue  # carrots
    assert 40 < green < 160
    with rawpy.imread(str(dng)) as raw:
        assert raw.raw_image.max() > 4096  # 16 bit after merging
    looks = read_looks(dng.read_bytes())
    assert looks.default is not None
    assert looks.default.name == "Authentic"
    assert len(looks.extra) == len(available()) - 1
    developed = home / "developed.jpg"
    told(capsys, "develop", dng, "-o", developed)
    assert np.array_equal(np.asarray(Image.open(developed)), picture)  # the looks change nothing
    kept = [read_dng(path).info for path in sorted(burst.glob("*.DNG"))]
    assert [info.frames_merged for info in kept] == [1] * 8  # each tells its own story
    for info, exposure in zip(kept, result["exposures"], strict=True):
        assert info.exposure_time == pytest.approx(exposure["exposure_time"], rel=1e-4)

    merged = home / "again.dng"
    told(capsys, "merge", burst, "-o", merged)
    with rawpy.imread(str(dng)) as first, rawpy.imread(str(merged)) as second:
        difference = np.abs(first.raw_image.astype(float) - second.raw_image)
    assert np.quantile(difference, 0.99) < 0.01 * 65535  # the same picture; its noise is estimated

    replayed = told(capsys, "shoot", "--source", f"replay:{burst}", "--frames", "3")
    assert replayed["frames_used"] == 3


def test_numbers_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    """The second picture has the next number and leaves the first as it was."""
    source = f"simulated:{DATA / 'carrots.exr'}"
    first = told(capsys, "shoot", "--source", source, "--mode", "single", "--style", "none")
    before = Path(first["paths"][0]).read_bytes()
    second = told(capsys, "shoot", "--source", source, "--mode", "single", "--style", "none")
    assert Path(second["paths"][0]).name == "BARY0002.JPG"
    assert Path(first["paths"][0]).read_bytes() == before


def copies_of_raw(folder: Path) -> list[Path]:
    """Two more frames, of the same picture."""
    again = [folder / name for name in ("b.dng", "c.dng")]
    for path in again:
        shutil.copy(RAW, path)
    return again


def test_a_camera_raw_goes_through_merge_and_develop(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A real camera's raw is merged alone and with copies of itself, and developed."""
    alone, copies = home / "alone.dng", home / "copies.dng"
    assert told(capsys, "merge", RAW, "-o", alone)["frames_used"] == 1
    again = copies_of_raw(home)
    assert told(capsys, "merge", RAW, *again, "-o", copies)["frames_used"] == 3
    assert main(["merge", str(RAW), str(again[0]), str(RAW), "-o", str(home / "d.dng")]) == 2
    assert f"{RAW}: is given twice; give every frame once" in capsys.readouterr().err
    with rawpy.imread(str(RAW)) as source, rawpy.imread(str(alone)) as one:
        scale = one.white_level / source.white_level
        assert np.array_equal(one.raw_image, source.raw_image * scale)
        with rawpy.imread(str(copies)) as three:
            # What differs is noise that shrinking took out: small, and of no colour.
            difference = three.raw_image.astype(float) - one.raw_image
    assert abs(difference.mean()) < 0.001 * 65535
    assert np.abs(difference).mean() < 0.01 * 65535

    fast = home / "fast.dng"
    assert told(capsys, "merge", RAW, *again, "-o", fast, "--fast")["reference"] == 0
    source, half = read_dng(RAW), read_dng(fast)
    height, width = source.mosaic.shape
    assert half.mosaic.shape == (height // 4 * 2, width // 4 * 2)
    assert half.format.colours == source.format.colours
    assert half.neutral == pytest.approx(source.neutral, rel=1e-3)
    assert half.crop == (source.crop + 1) // 2
    assert told(capsys, "merge", RAW, again[0], "-o", fast, "--reference", "1")["reference"] == 1

    linear = home / "linear.tif"
    told(capsys, "develop", copies, "-o", linear, "--style", "none")
    told(capsys, "develop", RAW, "-o", home / "raw.jpg", "--style", "vibrant", "--ev", "1.5")
    with Image.open(home / "raw.jpg") as picture:
        assert picture.size == (640, 352)


@pytest.mark.parametrize("name", ["a.tif", "a.jpg", "linear.tif"])
def test_a_negative_held_upright_is_shown_upright(
    home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Every kind of file says how to turn the picture."""
    upright = home / "upright.dng"
    upright.write_bytes(encode_dng(replace(read_dng(RAW), orientation=6), None))
    style = "none" if name == "linear.tif" else "neutral"
    told(capsys, "develop", upright, "-o", home / name, "--style", style)
    with Image.open(home / name) as picture:
        assert picture.getexif()[ExifTags.Base.Orientation] == 6


def test_no_file_is_left_when_the_store_is_read_only(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store that cannot be written is told before the camera is opened."""
    (home / "file").write_text("in the way")
    status = main(["shoot", "--source", "simulated", "--out", str(home / "file")])
    captured = capsys.readouterr()
    assert status == 1
    assert captured.err.count("\n") == 1
    assert "file" in captured.err


def test_numbers_that_have_run_out_are_told_before_the_shot(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No burst is taken that no number is left for: the camera, which is none, is not opened."""
    stranger = home / "Pictures" / "Baryta" / "DCIM" / "999BARYT" / "BARY9999.DNG"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"another's")
    assert main(["shoot", "--source", "simulated:nowhere.exr"]) == 1
    said = capsys.readouterr().err
    assert f"{stranger}: has the last numbers there are" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "damaged",
    [RAW.read_bytes()[:200_000], b"", b"not a picture at all" * 100],
    ids=["truncated", "empty", "foreign"],
)
def test_damaged_negatives_are_told(
    home: Path, capsys: pytest.CaptureFixture[str], damaged: bytes
) -> None:
    """A damaged or foreign file gives one clear line and no output file."""
    bad = home / "camera-raw.dng"
    bad.write_bytes(damaged)
    output = home / "out.jpg"
    assert main(["develop", str(bad), "-o", str(output), "--json"]) == 1
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert str(bad) in captured.err
    assert not output.exists()


def test_mixed_sizes_are_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Frames of two cameras are not merged."""
    source = f"simulated:{DATA / 'carrots.exr'}"
    other = told(capsys, "shoot", "--source", source, "--mode", "single")["paths"][1]
    output = home / "out.dng"
    assert main(["merge", str(RAW), other, "-o", str(output), "--json"]) == 1
    assert "does not fit" in capsys.readouterr().err
    assert not output.exists()


def test_tone_mapping_has_one_strength_for_all_looks(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 on the command line or in the settings takes it from any look; no look means none."""

    def developed(name: str, *options: str) -> bytes:
        output = home / f"{name}.tif"
        told(capsys, "develop", RAW, "-o", output, "--ev", "-3", *options)
        return Image.open(output).tobytes()

    usual = developed("usual", "--style", "night")
    without = developed("without", "--style", "night", "--tone-mapping", "0")
    more = developed("more", "--style", "neutral", "--tone-mapping", "2")
    assert np.mean(list(usual)) > np.mean(list(without)) + 2  # a dark picture's shadows rise
    assert np.mean(list(more)) > np.mean(list(developed("neutral", "--style", "neutral"))) + 1
    assert developed("none", "--style", "NONE") == developed(
        "n", "--style", "NONE", "--tone-mapping", "2"
    )
    settings = home / ".config/baryta/settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("tone_mapping = 0.0\n")
    assert developed("set", "--style", "night") == without
    assert developed("asked", "--style", "night", "--tone-mapping", "1") == usual


def test_the_gain_map_can_be_left_out(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A picture with highlights has an HDR gain map unless the settings say otherwise."""
    settings = home / ".config/baryta/settings.toml"
    settings.parent.mkdir(parents=True)
    picture = home / "bright.jpg"
    for wanted in (True, False):
        settings.write_text(f"hdr = {wanted}\n".lower())
        told(capsys, "develop", RAW, "-o", picture, "--ev", "5")
        assert (b"hdrgm:GainMapMax" in picture.read_bytes()) == wanted
