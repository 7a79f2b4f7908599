"""Files with everything in them, in the strictest readers there are."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from chart_shot import ChartShot
from PIL import Image

from app.looks import installed_looks
from app.pictures.dng import encode_dng
from app.pictures.jpeg import encode_jpeg
from app.pictures.position import Position
from styles.spaces import REC2020_TO_P3, REC2020_TO_SRGB, srgb_decode, srgb_encode

Run = Callable[..., str]
EXIFTOOL = os.environ.get("BARYTA_EXIFTOOL", "exiftool")
WIDTHS = (24, 25, 32, 256, 510, 511, 512, 513, 768, 1023, 1024, 1025, 1040, 2028, 2048, 4056)


@pytest.fixture(scope="module")
def files(shot: ChartShot, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A shot with lens, place, all looks, shading; its JPEG with the same story."""
    folder = tmp_path_factory.mktemp("whole")
    info = replace(
        shot.negative.info,
        lens="Old fifty",
        focal_length=50.0,
        focal_length_35mm=275.3,
        f_number=2.0,
        position=Position(-33.8567844, 151.2152967, -3.5),
    )
    shading = np.full((4, 12, 16), 1.1, np.float32)
    negative = replace(shot.negative, info=info, shading=shading, push=0.7, orientation=6)
    with Image.open(shot.jpeg) as image:
        picture = np.asarray(image)
    paths = {"dng": folder / "a.dng", "jpeg": folder / "a.jpg"}
    paths["dng"].write_bytes(encode_dng(negative, picture, installed_looks(folder)))
    paths["jpeg"].write_bytes(encode_jpeg(picture, info, orientation=6))
    return paths


@pytest.mark.parametrize("name", ["dng", "jpeg"])
def test_exiftool_warns_of_nothing(files: dict[str, Path], run: Run, name: str) -> None:
    """Not of a single tag; an exiftool older than RGBTables may not know that one."""
    said = run(EXIFTOOL, "-validate", "-warning", "-error", "-a", files[name])
    lines = [line for line in said.splitlines() if ": OK" not in line]
    if tuple(map(int, run(EXIFTOOL, "-ver").split("."))) < (12, 60):
        lines = [line for line in lines if "tag 0xcd3f" not in line and "Warnings (all" not in line]
    assert lines == []


@pytest.mark.parametrize("name", ["dng", "jpeg"])
def test_exiv2_reads_place_and_lens(files: dict[str, Path], run: Run, name: str) -> None:
    """Without a warning."""
    said = run("exiv2", "-pa", files[name])
    for wanted in ("GPSLatitude ", "GPSAltitude ", "LensModel ", "LensSpecification "):
        assert wanted in said
    assert "Warning" not in said
    assert "Error" not in said


def test_dcraw_decodes_every_width(shot: ChartShot, run: Run, tmp_path: Path) -> None:
    """Bit for bit, at widths on both sides of each multiple of a tile's."""
    random = np.random.default_rng(3)
    for width in WIDTHS:
        mosaic = random.integers(4000, 4400, (530, width), np.uint16)
        negative = replace(shot.negative, mosaic=mosaic, crop=0)
        path = tmp_path / f"{width}.dng"
        path.write_bytes(encode_dng(negative, np.zeros((16, 16, 3), np.uint8)))
        run("dcraw", "-D", "-4", "-T", path)
        with Image.open(path.with_suffix(".tiff")) as image:
            assert np.array_equal(np.asarray(image), mosaic), width


def test_lcms_converts_the_jpeg_as_its_profile_says(shot: ChartShot, tmp_path: Path) -> None:
    """Its own tool takes Display P3 to sRGB as the primaries' matrices do."""
    out = tmp_path / "srgb.jpg"
    command = ["jpgicc", "-t1", "-q100", str(shot.jpeg), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    with Image.open(shot.jpeg) as image, Image.open(out) as converted:
        light = srgb_decode(np.asarray(image) / 255.0) @ np.linalg.inv(REC2020_TO_P3).T
        seen = np.asarray(converted).astype(float)
    wanted = 255.0 * srgb_encode(np.clip(light @ REC2020_TO_SRGB.T, 0.0, 1.0))
    assert np.abs(seen - wanted).mean() < 0.6  # 4:2:0 is what the tool writes


def around_plane(values: npt.NDArray[np.float64]) -> float:
    """The variance around a plane: light that falls off across a patch is no noise."""
    y, x = np.mgrid[: values.shape[0], : values.shape[1]]
    terms = np.stack([np.ones(values.size), x.ravel(), y.ravel()], 1)
    _, squares, _, _ = np.linalg.lstsq(terms, values.ravel(), rcond=None)
    return float(squares[0]) / (values.size - 3)


def test_the_noise_profile_fits_the_patches(shot: ChartShot, run: Run) -> None:
    """On the chart's patches, flat in a textured picture, the median is within 15 per cent.

    Single patches are not: their own variance is uncertain by a quarter, so much of what merging
    leaves is coarse, and no two numbers would bring more than 42 of 100 within 15 per cent.
    """
    said = run(EXIFTOOL, "-b", "-a", "-NoiseProfile", shot.dng)
    pairs = np.array([float(number) for number in said.split()]).reshape(3, 2)
    layout, mosaic = shot.negative.format, shot.negative.mosaic
    ratios = []
    for left, top, right, bottom in shot.patches:
        wide, high = (right - left) // 5, (bottom - top) // 5
        y, x = (top + high) & ~1, (left + wide) & ~1
        patch = mosaic[y : bottom - high, x : right - wide].astype(float)
        for site in range(4):
            black = layout.black[site]
            values = (patch[site // 2 :: 2, site % 2 :: 2] - black) / (layout.white - black)
            shot_noise, read_noise = pairs[layout.colours[site]]
            told = shot_noise * values.mean() + read_noise
            ratios.append(told / around_plane(values))
    assert 1 / 1.15 < np.median(ratios) < 1.15
    assert min(ratios) > 1 / 3
    assert max(ratios) < 3


def test_previews_show_the_look(shot: ChartShot, tmp_path: Path) -> None:
    """1024 pixels and full size: the JPEG's own picture, in sRGB."""
    with Image.open(shot.jpeg) as image:
        picture = image.convert("RGB")
    sizes = []
    for group, name in (("SubIFD1", "PreviewImage"), ("SubIFD2", "JpgFromRaw")):
        path = tmp_path / f"{group}.jpg"
        command = [EXIFTOOL, "-b", f"-{group}:PreviewImage", f"-{group}:JpgFromRaw"]
        done = subprocess.run([*command, str(shot.dng)], capture_output=True, check=True)
        path.write_bytes(done.stdout)
        with Image.open(BytesIO(done.stdout)) as preview:
            sizes.append(max(preview.size))
            small = picture.resize(preview.size, Image.Resampling.LANCZOS)
            light = srgb_decode(np.asarray(small) / 255.0) @ np.linalg.inv(REC2020_TO_P3).T
            wanted = 255.0 * srgb_encode(np.clip(light @ REC2020_TO_SRGB.T, 0.0, 1.0))
            assert np.abs(np.asarray(preview) - wanted).mean() < 2.5, name
    assert sizes == [1024, picture.size[0]]
