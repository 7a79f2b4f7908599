"""The only crossing between the session's threads and Kivy's.

Nothing is pushed into Kivy: thirty times a second, on Kivy's thread, the bridge looks at the
session's newest status and preview frame and at its own finished background work.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from kivy.clock import Clock
from kivy.event import EventDispatcher
from kivy.properties import ObjectProperty

from app.session import Session
from app.status import SessionStatus
from capture.frames import PreviewFrame

log = logging.getLogger(__name__)

T = TypeVar("T")

RATE = 30.0  # looks a second


class Bridge(EventDispatcher):  # type: ignore[misc]  # Kivy is untyped
    """The session as Kivy sees it.

    Attributes:
        status: the session's newest status.

    Events:
        on_frame: a new preview frame (PreviewFrame).
    """

    status = ObjectProperty(SessionStatus())

    __events__ = ("on_frame",)

    def __init__(self, session: Session) -> None:
        super().__init__(status=session.status)
        self.session = session
        self._number = 0
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="interface")
        self._work: list[tuple[Future[Any], Callable[[Any], None]]] = []
        self._event = Clock.schedule_interval(self.look, 1.0 / RATE)

    def background(self, call: Callable[[], T], then: Callable[[T], None]) -> None:
        """Calls on a thread of the interface's own, then hands the result over on Kivy's thread.

        Work is done in the order it came; what raises is logged, and nothing follows.
        """
        self._work.append((self._pool.submit(call), then))

    def look(self, _seconds: float = 0.0) -> None:
        """Takes over what is new."""
        self.session.check()
        self.status = self.session.status
        newest = self.session.preview()
        if newest is not None and newest[0] != self._number:
            self._number = newest[0]
            self.dispatch("on_frame", newest[1])
        while self._work and self._work[0][0].done():
            future, then = self._work.pop(0)
            error = future.exception()
            if error is None:
                then(future.result())
            else:
                log.error("work for the interface failed: %s", error, exc_info=error)

    def close(self) -> None:
        """Stops looking; unfinished work of the interface is dropped."""
        self._event.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def on_frame(self, frame: PreviewFrame) -> None:
        """Default handler."""
