from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import ceil, log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.frames import SensorProfile
from capture.plan import LONGEST, ExposurePlan, FrameExposure, Metering
from capture.plans.bracket import WIDEST, plan_bracket, plan_hdr
from capture.plans.describe import describe, plan_seconds
from capture.plans.histogram import RawHistogram
from capture.plans.manual import plan_bulb, plan_long, plan_manual
from capture.plans.motion import Motion
from capture.plans.night import plan_night
from capture.plans.scarce import lacking
from capture.plans.schedule import Schedule
from capture.plans.steady import longest_shutter
from capture.profiles import profile, profiles

sensors = st.sampled_from(profiles()).map(profile)
histograms = st.none() | st.builds(
    lambda seed, middle: RawHistogram.of(
        2.0 ** np.random.default_rng(seed).normal(middle, 3.0, 1000)
    ),
    st.integers(0, 50),
    st.floats(-12.0, 0.0),
)
meterings = st.builds(
    Metering,
    st.floats(1e-4, 0.12),
    st.floats(1.0, 16.0),
    st.floats(0.01, 200.0),
    st.sampled_from([1.0, 1.0, 4.0]),
    histogram=histograms,
)
motions = st.builds(Motion, st.floats(0.0, 0.05), st.floats(0.0, 0.1))
evs = st.floats(-3.0, 3.0)


def merged_plans(
    sensor: SensorProfile, metering: Metering, ev: float, motion: Motion
) -> list[ExposurePlan]:
    """A plan of each mode whose frames are merged as they are exposed."""
    return [
        plan_bracket(metering, sensor, ev=ev, motion=motion),
        plan_bracket(metering, sensor, span=2.0, step=0.5, ev=ev, motion=motion),
        plan_hdr(metering, sensor, ev=ev, motion=motion),
        plan_night(metering, sensor, ev=ev, motion=motion),
        plan_manual(metering, sensor, ev=ev),
    ]


def brightness(metering: Metering) -> float:
    """Seconds times gain that the meter wants, digital gain and all."""
    return metering.exposure_time * metering.analogue_gain * metering.digital_gain


def total(plan: ExposurePlan, index: int = 0) -> float:
    """Seconds times gain of a frame."""
    return plan.frames[index].exposure_time * plan.frames[index].analogue_gain


@given(sensors, meterings, evs, motions)
def test_no_plan_asks_for_what_the_sensor_cannot(
    sensor: SensorProfile, metering: Metering, ev: float, motion: Motion
) -> None:
    """Shutter and gain of every frame stay within the sensor's limits."""
    for plan in merged_plans(sensor, metering, ev, motion):
        assert 1 <= len(plan.frames) <= 64
        for frame in plan.frames:
            assert sensor.min_exposure <= frame.exposure_time <= sensor.max_exposure
            assert sensor.min_gain <= frame.analogue_gain <= sensor.max_gain


@given(sensors, meterings, evs, motions)
def test_frames_of_a_bracket_rise_by_shutter_and_then_by_gain(
    sensor: SensorProfile, metering: Metering, ev: float, motion: Motion
) -> None:
    """The shortest comes first, none follows that is darker, and all together can be merged."""
    for plan in merged_plans(sensor, metering, ev, motion)[:3]:
        times = [frame.exposure_time for frame in plan.frames]
        gains = [frame.analogue_gain for frame in plan.frames]
        assert times == sorted(times)
        assert gains == pytest.approx(sorted(gains), rel=1e-12)
        longest = max(longest_shutter(motion, sensor), sensor.min_exposure)
        assert total(plan, -1) <= total(plan) * 2.0**WIDEST * (1 + 1e-9)
        assert times[-1] <= longest
        first = longest if motion.tripod else min(longest, LONGEST)
        assert gains[0] == sensor.min_gain or times[0] == pytest.approx(first)
        raised = [
            time for time, gain in zip(times, gains, strict=True) if gain > gains[0] * (1 + 1e-9)
        ]
        assert all(time == longest for time in raised)
        assert not raised or plan.mode == "bracket"


@given(sensors, meterings, evs, motions)
def test_the_push_makes_up_for_the_first_frame(
    sensor: SensorProfile, metering: Metering, ev: float, motion: Motion
) -> None:
    """The first frame's exposure and the push are what meter and person want, exactly."""
    wanted = brightness(metering) * 2.0**ev
    for plan in merged_plans(sensor, metering, ev, motion):
        if plan.mode == "night":
            owed = log2(total(plan)) + plan.push - log2(wanted)
            assert -1e-6 <= owed <= lacking(metering, sensor) + 1e-6
        elif plan.mode not in ("hdr", "manual"):
            assert log2(total(plan)) + plan.push == pytest.approx(log2(wanted), abs=1e-6)
    lifted = plan_hdr(metering, sensor, ev=ev, motion=motion)
    assert -1e-6 <= log2(total(lifted)) + lifted.push - log2(wanted) <= 3.0 + 1e-6


@given(sensors, meterings, motions)
def test_the_shortest_frame_of_a_range_holds_the_highlights(
    sensor: SensorProfile, metering: Metering, motion: Motion
) -> None:
    """Highlights land below clipping in the first frame, as far as the limits go."""
    plan = plan_hdr(metering, sensor, motion=motion)
    metered = metering.exposure_time * metering.analogue_gain
    level = metering.highlight * total(plan) / metered
    least = max(metered * 2.0**-WIDEST, sensor.min_exposure * plan.frames[0].analogue_gain)
    assert level <= 0.9 * (1 + 1e-6) or total(plan) <= least * (1 + 1e-6)


@given(st.floats(-9.0, -5.0), st.floats(1.0, 8.0))
def test_the_longest_frame_of_a_range_lifts_the_shadows(dark: float, highlight: float) -> None:
    """On a tripod the darkest fiftieth comes to 4 % of white, unless the range ends before."""
    levels = np.concatenate((np.full(50, 2.0**dark), np.full(950, 0.2)))
    seen = Metering(0.001, 1.0, highlight, histogram=RawHistogram.of(levels))
    plan = plan_hdr(seen, profile("imx477"), motion=Motion(0.0, 0.0))
    lifted = 2.0**dark * max(total(plan, i) for i in range(len(plan.frames))) / 0.001
    assert lifted == pytest.approx(0.04, rel=0.15) or total(plan, -1) >= 200.0 * total(plan)


@given(sensors, meterings, st.integers(0, 6))
def test_a_darker_scene_gets_longer_frames(
    sensor: SensorProfile, metering: Metering, stops: int
) -> None:
    """The deeper the shadows, the longer the longest frame of a range, never the shorter.

    Frames within 0.05 EV of each other are one, the shorter.
    """
    longest = []
    for down in (stops, stops + 1):
        levels = np.full(100, 2.0 ** -(4 + down))
        seen = Metering(metering.exposure_time, 1.0, 0.5, histogram=RawHistogram.of(levels))
        longest.append(max(f.exposure_time for f in plan_hdr(seen, sensor).frames))
    assert longest[1] >= longest[0] * 2.0**-0.05


@given(
    sensors,
    meterings,
    evs,
    st.sampled_from([(0.0, None), (1.0, None), (None, 1.0), (None, 8.0)]),
    st.sampled_from([1, 8]),
)
def test_what_a_hand_leaves_to_the_meter_never_makes_a_grey_sheet(
    sensor: SensorProfile,
    metering: Metering,
    ev: float,
    wish: tuple[float | None, float | None],
    frames: int,
) -> None:
    """Where what is set lets in too much light, what clips stays white, and 2 EV are the most."""
    slow, gain = wish
    shutter = None if slow is None else max(slow, sensor.min_exposure)
    wanted = brightness(metering) * 2.0**ev
    wished = partial(plan_manual, shutter=shutter, gain=gain, frames=frames, ev=ev)
    least = (shutter or sensor.min_exposure) * max(gain or 0.0, sensor.min_gain)
    if least > 4.001 * wanted:
        with pytest.raises(ValueError, match="grey filter"):
            wished(metering, sensor)
    if least > 3.999 * wanted:
        return
    plan = wished(metering, sensor)
    level = metering.highlight * total(plan) / (metering.exposure_time * metering.analogue_gain)
    assert total(plan) <= 4.001 * wanted
    assert plan.push >= min(log2(level / 0.9), 0.0) - 1e-6


@given(sensors, meterings, evs, st.floats(0.0, 0.05), st.floats(1.0, 10.0), st.floats(0.0, 0.1))
def test_a_steadier_camera_takes_no_shorter_frames(
    sensor: SensorProfile,
    metering: Metering,
    ev: float,
    shake: float,
    factor: float,
    subject: float,
) -> None:
    """Less shake never means a shorter shutter or a higher gain; what moves never a longer one."""
    calm = plan_night(metering, sensor, ev=ev, motion=Motion(shake, subject)).frames[0]
    rough = plan_night(metering, sensor, ev=ev, motion=Motion(shake * factor, subject)).frames[0]
    busy = plan_night(metering, sensor, ev=ev, motion=Motion(shake, subject * factor)).frames[0]
    for other in (rough, busy):
        assert calm.exposure_time >= other.exposure_time * (1 - 1e-9)
        assert calm.analogue_gain <= other.analogue_gain * (1 + 1e-9)


@given(sensors, meterings, evs, motions)
def test_night_is_never_brighter_than_metered(
    sensor: SensorProfile, metering: Metering, ev: float, motion: Motion
) -> None:
    """Short frames, then long ones of the same gain; none outshines the meter and its lack."""
    plan = plan_night(metering, sensor, ev=ev, motion=motion)
    wanted = brightness(metering) * 2.0**ev
    assert len(set(plan.frames)) <= 2
    assert list(plan.frames) == sorted(plan.frames, key=lambda frame: frame.exposure_time)
    assert len({frame.analogue_gain for frame in plan.frames}) == 1
    assert 4 <= len(plan.frames) <= 16
    least = sensor.min_exposure * sensor.min_gain
    assert total(plan, -1) <= max(wanted * 2.0 ** lacking(metering, sensor), least) * (1 + 1e-9)
    if not motion.tripod:
        assert len(plan.frames) == 4 or sum(f.exposure_time for f in plan.frames) <= 2.0


@given(sensors, meterings, evs, motions, st.sampled_from([50, 60]))
def test_lamps_do_not_flicker_in_frames_of_a_pulse_and_more(
    sensor: SensorProfile, metering: Metering, ev: float, motion: Motion, mains: int
) -> None:
    """Shutters are whole pulses or parts of one; gain alone makes up, and never for more."""
    lit = replace(metering, mains=mains)
    plain = merged_plans(sensor, metering, ev, motion)[:4]
    for plan, other in zip(merged_plans(sensor, lit, ev, motion)[:4], plain, strict=True):
        gains = [frame.analogue_gain for frame in other.frames]
        for frame in plan.frames:
            pulses = frame.exposure_time * 2 * mains
            assert pulses < 1.0 or pulses == pytest.approx(round(pulses))
            assert sensor.min_exposure <= frame.exposure_time <= sensor.max_exposure
            most = min(2.0 * max(gains), sensor.max_gain) * (1 + 1e-5)
            assert min(gains) <= frame.analogue_gain <= most
        times = [frame.exposure_time for frame in plan.frames]
        totals = [total(plan, index) for index in range(len(plan.frames))]
        assert times == sorted(times)
        assert totals == sorted(totals)
        assert totals[-1] <= max(total(other, -1), total(other)) * (1 + 1e-9)
        assert log2(totals[0]) + plan.push == pytest.approx(
            log2(total(other)) + other.push, abs=1e-6
        )


@given(sensors, meterings, evs, motions, st.sampled_from([50, 60]))
def test_a_bracket_under_lamps_has_its_steps(
    sensor: SensorProfile, metering: Metering, ev: float, motion: Motion, mains: int
) -> None:
    """Where gain has room, exposures are those that daylight gets."""
    gentle = replace(metering, exposure_time=min(metering.exposure_time, 0.02), analogue_gain=1.0)
    ours = plan_bracket(replace(gentle, mains=mains), sensor, ev=ev, motion=motion)
    plain = plan_bracket(gentle, sensor, ev=ev, motion=motion)
    if 2.0 * plain.frames[-1].analogue_gain <= sensor.max_gain:
        expected = [total(plain, index) for index in range(len(plain.frames))]
        assert [total(ours, i) for i in range(len(ours.frames))] == pytest.approx(expected)


def test_a_night_under_lamps_collects_its_light() -> None:
    """Shutters of a pulse or five take more frames instead of more blur."""
    sensor, hand = profile("imx477"), Motion(0.006)
    levels = RawHistogram.of(np.full(1000, 0.002))
    lit = Metering(0.1, 10.0, 10.0, histogram=levels, mains=50)
    plan = plan_night(lit, sensor, motion=hand)
    plain = plan_night(replace(lit, mains=0), sensor, motion=hand)
    times = sorted({frame.exposure_time for frame in plan.frames})
    assert [time * 100.0 for time in times] == pytest.approx([6.0, 18.0])
    assert [total(plan), total(plan, -1)] == pytest.approx([total(plain), total(plain, -1)])


def test_read_noise_is_weighed_against_shake() -> None:
    """The darker the scene, the longer a hand's frames, and the fewer; lights keep two sharp."""
    sensor, hand = profile("imx477"), Motion(0.006)

    def plan(level: float, highlight: float) -> ExposurePlan:
        histogram = RawHistogram.of(np.full(1000, level))
        metering = Metering(0.1, 10.0, highlight, histogram=histogram)
        return plan_night(metering, sensor, motion=hand)

    bright, dark, lights = plan(0.3, 0.5), plan(0.002, 0.01), plan(0.002, 10.0)
    sharp = longest_shutter(hand, sensor)
    assert bright.frames[-1].exposure_time == bright.frames[0].exposure_time
    assert bright.frames[0].exposure_time == pytest.approx(sharp)
    assert dark.frames[0].exposure_time == pytest.approx(2.0 * sharp)
    assert dark.frames[-1] == dark.frames[0]
    assert len(bright.frames) == 16 > len(dark.frames) == 8
    times = [frame.exposure_time for frame in lights.frames]
    assert times == pytest.approx([sharp] * 2 + [3.0 * sharp] * 6)
    drowned = plan(0.0005, 10.0)
    assert drowned.frames == (drowned.frames[0],) * 8
    assert drowned.frames[0].exposure_time == pytest.approx(2.0 * sharp)
    assert drowned.push > 2.0
    assert plan(0.3, 10.0).frames == (plan(0.3, 10.0).frames[0],) * 16


def test_a_tripod_turns_frames_into_time() -> None:
    """In the same dark, a tripod takes fewer and longer frames at less gain than a hand does."""
    dark = Metering(0.1, 10.0, 0.5)
    sensor = profile("imx477")
    hand = plan_night(dark, sensor, motion=Motion(0.006))
    tripod = plan_night(dark, sensor, motion=Motion(0.0))
    walker = plan_night(dark, sensor, motion=Motion(0.0, 0.03))
    assert hand.frames[0].exposure_time < 0.07
    assert tripod.frames[0].exposure_time == pytest.approx(1.0)
    assert len(tripod.frames) < len(hand.frames)
    assert tripod.frames[0].analogue_gain == 1.0 < hand.frames[0].analogue_gain
    assert walker.frames[0].exposure_time < 0.1


def ended(level: float, highlight: float, ev: float = 0.0) -> Metering:
    """An automatic exposure at its limit before an even scene."""
    levels = np.append(np.full(998, level), [highlight, highlight])
    return Metering(0.1, 22.0, highlight, histogram=RawHistogram.of(levels), ev=ev)


def test_a_tripod_gives_what_the_automatics_lack() -> None:
    """Beyond their limit frames are longer until the scene is bright, or the sensor ends."""
    sensor, still = profile("imx477"), Motion(0.0)
    dim = plan_night(ended(0.002, 0.01), sensor, motion=still)
    assert lacking(ended(0.002, 0.01), sensor) == pytest.approx(log2(0.06 / 0.002), abs=0.3)
    assert dim.frames[0].exposure_time == pytest.approx(longest_shutter(still, sensor))
    assert total(dim) * 0.002 / 2.2 == pytest.approx(0.06, rel=0.2)
    assert dim.push == pytest.approx(0.0, abs=1e-6)
    black = plan_night(ended(1e-5, 1e-4), sensor, motion=still)
    assert black.push == pytest.approx(0.0, abs=1e-6)
    assert black.frames[0].analogue_gain == pytest.approx(sensor.max_gain)
    lamps = plan_night(ended(0.002, 0.5), sensor, motion=still)
    assert lamps.push == pytest.approx(2.5)
    hand = plan_night(ended(0.002, 0.01), sensor)
    assert total(hand) <= 2.0 * longest_shutter(Motion(0.006), sensor) * sensor.max_gain * 1.001
    assert hand.push == pytest.approx(0.0, abs=1e-6)


def test_a_long_exposure_is_as_bright_as_the_scene_wants() -> None:
    """Twenty seconds of a dim scene are not divided into parts as dark as the viewfinder."""
    sensor = profile("imx477")
    plan = plan_long(ended(0.002, 0.01), sensor, seconds=20.0)
    assert total(plan) * 0.002 / 2.2 == pytest.approx(0.06, rel=0.2)
    assert plan.push == pytest.approx(0.0, abs=1e-6)
    lamps = plan_long(ended(0.002, 0.5), sensor, seconds=20.0)
    assert total(lamps) * 0.5 / 2.2 <= 0.9 * (1 + 1e-6)
    assert log2(total(lamps)) + lamps.push == pytest.approx(log2(2.2 * 20.0), abs=0.3)


def test_what_is_wanted_dark_lacks_nothing() -> None:
    """Neither by compensation or choice, nor a scene with something bright, nor an unseen one."""

    def lack(metering: Metering) -> float:
        return lacking(metering, profile("imx477"))

    assert lack(ended(0.02, 0.9)) == pytest.approx(log2(0.06 / 0.02), abs=0.3)
    assert lack(ended(0.02, 0.9, ev=-2.0)) == 0.0
    assert lack(ended(0.06, 0.5)) == 0.0
    assert lack(replace(ended(0.002, 0.1), histogram=None)) == 0.0
    assert lack(replace(ended(0.002, 0.1), analogue_gain=1.0)) == 0.0
    assert lack(replace(ended(0.002, 0.1), analogue_gain=8.0)) > 2.0
    assert lack(replace(ended(0.002, 0.1), analogue_gain=8.0, chosen=True)) == 0.0
    assert lack(replace(ended(0.002, 0.1), chosen=True)) > 2.0  # there was no gain to spare
    lit = np.append(np.full(970, 0.002), np.full(30, 0.5))
    assert lack(replace(ended(0.0, 0.5), histogram=RawHistogram.of(lit))) == 0.0


@pytest.mark.parametrize("seconds", [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 20.0])
def test_the_lights_of_a_dim_scene_are_kept_by_any_time(seconds: float) -> None:
    """One part or many: none is exposed beyond its lights, and bulb is as bright as long."""
    sensor, dim = profile("imx477"), ended(0.002, 0.1)
    long, bulb = (make(dim, sensor, seconds=seconds) for make in (plan_long, plan_bulb))
    for plan in (long, bulb):
        assert total(plan) / 2.2 * 0.1 <= 0.9 * (1 + 1e-6)
    bright = [log2(total(plan)) + plan.push for plan in (long, bulb)]
    assert bright[0] == pytest.approx(bright[1])


def test_what_clips_in_a_long_exposure_stays_white() -> None:
    """Two seconds of daylight are brighter than metered, not grey where they clip."""
    sensor = profile("imx477")
    day = Metering(0.02, 1.0, 0.8)
    water = plan_long(day, sensor, seconds=1.6)
    assert total(water) == pytest.approx(1.6 / 24)
    assert water.push == pytest.approx(0.0)
    dull = plan_long(replace(day, highlight=0.05), sensor, seconds=1.6)
    assert dull.push == pytest.approx(log2(0.02 * 24 / 1.6))
    middling = plan_long(replace(day, highlight=0.1), sensor, seconds=1.6)
    assert middling.push == pytest.approx(log2(0.1 * total(middling) / 0.02 / 0.9))


@given(sensors, meterings, evs, st.floats(1e-5, 0.9), st.floats(1.0, 10.0))
def test_what_is_set_by_hand_is_taken(
    sensor: SensorProfile, metering: Metering, ev: float, shutter: float, gain: float
) -> None:
    """Shutter and gain come as set, a free one follows the meter, beyond the sensor is refused."""
    if not sensor.min_exposure <= shutter <= sensor.max_exposure:
        with pytest.raises(ValueError, match="beyond this sensor"):
            plan_manual(metering, sensor, shutter=shutter)
        return
    wanted = brightness(metering) * 2.0**ev
    both = plan_manual(metering, sensor, shutter=shutter, gain=gain, ev=ev)
    least = max(gain, sensor.min_gain)
    assert (both.frames[0].exposure_time, both.frames[0].analogue_gain) == (shutter, least)
    assert both.push == ev
    if max(shutter * sensor.min_gain, least * sensor.min_exposure) > 4.0 * wanted:
        return  # see test_what_a_hand_leaves_to_the_meter_never_makes_a_grey_sheet
    quick = plan_manual(metering, sensor, shutter=shutter, ev=ev)
    clean = plan_manual(metering, sensor, gain=gain, ev=ev)
    for plan in (quick, clean):
        off = log2(total(plan)) + plan.push - log2(wanted)
        assert off == pytest.approx(0.0, abs=1e-6) or off > 0.0 >= plan.push >= -2.0001
    # as set, or as the stream has it already: sensors round
    assert quick.frames[0].exposure_time == pytest.approx(shutter, rel=0.031, abs=4.1e-5)
    assert -0.071 <= clean.frames[0].analogue_gain / least - 1.0 <= 0.031
    with pytest.raises(ValueError, match="1 to"):
        plan_manual(metering, sensor, gain=sensor.max_gain * 1.01)


@pytest.mark.parametrize(("frames", "darker"), [(8, 2.0), (1, 1.0)])
def test_what_is_free_holds_the_highlights(frames: int, darker: float) -> None:
    """With one of shutter and gain set the other is darker for lights, as far as it goes."""
    sensor = profile("imx477")
    metering = Metering(0.01, 8.0, 0.9 * 4.0)  # two stops above what a frame holds
    sport = plan_manual(metering, sensor, shutter=0.01, frames=frames)
    assert sport.frames[0].analogue_gain == pytest.approx(8.0 * 2.0**-darker)
    quiet = plan_manual(metering, sensor, gain=8.0, frames=frames)
    assert quiet.frames[0].exposure_time == pytest.approx(0.01 * 2.0**-darker)
    assert sport.push == quiet.push == pytest.approx(darker)
    least = plan_manual(Metering(0.01, 1.0, 3.6), sensor, shutter=0.01, frames=frames)
    assert least.frames[0].analogue_gain == 1.0
    assert least.push == pytest.approx(0.0)
    near = FrameExposure(0.01, 2.1 if frames > 1 else 4.1)
    streamed = plan_manual(replace(metering, streamed=near), sensor, shutter=0.01, frames=frames)
    assert (streamed.frames[0] == near) is (frames > 1)  # lights are at the limit of one frame
    other = replace(metering, streamed=FrameExposure(0.02, 1.0))
    assert plan_manual(other, sensor, shutter=0.01, frames=frames).frames == sport.frames


@given(sensors, meterings, st.floats(0.05, 200.0))
def test_parts_of_a_long_exposure_fill_its_time(
    sensor: SensorProfile, metering: Metering, seconds: float
) -> None:
    """The parts are equal and add up, or one line says what is too long or too bright."""
    for make in (plan_long, plan_bulb):
        try:
            plan = make(metering, sensor, seconds=seconds)
        except ValueError as error:
            assert "at most" in str(error)  # noqa: PT017  (either outcome is right)
            continue
        assert sum(frame.exposure_time for frame in plan.frames) == pytest.approx(seconds)
        assert len(set(plan.frames)) == 1
        assert len(plan.frames) <= 24
        assert plan.frames[0].exposure_time <= sensor.max_exposure
        owed = log2(total(plan)) + plan.push - log2(brightness(metering))
        assert -1e-6 <= owed <= max(lacking(metering, sensor), 2.0) + 1e-6


@given(sensors, meterings, evs, motions)
def test_a_plan_is_told_in_a_line(
    sensor: SensorProfile, metering: Metering, ev: float, motion: Motion
) -> None:
    """The line has the mode and the number of frames; it never breaks."""
    for plan in merged_plans(sensor, metering, ev, motion):
        line = describe(plan)
        assert line.startswith(f"{plan.mode}: {len(plan.frames)} frame")
        assert line.isprintable()
        assert len(line) < 140
        assert plan_seconds(plan) >= max(frame.exposure_time for frame in plan.frames)


@given(st.floats(0.0, 100.0), st.floats(0.0, 50.0), st.integers(1, 12), st.floats(0.0, 30.0))
def test_pictures_keep_to_the_beat(delay: float, interval: float, count: int, work: float) -> None:
    """Pictures begin at their beat, or at once after a late one; never early, none left out."""
    now, begun = 100.0, []
    waits = Schedule(delay, interval, count).waits(now, now)
    wait = next(waits)
    while True:
        assert wait >= 0.0
        now += wait
        begun.append(now)
        now += work
        try:
            wait = waits.send(now)
        except StopIteration:
            break
    assert len(begun) == count
    assert begun[0] == pytest.approx(100.0 + delay)
    for earlier, later in pairwise(begun):
        assert later - earlier >= max(interval, work) * (1 - 1e-9) - 1e-6
        assert later - earlier <= max(interval, ceil(work + 1e-9)) + 1e-6


def test_nonsense_is_refused_in_a_line() -> None:
    """What makes no plan is told by its limits."""
    metering, sensor = Metering(0.01, 1.0, 0.5), profile("imx477")
    with pytest.raises(ValueError, match=r"0\.3 to 4 EV"):
        plan_bracket(metering, sensor, span=5.0)
    with pytest.raises(ValueError, match="smaller step"):
        plan_bracket(metering, sensor, span=0.3, step=4.0)
    with pytest.raises(ValueError, match="at least two"):
        plan_hdr(metering, sensor, frames=1)
    with pytest.raises(ValueError, match="at least one"):
        plan_night(metering, sensor, frames=0)
    with pytest.raises(ValueError, match="positive"):
        plan_long(metering, sensor, seconds=0.0)
    with pytest.raises(ValueError, match="grey filter"):
        plan_long(metering, sensor, seconds=4.0)
    with pytest.raises(ValueError, match="pictures are taken"):
        Schedule(count=0)
    with pytest.raises(ValueError, match="timer"):
        Schedule(delay=-1.0)


@given(exposure=st.floats(1e-4, 4.0), highlight=st.floats(0.05, 8.0), ev=st.floats(-3.0, 3.0))
def test_a_bulb_opens_in_any_light(exposure: float, highlight: float, ev: float) -> None:
    """Nobody has asked for a time: it ends by itself where the light would be too much."""
    sensor = profile("imx477")
    plan = plan_bulb(Metering(exposure, 1.0, highlight), sensor, ev=ev)
    wanted = exposure * 2.0**ev
    assert plan.frames[0].exposure_time <= max(4.001 * wanted, sensor.min_exposure)
    assert sum(frame.exposure_time for frame in plan.frames) <= 24.001
