import numpy as np
import pytest

from capture.cells import cell_colours, zone_colours

_BLACK = (10.0, 20.0, 30.0, 40.0)
_WHITE = 1000.0


def _mosaic(levels: tuple[float, float, float, float]) -> np.ndarray:
    """(14, 22) samples of an even area, by site."""
    mosaic = np.empty((14, 22), np.uint16)
    for site, level in enumerate(levels):
        samples = _BLACK[site] + level * (_WHITE - _BLACK[site])
        mosaic[site // 2 :: 2, site % 2 :: 2] = round(samples)
    return mosaic


@pytest.mark.parametrize("step", [1, 3])
def test_a_cell_s_greens_are_averaged(step: int) -> None:
    """Each site is taken from its own black; incomplete cells at the edge are left out."""
    planes = cell_colours(_mosaic((0.2, 0.4, 0.6, 0.8)), (0, 1, 1, 2), _BLACK, _WHITE, step)
    assert planes.shape == (3, 14 // (2 * step), 22 // (2 * step))
    for plane, level in zip(planes, (0.2, 0.5, 0.8), strict=True):
        np.testing.assert_allclose(plane, level, atol=1e-3)


def test_a_cell_of_a_mono_sensor_is_grey() -> None:
    """Its four samples are averaged into all three planes; below black stays below 0."""
    planes = cell_colours(_mosaic((0.2, 0.4, 0.6, 0.8)), (1, 1, 1, 1), _BLACK, _WHITE, 1)
    np.testing.assert_allclose(planes, 0.5, atol=1e-3)
    assert cell_colours(np.zeros((4, 4), np.uint16), (0, 1, 1, 2), _BLACK, _WHITE, 1).max() < 0.0


def test_zones_are_means_without_clipped_parts_and_shading() -> None:
    """A grey ramp with a coloured fall-off is grey in every zone but the clipped one."""
    height, width = 384, 512
    y, x = np.mgrid[:height, :width]
    fall = 1.0 - 0.3 * (x + 0.5) / width  # of red alone
    level = 0.2 + 0.5 * y / height
    light = np.where((x % 2 == 0) & (y % 2 == 0), level * fall, level)
    light[100, 40] = 1.0
    mosaic = np.rint(50 + light * 950).astype(np.uint16)
    gain = np.ones((4, 2, 65), np.float32)
    gain[0] = 1 / (1.0 - 0.3 * np.linspace(0, 1, 65))
    zones = zone_colours(mosaic, (0, 1, 1, 2), (50.0,) * 4, 1000.0, gain)
    assert zones.shape == (3, 48, 64)
    assert np.isnan(zones[0]).sum() == 1
    assert np.isnan(zones[:, 100 // 8, 40 // 8]).all()
    rest = zones[:, ~np.isnan(zones[0])]
    np.testing.assert_allclose(rest[0] / rest[1], 1.0, atol=0.02)
    np.testing.assert_allclose(rest[2] / rest[1], 1.0, atol=0.02)


@pytest.mark.parametrize("shape", [(2, 2), (2, 300), (32, 18)])
def test_small_mosaics_have_zones(shape: tuple[int, int]) -> None:
    """Any mosaic of a cell or more has at least one zone."""
    zones = zone_colours(np.full(shape, 500, np.uint16), (0, 1, 1, 2), _BLACK, _WHITE)
    assert min(zones.shape) >= 1
    assert np.isfinite(zones).all()
