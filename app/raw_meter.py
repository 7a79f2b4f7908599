"""Metering of lights that clip: a frame six stops darker tells how far they do."""

from collections.abc import Callable
from dataclasses import replace
from math import log2

import numpy as np

from app.negatives import unpack_frame
from capture.plan import ExposurePlan, Metering, split_exposure
from capture.source import CameraSource

_DARKER = 2.0**-6
_HIGHLIGHT = 0.999  # quantile, as Metering has it
_KEPT = 10.0  # seconds that the lights of a scene are taken for the same
_CHANGED = 0.5  # EV of the metered exposure, from which they are not
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


class Lights:
    """What was seen of a scene's lights, so that a plan can be told again and again as it is taken.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: tuple[float, float, float] | None = None  # when, metered, highlight over it

    def now(self, source: CameraSource) -> Metering:
        """As raw_metering(), and kept."""
        found = raw_metering(source)
        metered = found.exposure_time * found.analogue_gain
        self._seen = (self._clock(), metered, found.highlight / metered)
        return found

    def lately(self, source: CameraSource) -> Metering:
        """The same with lights that were seen before, if the scene is still as bright.

        Raises:
            CameraError: when the camera fails.
        """
        found = source.metering()
        if found.highlight_seen:
            return found
        metered = found.exposure_time * found.analogue_gain
        if self._seen is None:
            return self.now(source)
        when, before, lights = self._seen
        if self._clock() - when > _KEPT or abs(log2(metered / before)) > _CHANGED:
            return self.now(source)
        return replace(found, highlight=max(lights * metered, 1.0), highlight_seen=True)
