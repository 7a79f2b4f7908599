"""Histogram and zebra of the live stream: from its raw, or for want of one from the preview."""

import logging
from functools import partial

import numpy as np
import numpy.typing as npt

from app.raw_statistics import STOPS, RawStatistics, raw_statistics
from app.ui.bridge import Bridge
from app.ui.choices import Choices
from app.ui.overlays import histogram
from app.ui.textures import upload
from app.ui.tool_shader import Clip
from app.ui.viewfinder import Viewfinder
from capture.expected import brighter, holds
from capture.frames import PreviewFrame, RawSample

log = logging.getLogger(__name__)

LANE = "statistics"


class LiveStatistics:
    """Looks at a raw of the stream on a thread of its own, as often as the camera gives one.

    Args:
        bridge: to that thread.
        choices: what is wanted.
        finder: shows it.
    """

    def __init__(self, bridge: Bridge, choices: Choices, finder: Viewfinder) -> None:
        self._bridge, self._choices, self._finder = bridge, choices, finder
        self._seen: RawSample | None = None
        self._told = (1.0, False)  # how much brighter the picture to come is, what it holds
        self._busy = False

    @property
    def _wanted(self) -> bool:
        now = self._choices.now
        return bool(now.histogram or now.zebra)

    def see(self, frame: PreviewFrame) -> None:
        """A frame of the stream, with the newest raw if the camera gives any."""
        if frame.raw is None and self._seen is not None:  # another camera
            self._seen, self._finder.clip, self._finder.shares = None, None, None
        if frame.raw is None or self._busy or not self._wanted:
            return
        status = self._bridge.status
        if status.planned is None and not status.lack:  # a plan is a moment away
            return
        times = brighter(status.planned, frame.raw.frame.metadata)
        told = times, holds(status.planned, times)
        if frame.raw is self._seen and told == self._told:
            return
        self._seen, self._told, self._busy = frame.raw, told, True
        look = partial(raw_statistics, frame.raw, brighter=told[0], held=told[1])
        self._bridge.background(look, self._take, lane=LANE, failed=self._fail)

    def see_small(self, pixels: npt.NDArray[np.uint8]) -> None:
        """The preview made small, (height, width, 4) uint8: counted for want of a raw."""
        if self._seen is None and not self._busy and self._choices.now.histogram:
            self._finder.stops, self._finder.shares = 0.0, histogram(pixels)

    def follow(self) -> None:
        """Takes away what is not wanted any more; what is comes with the next raw."""
        finder, now = self._finder, self._choices.now
        self._seen = None
        if not now.histogram:
            finder.shares = None
        if not now.zebra:
            finder.clip = None

    def _take(self, found: RawStatistics) -> None:
        self._busy = False
        finder, now = self._finder, self._choices.now
        if now.histogram:
            finder.stops, finder.shares = STOPS, found.shares
        if now.zebra:
            before = finder.clip.texture if finder.clip else None
            finder.clip = Clip(upload(found.clipped, before), found.seen)

    def _fail(self, error: Exception) -> None:
        self._busy = False
        log.error("the stream's raw cannot be read: %s", error)
