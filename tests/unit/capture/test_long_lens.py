"""A long lens shakes more: what a hand holds still follows its focal length."""

import pytest

from app.modes import Wish, plan_wish
from capture.frames import SensorProfile
from capture.plan import STEADY, FrameExposure, Metering, steady_shutter
from capture.plans.motion import HAND, Motion
from capture.profiles import profile

TELE = 743.0  # 135 mm on the IMX477, as on film
DIM = Metering(1 / 15, 4.0, 0.5)


@pytest.fixture(name="sensor", scope="module")
def _sensor() -> SensorProfile:
    return profile("imx477")


def first(wish: Wish, sensor: SensorProfile, motion: Motion = HAND, **lens: float) -> FrameExposure:
    """The first frame of a plan in dim light."""
    return plan_wish(DIM, sensor, wish, motion, **lens).frames[0]  # type: ignore[arg-type]


def test_the_old_rule_holds_for_long_lenses_alone() -> None:
    """A wide one is held no longer: other things move too."""
    assert steady_shutter(200.0) == 1 / 200
    assert steady_shutter(35.0) == steady_shutter(None) == STEADY


@pytest.mark.parametrize("mode", ["auto", "single", "manual"])
def test_unmeasured_frames_are_four_times_the_rule_at_most(
    sensor: SensorProfile, mode: str
) -> None:
    """Modes that do not look before the press go by the lens alone."""
    taken = first(Wish(mode), sensor, focal_length_35mm=TELE)
    assert 1 / TELE < taken.exposure_time <= 4 / TELE
    assert first(Wish(mode), sensor).exposure_time > 1 / 30


@pytest.mark.parametrize("mode", ["auto", "manual"])
def test_the_picture_is_as_bright_through_any_lens(sensor: SensorProfile, mode: str) -> None:
    """What shutter and gain leave over the push gives."""
    wanted = DIM.exposure_time * DIM.analogue_gain
    for focal_length in (28.0, 135.0, TELE):
        plan = plan_wish(DIM, sensor, Wish(mode), focal_length_35mm=focal_length)
        frame = plan.frames[0]
        owed = frame.exposure_time * frame.analogue_gain * 2.0**plan.push
        assert owed == pytest.approx(wanted)


def test_a_slow_stream_is_not_taken_over(sensor: SensorProfile) -> None:
    """Its frames are in the ring already, and smeared."""
    metering = Metering(1 / 30, 1.0, 0.5)
    wide = plan_wish(metering, sensor, Wish())
    tele = plan_wish(metering, sensor, Wish(), focal_length_35mm=TELE)
    assert wide.frames[0] == FrameExposure(1 / 30, 1.0)
    assert tele.frames[0].exposure_time <= 4 / TELE


@pytest.mark.parametrize("mode", ["night", "hdr", "bracket"])
def test_measured_shake_is_followed_as_far_as_the_lens_asks(
    sensor: SensorProfile, mode: str
) -> None:
    """1.5 pixels at 20 times the usual hand; what is known to be a short lens stops at 1/60 s."""
    shaken = Motion(0.083)
    asked = 1.5 / 4056 / shaken.shake
    tele = plan_wish(DIM, sensor, Wish(mode), shaken, focal_length_35mm=TELE).frames
    wide = plan_wish(DIM, sensor, Wish(mode), shaken).frames
    assert tele[0].exposure_time <= asked * 1.001
    assert max(frame.exposure_time for frame in wide) >= STEADY * 0.999


def test_where_nothing_is_measured_the_usual_hand_is_seen_larger(sensor: SensorProfile) -> None:
    """As much as the lens sees less."""
    longest = max(f.exposure_time for f in plan_wish(DIM, sensor, Wish("hdr")).frames)
    tele = plan_wish(DIM, sensor, Wish("hdr"), focal_length_35mm=TELE).frames
    assert max(f.exposure_time for f in tele) <= longest * 60 / TELE * 1.001


@pytest.mark.parametrize("mode", ["auto", "single"])
def test_lamps_that_flicker_do_not_lengthen_it(sensor: SensorProfile, mode: str) -> None:
    """A pulse of the mains is too long for a long lens: stripes are the lesser evil."""
    metering = Metering(1 / 15, 4.0, 0.5, mains=50)
    tele = plan_wish(metering, sensor, Wish(mode), focal_length_35mm=TELE).frames[0]
    wide = plan_wish(metering, sensor, Wish(mode)).frames[0]
    assert tele.exposure_time <= 4 / TELE
    assert wide.exposure_time * 100.0 == pytest.approx(round(wide.exposure_time * 100.0))


def test_a_tripod_holds_any_lens(sensor: SensorProfile) -> None:
    """Nothing shakes there."""
    still = Motion(0.0)
    assert first(Wish("night"), sensor, still, focal_length_35mm=TELE) == first(
        Wish("night"), sensor, still
    )
