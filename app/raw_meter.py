"""Metering by raw frames, for cameras that tell no histogram: one as metered, and a dark one.

What clips as metered is known to clip, not by how much; a frame six stops darker tells.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from app.negatives import unpack_frame
from capture.frames import RawFrame, SensorProfile
from capture.plan import ExposurePlan, FrameExposure, Metering, split_exposure
from capture.plans.histogram import RawHistogram
from capture.source import CameraSource

_DARKER = 2.0**-6
_HIGHLIGHT = 0.999  # quantile, as Metering has it
_EVERY = 3  # samples: odd, so that all sites are met


def raw_metering(source: CameraSource, threads: int | None = None) -> Metering:
    """What the camera meters, with the histogram of its raw and the true height of its lights.

    Raises:
        CameraError: when the camera fails.
    """
    seen = source.metering()
    if seen.histogram is not None:
        return seen
    profile = source.profile
    metered = seen.exposure_time * seen.analogue_gain
    bright = FrameExposure(seen.exposure_time, seen.analogue_gain)
    plan = ExposurePlan("meter", (split_exposure(metered * _DARKER, profile), bright))
    dark, light = source.capture(plan).frames
    histogram = RawHistogram.of(_levels(light, profile, threads))
    levels = _levels(dark, profile, threads)
    times = metered / (dark.metadata.exposure or metered * _DARKER)
    highlight = float(np.quantile(levels, _HIGHLIGHT)) * times
    if histogram.clipped_share < 1.0 - _HIGHLIGHT:  # it is in the brighter frame, with less noise
        highlight = histogram.level(_HIGHLIGHT)
    return replace(seen, highlight=highlight, histogram=histogram)


def _levels(
    frame: RawFrame, profile: SensorProfile, threads: int | None
) -> npt.NDArray[np.floating[Any]]:
    """Some of a frame's samples, 0 black, 1 clipped."""
    samples = unpack_frame(frame, threads)[::_EVERY, ::_EVERY].astype(np.float32)
    black = float(np.mean(profile.black_level))
    return (samples - black) / np.float32(profile.white_level - black)
