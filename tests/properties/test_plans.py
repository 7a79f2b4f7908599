from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.frames import SensorProfile
from capture.plan import (
    LONGEST,
    FrameExposure,
    Metering,
    plan_auto,
    plan_single,
    split_exposure,
    whole_pulses,
)
from capture.profiles import profile, profiles

sensors = st.sampled_from(profiles()).map(profile)
meterings = st.builds(Metering, st.floats(1e-4, 0.12), st.floats(1.0, 16.0), st.floats(0.01, 200.0))
evs = st.floats(-3.0, 3.0)


@given(sensors, st.floats(1e-7, 1e3))
def test_limits_hold(sensor: SensorProfile, exposure: float) -> None:
    """Shutter and gain stay within the sensor's limits and the hand's."""
    frame = split_exposure(exposure, sensor)
    assert sensor.min_exposure <= frame.exposure_time <= max(LONGEST, sensor.min_exposure)
    assert sensor.min_gain <= frame.analogue_gain <= sensor.max_gain
    total = frame.exposure_time * frame.analogue_gain
    assert total <= max(exposure, sensor.min_exposure * sensor.min_gain) * (1 + 1e-9)
    if sensor.min_exposure * sensor.min_gain <= exposure <= LONGEST * sensor.max_gain:
        assert total == pytest.approx(exposure)


@given(sensors, st.floats(1e-6, 10.0), st.floats(1.0, 8.0))
def test_more_light_is_never_less_exposure(
    sensor: SensorProfile, exposure: float, factor: float
) -> None:
    """A larger exposure asks for no shorter shutter and no smaller total."""
    a, b = split_exposure(exposure, sensor), split_exposure(exposure * factor, sensor)
    assert b.exposure_time >= a.exposure_time * (1 - 1e-9)
    assert b.exposure_time * b.analogue_gain >= a.exposure_time * a.analogue_gain * (1 - 1e-9)


@given(sensors, meterings, evs, st.integers(1, 16))
def test_the_push_makes_up_for_the_exposure(
    sensor: SensorProfile, metering: Metering, ev: float, frames: int
) -> None:
    """Exposure and push together are what the meter and the photographer want, exactly."""
    for plan in (plan_auto(metering, sensor, frames, ev), plan_single(metering, sensor, ev)):
        frame = plan.frames[0]
        wanted = metering.exposure_time * metering.analogue_gain * 2.0**ev
        total = frame.exposure_time * frame.analogue_gain
        assert log2(total) + plan.push == pytest.approx(log2(wanted), abs=1e-6)
        assert set(plan.frames) == {frame}


@given(sensors, st.floats(1e-6, 10.0), st.sampled_from([0, 50, 60]))
def test_lamps_do_not_flicker_where_gain_allows(
    sensor: SensorProfile, exposure: float, mains: int
) -> None:
    """The shutter is whole pulses, the exposure the same, unless the light is too bright."""
    split = split_exposure(exposure, sensor)
    frame = whole_pulses(split, sensor, mains)
    total = split.exposure_time * split.analogue_gain
    assert frame.exposure_time * frame.analogue_gain == pytest.approx(total)
    assert sensor.min_gain <= frame.analogue_gain <= sensor.max_gain
    if not mains:
        assert frame == split
        return
    pulses = frame.exposure_time * 2 * mains
    if total < sensor.min_gain / (2 * mains):
        assert frame == split
    elif total <= sensor.max_gain / (2 * mains):
        assert pulses == pytest.approx(round(pulses))
        assert round(pulses) >= 1


@given(sensors, meterings, evs)
def test_highlights_are_held_but_not_at_any_price(
    sensor: SensorProfile, metering: Metering, ev: float
) -> None:
    """Highlights land below clipping when 2.5 EV suffice; shadows never lose more for them."""
    plan = plan_auto(metering, sensor, 8, ev)
    frame = plan.frames[0]
    wanted = metering.exposure_time * metering.analogue_gain * 2.0**ev
    total = frame.exposure_time * frame.analogue_gain
    level = metering.highlight * total / (metering.exposure_time * metering.analogue_gain)
    least = wanted * 2.0**-2.5
    reachable = LONGEST * sensor.max_gain
    assert total >= min(least, reachable) * (1 - 1e-9)
    shortest = sensor.min_exposure * sensor.min_gain
    if not shortest < least < reachable or total <= shortest * (1 + 1e-9):
        return  # the limits decide, not the highlights
    streamed = frame == FrameExposure(metering.exposure_time, metering.analogue_gain)
    highest = 1.0 if streamed else 0.9 * (1 + 1e-6)
    assert level <= highest or total == pytest.approx(least)


@given(sensors, meterings)
def test_dim_highlights_ask_for_nothing(sensor: SensorProfile, metering: Metering) -> None:
    """When nothing clips the frames are exposed as metered, as far as the hand allows."""
    dim = Metering(metering.exposure_time, metering.analogue_gain, 0.5)
    plan = plan_auto(dim, sensor)
    wanted = dim.exposure_time * dim.analogue_gain
    if sensor.min_exposure * sensor.min_gain <= wanted <= LONGEST * sensor.max_gain:
        assert plan.push == pytest.approx(0.0, abs=1e-9)


def test_the_number_of_frames_is_asked_for() -> None:
    """A burst has the frames asked for, and none is an error."""
    metering = Metering(0.01, 1.0, 0.5)
    assert len(plan_auto(metering, profile("imx477"), 5).frames) == 5
    assert len(plan_single(metering, profile("imx477")).frames) == 1
    with pytest.raises(ValueError, match="at least one frame"):
        plan_auto(metering, profile("imx477"), 0)
    with pytest.raises(ValueError, match="finite"):
        plan_auto(metering, profile("imx477"), 8, float("nan"))
    with pytest.raises(ValueError, match="positive"):
        plan_auto(Metering(0.0, 1.0, 0.5), profile("imx477"))


def test_the_stream_s_own_exposure_is_kept_where_nothing_speaks_against_it() -> None:
    """So a press can take frames that are there already; highlights, EV and blur come first."""
    sensor = profile("imx477")
    streamed = Metering(1.0 / 33.0, 1.7, 0.5)
    assert plan_auto(streamed, sensor).frames[0] == FrameExposure(1.0 / 33.0, 1.7)
    assert plan_auto(streamed, sensor).push == pytest.approx(0.0)
    dim = Metering(1.0 / 33.0, 1.7, 0.4, digital_gain=2.0)
    assert plan_auto(dim, sensor).frames[0] == FrameExposure(1.0 / 33.0, 1.7)
    assert plan_auto(dim, sensor).push == pytest.approx(1.0)
    for other in (
        plan_auto(Metering(1.0 / 33.0, 1.7, 1.5), sensor),
        plan_auto(streamed, sensor, ev=1.0),
        plan_auto(Metering(0.2, 1.7, 0.5), sensor),
    ):
        assert other.frames[0] != FrameExposure(1.0 / 33.0, 1.7)


@pytest.mark.parametrize(
    ("highlight", "ev", "streamed"),
    [
        (0.95, 0.0, True),  # less than a seventh of a stop too bright
        (1.1, 0.0, False),
        (1.1, 0.3, False),
        (0.5, 0.3, True),  # a third of a stop too dark
        (0.5, 0.5, False),
        (0.5, -0.1, False),  # nothing is developed darker than it was taken
        (0.92, 0.3, True),  # what is wanted brighter is what protection takes away
    ],
)
def test_a_stream_that_is_nearly_right_is_taken(
    highlight: float, ev: float, *, streamed: bool
) -> None:
    """Frames that are there already are worth a fraction of a stop, but no clipped highlight."""
    plan = plan_auto(Metering(1.0 / 50.0, 1.7, highlight), profile("imx477"), ev=ev)
    assert (plan.frames[0] == FrameExposure(1.0 / 50.0, 1.7)) == streamed
    assert plan.push >= -0.1
    exposure = plan.frames[0].exposure_time * plan.frames[0].analogue_gain
    assert plan.push == pytest.approx(ev + log2(1.7 / 50.0 / exposure))
