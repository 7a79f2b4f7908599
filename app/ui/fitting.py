"""Frames of the stream made for the panel, beside Kivy's thread."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from app.session import Session
from app.ui.picture_file import Pixels
from app.ui.tone_map import NOTHING, ToneLines
from capture.frames import PreviewFrame
from native import fit_frame, tone_frame

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A frame as it goes to the graphics processor.

    Attributes:
        pixels: (height, width, 4) uint8; the fourth byte is the gain of the lines, if there are
            any.
        lines: of the local tone mapping; None before any are known.
    """

    pixels: Pixels
    lines: ToneLines | None


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """How frames are wanted.

    Attributes:
        box: width and height that what pictures keep of a frame is shown in, pixels of the panel;
            None for the frame's own pixels.
        margin: shares of a frame's width and height that pictures leave out at each edge.
        lines: of the local tone mapping; None for none.
    """

    box: tuple[float, float] | None = None
    margin: tuple[float, float] = (0.0, 0.0)
    lines: ToneLines | None = None

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Of a frame of a size: what the panel shows, as its upload is what costs, but no more."""
        if self.box is None:
            return width, height
        wide, high = self.box
        across, above = self.margin
        columns = min(wide / (1.0 - 2.0 * across), high / (1.0 - 2.0 * above) * width / height)
        columns = min(max(int(columns), 1), width)
        while columns > 1 and not self._holds(columns, round(columns * height / width)):
            columns -= 1
        return columns, max(round(columns * height / width), 1)

    def of(self, pixels: Pixels) -> Fitted:
        """A frame, (height, width, 4) uint8, which stays as it is."""
        height, width = pixels.shape[:2]
        size = self.size(width, height)
        made = pixels if size == (width, height) else fit_frame(pixels, *size)
        if self.lines is not None and self.lines is not NOTHING:
            made = made.copy() if made is pixels else made
            tone_frame(made, self.lines.lines, *self.lines.limits)
        return Fitted(made, self.lines)

    def _holds(self, columns: int, rows: int) -> bool:
        """Whether what is kept of so many pixels has room."""
        kept = kept_of((columns, rows), self.margin)
        return self.box is None or (kept[0] <= self.box[0] and kept[1] <= self.box[1])


def kept_of(size: tuple[int, int], margin: tuple[float, float]) -> tuple[int, int]:
    """Columns and rows of a frame that are not left out: whole ones, the same at each edge."""
    columns, rows = size
    return columns - 2 * round(margin[0] * columns), rows - 2 * round(margin[1] * rows)


class Fitter:
    """Makes the newest frame of the stream as it is wanted, on a thread of its own.

    Attributes:
        wanted: how the next frames are to be; None leaves them as they are.
        newest: a frame's running number, the frame, and what was made of it; None before the first.
    """

    def __init__(self, session: Session) -> None:
        self.wanted: Fit | None = None
        self.newest: tuple[int, PreviewFrame, Fitted | None] | None = None
        self._session = session
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="frames")
        self._due = False
        self._unfollow: Callable[[], None] = session.follow(self._came)
        self._came()

    def close(self) -> None:
        """Follows the stream no more."""
        self._unfollow()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _came(self) -> None:
        """On the camera's thread; what comes while one is in work waits, and only the newest."""
        if not self._due:
            self._due = True
            with suppress(RuntimeError):  # closed meanwhile
                self._pool.submit(self._make)

    def _make(self) -> None:
        self._due = False
        newest, wanted = self._session.preview(), self.wanted
        if newest is None:
            return
        number, frame = newest
        fitted = None
        try:
            fitted = wanted.of(frame.pixels) if wanted else None
        except Exception:
            log.exception("a frame is shown as it is")
        self.newest = (number, frame, fitted)
