import numpy as np
import pytest

from capture import colour
from capture.frames import ColourCalibration
from capture.profiles import profile


def test_whites_have_their_temperatures() -> None:
    """The standard illuminants come out at their defined temperatures."""
    assert colour.temperature_of(colour.D65_XY) == pytest.approx(6504, abs=15)
    assert colour.temperature_of((0.44757, 0.40745)) == pytest.approx(2856, abs=15)


def test_the_curve_of_whites_passes_the_standards() -> None:
    """The white of 6504 K is D65, that of 2856 K illuminant A."""
    np.testing.assert_allclose(colour.white_xy(6504), colour.D65_XY, atol=5e-4)
    np.testing.assert_allclose(colour.white_xy(2856), (0.44757, 0.40745), atol=1e-3)


def test_the_curve_of_whites_has_no_step() -> None:
    """Neighbouring temperatures have neighbouring whites, across 4000 K too."""
    whites = np.array([colour.white_xy(t) for t in range(2000, 12000, 20)])
    assert np.abs(np.diff(whites, axis=0)).max() < 2.5e-3


def test_rec2020_is_the_published_matrix() -> None:
    """The luminance row is ITU-R BT.2020's."""
    np.testing.assert_allclose(colour.REC2020_TO_XYZ[1], (0.2627, 0.6780, 0.0593), atol=2e-4)


def test_adaptation_takes_white_to_white() -> None:
    """Adapted, one white becomes the other, and the way back undoes it."""
    there = colour.adaptation(colour.D50_XY, colour.D65_XY)
    white = there @ colour.xy_to_xyz(colour.D50_XY)
    np.testing.assert_allclose(white, colour.xy_to_xyz(colour.D65_XY), atol=1e-12)
    back = colour.adaptation(colour.D65_XY, colour.D50_XY)
    np.testing.assert_allclose(back @ there, np.eye(3), atol=1e-12)


def test_without_forward_matrices_colour_matrices_serve() -> None:
    """A camera with colour matrices alone still maps white to white, colours to similar ones."""
    full = profile("imx477").calibrations
    bare = tuple(ColourCalibration(c.temperature, c.colour_matrix, np.zeros((3, 3))) for c in full)
    neutral = colour.neutral_at(full, colour.white_xy(6504.0))
    _, with_forward = colour.development_colour(full, neutral)
    _, without = colour.development_colour(bare, neutral)
    np.testing.assert_allclose(without @ np.ones(3), 1.0, atol=1e-9)
    np.testing.assert_allclose(without, with_forward, atol=0.02)


@pytest.mark.parametrize("neutral", [(0.0, 1.0, 1.0), (1.0, 1.0), (1.0, float("nan"), 1.0)])
def test_a_senseless_neutral_is_refused(neutral: tuple[float, ...]) -> None:
    """Zero, missing and undefined channels are errors, not pictures."""
    with pytest.raises(ValueError, match="three positive numbers"):
        colour.development_colour(profile("imx477").calibrations, neutral)


def test_no_calibration_is_refused() -> None:
    """A sensor without colour cannot be asked for colour."""
    with pytest.raises(ValueError, match="no colour calibration"):
        colour.interpolate((), 5000.0)
