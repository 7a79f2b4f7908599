"""The only crossing between the session's threads and Kivy's.

Nothing is pushed into Kivy: thirty times a second, on Kivy's thread, the bridge looks at the
session's newest status and preview frame and at its own finished background work.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kivy.clock import Clock
from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, ObjectProperty

from app.device import DeviceState, read_device
from app.jobs import Job, Worker
from app.session import Session
from app.starting import Step, mark
from app.status import SessionStatus
from app.ui.fitting import Fitted, Fitter
from capture.frames import PreviewFrame

log = logging.getLogger(__name__)

T = TypeVar("T")

RATE = 30.0  # looks a second
DEVICE_EVERY = 5.0  # seconds between two looks at the device
ENDING = 3.0  # seconds at the end for what is in work
_MOST = 1 << 16  # pieces of work of a lane


Work = tuple[Job[Any], Callable[[Any], None], Callable[[Exception], None] | None]


@dataclass(slots=True, eq=False)
class _Lane:
    """A thread and the work it has been given."""

    worker: Worker
    waiting: deque[Work] = field(default_factory=deque)


class Bridge(EventDispatcher):  # type: ignore[misc]  # Kivy is untyped
    """The session as Kivy sees it.

    Attributes:
        status: the session's newest status.
        device: battery and temperature.
        settled: the first frame has been drawn, or the camera has failed: what nobody has asked for
            yet may begin.

    Events:
        on_frame: a new preview frame (PreviewFrame), and what was made of it for the panel
            (Fitted); None for nothing.
    """

    status = ObjectProperty(SessionStatus())
    device = ObjectProperty(DeviceState())
    settled = BooleanProperty(defaultvalue=False)

    __events__ = ("on_frame",)

    def __init__(self, session: Session) -> None:
        super().__init__(status=session.status)
        self.session = session
        self.fitter = Fitter(session)
        self._number = 0
        self._lanes: dict[str, _Lane] = {}
        self._closed = False
        self._event = Clock.schedule_interval(self.look, 1.0 / RATE)
        self._devices = Clock.schedule_interval(self._look_at_device, DEVICE_EVERY)
        self._look_at_device()

    def background(
        self,
        call: Callable[[], T],
        then: Callable[[T], None],
        *,
        lane: str = "interface",
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Calls on a thread of the interface's own, then hands the result over on Kivy's thread.

        Args:
            call: what to do.
            then: takes its result.
            lane: a name; each lane is a thread, on which work is done in the order it came.
            failed: takes what call raised; without one it is logged, and nothing follows.
        """
        if self._closed:
            return
        if lane not in self._lanes:
            self._lanes[lane] = _Lane(Worker(_MOST, name=lane))
        work = self._lanes[lane]
        work.waiting.append((work.worker.submit(lambda _: call()), then, failed))

    @property
    def idle(self) -> bool:
        """Whether nothing is in work for the interface, and nothing waits to be handed over."""
        return not any(lane.waiting for lane in self._lanes.values())

    def look(self, _seconds: float = 0.0) -> None:
        """Takes over what is new."""
        self.session.check()
        self.status = self.session.status
        newest = self.fitter.newest
        if newest is not None and newest[0] != self._number:
            if not self._number:  # after what follows now is drawn
                Clock.schedule_once(self._shown, 0)
            self._number = newest[0]
            self.dispatch("on_frame", *newest[1:])
        elif self.status.failure is not None:
            self.settled = True
        for lane in tuple(self._lanes.values()):
            while lane.waiting and lane.waiting[0][0].finished:
                _hand_over(*lane.waiting.popleft())

    def _look_at_device(self, _seconds: float = 0.0) -> None:
        self.background(read_device, self._take_device, lane="device")

    def _take_device(self, device: DeviceState) -> None:
        self.device = device

    def _shown(self, _seconds: float) -> None:
        mark(Step.SHOWN)
        self.settled = True

    def close(self) -> None:
        """Stops looking; work of the interface that is not finished soon is dropped."""
        self._closed = True
        self._event.cancel()
        self._devices.cancel()
        self.fitter.close()
        for lane in self._lanes.values():
            for job, *_ in lane.waiting:
                job.cancel()
            lane.waiting.clear()
        end = time.monotonic() + ENDING
        for lane in self._lanes.values():
            lane.worker.close(max(end - time.monotonic(), 0.0), grace=0.0)

    def on_frame(self, frame: PreviewFrame, fitted: Fitted | None) -> None:
        """Default handler."""


def _hand_over(
    job: Job[Any],
    then: Callable[[Any], None],
    failed: Callable[[Exception], None] | None,
) -> None:
    error = job.error()
    if error is None:
        then(job.result())
    elif failed is not None and isinstance(error, Exception):
        failed(error)
    else:
        log.error("work for the interface failed: %s", error, exc_info=error)
