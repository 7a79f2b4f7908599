"""DNG files, as LibRaw, exiftool and Pillow see them."""

import json
import math
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import rawpy
from PIL import Image

from app.pictures import dng
from app.pictures.dng import encode_dng
from app.pictures.negative import Negative, ShotInfo
from app.pictures.read_dng import read_dng
from capture.frames import ByHand

MakeNegative = Callable[..., Negative]
PATTERNS = [(0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1), (1, 1, 1, 1)]

exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")


def tags_of(path: Path, *options: str) -> dict[str, object]:
    """What exiftool reads, by group and name."""
    command = ["exiftool", "-json", "-G1", "-n", *options, str(path)]
    out = subprocess.run(command, capture_output=True, check=True, text=True)
    tags: dict[str, object] = json.loads(out.stdout)[0]
    return tags


@pytest.mark.parametrize("colours", PATTERNS)
@pytest.mark.parametrize("size", [(96, 64), (1030, 522), (70, 34)])
def test_libraw_sees_the_mosaic(
    make_negative: MakeNegative,
    tmp_path: Path,
    colours: tuple[int, int, int, int],
    size: tuple[int, int],
) -> None:
    """LibRaw decodes every sample bit for bit, across tile edges, with the right pattern."""
    negative = make_negative(*size, colours=colours)
    path = tmp_path / "a.dng"
    path.write_bytes(encode_dng(negative))
    with rawpy.imread(str(path)) as raw:
        assert np.array_equal(raw.raw_image_visible, negative.mosaic)
        assert raw.white_level == 65520
        if not negative.format.is_mono:
            names = "".join(chr(raw.color_desc[i]) for i in raw.raw_pattern.ravel())
            assert names == "".join("RGB"[colour] for colour in colours)
            neutral = 1 / np.array(raw.camera_whitebalance[:3])
            assert neutral / neutral[1] == pytest.approx(negative.neutral, rel=1e-4)


def test_libraw_develops_true_colour(make_negative: MakeNegative, tmp_path: Path) -> None:
    """LibRaw's own conversion of the synthetic chart gives the chart's colours."""
    negative = make_negative(192, 128, shading=None, push=0.0)
    path = tmp_path / "a.dng"
    path.write_bytes(encode_dng(negative))
    with rawpy.imread(str(path)) as raw:
        picture = raw.postprocess(
            use_camera_wb=True,
            no_auto_bright=True,
            adjust_maximum_thr=0.0,
            gamma=(1, 1),
            output_bps=16,
        )
    seen = picture / 65535
    for row, column, truth in (
        (0, 0, (0.90, 0.90, 0.90)),
        (0, 1, (0.18, 0.18, 0.18)),
        (0, 3, (0.45, 0.05, 0.05)),
        (1, 0, (0.08, 0.30, 0.07)),
        (1, 2, (0.80, 0.57, 0.03)),
    ):
        height, width = picture.shape[:2]
        y, x = (2 * row + 1) * height // 4, (2 * column + 1) * width // 8
        patch = seen[y - 8 : y + 8, x - 8 : x + 8].mean(axis=(0, 1))
        assert patch == pytest.approx(truth, abs=0.03), (row, column)


@exiftool
@pytest.mark.parametrize("colours", PATTERNS[:1] + PATTERNS[-1:])
def test_exiftool_has_nothing_to_say(
    make_negative: MakeNegative, tmp_path: Path, colours: tuple[int, int, int, int]
) -> None:
    """Exiftool's validation finds no error and no warning, with and without metadata."""
    for name, changes in (("full", {}), ("bare", {"info": ShotInfo(), "shading": None})):
        path = tmp_path / f"{name}.dng"
        path.write_bytes(encode_dng(make_negative(colours=colours, **changes)))
        tags = tags_of(path, "-validate", "-warning", "-error", "-a")
        assert tags["ExifTool:Validate"] in ("0 0 0", "OK"), tags
        assert not [name for name in tags if "Warning" in name or "Error" in name], tags


@exiftool
@pytest.mark.parametrize(
    ("mode", "hand", "program", "exposure"),
    [
        ("auto", ByHand(compensation=-1 / 3), 2, 0),
        ("manual", ByHand(), 2, 0),
        ("manual", ByHand(shutter=True), 4, 0),
        ("manual", ByHand(gain=True), 2, 0),
        ("manual", ByHand(shutter=True, gain=True, white_balance=True), 1, 1),
        ("bracket", ByHand(), 2, 2),
    ],
)
def test_what_was_set_by_hand_is_told(
    make_negative: MakeNegative,
    tmp_path: Path,
    mode: str,
    hand: ByHand,
    program: int,
    exposure: int,
) -> None:
    """Libraries sort by these tags; infinity is the largest number there is."""
    path = tmp_path / "a.dng"
    info = ShotInfo(mode=mode, by_hand=hand, subject_distance=math.inf)
    path.write_bytes(encode_dng(make_negative(info=info)))
    tags = tags_of(path)
    assert (tags["ExifIFD:ExposureProgram"], tags["ExifIFD:ExposureMode"]) == (program, exposure)
    assert tags["ExifIFD:WhiteBalance"] == (1 if hand.white_balance else 0)
    assert tags["ExifIFD:ExposureCompensation"] == pytest.approx(hand.compensation)
    assert tags["ExifIFD:SubjectDistance"] in (2**32 - 1, "inf")
    read = read_dng(path).info
    assert read.subject_distance == math.inf
    assert read.by_hand is not None
    assert read.by_hand.shutter == hand.shutter
    assert read.by_hand.white_balance == hand.white_balance
    assert read.by_hand.compensation == pytest.approx(hand.compensation)


@exiftool
def test_the_story_is_told(make_negative: MakeNegative, tmp_path: Path) -> None:
    """Exposure, time, lens, levels and Baryta's own facts stand where readers look for them."""
    path = tmp_path / "a.dng"
    path.write_bytes(encode_dng(make_negative()))
    tags = tags_of(path)
    assert tags["ExifIFD:ExposureTime"] == 0.008
    assert tags["ExifIFD:ISO"] == 138
    assert tags["ExifIFD:DateTimeOriginal"] == "2026:05:04 03:02:01"
    assert str(tags["ExifIFD:SubSecTimeOriginal"]) == "123456"
    assert tags["ExifIFD:OffsetTimeOriginal"] == "-03:30"
    assert tags["ExifIFD:LensModel"] == '6 mm "wide" <C>'
    assert tags["IFD0:UniqueCameraModel"] == "Raspberry Pi HQ Camera"
    assert (tags["IFD0:CalibrationIlluminant1"], tags["IFD0:CalibrationIlluminant2"]) == (17, 21)
    assert tags["IFD0:BaselineExposure"] == 0.5
    assert tags["IFD0:DNGVersion"] == "1 4 0 0"
    levels = [float(level) for level in str(tags["SubIFD:BlackLevel"]).split()]
    assert levels == list(make_negative().format.black)
    assert tags["SubIFD:DefaultCropOrigin"] == "8 8"
    assert tags["SubIFD:DefaultCropSize"] == "80 48"
    assert len(str(tags["SubIFD:NoiseProfile"]).split()) == 6
    assert tags["XMP-baryta:FramesMerged"] == 8
    assert tags["XMP-baryta:Style"] == "Authentic"


@exiftool
def test_previews(
    make_negative: MakeNegative, tmp_path: Path, preview: npt.NDArray[np.uint8]
) -> None:
    """A large picture is embedded at 1024 pixels and at full size, both whole JPEGs in sRGB."""
    large = np.ascontiguousarray(np.kron(preview, np.ones((15, 15, 1), np.uint8)))
    path = tmp_path / "a.dng"
    path.write_bytes(encode_dng(make_negative(), large))
    tags = tags_of(path, "-a")
    sizes = []
    for group in ("SubIFD1", "SubIFD2"):
        assert tags[f"{group}:PreviewColorSpace"] == 2
        command = ["exiftool", "-b", f"-{group}:PreviewImage", f"-{group}:JpgFromRaw", str(path)]
        out = subprocess.run(command, capture_output=True, check=True)
        coded = tmp_path / f"{group}.jpg"
        coded.write_bytes(out.stdout)
        with Image.open(coded) as image:
            image.load()
            sizes.append(image.size)
    assert sizes == [(1024, 614), (1200, 720)]


def test_rough_preview_looks_like_the_chart(make_negative: MakeNegative, tmp_path: Path) -> None:
    """Without a picture, the preview made here has the chart's colours, red as red."""
    path = tmp_path / "a.dng"
    path.write_bytes(encode_dng(make_negative(192, 128, shading=None, push=0.0)))
    with Image.open(path) as image:  # IFD0: the thumbnail
        thumbnail = np.asarray(image.convert("RGB")).astype(int)
    height, width = thumbnail.shape[:2]
    grey = thumbnail[height // 4, 3 * width // 8]
    red = thumbnail[height // 4, 7 * width // 8]
    assert np.ptp(grey) < 12
    assert 105 < grey.mean() < 130
    assert red[0] > 2 * red[1]
    assert red[0] > 2 * red[2]


def test_a_crop_that_leaves_nothing_is_refused(make_negative: MakeNegative) -> None:
    """A crop as wide as the picture is an error, not a broken file."""
    with pytest.raises(ValueError, match="leaves nothing"):
        encode_dng(make_negative(crop=32))


def test_no_more_threads_than_asked_for(
    make_negative: MakeNegative, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One does with one; the file is the same."""
    negative, asked = make_negative(600, 600), []

    class Pool(ThreadPoolExecutor):
        def __init__(self, workers: int) -> None:
            asked.append(workers)
            super().__init__(workers)

    monkeypatch.setattr(dng, "ThreadPoolExecutor", Pool)
    assert encode_dng(negative, threads=1) == encode_dng(negative, threads=3)
    assert asked == [1, 3]
