import numpy as np
import pytest

from capture.colour import development_colour, neutral_at, white_xy
from capture.frames import CfaPattern
from capture.profiles import generic_profile, measured, profile, profiles


def test_the_usual_sensors_are_known() -> None:
    """Every sensor of Raspberry Pi's cameras and some of others have a profile."""
    assert set(profiles()) == {
        "imx477",
        "imx708",
        "imx219",
        "ov5647",
        "imx296",
        "imx283",
        "imx500",
        "imx708_wide",
        "imx378",
    }


@pytest.mark.parametrize("name", profiles())
def test_forward_matrices_take_white_to_d50(name: str) -> None:
    """A forward matrix maps balanced white to the profile connection space's white."""
    for calibration in profile(name).calibrations:
        white = calibration.forward_matrix @ np.ones(3)
        np.testing.assert_allclose(white, (0.9642, 1.0, 0.8251), atol=6e-4)


@pytest.mark.parametrize("name", profiles())
def test_colour_matrices_reproduce_the_curve_of_neutrals(name: str) -> None:
    """The colour matrix's neutral at each calibration is the sensor's measured one."""
    sensor = profile(name)
    for calibration in sensor.calibrations:
        neutral = neutral_at(sensor.calibrations, white_xy(calibration.temperature))
        t = 1.0 / calibration.temperature
        mired = [1.0 / row[0] for row in sensor.neutral_curve][::-1]
        red = np.interp(t, mired, [row[1] for row in sensor.neutral_curve][::-1])
        blue = np.interp(t, mired, [row[2] for row in sensor.neutral_curve][::-1])
        np.testing.assert_allclose(neutral, (red, 1.0, blue), rtol=0.02)


@pytest.mark.parametrize("name", profiles())
def test_the_matrix_of_libcamera_comes_back(name: str) -> None:
    """At a calibration's light, development's matrix in sRGB has libcamera's diagonal range."""
    sensor = profile(name)
    _, matrix = development_colour(
        sensor.calibrations, neutral_at(sensor.calibrations, white_xy(6504.0))
    )
    assert 0.5 < matrix[0, 0] < 2.5
    assert 1.0 < matrix[1, 1] < 3.5
    assert 1.0 < matrix[2, 2] < 2.5
    assert np.linalg.cond(matrix) < 6.0


@pytest.mark.parametrize("name", profiles())
def test_levels_noise_and_shading_are_sane(name: str) -> None:
    """Black lies below white, the full well is some thousand electrons, gains are at least 1."""
    sensor = profile(name)
    assert 0 < max(sensor.black_level) < sensor.white_level < 2**sensor.bit_depth
    assert 3000 < 1.0 / sensor.shot_noise < 15000
    assert sensor.read_noise < sensor.shot_noise / 100
    for table in sensor.shading:
        assert table.gain.shape[0] == 4
        assert table.gain.dtype == np.float32
        assert table.gain.min() >= 1.0
        assert table.gain.max() < 4.0
        assert table.gain[:, 6, 8].max() < 1.02  # least in the centre


def test_shading_follows_the_colour_pattern() -> None:
    """A sensor that starts with green has its red gains at the red site."""
    sensor = profile("ov5647")
    assert sensor.cfa is CfaPattern.GBRG
    gain = sensor.shading[0].gain
    np.testing.assert_array_equal(gain[0], gain[3])
    assert not np.array_equal(gain[1], gain[2])


def test_an_unknown_sensor_says_so() -> None:
    """An unknown sensor gets usable figures and a name that hides nothing."""
    sensor = profile("imx999")
    assert sensor.shot_noise == generic_profile("imx999").shot_noise
    assert "Unknown" in sensor.model
    assert sensor.shading == ()
    gains, matrix = development_colour(
        sensor.calibrations, neutral_at(sensor.calibrations, white_xy(5000.0))
    )
    assert min(gains) == 1.0
    np.testing.assert_allclose(matrix @ np.ones(3), 1.0)


def test_variants_of_a_module_are_known() -> None:
    """A wide lens has a profile of its own, no infrared filter its twin's and colour to doubt."""
    wide, dark = profile("imx708_wide"), profile("imx708_wide_noir")
    assert wide.model.endswith("Wide")
    assert wide.shading[0].gain.max() > profile("imx708").shading[0].gain.max()
    assert dark.model.endswith("Wide NoIR")
    assert (dark.max_gain, dark.bit_depth, dark.shot_noise) == (
        wide.max_gain,
        wide.bit_depth,
        wide.shot_noise,
    )
    assert "imx708_wide_noir" not in profiles()
    assert measured("imx708_noir") > measured("imx999_noir")
