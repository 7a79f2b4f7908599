"""Tells systemd how the camera is: ready with the first frame, alive while frames come.

The protocol is a datagram of lines to the socket that the service manager names (sd_notify(3)).
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path

from app import starting
from app.jobs import repeated
from app.session import Session
from app.status import State

log = logging.getLogger(__name__)

INTERVAL = 1.0  # seconds between looks at the session
EAGER = 0.1  # seconds until it is ready
LONGEST_CAPTURE = 300.0  # seconds that a capture may show no progress: long exposures

Tell = Callable[[str], None]


class Vigil:
    """What a session's progress is worth to a service manager.

    Args:
        session: is looked at, from a thread of the vigil's own.
        tell: takes the lines of a message.
        clock: monotonic seconds.
    """

    def __init__(
        self, session: Session, tell: Tell, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session, self._tell, self._clock = session, tell, clock
        self.ready = False
        self._frames = self._checks = 0
        self._moved = clock()
        self._said = ""

    def look(self) -> None:
        """Tells what has changed, and that the camera lives if both it and the screen do."""
        session = self._session
        status, newest, checks = session.status, session.preview(), session.checks
        frames = newest[0] if newest else 0
        if self._said != (said := status.failure.cause if status.failure else str(status.state)):
            self._said = said
            self._tell(f"STATUS={said}")
        screen, camera = checks != self._checks, frames != self._frames
        self._frames, self._checks = frames, checks
        if camera or status.queued:  # pictures in the making are worth waiting for
            self._moved = self._clock()
        elif status.state is State.CAPTURING:
            camera = self._clock() < self._moved + LONGEST_CAPTURE
        if screen and (camera or status.queued):
            if not self.ready and frames:
                self.ready = True
                self._tell("READY=1")
            self._tell("WATCHDOG=1")


@contextmanager
def watched(session: Session, environment: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Keeps the service manager informed meanwhile; does nothing where there is none."""
    address = environment.pop("NOTIFY_SOCKET", "")  # children do not speak for us
    if not address:
        yield
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:

        def tell(text: str) -> None:
            with suppress(OSError):  # nobody listens: then nobody needs to hear
                line.sendto(text.encode(), address.replace("@", "\0", 1))

        vigil, told = Vigil(session, tell), False

        def look() -> None:
            nonlocal told
            vigil.look()
            if not told and starting.Step.SHOWN in starting.stamps():
                told = True
                _tell_start(environment.get("RUNTIME_DIRECTORY", ""))

        try:
            with repeated(look, lambda: INTERVAL if vigil.ready else EAGER, "vigil"):
                yield
        finally:
            tell("STOPPING=1")


def _tell_start(folder: str) -> None:
    """What the start took, into the journal and the unit's own folder."""
    reached = starting.stamps()
    log.info("started: %s", starting.words(starting.process_start(), reached))
    if folder:
        try:
            starting.keep(reached, Path(folder))
        except OSError:
            log.exception("the start's times cannot be kept")
