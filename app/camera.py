"""The camera thread: the only one that touches the camera."""

import contextvars
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from app.modes import WATCHED, Plan, Wish, with_wishes
from app.raw_meter import Lights
from app.status import Failure, Fate
from capture.expected import told_of
from capture.frames import Burst, PreviewFrame, SensorProfile
from capture.plan import ExposurePlan, Metering
from capture.plans.motion import HAND
from capture.plans.taking import Onlooker, cut_short, take, take_until
from capture.source import (
    Abilities,
    CameraError,
    CameraSource,
    Controls,
    CutShortError,
    Salvage,
)

log = logging.getLogger(__name__)

START_LIMIT = 30.0  # seconds for a camera to open
FRAME_LIMIT = 5.0  # seconds between preview frames; a source itself waits three at most
FOCUS_LIMIT = 8.0  # seconds a search for focus may take: a hundred frames of a slow sensor
PRESS_WAITS = 1.0  # seconds of that a press gives it, if it is not to wait for its end
CAPTURE_LIMIT = 30.0  # seconds between two reports of a capture, besides its exposures

REMEDY = "Check the camera's cable, then try again."
NO_MEMORY = Failure("There is not enough memory for the camera.", "Close other programs.")
FIRST_RETRY, LAST_RETRY = 1.0, 30.0  # seconds until a failed camera is opened again
CLOSING = 5.0  # seconds that an earlier opening has for its end

PLAN_EVERY = 0.5  # seconds between two reckonings of what a press would take
CALM = 1.0  # seconds without a finger from which the stream may be held up to look at lights


class CameraListener(Protocol):
    """What the camera thread reports, on that thread. Each call names the thread it is from."""

    def opened(self, camera: "CameraThread", abilities: Abilities, profile: SensorProfile) -> None:
        """The camera streams."""
        ...

    def focused(self, camera: "CameraThread", *, found: bool) -> None:
        """A search for focus has ended."""
        ...

    def planned(
        self, camera: "CameraThread", wish: Wish, plan: ExposurePlan | None, lack: str
    ) -> None:
        """What a press would take now for this wish, or why nothing."""
        ...

    def seen(self, camera: "CameraThread", frame: PreviewFrame) -> None:
        """A preview frame came."""
        ...

    def capturing(self, camera: "CameraThread", fraction: float) -> None:
        """This much of the burst is taken."""
        ...

    def captured(self, camera: "CameraThread", burst: Burst) -> None:
        """The burst that was asked for is complete."""
        ...

    def refused(self, camera: "CameraThread", lack: str) -> None:
        """The burst that was asked for cannot be taken; the camera goes on."""
        ...

    def failed(self, camera: "CameraThread", failure: Failure, error: Exception) -> None:
        """The camera failed, and this thread ends; what is logged then is about its shot."""
        ...


class BackOff:
    """When a camera that failed is opened again: soon, then less and less often.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wait, self._due = FIRST_RETRY, float("inf")

    @property
    def due(self) -> bool:
        """True once it is time."""
        return self._clock() >= self._due

    def failed(self) -> None:
        """The camera failed: it waits, and the next time twice as long."""
        self._due = self._clock() + self._wait
        self._wait = min(2.0 * self._wait, LAST_RETRY)

    def begun(self) -> None:
        """The camera is being opened."""
        self._due = float("inf")

    def worked(self) -> None:
        """The camera works: the next failure is the first."""
        self._wait = FIRST_RETRY


class CameraThread:
    """One opening of the camera, from start to stop or failure.

    Args:
        open_source: makes the camera; called on the thread.
        plan: the exposures for what the camera meters.
        listener: hears what happens.
        controls: to begin with.
        wish: to begin with.
        clock: monotonic seconds.
        before: the opening before this one; the camera is opened when it has ended, or does not.
        focus_first: a press waits for the end of a search for focus.
        near: whether a press is near: nothing may hold up the stream then.
    """

    def __init__(
        self,
        open_source: Callable[[], CameraSource],
        plan: Plan,
        listener: CameraListener,
        controls: Controls,
        wish: Wish,
        clock: Callable[[], float] = time.monotonic,
        before: "CameraThread | None" = None,
        *,
        focus_first: bool = False,
        near: Callable[[], bool] = lambda: False,
    ) -> None:
        self._near, self._calm = near, clock()
        self._before, self._focus_first = before, focus_first
        self._open_source, self._plan, self._listener = open_source, plan, listener
        self._source: CameraSource | None = None
        self._newest: ExposurePlan | None = None  # what a press takes
        self._so_far: Burst | None = None  # of an exposure that is taken in parts
        self._clock = clock
        self._controls, self._wish = controls, wish
        self._asked, self._whole = wish, False  # of the press that is under way
        self._onlooker = Onlooker()
        self._next_plan = clock()
        self._told: Wish | None = None  # whose plan was told last
        self._lights = Lights(clock)
        self._released = threading.Event()
        self._shot = threading.Event()
        self._focus = threading.Event()
        self._pressed = 0.0
        self._fate = Fate.NONE
        self._about = self._now = contextvars.Context()  # what is logged of a burst names its shot
        self._ending = threading.Event()
        self._deadline = clock() + START_LIMIT
        # A daemon, so that a camera that never answers cannot hold the process for ever.
        self._thread = threading.Thread(target=self._loop, name="camera", daemon=True)

    def begin(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def shoot(self, wish: Wish, *, whole: bool = False) -> None:
        """Asks for one burst, of this moment; what is wished later does not change it.

        Args:
            wish: what it is to be.
            whole: with fewer frames than planned it is none.
        """
        self._asked, self._whole = wish, whole
        self._pressed = self._clock()
        self._about = contextvars.copy_context()
        self._released.clear()
        self._shot.set()

    def release(self) -> None:
        """Ends an exposure that lasts until somebody ends it."""
        self._released.set()

    def wish(self, wish: Wish) -> None:
        """Asks for other pictures."""
        self._wish = wish
        self._next_plan = self._clock()

    def control(self, controls: Controls) -> None:
        """Asks for new controls."""
        self._controls = controls

    def focus(self) -> None:
        """Asks for one search for focus, after the controls that were asked for."""
        self._focus.set()

    def end(self) -> None:
        """Asks the thread to close the camera, after a burst that was asked for."""
        self._ending.set()

    def join(self, timeout: float) -> bool:
        """Waits for the thread; False if it does not end."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def salvage(self) -> Burst | None:
        """What a camera that does not answer has of the burst that was asked for.

        Called from another thread. This one is given up then, and heard no more.
        """
        source, plan, burst = self._source, self._newest, self._so_far
        if plan is None or self._whole:
            return None
        if burst is None and isinstance(source, Salvage):
            try:
                burst = source.salvage(plan)
            except Exception:  # it hangs in the midst of anything
                log.warning("nothing of the shot can be saved", exc_info=True)
        return None if burst is None else cut_short(burst, plan)

    @property
    def overdue(self) -> bool:
        """True if the camera has not answered for too long."""
        return self._clock() > self._deadline

    def _expect(self, seconds: float) -> None:
        self._deadline = self._clock() + seconds

    def _loop(self) -> None:
        source: CameraSource | None = None
        before, self._before = self._before, None
        if before is not None:
            before.join(CLOSING)
        try:
            source = self._source = self._open_source()
            source.start()
            self._listener.opened(self, source.abilities, source.profile)
            self._stream(source)
        except Exception as error:  # noqa: BLE001 - told
            memory = isinstance(error, MemoryError)
            failure = NO_MEMORY if memory else Failure.of(error, REMEDY)
            failure = replace(failure, shot=self._fate)
            self._now.run(self._listener.failed, self, failure, error)
        finally:
            self._close(source)

    def _stream(self, source: CameraSource) -> None:
        applied = Controls()
        try:
            while True:
                focus = self._focus.is_set()  # first: its controls were set before it
                wanted = self._controls
                if wanted != applied:
                    source.set_controls(wanted)
                    applied = wanted
                if focus:
                    self._focus.clear()
                    self._expect(FRAME_LIMIT + FOCUS_LIMIT)
                    found = source.focus(FOCUS_LIMIT, self._seen, self._pressing)
                    self._listener.focused(self, found=found)
                if self._shot.is_set():
                    self._now = self._about
                    self._now.run(self._capture, source)
                    self._now = contextvars.Context()
                elif self._ending.is_set():
                    return
                self._expect(FRAME_LIMIT)
                self._seen(source.preview())
                self._look_ahead(source)
        except (CameraError, MemoryError):
            if self._shot.is_set():
                self._now = self._about
                self._now.run(self._save, source)
            raise

    def _pressing(self) -> bool:
        """Whether a press has waited long enough for a search for focus."""
        waited = self._clock() - self._pressed
        return not self._focus_first and self._shot.is_set() and waited > PRESS_WAITS

    def _seen(self, frame: PreviewFrame) -> None:
        if self._wish.mode in WATCHED:
            self._onlooker.see(frame)
        self._listener.seen(self, frame)

    def _look_ahead(self, source: CameraSource) -> None:
        """Now and then: what a press would take. Lights are looked at while no press is near."""
        now, wish = self._clock(), self._wish
        held = self._controls.exposure_locked or self._controls.focus_held
        if held or self._near():
            self._calm = now + CALM
        if now < self._next_plan or self._shot.is_set():
            return
        known = self._told is wish  # else figures first, by what is known; then a look
        self._next_plan = now + (PLAN_EVERY if known else 0.0)
        self._expect(CAPTURE_LIMIT)  # its lights may be looked at
        try:
            if wish.mode in WATCHED:
                metering = self._lights.lately(source, self._seen, look=known and now >= self._calm)
            else:
                metering = source.metering()
            plan, lack = self._planned(metering, source, wish), ""
        except ValueError as error:
            plan, lack = None, str(error)
        if wish is self._wish:  # during a look it may have changed
            source.expect(plan)
            self._told = wish
            self._listener.planned(self, wish, plan, lack)

    def _planned(self, metering: Metering, source: CameraSource, wish: Wish) -> ExposurePlan:
        motion = self._onlooker.motion() if wish.mode in WATCHED else HAND
        plan = self._plan(metering, source.profile, wish, motion)
        plan = with_wishes(plan, wish, self._controls, source.abilities)
        self._newest = plan = told_of(plan, metering)
        return plan

    def _save(self, source: CameraSource) -> None:
        """A press whose burst has not begun when the camera fails is a picture of what there is.

        Where the camera keeps no frames there is none: one that is taken once it works again
        would show another moment than the press's.
        """
        self._shot.clear()
        if self._whole:
            return
        self._expect(CAPTURE_LIMIT)
        try:
            plan = self._planned(source.metering(), source, self._asked)
            burst = take(source, plan, since_press=self._clock() - self._pressed)
        except CutShortError as error:
            burst = error.burst
        except (CameraError, MemoryError, ValueError):
            log.warning("nothing of the shot can be saved", exc_info=True)
            return
        self._fate = Fate.SAVED
        self._listener.captured(self, burst)

    def _capture(self, source: CameraSource) -> None:
        self._expect(CAPTURE_LIMIT)
        wish = self._asked
        watched = wish.mode in WATCHED
        metering = self._lights.now(source, self._seen) if watched else source.metering()
        self._shot.clear()  # from here on capture() saves what it can
        try:
            plan = self._planned(metering, source, wish)
        except ValueError as error:  # the light has changed since the press
            self._listener.refused(self, str(error))
            return
        limit = CAPTURE_LIMIT + 2 * sum(frame.exposure_time for frame in plan.frames)
        self._expect(limit)

        def progress(fraction: float) -> None:
            self._expect(limit)
            self._listener.capturing(self, fraction)

        since = self._clock() - self._pressed
        try:
            if wish.open_ended:
                burst = take_until(
                    source,
                    plan,
                    self._released.is_set,
                    progress,
                    since_press=since,
                    so_far=self._keep,
                )
            else:
                burst = take(source, plan, progress, since_press=since, seen=self._seen)
        except CutShortError as error:  # fewer frames make a picture too
            if not self._whole:
                self._fate = Fate.SAVED
                self._listener.captured(self, error.burst)
            raise
        finally:
            self._so_far = None
        self._listener.captured(self, burst)

    def _keep(self, burst: Burst) -> None:
        self._so_far = burst

    def _close(self, source: CameraSource | None) -> None:
        if source is None:
            return
        try:
            source.stop()
        except Exception:  # a camera that failed may fail again here; the first cause counts
            log.warning("the camera did not close cleanly", exc_info=True)
