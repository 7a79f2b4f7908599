"""Local tone mapping of the live preview, found beside the drawing."""

import logging
from functools import partial

from app.ui.bridge import Bridge
from app.ui.looks import LookShelf
from app.ui.tone_map import ToneLines, tone_lines
from capture.frames import PreviewFrame

log = logging.getLogger(__name__)


class LiveTones:
    """Lines of gain of a frame of the stream; they come a few frames later.

    Args:
        bridge: does the work beside the drawing.
        shelf: has the looks.

    Attributes:
        lines: the newest; None before any are known.
    """

    def __init__(self, bridge: Bridge, shelf: LookShelf) -> None:
        self.lines: ToneLines | None = None
        self._bridge, self._shelf = bridge, shelf
        self._busy = False
        self._untold = True  # that there are none

    def find(self, frame: PreviewFrame) -> None:
        """Those of a frame in the chosen look, unless those of another are in work."""
        look = self._shelf.ready.get(self._bridge.status.style)
        if self._busy or look is None:
            return
        self._busy = True
        find = partial(tone_lines, frame.pixels, look[0])
        self._bridge.background(find, self._take, failed=self._fail)

    def _take(self, lines: ToneLines) -> None:
        self._busy, self.lines = False, lines

    def _fail(self, error: Exception) -> None:
        """Those before stay, and the next frame is tried; told once, not ten times a second."""
        self._busy = False
        level, self._untold = (logging.WARNING if self._untold else logging.DEBUG), False
        log.log(level, "the preview's tone mapping failed: %s", repr(error))
