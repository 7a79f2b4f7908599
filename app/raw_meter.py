"""Metering of lights that clip: a frame six stops darker tells how far they do."""

import logging
from collections.abc import Callable
from dataclasses import replace
from math import log2

import numpy as np

from app.negatives import unpack_frame
from capture.frames import PreviewFrame
from capture.plan import ExposurePlan, Metering, split_exposure
from capture.source import CameraError, CameraSource, Seen

log = logging.getLogger(__name__)

_DARKER = 2.0**-6
_BRIGHTER = 1.5  # times the dark frame's exposure, from which one that passes is worth showing
_HIGHLIGHT = 0.999  # quantile, as Metering has it
_KEPT = 10.0  # seconds that the lights of a scene are taken for the same
_CHANGED = 0.5  # EV of the metered exposure, from which they are not
_REST = 3.0  # seconds between two looks ahead of a press: each holds the viewfinder for some frames
_LONGEST = 60.0  # the same, where look after look fails
_EVERY = 3  # samples: odd, so that all sites are met


def raw_metering(
    source: CameraSource, threads: int | None = None, *, seen: Seen | None = None
) -> Metering:
    """What the camera meters, with the true height of its lights: for plans of several exposures.

    Args:
        source: a camera that is started.
        threads: for unpacking; None uses all.
        seen: hears the live stream's frames that pass meanwhile, but for the dark one.

    Raises:
        CameraError: when the camera fails, or does not take the dark frame.
    """
    return _lit(source, lambda found: _looked(source, found, threads, seen))


def _lit(source: CameraSource, look: Callable[[Metering], Metering]) -> Metering:
    """What the camera meters, looked at if its lights clip."""
    found = source.metering()
    return found if found.highlight_seen else look(found)


def _looked(
    source: CameraSource, found: Metering, threads: int | None, seen: Seen | None
) -> Metering:
    """A metering of lights that clip, with their height in a dark frame."""
    profile = source.profile
    metered = found.exposure_time * found.analogue_gain
    exposure = split_exposure(metered * _DARKER, profile)
    brighter = _BRIGHTER * exposure.exposure_time * exposure.analogue_gain

    def passing(frame: PreviewFrame) -> None:
        if seen is not None and (frame.metadata.exposure or brighter) >= brighter:
            seen(frame)

    (dark,) = source.capture(ExposurePlan("meter", (exposure,)), seen=passing).frames
    samples = unpack_frame(dark, threads)[::_EVERY, ::_EVERY].astype(np.float32)
    black = float(np.mean(profile.black_level))
    level = (float(np.quantile(samples, _HIGHLIGHT)) - black) / (profile.white_level - black)
    times = metered / (dark.metadata.exposure or metered * _DARKER)
    return replace(found, highlight=max(level * times, 1.0), highlight_seen=True)


class Lights:
    """What was seen of a scene's lights, so that a plan can be told again and again as it is taken.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._looked = float("-inf")  # when the last look ended, whatever came of it
        self._rest = _REST
        self._failing = False  # the last look failed
        self._refused = False  # the camera refused it
        self._seen: tuple[float, float, float] | None = None  # when, metered, highlight over it

    def now(self, source: CameraSource, seen: Seen | None = None) -> Metering:
        """As raw_metering(), and kept; what is known without a look where that fails.

        Where the camera failed in the last look a press does not wait for another one: a sensor
        may take four seconds to refuse it. Where memory was short it looks again.

        Raises:
            CameraError: when the camera does not meter.
        """
        return _lit(source, lambda found: self._press(source, found, seen))

    def lately(
        self, source: CameraSource, seen: Seen | None = None, *, look: bool = True
    ) -> Metering:
        """The same with lights that were seen before, if the scene is still as bright.

        Otherwise they are looked at, three seconds after the last look at the earliest, and twice
        as long after each that fails: until then the camera's guess has to do.

        Args:
            source: a camera that is started.
            seen: hears the live stream's frames that pass during a look.
            look: whether the live stream may be held up for one.

        Raises:
            CameraError: when the camera does not meter.
        """
        found = source.metering()
        if found.highlight_seen:
            return found
        known, old = self._known(found)
        rested = self._clock() - self._looked >= self._rest
        if look and rested and (old or not known.highlight_seen):
            return self._look(source, found, seen)
        return known

    def _press(self, source: CameraSource, found: Metering, seen: Seen | None) -> Metering:
        if not self._refused:
            return self._look(source, found, seen)
        known, _ = self._known(found)
        by = "the last look" if known.highlight_seen else "the camera's guess"
        log.warning("looking at the lights failed before: the picture goes by %s", by)
        return known

    def _look(self, source: CameraSource, found: Metering, seen: Seen | None) -> Metering:
        try:
            lit = _looked(source, found, None, seen)
        except (CameraError, MemoryError) as error:
            level = logging.DEBUG if self._failing else logging.WARNING
            log.log(level, "the lights were not looked at: %s", str(error) or "memory is short")
            self._failing, self._refused = True, isinstance(error, CameraError)
            self._rest = min(2.0 * self._rest, _LONGEST)
            return self._known(found)[0]
        finally:
            self._looked = self._clock()
        self._failing = self._refused = False
        self._rest = _REST
        metered = lit.exposure_time * lit.analogue_gain
        self._seen = (self._looked, metered, lit.highlight / metered)
        return lit

    def _known(self, found: Metering) -> tuple[Metering, bool]:
        """A metering with the lights of the last look, if its scene was as bright; whether old."""
        if self._seen is None:
            return found, False
        when, before, lights = self._seen
        metered = found.exposure_time * found.analogue_gain
        if abs(log2(metered / before)) > _CHANGED:
            return found, False
        lit = replace(found, highlight=max(lights * metered, 1.0), highlight_seen=True)
        return lit, self._clock() - when > _KEPT
