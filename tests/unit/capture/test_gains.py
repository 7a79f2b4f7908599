"""Gains as sensors have them: limits and codes, and plans that keep to them."""

import numpy as np
import pytest

from capture.frames import FrameMetadata
from capture.pi.configuration import limited
from capture.plan import FrameExposure, Metering, plan_auto, split_exposure
from capture.plans.bracket import plan_hdr
from capture.plans.night import plan_night
from capture.profiles import generic_profile, profile, profiles
from capture.ring import matches
from capture.simulation.gain_codes import quantised_gain


@pytest.mark.parametrize("name", profiles())
def test_frames_are_known_at_every_gain(name: str) -> None:
    """What a sensor makes of any gain within its limits is known for the one asked for."""
    sensor = profile(name)
    for gain in np.geomspace(sensor.min_gain, sensor.max_gain, 500):
        told = FrameMetadata(exposure_time=0.01, analogue_gain=quantised_gain(gain, sensor))
        assert matches(told, FrameExposure(0.01, gain))


def test_gains_are_rounded_down_to_each_sensor_s_codes() -> None:
    """An OV5647 counts in sixteenths, an IMX219 in 256ths of a half, the others finer."""
    assert quantised_gain(1.99, profile("ov5647")) == 1.9375
    assert quantised_gain(10.6, profile("imx219")) == pytest.approx(256 / 25)
    assert quantised_gain(2.0, profile("imx477")) == 2.0
    assert quantised_gain(10.0, profile("imx296")) == pytest.approx(10.0)
    assert quantised_gain(1.0, profile("imx708")) == pytest.approx(1024 / 912, rel=1e-3)


def test_another_gain_is_another_frame() -> None:
    """A third of a stop less, or a twentieth more, was not asked for."""
    for gain in (0.8, 1.05):
        told = FrameMetadata(exposure_time=0.01, analogue_gain=2.0 * gain)
        assert not matches(told, FrameExposure(0.01, 2.0))


def test_no_plan_asks_an_imx708_for_less_than_its_gain() -> None:
    """Its driver has no gain below 1.12 and no exposure below eight lines."""
    sensor = profile("imx708")
    bright = Metering(0.004, 1.123, 6.0)
    plans = (plan_auto(bright, sensor), plan_hdr(bright, sensor), plan_night(bright, sensor))
    for plan in plans:
        assert all(1.122 < frame.analogue_gain < 16.0 for frame in plan.frames)
    short = split_exposure(1e-6, sensor)
    assert short.exposure_time == sensor.min_exposure > 0.0002
    assert 2.0 ** plans[0].push == pytest.approx(
        0.004 * 1.123 / plans[0].frames[0].exposure_time / plans[0].frames[0].analogue_gain
    )


def test_limits_are_those_libcamera_tells() -> None:
    """They narrow a measured profile's, make those of an unknown sensor, or are left out."""
    offered = {"AnalogueGain": (1.5, 251.0, 1.5), "ExposureTime": (300, 2_000_000, 20_000)}
    known = limited(profile("imx296"), offered, known=True)
    assert (known.min_gain, known.max_gain) == (1.5, profile("imx296").max_gain)
    assert (known.min_exposure, known.max_exposure) == pytest.approx((0.0003, 2.0))
    unknown = limited(generic_profile("imx999"), offered, known=False)
    assert (unknown.min_gain, unknown.max_gain) == (1.5, 251.0)
    slow = limited(known, {"FrameDurationLimits": (100_000, 694_422_939, 100_000)}, known=True)
    assert slow.frame_time == pytest.approx(0.1)
    assert limited(known, {"AnalogueGain": (0, 0, 0)}, known=True) == known
    odd = {"AnalogueGain": (30.0, 40.0, 30.0), "ExposureTime": (None, None, None)}
    assert limited(profile("imx477"), odd, known=True) == profile("imx477")
