import re
from pathlib import Path

import numpy as np
import pytest

from capture.colour import REC2020_TO_XYZ
from capture.scenes import Frame, load_scene, names
from capture.scenes.chart import lab_to_rec2020
from capture.scenes.figure import head_height
from capture.scenes.portrait import depth_map
from capture.simulation.defocus import defocus
from capture.simulation.field import paint_field
from capture.source import CameraError

_FRAME = Frame(240, 180)


@pytest.mark.parametrize("name", names())
def test_a_scene_is_light(name: str) -> None:
    """Every scene paints finite light that is nowhere negative and neither black nor flat."""
    scene = load_scene(name)
    planes = paint_field(scene, _FRAME, 6, np.eye(3), scene.focus).planes
    assert planes.shape == (3, 192, 252)
    assert np.isfinite(planes).all()
    assert planes.min() >= 0.0
    assert planes.std() > 0.05
    assert 0.05 < planes.mean() < 1.5


@pytest.mark.parametrize("name", names())
def test_a_scene_is_the_same_however_it_is_cut(name: str) -> None:
    """Painting a part gives that part of the whole: bands and tiles leave no seams."""
    for layer in load_scene(name).layers:
        whole = layer.paint(_FRAME.view(range(180), range(240)))
        part = layer.paint(_FRAME.view(range(61, 150), range(33, 170)))
        np.testing.assert_allclose(part, whole[:, 61:150, 33:170], atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("name", names())
def test_a_scene_is_the_same_at_every_size(name: str) -> None:
    """A picture twice as large, binned, is nearly the smaller picture."""
    scene = load_scene(name)
    small = paint_field(scene, _FRAME, 0, np.eye(3), scene.focus).planes
    large = paint_field(scene, Frame(480, 360), 0, np.eye(3), scene.focus).planes
    binned = large.reshape(3, 180, 2, 240, 2).mean(axis=(2, 4))
    difference = np.minimum(binned, 1.0) - np.minimum(small, 1.0)
    assert np.abs(difference).mean() < 0.03


@pytest.mark.parametrize("name", ["still-life", "print"])
def test_patches_are_painted_in_their_colours(name: str) -> None:
    """Each patch is even and of exactly the colour it is said to have."""
    scene = load_scene(name)
    planes = paint_field(scene, Frame(640, 480), 0, np.eye(3), scene.focus).planes
    assert scene.patches
    for patch in scene.patches:
        left, top, right, bottom = Frame(640, 480).rectangle(patch.box)
        assert right - left >= 4
        area = planes[:, top:bottom, left:right].reshape(3, -1)
        np.testing.assert_allclose(area, np.array(patch.colour)[:, None] + 0 * area, atol=2e-3)


def test_the_chart_has_the_published_luminances() -> None:
    """White reflects 88 %, middle grey 19 %, black 3 %: the chart's L* in linear light."""
    luminance = REC2020_TO_XYZ[1]
    for lightness, expected in ((95.19, 0.881), (50.76, 0.191), (20.64, 0.032)):
        colour = lab_to_rec2020((lightness, 0.0, 0.0))
        assert luminance @ colour == pytest.approx(expected, abs=0.002)
        np.testing.assert_allclose(colour, colour[1], rtol=2e-3)


def test_the_night_is_deep_and_its_lamps_are_bright() -> None:
    """The street spans more than 14 stops."""
    scene = load_scene("night-street")
    green = paint_field(scene, Frame(480, 360), 0, np.eye(3), scene.focus).planes[1]
    assert green.max() / np.quantile(green, 0.05) > 2**14


def test_the_portrait_has_depth() -> None:
    """The sitter is near and in the middle, the garden far and around."""
    depth = depth_map(_FRAME.view(range(180), range(240)))
    assert depth[90, 120] > depth[20, 20]
    assert 0.2 < (depth > 0.5).mean() < 0.6


def test_focus_moves_sharpness_from_sitter_to_garden() -> None:
    """Focused far, the garden gains detail and the sitter loses it."""
    scene = load_scene("portrait")
    near, far = (paint_field(scene, _FRAME, 0, np.eye(3), focus).planes[1] for focus in (0.9, 0.12))
    garden, face = (slice(0, 60), slice(0, 60)), (slice(50, 90), slice(105, 135))
    for area, sharp, soft in ((garden, far, near), (face, near, far)):
        detail = [np.abs(np.diff(plane[area], axis=1)).mean() for plane in (sharp, soft)]
        assert detail[0] > 1.3 * detail[1]


@pytest.mark.parametrize("diameter", [1.5, 6.0, 9.0, 40.0])
def test_defocus_is_a_disc_that_keeps_light(diameter: float) -> None:
    """A point becomes a spot of the disc's variance and the same light."""
    plane = np.zeros((1, 160, 160), np.float32)
    plane[0, 78:82, 78:82] = 1.0
    spot = defocus(plane, diameter)[0]
    assert spot.sum() == pytest.approx(16.0, rel=0.01)
    x = np.arange(160) - 79.5
    variance = (spot.sum(axis=0) @ x**2) / spot.sum() - 15.0 / 12.0
    assert variance == pytest.approx(diameter**2 / 16, rel=0.12)


def test_unknown_scenes_are_told_in_one_line() -> None:
    """The error names the scenes there are."""
    with pytest.raises(CameraError, match="still-life") as caught:
        load_scene("beach")
    assert "\n" not in str(caught.value)


def _exr(path: Path, channels: dict[str, np.ndarray]) -> Path:
    exr = pytest.importorskip("OpenEXR")
    header = {"compression": exr.ZIP_COMPRESSION, "type": exr.scanlineimage}
    with exr.File(header, channels) as file:
        file.write(str(path))
    return path


def test_an_exr_picture_is_seen_pixel_by_pixel(tmp_path: Path) -> None:
    """At its own size the picture's pixels are the scene's, in proportion; grey stays grey."""
    random = np.random.default_rng(1)
    grey = random.random((258, 262), np.float32)
    path = _exr(tmp_path / "a.exr", {"R": grey, "G": grey, "B": grey})
    scene = load_scene(str(path))
    assert scene.size == (260, 258)
    planes = scene.layers[0].paint(Frame(260, 258).view(range(258), range(260)))
    np.testing.assert_allclose(planes[0], planes[2], rtol=1e-4)
    ratio = planes[1] / grey[:, :260]
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=1e-3)
    half = scene.layers[0].paint(Frame(130, 129).view(range(10, 100), range(10, 100)))
    binned = planes[1, 20:200, 20:200].reshape(90, 2, 90, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(half[1], binned, rtol=1e-3)


def test_a_broken_pixel_does_not_break_the_scene(tmp_path: Path) -> None:
    """Undefined, infinite and negative values become light that can be counted."""
    plane = np.full((256, 256), 0.5, np.float32)
    plane[3, 3:6] = (np.nan, np.inf, -4.0)
    path = _exr(tmp_path / "b.exr", {"R": plane, "G": plane, "B": plane})
    planes = load_scene(str(path)).layers[0].paint(Frame(256, 256).view(range(256), range(256)))
    assert np.isfinite(planes).all()
    assert planes.min() >= 0.0


def test_files_that_are_no_scene_are_told_in_one_line(tmp_path: Path) -> None:
    """Missing, foreign, truncated, channelless and tiny files each have one clear line."""
    pytest.importorskip("OpenEXR")
    foreign = tmp_path / "foreign.exr"
    foreign.write_bytes(b"not a picture")
    whole = _exr(tmp_path / "whole.exr", {c: np.ones((256, 256), np.float32) for c in "RGB"})
    cut = tmp_path / "cut.exr"
    cut.write_bytes(whole.read_bytes()[:300])
    depth = _exr(tmp_path / "depth.exr", {"Z": np.ones((256, 256), np.float32)})
    tiny = _exr(tmp_path / "tiny.exr", {c: np.ones((64, 64), np.float32) for c in "RGB"})
    cases = (
        (tmp_path / "none.exr", "does not exist"),
        (foreign, "no OpenEXR file"),
        (cut, "cannot be read"),
        (depth, "no R, G and B"),
        (tiny, "64x64"),
    )
    for path, words in cases:
        with pytest.raises(CameraError, match=re.escape(words)) as caught:
            load_scene(str(path))
        assert "\n" not in str(caught.value)


def test_a_forehead_is_smooth() -> None:
    """At twelve megapixels the relief bends evenly: rounding would be seen as rings of light."""
    view = Frame(4056, 3040).view(range(700, 940), range(1910, 2150))
    bend = np.diff(head_height(view.x, view.y).astype(np.float64), 2, axis=0)
    assert np.abs(bend - np.median(bend)).max() < 1e-5
