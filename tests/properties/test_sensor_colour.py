import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from capture.colour import (
    development_colour,
    mired_fraction,
    neutral_at,
    temperature_of,
    white_of,
    white_xy,
)
from capture.profiles import profile, profiles

sensors = st.sampled_from(profiles())
temperatures = st.floats(2300.0, 12000.0)


@given(sensors, temperatures)
def test_white_maps_to_white(name: str, temperature: float) -> None:
    """Whatever the sensor and the light, balanced white develops to white."""
    calibrations = profile(name).calibrations
    neutral = neutral_at(calibrations, white_xy(temperature))
    gains, matrix = development_colour(calibrations, neutral)
    np.testing.assert_allclose(matrix @ (np.array(neutral) * gains), max(neutral), rtol=1e-9)
    assert min(gains) == 1.0


@given(sensors, temperatures)
def test_a_neutral_tells_its_light(name: str, temperature: float) -> None:
    """From a light's neutral the iteration finds the light again."""
    calibrations = profile(name).calibrations
    xy = white_xy(temperature)
    found = white_of(calibrations, neutral_at(calibrations, xy))
    np.testing.assert_allclose(found, xy, atol=2e-4)
    assert abs(1e6 / temperature_of(found) - 1e6 / temperature_of(xy)) < 2.0


@given(sensors, temperatures, st.floats(0.1, 10.0))
def test_the_scale_of_a_neutral_does_not_matter(
    name: str, temperature: float, scale: float
) -> None:
    """A neutral is a direction: its length changes neither gains nor matrix."""
    calibrations = profile(name).calibrations
    neutral = neutral_at(calibrations, white_xy(temperature))
    gains, matrix = development_colour(calibrations, neutral)
    more, same = development_colour(calibrations, [scale * n for n in neutral])
    np.testing.assert_allclose(more, gains, rtol=1e-9)
    np.testing.assert_allclose(same, matrix, atol=1e-6)


@given(st.floats(1500.0, 20000.0))
def test_interpolation_stays_between_its_ends(temperature: float) -> None:
    """The share of the cooler calibration is a share."""
    share = mired_fraction(temperature, 2856.0, 6504.0)
    assert 0.0 <= share <= 1.0
    assert (share == 0.0) == (temperature <= 2856.0)
