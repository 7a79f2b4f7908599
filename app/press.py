"""The press under way: whose burst it is, and what is told if none comes of it."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from app.journal import about
from app.shot_queue import Shot
from capture.frames import Burst

log = logging.getLogger(__name__)

Taken = Callable[[Burst | None], None]


@dataclass(frozen=True, slots=True)
class Press:
    """What is known of a picture at its press.

    Attributes:
        number: since the session's start.
        style: the look that was chosen.
        taken: local time.
        time_source: where the time came from, as in app.clock.
    """

    number: int
    style: str
    taken: datetime
    time_source: str

    def shot(self, burst: Burst) -> Shot:
        """The press with its burst; what is replayed was taken when its frames say."""
        if burst.taken is not None:
            return Shot(self.number, self.style, burst.taken, burst, time_source=burst.time_source)
        return Shot(self.number, self.style, self.taken, burst, time_source=self.time_source)


class UnderWay:
    """The burst that was asked for: a picture, or a measurement for somebody.

    Its callers hold the session's lock.

    Args:
        local_time, time_source: the time of day, with its offset from UTC; where it comes from.

    Attributes:
        lost: how many pictures were lost.
    """

    def __init__(self, local_time: Callable[[], datetime], time_source: Callable[[], str]) -> None:
        self._local_time, self._time_source = local_time, time_source
        self._press = Press(0, "", local_time(), "unknown")
        self._measuring: Taken | None = None
        self.lost = 0

    def press(self, number: int, style: str) -> AbstractContextManager[None]:
        """Begins a picture; what is logged in the context is about it."""
        self._press = Press(number, style, self._local_time(), self._time_source())
        return about(number, self._press.taken)

    def measure(self, taken: Taken) -> None:
        """Begins a burst that is no picture, for whom it is handed over to."""
        self._measuring = taken

    @property
    def measuring(self) -> bool:
        """Whether the burst is to be no picture."""
        return self._measuring is not None

    def hand_over(self, burst: Burst | None) -> bool:
        """Gives a burst that is no picture to who asked; False if nobody has."""
        taken, self._measuring = self._measuring, None
        if taken is not None:
            taken(burst)
        return taken is not None

    def shot(self, burst: Burst) -> Shot:
        """The picture of a burst."""
        return self._press.shot(burst)

    def refuse(self, lack: str) -> None:
        """The burst cannot be taken in this light."""
        if not self.hand_over(None):
            log.warning("shot %d: not taken: %s", self._press.number, lack)

    def fail(self, why: str) -> bool:
        """There will be no burst; True if a picture is lost."""
        if self.hand_over(None):
            return False
        self.lose(self._press.number, self._press.taken, why)
        return True

    def lose(self, number: int, taken: datetime, why: str) -> None:
        """Counts and logs a picture that is lost; number 0 for an earlier session's."""
        self.lost += 1
        with about(number, taken):
            log.error("shot %s: lost, %s", number or "?", why)
