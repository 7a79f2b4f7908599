"""Baryta's files in the programs that people open them with."""

from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import numpy.typing as npt
import pytest
import rawpy
from chart_shot import ChartShot, assert_alike
from delta_e import delta_e_2000, p3_to_lab
from PIL import Image
from rawtherapee import in_rec2020

from styles.spaces import REC2020_TO_P3, srgb_decode, srgb_encode

Run = Callable[..., str]
Array = npt.NDArray[np.float64]

WHITE = 18  # of the chart


def samples(path: Path) -> Array:
    """A 16-bit TIFF in [0, 1]."""
    pixels = imagecodecs.tiff_decode(path.read_bytes())
    assert pixels.dtype == np.uint16
    return np.asarray(pixels) / 65535.0


def difference(shot: ChartShot, dng: Path, seen: Array) -> Array:
    """DE00 of a picture in linear Rec.2020 to Baryta's of the same file, patch by patch."""
    own, other = shot.developed(dng), shot.means(seen)
    scale = 0.9 / own[WHITE, 1]
    first, second = (
        p3_to_lab(srgb_encode(scale * patches @ REC2020_TO_P3.T)) for patches in (own, other)
    )
    return delta_e_2000(first, second)


def darktable(run: Run, dng: Path, out: Path) -> Array:
    """A development without anything to please the eye, linear Rec.2020."""
    settings = (
        "plugins/darkroom/workflow=none",
        "plugins/darkroom/chromatic-adaptation=legacy",
        "plugins/imageio/format/tiff/bpp=16",
    )
    conf = [part for setting in settings for part in ("--conf", setting)]
    core = ["--core", "--configdir", out.parent / "darktable", "--disable-opencl", *conf]
    run("darktable-cli", dng, out, "--icc-type", "LIN_REC2020", *core)
    return samples(out)


def rawtherapee(run: Run, dng: Path, out: Path) -> Array:
    """The neutral development, as linear Rec.2020."""
    run("rawtherapee-cli", "-o", out, *in_rec2020(out.parent), "-Y", "-t", "-b16", "-c", dng)
    return srgb_decode(samples(out))


def test_dcraw_and_libraw_decode_bit_for_bit(shot: ChartShot, run: Run) -> None:
    """The mosaic in both is the negative's, looks or not."""
    run("dcraw", "-D", "-4", "-T", shot.dng)
    with Image.open(shot.dng.with_suffix(".tiff")) as image:
        assert np.array_equal(np.asarray(image), shot.negative.mosaic)
    with rawpy.imread(str(shot.dng)) as raw:
        assert np.array_equal(raw.raw_image_visible, shot.negative.mosaic)


def test_darktable_has_our_colours(shot: ChartShot, run: Run, tmp_path: Path) -> None:
    """As close to Baryta's as asked, with shading and without; the looks change nothing."""
    whole = darktable(run, shot.dng, tmp_path / "whole.tif")
    flat = darktable(run, shot.flat, tmp_path / "flat.tif")
    plain = darktable(run, shot.plain, tmp_path / "plain.tif")
    assert_alike(difference(shot, shot.dng, whole))
    assert_alike(difference(shot, shot.flat, flat))
    assert np.array_equal(flat, plain)


def test_rawtherapee_has_our_colours(shot: ChartShot, run: Run, tmp_path: Path) -> None:
    """As close as asked; the looks change nothing."""
    flat = rawtherapee(run, shot.flat, tmp_path / "flat.tif")
    plain = rawtherapee(run, shot.plain, tmp_path / "plain.tif")
    assert_alike(difference(shot, shot.flat, flat))
    assert np.array_equal(flat, plain)


def test_libraw_has_our_colours(shot: ChartShot) -> None:
    """Its own conversion, told not to guess, is as close as asked."""
    with rawpy.imread(str(shot.flat)) as raw:
        picture = raw.postprocess(
            use_camera_wb=True,
            no_auto_bright=True,
            adjust_maximum_thr=0.0,
            gamma=(1, 1),
            output_bps=16,
            output_color=rawpy.ColorSpace.Rec2020,
        )
    assert_alike(difference(shot, shot.flat, picture / 65535.0))


@pytest.mark.parametrize("name", ["jpeg", "dng"])
def test_exiv2_reads_the_story(shot: ChartShot, run: Run, name: str) -> None:
    """Without a warning."""
    said = run("exiv2", "-pa", getattr(shot, name))
    assert "Exif.Photo.ExposureTime" in said
    assert "Warning" not in said
    assert "Error" not in said


def test_lossless_jpeg_beats_plain_samples(shot: ChartShot) -> None:
    """Without previews and looks the DNG is at most 0.8 of its samples."""
    assert shot.plain.stat().st_size < 0.8 * shot.negative.mosaic.nbytes
