"""The camera in use: opened, heard, and opened again when it has failed.

What it tells changes the session's status; its bursts go where pictures are made. Each opening is a
thread of its own (app.camera). One that was given up is not heard any more.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Unpack

from app.camera import BackOff, CameraThread
from app.cameras import Cameras
from app.modes import Plan, Wish
from app.press import UnderWay
from app.saving import Saving
from app.starting import Step, mark
from app.status import Changes, Failure, Fate, State
from app.telling import Telling
from capture.frames import Burst, PreviewFrame, SensorProfile
from capture.plan import ExposurePlan
from capture.source import Abilities, CameraError, Controls

log = logging.getLogger(__name__)

CLOSE_LIMIT = 10.0  # seconds for the camera to close, if it has longer

SILENT = Failure("The camera has stopped answering.", "Check its cable, then try again.")


class LiveCamera:
    """The camera in use, from one opening to the next.

    Args:
        cameras: those at hand; one is opened at every start, on the camera thread.
        plan: the exposures for what the camera meters and what is wished.
        telling: the session's status and its lock.
        under_way: the burst that was asked for.
        saving: where bursts become pictures.
        near: whether a press is near: the live stream is not held up then.
        focus_first: a press waits until a search for focus has ended; otherwise a second.
        clock: monotonic seconds.

    Attributes:
        profile: of the camera, once it streams.
        frame: the newest preview frame and its running number; None before the first.
        viewers: called after every new frame, on the camera thread; they return at once.
        over: closed for good.
    """

    def __init__(
        self,
        cameras: Cameras,
        plan: Plan,
        telling: Telling,
        under_way: UnderWay,
        saving: Saving,
        *,
        near: Callable[[], bool],
        focus_first: bool,
        clock: Callable[[], float],
    ) -> None:
        self._cameras, self._plan, self._telling = cameras, plan, telling
        self._under_way, self._saving = under_way, saving
        self._near, self._focus_first, self._clock = near, focus_first, clock
        self._lock, self._change = telling.lock, telling.change
        self._back_off = BackOff(clock)
        self._ended: CameraThread | None = None
        self._recovering = False
        self._told = ""  # why the camera failed, in the log
        self._thread: CameraThread | None = None  # the opening in use
        self.profile: SensorProfile | None = None
        self.frame: tuple[int, PreviewFrame] | None = None
        self.viewers: list[Callable[[], None]] = []
        self.over = False

    def open(self, failure: Failure | None = None) -> None:
        """Opens the camera; the failure is shown until it works."""
        status = self._telling.status
        self._thread = CameraThread(
            self._cameras.open,
            self._plan,
            self,
            self._cameras.controls,
            status.wish,
            self._clock,
            self._ended,
            focus_first=self._focus_first,
            near=self._near,
        )
        self._back_off.begun()
        self._change(state=State.STARTING, failure=failure, capture_progress=0.0)
        self._thread.begin()

    @property
    def in_use(self) -> bool:
        """Whether a camera is open or opening, to which what follows goes; without one nowhere."""
        return self._thread is not None and not self.over

    def shoot(self, wish: Wish, *, whole: bool = False) -> None:
        """As CameraThread.shoot()."""
        if self._thread is not None:
            self._thread.shoot(wish, whole=whole)

    def wish(self, wish: Wish) -> None:
        """As CameraThread.wish()."""
        if self._thread is not None:
            self._thread.wish(wish)

    def control(self, controls: Controls) -> None:
        """As CameraThread.control()."""
        if self._thread is not None:
            self._thread.control(controls)

    def focus(self) -> None:
        """As CameraThread.focus()."""
        if self._thread is not None:
            self._thread.focus()

    def release(self) -> None:
        """As CameraThread.release()."""
        if self._thread is not None:
            self._thread.release()

    def give_back(self) -> None:
        """Closes the camera; another may be opened at once, and is when this one has ended."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.end()
            self._ended = thread

    def check(self) -> None:
        """Gives up a camera that does not answer, and opens again one that failed, in its time."""
        with self._lock:
            thread, status = self._thread, self._telling.status
            if thread is not None and thread.overdue:
                thread.end()  # should it ever answer, it closes
                fate = self._salvage(thread)
                self.failed(thread, replace(SILENT, shot=fate), CameraError(SILENT.cause))
                self._ended = None  # nobody waits for it
            elif status.state is State.FAILED and self._back_off.due and not self.over:
                self.open(status.failure)

    def close(self, limit: float) -> None:
        """Closes the camera for good, after a burst in the making, and hears no more of it.

        Args:
            limit: seconds for it; of a burst that takes longer there is what has been taken.
        """
        with self._lock:
            self.over = True
            thread = self._thread
        if thread is None:
            return
        thread.release()  # nobody will end an exposure that is open
        thread.end()
        end, wait = time.monotonic() + limit, min(CLOSE_LIMIT, limit)
        while not thread.join(wait) and not thread.overdue:
            if (wait := min(1.0, end - time.monotonic())) <= 0.0:
                break
        with self._lock:
            self._salvage(thread)
            self._thread = None  # a burst that comes yet would be a second picture

    def _salvage(self, camera: CameraThread) -> Fate:
        """Makes a picture of what a camera that hangs has of the shot that is under way."""
        with self._lock:
            taking = self._thread is camera and self._telling.status.state is State.CAPTURING
            burst = camera.salvage() if taking else None
            if burst is None:
                return Fate.NONE
            self.captured(camera, burst)
            return Fate.SAVED

    # CameraListener: a camera thread that was given up is not heard.

    def opened(self, camera: CameraThread, abilities: Abilities, profile: SensorProfile) -> None:
        """The camera streams."""
        mark(Step.OPENED)
        with self._lock:
            if self._thread is camera:
                self.profile = profile
        self._hear(camera, abilities=abilities)
        if abilities.short_of:
            log.warning("the camera is short of %s", abilities.short_of)

    def focused(self, camera: CameraThread, *, found: bool) -> None:
        """A search for focus has ended."""
        self._hear(camera, focused=found)

    def planned(
        self, camera: CameraThread, wish: Wish, plan: ExposurePlan | None, lack: str
    ) -> None:
        """What a press would take now, or why nothing; not for a wish that has changed since."""
        with self._lock:
            if wish == self._telling.status.wish:
                self._hear(camera, planned=plan, lack=lack)

    def refused(self, camera: CameraThread, lack: str) -> None:
        """The shot cannot be taken in this light."""
        with self._lock:
            if self._thread is camera:
                measured = self._under_way.measuring  # what pictures lack is theirs
                pictures = self._telling.status.lack if measured else lack
                self._change(state=State.READY, lack=pictures)
                self._under_way.refuse(lack)

    def seen(self, camera: CameraThread, frame: PreviewFrame) -> None:
        """A preview frame came; only the newest is kept."""
        mark(Step.FRAME)
        with self._lock:
            if self._thread is camera:
                self.frame = (self.frame[0] + 1 if self.frame else 1, frame)
                self._back_off.worked()
                if self._telling.status.state is State.STARTING:  # nothing was to be seen before
                    self._told = ""
                    self._change(state=State.READY, failure=None)
        for viewer in tuple(self.viewers):
            viewer()
        self._recover()
        self._saving.look_at_space()

    def capturing(self, camera: CameraThread, fraction: float) -> None:
        """This much of the burst is taken."""
        self._hear(camera, capture_progress=fraction)

    def captured(self, camera: CameraThread, burst: Burst) -> None:
        """The burst is complete: the picture is made in the background."""
        with self._lock:
            if self._thread is not camera:
                return
            if self._under_way.measuring:
                self._change(state=State.READY, capture_progress=1.0, held=1)
                self._under_way.hand_over(burst)
            else:
                self._saving.submit(self._under_way.shot(burst))
                self._change(state=State.READY, capture_progress=1.0)

    def failed(self, camera: CameraThread, failure: Failure, error: Exception) -> None:
        """The camera failed; pictures in the queue are still made."""
        with self._lock:
            if self._thread is not camera:
                return
            self._log(failure, error)
            if self._telling.status.state is State.CAPTURING and self._under_way.fail(
                "the camera failed while taking it"
            ):
                failure = replace(failure, shot=Fate.LOST)
            self._thread, self._ended = None, camera
            self._back_off.failed()
            self._change(state=State.FAILED, failure=failure)
            self._recover()

    def _log(self, failure: Failure, error: Exception) -> None:
        """In one line, with a traceback of what nobody expects; once, until the cause changes."""
        if (line := f"{failure.cause} {failure.remedy}") == self._told:
            return
        self._told = line
        expected = isinstance(error, CameraError | MemoryError)
        traced = not expected or log.isEnabledFor(logging.DEBUG)
        log.error("the camera failed: %s", line, exc_info=error if traced else None)

    def _hear(self, heard: CameraThread, **changes: Unpack[Changes]) -> None:
        with self._lock:
            if self._thread is heard:
                self._change(**changes)

    def _recover(self) -> None:
        """Takes up what an earlier session left, once there is a frame or there will be none."""
        with self._lock:
            if not self._recovering and not self.over:
                self._recovering = True
                self._saving.recover()
