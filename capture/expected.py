"""The picture to come beside the live stream: how much more light it gets, or than is metered."""

from dataclasses import dataclass, replace
from math import inf, log2

from capture.frames import FrameMetadata
from capture.plan import ExposurePlan, Metering
from capture.ring import matches

_STEPS = 6.0  # to a stop: finer ones are not seen
_MOST = 5.0  # EV that a stream can be shown brighter: 8 bits have no more
_LEAST = 0.05  # EV that is worth it
_HELD = 0.95  # level of lights that surely do not clip; plans that hold them bring them to 0.9
_DARKER = 2.0**-0.5  # times the stream's light, from which on a look at its lights decides


def brighter(plan: ExposurePlan | None, metadata: FrameMetadata) -> float:
    """How many times as much light a plan's frames collect as a frame of the stream.

    Of frames that differ the first counts: it is the darkest, the others are merged into it, and
    what it holds the picture holds.

    Args:
        plan: what a press would take; None for nothing, which is told of the stream itself.
        metadata: of the stream's frame.
    """
    exposure = metadata.exposure
    if plan is None or not plan.frames or not exposure or matches(metadata, plan.frames[0]):
        return 1.0
    return float(2.0 ** (round(log2(_light(plan) / exposure) * _STEPS) / _STEPS))


def told_of(plan: ExposurePlan, metering: Metering) -> ExposurePlan:
    """A plan that knows how bright its picture and its first frame's lights will be.

    Args:
        plan: for what was metered.
        metering: that.
    """
    return replace(plan, over_meter=over_meter(plan, metering), highlight=highlight(plan, metering))


def highlight(plan: ExposurePlan, metering: Metering) -> float:
    """Level of the lights in a plan's first frame, before clipping; inf where it is not known."""
    if not plan.frames or not metering.highlight_seen:
        return inf
    return metering.highlight * _light(plan) / (metering.exposure_time * metering.analogue_gain)


def holds(plan: ExposurePlan | None, times: float) -> bool:
    """Whether a plan's frames are known to hold the lights that the stream clips.

    Not where its protection has come to its end, where lights were not looked at, and where its
    frames are hardly darker than the stream.

    Args:
        plan: what a press would take.
        times: as brighter() has it.
    """
    return plan is not None and times <= _DARKER and plan.highlight <= _HELD


def over_meter(plan: ExposurePlan, metering: Metering) -> float:
    """EV that a picture will be brighter than the meter asks for; 0 without frames."""
    return _bright(plan, metering) - metering.aim if plan.frames else 0.0


@dataclass(frozen=True, slots=True)
class Lack:
    """What the stream lacks of the picture to come.

    Attributes:
        value: EV that it is to be shown brighter, beside the EV dial's.
        held: EV of lights above white that the picture holds all the same.
    """

    value: float = 0.0
    held: float = 0.0


def lacks(plan: ExposurePlan | None, metering: Metering | None) -> Lack:
    """What the stream lacks of being as bright as the picture to come.

    A stream ends at its frame rate and its gain; a shutter that is set, a long exposure and what is
    lifted between lights do not.

    Args:
        plan: what a press would take.
        metering: of the exposure that is shown, which it was planned by.
    """
    if plan is None or metering is None or not plan.frames:
        return Lack()
    value = min(_bright(plan, metering), _MOST)
    return Lack(value if value > _LEAST else 0.0, max(plan.push, 0.0))


def _bright(plan: ExposurePlan, metering: Metering) -> float:
    """EV that a picture will be brighter than a frame of the exposure that was metered."""
    shown = metering.exposure_time * metering.analogue_gain * metering.digital_gain
    return log2(_light(plan) / shown) + plan.push


def _light(plan: ExposurePlan) -> float:
    return plan.frames[0].exposure_time * plan.frames[0].analogue_gain
