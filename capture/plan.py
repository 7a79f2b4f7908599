"""Exposure plans: from what the camera meters to the frames of a burst. Pure functions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metering:
    """What the camera measures before a shot.

    Attributes:
        exposure_time: of the automatic exposure, seconds.
        analogue_gain: of the automatic exposure.
        highlight: level of the brightest part that should keep detail (99.9th percentile of the
            raw, normalised, before clipping where known; 1 means at the clipping level).
    """

    exposure_time: float
    analogue_gain: float
    highlight: float


@dataclass(frozen=True, slots=True)
class FrameExposure:
    """One frame of a plan: exposure time in seconds and analogue gain."""

    exposure_time: float
    analogue_gain: float


@dataclass(frozen=True, slots=True)
class ExposurePlan:
    """The frames to take, and the push in EV that development owes them."""

    mode: str
    frames: tuple[FrameExposure, ...]
    push: float = 0.0
