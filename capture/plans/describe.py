"""What a plan will do, in one line for people."""

from capture.plan import ExposurePlan

_FRAME_TIME = 1.0 / 30.0  # seconds from one frame to the next at least


def describe(plan: ExposurePlan) -> str:
    """As "hdr: 6 frames of 1/1540 to 1/15 s, gain 1, 0.4 s in all, pushed 4.2 EV"."""
    times = [frame.exposure_time for frame in plan.frames]
    gains = [frame.analogue_gain for frame in plan.frames]
    count = "1 frame" if len(times) == 1 else f"{len(times)} frames"
    shutter = _range(_seconds(min(times)), _seconds(max(times)))
    gain = _range(f"{min(gains):.3g}", f"{max(gains):.3g}")
    parts = [f"{count} of {shutter} s", f"gain {gain}"]
    if len(times) > 1:
        parts.append(f"{_seconds(plan_seconds(plan))} s in all")
    if abs(plan.push) >= 0.05:
        parts.append(f"{'pushed' if plan.push > 0 else 'pulled'} {abs(plan.push):.1f} EV")
    return f"{plan.mode}: {', '.join(parts)}"


def plan_seconds(plan: ExposurePlan) -> float:
    """How long the frames take at 30 a second or as long as each is exposed."""
    return sum(max(frame.exposure_time, _FRAME_TIME) for frame in plan.frames)


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _seconds(time: float) -> str:
    """A time as shutters have it: 1/125, 0.4, 2.5."""
    return f"1/{round(1.0 / time)}" if time < 0.26 else f"{time:.2g}"
