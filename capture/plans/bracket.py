"""Plans whose frames differ: brackets by a person's steps, and by what the scene's range asks for.

The shortest frame comes first. It is nearest the press, holds the lights, and is what the others
are merged into; the plan's push is what it lacks. Frames have the gain that it can do with: a
longer shutter collects light, gain does not. Steps that were asked for and that no steady shutter
is long enough for are made by gain. Where lamps are not to flicker shutters of a pulse and more are
whole pulses, and gain makes up for the rest.
"""

from dataclasses import replace
from math import ceil, floor, isfinite, log2

from capture.frames import SensorProfile
from capture.plan import LONGEST, ExposurePlan, FrameExposure, Metering, cut_to_pulses
from capture.plans.motion import HAND, Motion
from capture.plans.steady import longest_shutter

MOST_FRAMES = 9  # of a bracket by hand, as cameras have it: finer steps are time, not range
WIDEST = 7.9  # EV between the shortest and the longest frame: a merge brings 8 together
_HEADROOM = 0.9  # level of the highlights in the shortest frame
_SHADOW = 0.04  # level that the longest frame brings the darkest fiftieth to
_STEP = 2.0  # EV between frames of the range asked for by the scene
_LIFT = 3.0  # EV, the most a scene is exposed beyond the meter
_MIDDLE = 0.08  # level that the middle of a scene of much range is lifted towards
_SAME = 0.05  # EV


def plan_bracket(
    metering: Metering,
    profile: SensorProfile,
    *,
    span: float = 4.0,
    step: float | None = None,
    ev: float = 0.0,
    motion: Motion = HAND,
) -> ExposurePlan:
    """Frames at equal steps round the metered exposure, from -span to +span EV.

    Args:
        metering: what the camera sees.
        profile: the sensor's limits.
        span: EV, above 0 to 4.
        step: EV, 0.3 to 4; None for 2, or the span if that is less.
        ev: compensation of all frames, and of the picture.
        motion: of the camera and the scene: it limits the shutter.

    Returns:
        The plan. Steps that the limits take away are left out, not repeated.

    Raises:
        ValueError: for an ev that is not finite, and as bracket_steps.
    """
    if not isfinite(ev):
        raise ValueError("exposure compensation is a finite number")
    step, count = bracket_steps(span, step)
    wanted = _wanted(metering, ev)
    steps = [wanted * 2.0 ** (step * i) for i in range(-count, count + 1)]
    plan = _plan("bracket", steps, wanted, profile, motion, ev, metering.mains, profile.max_gain)
    return replace(plan, span=span)


def bracket_steps(span: float = 4.0, step: float | None = None) -> tuple[float, int]:
    """The step of a bracket in EV, and how many there are to either side of the meter.

    Args:
        span: EV, above 0 to 4.
        step: EV, 0.3 to 4; None for 2, or the span if that is less.

    Raises:
        ValueError: for one out of range, a step wider than the span, or more than MOST_FRAMES.
    """
    step = min(2.0, span) if step is None else step
    if not (0.0 < span <= 4.0 and 0.3 <= step <= 4.0):
        raise ValueError("a bracket spans 0.3 to 4 EV to both sides, in steps of 0.3 to 4 EV")
    count = floor(span / step + 1e-9)
    if count < 1:
        raise ValueError(f"a span of {span:g} EV holds no step of {step:g} EV; take a smaller step")
    frames = 2 * count + 1
    if frames > MOST_FRAMES:
        least = ceil(span / (MOST_FRAMES // 2) * 100.0 - 1e-9) / 100.0
        raise ValueError(
            f"steps of {step:g} EV over +-{span:g} EV are {frames} frames, and a bracket has "
            f"{MOST_FRAMES} at most; take a step of {least:g} EV, or a smaller span"
        )
    return step, count


def plan_hdr(
    metering: Metering,
    profile: SensorProfile,
    *,
    frames: int = 8,
    ev: float = 0.0,
    motion: Motion = HAND,
) -> ExposurePlan:
    """As many steps as the scene's range asks for, by the histogram of its raw.

    The shortest frame holds the highlights, the longest lifts the darkest fiftieth clear of the
    noise; steps of two stops lie between. The frames that are left repeat the longest.

    Args:
        metering: what the camera sees; without a histogram shadows are taken as three stops down.
        profile: the sensor's limits.
        frames: how many, at least 2; more if the range needs more steps.
        ev: compensation of the picture's brightness.
        motion: of the camera and the scene: it limits the shutter.

    Raises:
        ValueError: for fewer than two frames, or an ev that is not finite.
    """
    if frames < 2:
        raise ValueError(f"a range of exposures takes at least two frames, not {frames}")
    if not (isfinite(ev) and isfinite(metering.highlight)):
        raise ValueError("exposure compensation and highlights are finite numbers")
    metered = metering.exposure_time * metering.analogue_gain
    asked = metered * 2.0 ** (ev + metering.ev)
    wanted = _wanted(metering, ev + _lift(metering))
    held = _HEADROOM / max(metering.highlight, 2.0**-16)
    dark = metering.histogram.level(0.02) if metering.histogram else 2.0**-7
    low = min(asked, metered * max(held, 2.0**-WIDEST))
    high = max(min(max(asked, metered * _SHADOW / dark), low * 2.0**WIDEST), low)
    count = max(1, ceil(log2(high / low) / _STEP - _SAME))
    steps = [low * (high / low) ** (i / count) for i in range(count + 1)]
    plan = _plan("hdr", steps, wanted, profile, motion, ev, metering.mains)
    more = max(frames - len(plan.frames), 0)
    return ExposurePlan(plan.mode, plan.frames + plan.frames[-1:] * more, plan.push, plan.ev)


def _wanted(metering: Metering, ev: float) -> float:
    metered = metering.exposure_time * metering.analogue_gain * metering.digital_gain
    return float(metered * 2.0**ev)


def _lift(metering: Metering) -> float:
    """EV by which a scene, dark because its lights were metered, is exposed beyond the meter.

    A compensation makes no scene dark: it is taken out, or the lift would give most of it back.
    """
    if metering.histogram is None:
        return 0.0
    middle = metering.histogram.level(0.5) * metering.digital_gain * 2.0**-metering.ev
    return min(max(0.6 * log2(_MIDDLE / middle), 0.0), _LIFT)


def _plan(
    mode: str,
    steps: list[float],
    wanted: float,
    profile: SensorProfile,
    motion: Motion,
    ev: float,
    mains: int,
    most_gain: float = 0.0,
) -> ExposurePlan:
    """Frames for exposures (seconds times gain), rising; those that come out alike are one.

    Gain is what the shortest needs at the longest shutter, and rises to most_gain where the
    shutter ends.
    """
    longest = max(longest_shutter(motion, profile), profile.min_exposure)
    first = longest if motion.tripod else min(longest, LONGEST)
    gain = min(max(steps[0] / first, profile.min_gain), profile.max_gain)
    frames: list[FrameExposure] = []
    for step in steps:
        exposure = min(step, _exposure(frames[0]) * 2.0**WIDEST) if frames else step
        shutter = min(max(exposure / gain, profile.min_exposure), longest)
        frame = FrameExposure(shutter, max(gain, min(exposure / shutter, most_gain)))
        if not frames or log2(_exposure(frame) / _exposure(frames[-1])) > _SAME:
            frames.append(frame)
    frames = [cut_to_pulses(frame, profile, mains) for frame in frames]
    push = log2(wanted / _exposure(frames[0]))
    return ExposurePlan(mode, tuple(frames), push, ev)


def _exposure(frame: FrameExposure) -> float:
    return frame.exposure_time * frame.analogue_gain
