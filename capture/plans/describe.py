"""What a plan will do, in one line for people."""

from dataclasses import dataclass
from math import log2

from capture import distance
from capture.plan import ExposurePlan
from capture.plans.steady import HAND_LONGEST

_ONE = frozenset({"long", "bulb"})  # modes whose frames are parts of one exposure
_WHOLE = 0.95  # of the time, that such an exposure is open if nothing is told
_EXACT = 0.015  # of a time, by which its words may be off
_MISSING = 0.15  # EV from what was asked for to what is worth telling


@dataclass(frozen=True, slots=True)
class Told:
    """A plan's figures as people read them.

    Attributes:
        count: of frames.
        shutter: "1/1540 to 1/15", seconds.
        gain: "1 to 4".
        seconds: that all of it takes, as "0.4".
        push: EV.
        low, high: EV of a bracket's ends from the meter; 0 for what is none.
        lacking: whether the hand, the sensor or the step ends it before what was asked for.
    """

    count: int
    shutter: str
    gain: str
    seconds: str
    push: float
    low: float = 0.0
    high: float = 0.0
    lacking: bool = False


def told(plan: ExposurePlan, to: str = " to ", iso: int = 1) -> Told:
    """The figures of a plan.

    Args:
        plan: one with frames.
        to: what stands between the ends of a range.
        iso: of gain 1, where gain is to be told as sensitivity.
    """
    times = [frame.exposure_time for frame in plan.frames]
    gains = [frame.analogue_gain * iso for frame in plan.frames]
    number = ".3g" if iso == 1 else ".0f"
    least, most = (times[0] * gains[0], times[-1] * gains[-1]) if plan.span else (1.0, 1.0)
    low = -plan.push if plan.span else 0.0
    high = low + log2(most / least)
    return Told(
        len(times),
        _range(shutter_words(min(times)), shutter_words(max(times)), to),
        _range(f"{min(gains):{number}}", f"{max(gains):{number}}", to),
        seconds_words(plan_seconds(plan), exact=False),
        plan.push,
        low,
        high,
        plan.span > 0.0 and max(plan.span + low, plan.span - high) > _MISSING,
    )


def describe(plan: ExposurePlan) -> str:
    """As "hdr: 6 frames of 1/1540 to 1/15 s, gain 1, 0.4 s in all, pushed 4.2 EV"."""
    figures = told(plan)
    count = "1 frame" if figures.count == 1 else f"{figures.count} frames"
    parts = [f"{count} of {figures.shutter} s", f"gain {figures.gain}"]
    if plan.span:
        parts.append(_bracket(figures, plan))
    open_for = sum(frame.exposure_time for frame in plan.frames)
    if plan.mode in _ONE and open_for < _WHOLE * plan_seconds(plan):
        parts.append(f"open for {seconds_words(open_for)} of {figures.seconds} s")
    elif figures.count > 1:
        parts.append(f"{figures.seconds} s in all")
    if plan.by_hand.white_balance:
        parts.append("white balance by hand")
    if plan.focus is not None:
        parts.append(f"focus {distance.told(plan.focus)}")
    if abs(plan.push) >= 0.05:
        parts.append(f"{'pushed' if plan.push > 0 else 'pulled'} {abs(plan.push):.1f} EV")
    return f"{plan.mode}: {', '.join(parts)}"


def _bracket(figures: Told, plan: ExposurePlan) -> str:
    """As "-4 to +2.5 of +-4 EV, more on a tripod", where it ends before."""
    low, high = (
        f"{round(end, 1) + 0.0:+.1f}".removesuffix(".0") for end in (figures.low, figures.high)
    )
    if not figures.lacking:
        return f"{low} to {high} EV"
    if abs(figures.low + figures.high) < _MISSING:
        more = "with a smaller step"
    elif plan.span - figures.high < _MISSING:
        more = "with a grey filter"
    elif plan.frames[-1].exposure_time <= HAND_LONGEST:
        more = "on a tripod"
    else:
        more = "in more light"
    return f"{low} to {high} of +-{plan.span:g} EV, more {more}"


def plan_seconds(plan: ExposurePlan) -> float:
    """How long the frames take, as fast as the sensor gives them or as long as each is exposed."""
    return sum(max(frame.exposure_time, plan.frame_time) for frame in plan.frames)


def shutter_words(time: float) -> str:
    """A time as shutters have it: 1/125, 0.4, 2.5, 300."""
    return f"1/{round(1.0 / time)}" if time < 0.26 else seconds_words(time)


def seconds_words(time: float, *, exact: bool = True) -> str:
    """Seconds in two digits, or three where two are a hundredth off: 0.11, 12.5, 300."""
    short = f"{time:.0f}" if time >= 99.5 else f"{time:.2g}"
    return short if not exact or abs(float(short) - time) < _EXACT * time else f"{time:.3g}"


def _range(low: str, high: str, to: str) -> str:
    return low if low == high else f"{low}{to}{high}"
