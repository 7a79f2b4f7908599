"""Metering of lights that clip: a frame six stops darker tells how far they do."""

from dataclasses import replace

import numpy as np

from app.negatives import unpack_frame
from capture.plan import ExposurePlan, Metering, split_exposure
from capture.source import CameraSource

_DARKER = 2.0**-6
_HIGHLIGHT = 0.999  # quantile, as Metering has it
_EVERY = 3  # samples: odd, so that all sites are met


def raw_metering(source: CameraSource, threads: int | None = None) -> Metering:
    """What the camera meters, with the true height of its lights: for plans of several exposures.

    Raises:
        CameraError: when the camera fails.
    """
    seen = source.metering()
    if seen.highlight_seen:
        return seen
    profile = source.profile
    metered = seen.exposure_time * seen.analogue_gain
    plan = ExposurePlan("meter", (split_exposure(metered * _DARKER, profile),))
    (dark,) = source.capture(plan).frames
    samples = unpack_frame(dark, threads)[::_EVERY, ::_EVERY].astype(np.float32)
    black = float(np.mean(profile.black_level))
    level = (float(np.quantile(samples, _HIGHLIGHT)) - black) / (profile.white_level - black)
    times = metered / (dark.metadata.exposure or metered * _DARKER)
    return replace(seen, highlight=max(level * times, 1.0), highlight_seen=True)
