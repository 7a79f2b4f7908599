import numpy as np
import pytest

from capture.cells import cell_colours

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
