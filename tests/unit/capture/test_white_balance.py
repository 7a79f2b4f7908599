"""The estimate of white from colours alone."""

import numpy as np
import pytest

from capture.colour import neutral_curve
from capture.profiles import profile
from capture.white_balance import estimate_neutral

SENSOR = profile("imx477")
CURVE = SENSOR.neutral_curve


def zones(neutral: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """(3, 1, n) zones of colours (n, 3), linear and white-balanced, in a light."""
    return (colours * neutral).T[:, None, :]


def angle(estimate: tuple[float, float, float], truth: np.ndarray) -> float:
    """Reproduction error in degrees (Finlayson and Zakizadeh, BMVC 2014)."""
    white = np.array(truth) / np.array(estimate)
    return float(np.degrees(np.arccos(white.sum() / np.linalg.norm(white) / np.sqrt(3.0))))


@pytest.mark.parametrize("row", [1, 4, 8, 11])
def test_greys_among_colours_tell_the_light(row: int) -> None:
    """A third of greys among strong colours of one hue is enough, from 2850 to 9500 K."""
    rng = np.random.default_rng(row)
    greys = np.repeat(rng.uniform(0.1, 0.6, (100, 1)), 3, 1)
    wood = rng.uniform(0.1, 0.5, (200, 1)) * [1.5, 1.0, 0.5] * rng.uniform(0.7, 1.3, (200, 3))
    neutral = np.array([CURVE[row][1], 1.0, CURVE[row][2]])
    estimate = estimate_neutral(zones(neutral, np.concatenate([greys, wood])), CURVE)
    assert angle(estimate, neutral) < 2.0


def test_the_estimate_is_a_light_that_exists() -> None:
    """A green world does not make a magenta picture: the light stays near the curve."""
    green = np.full((50, 3), 0.3) * [0.3, 1.0, 0.3]
    red, _, blue = estimate_neutral(zones(np.ones(3), green), CURVE)
    points = np.log(np.array(CURVE)[:, 1:])
    assert np.hypot(*(points - np.log([red, blue])).T).min() < 0.14


@pytest.mark.parametrize("level", [np.nan, 0.0, 1.0])
def test_without_light_it_is_daylight(level: float) -> None:
    """Nothing but clipped, black or missing zones gives the neutral of a temperature by day."""
    red, green, blue = estimate_neutral(np.full((3, 4, 5), level), CURVE)
    day = [row[1:] for row in CURVE if 4500 < row[0] < 7500]
    assert green == 1.0
    assert min(r for r, _ in day) - 0.02 < red < max(r for r, _ in day) + 0.02
    assert min(b for _, b in day) - 0.02 < blue < max(b for _, b in day) + 0.02


def test_without_a_curve_the_mean_is_grey() -> None:
    """A sensor that nobody calibrated has the grey world alone."""
    colours = np.array([[0.2, 0.4, 0.1], [0.4, 0.4, 0.3]])
    assert estimate_neutral(zones(np.ones(3), colours), ()) == pytest.approx((0.75, 1.0, 0.5))


def test_calibrations_make_a_curve() -> None:
    """A curve from the matrices passes the sensor's measured points within 0.12 in log."""
    made = np.log(np.array(neutral_curve(SENSOR.calibrations))[:, 1:])
    for temperature, red, blue in CURVE:
        if 2800 < temperature < 7000:
            assert np.hypot(*(made - np.log([red, blue])).T).min() < 0.12
    assert neutral_curve(()) == ()
