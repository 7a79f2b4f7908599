"""The session's status, and those who hear of every change of it."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Unpack

from app.status import Changes, SessionStatus

log = logging.getLogger(__name__)

Observer = Callable[[SessionStatus], None]


class Telling:
    """A status that changes under a lock.

    Args:
        status: to begin with.

    Attributes:
        lock: held by whoever looks at the status to change it. Observers are called under it, so
            that they hear of every change in order.
    """

    def __init__(self, status: SessionStatus) -> None:
        self.lock = threading.RLock()
        self._status = status
        self._observers: list[Observer] = []

    @property
    def status(self) -> SessionStatus:
        """The newest status."""
        return self._status

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Calls observer with every new status, from any thread; returns the way to end it.

        An observer returns at once and waits for no other thread.
        """
        with self.lock:
            self._observers.append(observer)

        def unsubscribe() -> None:
            with self.lock, suppress(ValueError):
                self._observers.remove(observer)

        return unsubscribe

    def change(self, **changes: Unpack[Changes]) -> None:
        """Changes fields of the status, and tells if any of them is new."""
        with self.lock:
            status = replace(self._status, **changes)
            if status == self._status:
                return
            self._status = status
            for observer in tuple(self._observers):
                try:
                    observer(status)
                except Exception:
                    log.exception("an observer of the session failed")
