"""What a press of the shutter sets off: a picture, one later, or a run of them.

A run has a thread of its own, so that it keeps its beat whatever the screen does.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.session import Session
from app.status import Failure
from capture.plans.schedule import Schedule

log = logging.getLogger(__name__)

ENDLESS = 100_000  # pictures: as many as a schedule takes; a run ends when somebody ends it
_AGAIN = 0.01  # seconds between two tries of a camera that is not ready
AT_ONCE = Schedule()


@dataclass(frozen=True, slots=True)
class Run:
    """A run of pictures, at one moment.

    Attributes:
        schedule: that it follows.
        taken: pictures begun.
        wait: seconds to the next one; 0 if it is due.
    """

    schedule: Schedule
    taken: int
    wait: float


class Drive:
    """The shutter of a session: self timer, intervalometer, continuous drive and bulb.

    Args:
        session: takes the pictures.
        clock: monotonic seconds.

    Attributes:
        session: as given.
        schedule: of the next press.
        missed: the camera's failure that ended a self timer; who has told it sets None.
    """

    def __init__(self, session: Session, clock: Callable[[], float] = time.monotonic) -> None:
        self.session, self._clock = session, clock
        self.schedule = AT_ONCE
        self.missed: Failure | None = None
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._run: tuple[Schedule, int, float] | None = None

    @property
    def run(self) -> Run | None:
        """The run that is on."""
        now = self._run
        return None if now is None else Run(now[0], now[1], max(now[2] - self._clock(), 0.0))

    def press(self) -> bool:
        """Begins what is set, or ends what a press has begun; returns at once.

        Returns:
            False if the camera is not ready for a picture that was to be taken at once.
        """
        session = self.session
        if self._end_all():
            return True
        if self.schedule == AT_ONCE or session.status.lack:
            return session.shoot()
        schedule, now = self.schedule, self._clock()
        begun = not schedule.delay and session.shoot()  # however soon the finger is lifted
        with self._lock:
            self._end = threading.Event()
            self._run = (schedule, 0, now + schedule.delay)
            self._thread = threading.Thread(
                target=self._follow,
                args=(schedule, now, self._end),
                kwargs={"begun": begun},
                name="drive",
            )
            self._thread.daemon = True
            self._thread.start()
        return True

    def lift(self) -> None:
        """The finger is off the shutter: that ends continuous drive."""
        run = self._run
        if run is not None and run[0].count > 1 and not run[0].interval:
            self._end_all()

    def stop(self) -> bool:
        """Ends a run; a picture that has begun is completed. False if there is none."""
        with self._lock:
            if self._run is None:
                return False
            self._run = None
            self._end.set()
            return True

    def _end_all(self) -> bool:
        """Ends a run and an exposure that is open; False if there is neither."""
        ended = self.stop()
        if not self.session.status.open:
            return ended
        self.session.end_exposure()
        return True

    def join(self, timeout: float) -> None:
        """Waits for a run that was ended."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _follow(
        self, schedule: Schedule, press: float, end: threading.Event, *, begun: bool
    ) -> None:
        name = f"drive {id(end)}"  # one that was ended may last until the next has begun
        self.session.about_to_press(name, near=True)
        try:
            self._take_all(schedule, press, end, begun=begun)
        finally:
            self.session.about_to_press(name, near=False)

    def _take_all(
        self, schedule: Schedule, press: float, end: threading.Event, *, begun: bool
    ) -> None:
        waits = schedule.waits(self._clock(), press)
        wait = next(waits)
        for taken in range(1, schedule.count + 1):
            self._tell(end, (schedule, taken - 1, self._clock() + wait))
            due = taken > 1 or not begun
            if due and (end.wait(wait) or not self._taken(end, patient=schedule.count > 1)):
                break
            log.info("drive: %d of %s", taken, schedule.describe())
            if taken < schedule.count:
                wait = waits.send(self._clock())
        self._tell(end, None)

    def _taken(self, end: threading.Event, *, patient: bool) -> bool:
        """Takes a picture as soon as the camera can; False if the run was ended before.

        A camera that has failed is waited for, or not: the self timer's picture would be one of
        another moment.
        """
        while not self.session.shoot():
            failure = self.session.status.failure
            if failure is not None and not patient:
                self.missed = failure
                return False
            if end.wait(_AGAIN):
                return False
        return True

    def _tell(self, end: threading.Event, run: tuple[Schedule, int, float] | None) -> None:
        """Says how it goes, unless this run was ended."""
        with self._lock:
            if not end.is_set():
                self._run = run
