"""The camera's state machine: states, shots, and the way from a burst to a saved picture.

Threads: the camera thread (app.camera) alone touches the camera; of the queue's two
(app.shot_queue) one makes pictures of bursts, the other moves bursts to the card; any thread may
call Session. One lock guards the state, and observers are called under it, so that they hear of
every change in order.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Unpack

from app.camera import BackOff, CameraThread
from app.cameras import Cameras
from app.clock import local_time, time_source
from app.journal import about
from app.modes import Plan, Wish
from app.saving import Saving
from app.shot_queue import Process, Shelf, Shot
from app.starting import Step, mark
from app.status import Changes, ControlChanges, Failure, Fate, SessionStatus, State
from app.telling import Observer, Telling
from capture.frames import Burst, PreviewFrame, SensorProfile
from capture.plan import ExposurePlan
from capture.source import Abilities, Controls, Point

log = logging.getLogger(__name__)

Taken = Callable[[Burst | None], None]
AUTOMATIC = Controls()
CLOSE_LIMIT = 10.0  # seconds for the camera to close

SILENT = Failure("The camera has stopped answering.", "Check its cable, then try again.")


class Session:
    """A camera, its preview, and the pictures in the making.

    Args:
        cameras: those at hand; one is opened at every start, on the camera thread.
        plan: the exposures for what the camera meters and what is wished. Exposure compensation
            acts through the camera's automatic exposure, so the metering holds it already.
        process: shot and report to a saved picture; called on the worker's thread.
        styles, style: names of the looks, and the one to begin with; else the first.
        capacity: bursts held in memory at most.
        shelf: takes bursts when memory is short or time is up; None for none.
        low_memory: whether the system is short of memory.
        free_pictures: how many more pictures fit; CardError if none can be saved. Called now and
            then, not on the caller's thread.
        focus_first: a press waits until a search for focus has ended; otherwise a second.
        clock: monotonic seconds.
        local_time, time_source: the time of day, with its offset from UTC; where it comes from.
    """

    def __init__(
        self,
        cameras: Cameras,
        plan: Plan,
        process: Process,
        styles: Sequence[str],
        *,
        style: str | None = None,
        capacity: int = 3,
        shelf: Shelf | None = None,
        low_memory: Callable[[], bool] = lambda: False,
        free_pictures: Callable[[], int | None] = lambda: None,
        focus_first: bool = False,
        clock: Callable[[], float] = time.monotonic,
        local_time: Callable[[], datetime] = local_time,
        time_source: Callable[[], str] = time_source,
    ) -> None:
        self.styles = tuple(styles)
        if not self.styles:
            raise ValueError("a session needs a style")
        first = self._known(self.styles[0] if style is None else style)
        self._cameras, self._plan, self._focus_first = cameras, plan, focus_first
        self._clock = clock
        self._local_time, self._time_source = local_time, time_source
        self._telling = Telling(
            SessionStatus(
                style=first,
                capacity=capacity,
                camera=cameras.chosen,
                cameras=cameras.names,
                controls=cameras.controls,
            )
        )
        self._lock, self._change = self._telling.lock, self._telling.change
        self.checks = 0  # calls of check(): that whoever shows the session is alive
        self.profile: SensorProfile | None = None  # of the camera, once it streams
        self._pressing: set[str] = set()  # who is about to press
        self._measuring: Taken | None = None  # takes the burst that is to be no picture
        self._frame: tuple[int, PreviewFrame] | None = None
        self._camera: CameraThread | None = None
        self._ended: CameraThread | None = None
        self._back_off = BackOff(clock)
        self._over = self._recovering = False
        self._shot = (0, first, local_time())
        self._source_of_time, self._lost = "unknown", 0
        self._saving = Saving(
            self._telling,
            process,
            capacity,
            shelf=shelf,
            low_memory=low_memory,
            free_pictures=free_pictures,
            clock=clock,
        )

    @property
    def status(self) -> SessionStatus:
        """The newest status."""
        return self._telling.status

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Calls observer with every new status, from any thread; returns the way to end it.

        An observer returns at once and waits for no other thread.
        """
        return self._telling.subscribe(observer)

    def preview(self) -> tuple[int, PreviewFrame] | None:
        """The newest preview frame and its running number; None before the first."""
        return self._frame

    def start(self) -> None:
        """Opens the camera; returns at once. Nothing happens if it is open already.

        Raises:
            RuntimeError: stop() was called; a session runs once.
        """
        with self._lock:
            if self._over:
                raise RuntimeError("the session is over")
            if self.status.state not in (State.STOPPED, State.FAILED):
                return
            self._open(None)

    def retry(self) -> None:
        """Opens the camera anew after a failure; nothing happens in another state."""
        with self._lock:
            if self.status.state is State.FAILED:
                self.start()

    def shoot(self) -> bool:
        """Asks for a picture in the chosen style; returns at once.

        Returns:
            False if the camera is not ready, or memory holds as many bursts as it may and the
            card takes no more of them, or what is wished cannot be had in this light.
        """
        with self._lock:
            if not self.status.can_shoot or self._camera is None or self._over:
                return False
            number = self.status.shots + 1
            self._shot = (number, self.status.style, self._local_time())
            self._source_of_time = self._time_source()
            self._change(
                state=State.CAPTURING, shots=number, taking=self.status.wish, capture_progress=0.0
            )
            with about(number, self._shot[2]):
                self._camera.shoot(self.status.wish)
                log.info("shot %d: begun", number)
        return True

    def measure(self, wish: Wish, taken: Taken) -> bool:
        """Asks for a burst that is no picture; returns at once.

        Args:
            wish: what it is to be.
            taken: gets it whole, or None; on another thread, and returns at once.

        Returns:
            False if the camera is not ready, or pictures are in the making.
        """
        with self._lock:
            status, camera = self.status, self._camera
            ready = status.state is State.READY and not status.full  # what pictures lack is theirs
            if not ready or status.queued or camera is None or self._over:
                return False
            self._measuring = taken
            self._change(state=State.CAPTURING, taking=wish, capture_progress=0.0)
            camera.shoot(wish, whole=True)
        return True

    def measured(self) -> None:
        """What measure() handed over has been let go: until then it counts as held in memory."""
        self._change(held=0)

    def about_to_press(self, who: str, *, near: bool) -> None:
        """Says for somebody that a press is near, or no longer: the live stream is not held up."""
        with self._lock:
            (self._pressing.add if near else self._pressing.discard)(who)

    def set_style(self, name: str) -> None:
        """Chooses the look of the preview and the next shots; ValueError if there is none such."""
        self._change(style=self._known(name))

    def end_exposure(self) -> None:
        """Ends a bulb exposure; nothing happens during another."""
        with self._lock:
            if self._camera is not None:
                self._camera.release()

    def set_wish(self, wish: Wish) -> None:
        """Says what the next pictures are to be."""
        with self._lock:
            if wish == self.status.wish:
                return
            self._change(wish=wish, planned=None, lack="")
            if self._camera is not None:
                self._camera.wish(wish)

    def set_exposure_value(self, ev: float) -> None:
        """Sets the exposure compensation in EV."""
        self.set_controls(exposure_value=ev)

    def set_controls(self, **changes: Unpack[ControlChanges]) -> None:
        """Changes controls of the camera in use; ValueError if one is impossible."""
        with self._lock:
            controls = replace(self._cameras.controls, **changes)
            self._cameras.set(controls)
            self._change(controls=controls)
            if self._camera is not None:
                self._camera.control(controls)

    def touch(self, point: Point) -> None:
        """Focuses on a point of the picture and meters it, until release()."""
        self._search(focus_at=point, focus_held=True, meter_at=point)

    def lock(self) -> bool:
        """Holds focus, exposure and white balance until release().

        The focus is searched for before, unless it is set by hand or held already.

        Returns:
            False without a camera.
        """
        with self._lock:
            if self._camera is None:
                return False
            controls = self.status.controls
            if controls.lens_position is None and not controls.focus_held:
                self._search(focus_held=True, exposure_locked=True, colour_locked=True)
            else:
                self.set_controls(exposure_locked=True, colour_locked=True)
            return True

    def _search(self, **changes: Unpack[ControlChanges]) -> None:
        """Searches for the focus, with these controls."""
        with self._lock:
            self.set_controls(**changes)
            self._change(focused=None)
            if self._camera is not None:
                self._camera.focus()

    def release(self, to: Controls = AUTOMATIC) -> None:
        """Gives focus, metering and locks back to the automatics, or to what was set before.

        A focus set by hand stays.
        """
        with self._lock:
            self.set_controls(
                focus_at=to.focus_at,
                focus_held=to.focus_held,
                meter_at=to.meter_at,
                exposure_locked=to.exposure_locked,
                colour_locked=to.colour_locked,
            )
            if not to.focus_held:
                self._change(focused=None)

    def use_camera(self, name: str) -> bool:
        """Changes to another camera; returns at once.

        Returns:
            False while a burst is taken; the press comes first.

        Raises:
            ValueError: if there is no camera of that name.
        """
        with self._lock:
            if self.status.state is State.CAPTURING:
                return False
            if name == self._cameras.chosen:
                return True
            self._cameras.choose(name)
            self._change(
                camera=name,
                controls=self._cameras.controls,
                abilities=Abilities(),
                focused=None,
                planned=None,
            )
            camera, self._camera = self._camera, None
            if camera is not None:
                camera.end()
                self._ended = camera
            if self.status.state is not State.STOPPED:
                self._open(None)
        return True

    def save_again(self) -> None:
        """Queues the bursts whose saving failed once more."""
        self._saving.try_again()

    def look_at_space(self) -> None:
        """Tells how much room there is, after pictures have gone; it reads the card."""
        self._saving.look_at_space(now=True)

    def discard_unsaved(self) -> None:
        """Gives up the bursts whose saving failed."""
        self._saving.discard_failed()

    def cancel_picture(self, number: int) -> None:
        """Gives up the shot of that number, waiting or in work; does nothing without one."""
        self._saving.cancel(number)

    def tell_power(self, words: str) -> None:
        """What the battery needs said, in two words; "" for nothing any more."""
        self._change(power=words)

    def check(self) -> None:
        """Call it now and then.

        Fails the session if the camera has stopped answering, and opens a camera that failed again:
        after a second, then after twice as long each time, up to half a minute.
        """
        with self._lock:
            self.checks += 1
            camera = self._camera
            if camera is not None and camera.overdue:
                camera.end()  # should it ever answer, it closes
                fate = self._salvage(camera)
                self.failed(camera, replace(SILENT, shot=fate))
                self._ended = None  # nobody waits for it
            elif self.status.state is State.FAILED and self._back_off.due and not self._over:
                self._open(self.status.failure)

    def stop(self, timeout: float = 120.0) -> int:
        """Closes the camera, finishes the queued pictures, and ends the session for good.

        A burst in the making is completed first. Stopping twice is allowed.

        Args:
            timeout: seconds for the queue; bursts that are not pictures by then go to the shelf
                and wait there for the next session.

        Returns:
            How many pictures were lost; each is also logged as an error.
        """
        with self._lock:
            self._over = True
            camera = self._camera
        if camera is not None:
            camera.end()
            limit = CLOSE_LIMIT
            while not camera.join(limit) and not camera.overdue:
                limit = 1.0
            self._salvage(camera)
        lost = self._saving.close(timeout)
        with self._lock:
            if self.status.state is State.CAPTURING and not self._measured(None):
                self._lose(self._shot[0], self._shot[2], "the camera did not answer")
            for shot in lost:
                self._lose(shot.number, shot.taken, "there was no time and no place to keep it")
            self._camera = None
            self._change(state=State.STOPPED, failure=None, queued=0, unsaved=0, problem=None)
            return self._lost

    def _salvage(self, camera: CameraThread) -> Fate:
        """Makes a picture of what a camera that hangs has of the shot that is under way."""
        with self._lock:
            taking = self._camera is camera and self.status.state is State.CAPTURING
            burst = camera.salvage() if taking else None
            if burst is None:
                return Fate.NONE
            self.captured(camera, burst)
            return Fate.SAVED

    def _open(self, failure: Failure | None) -> None:
        """Opens the camera; the failure is shown until it works."""
        cameras = self._cameras
        self._camera = CameraThread(
            cameras.open,
            self._plan,
            self,
            cameras.controls,
            self.status.wish,
            self._clock,
            self._ended,
            focus_first=self._focus_first,
            near=lambda: bool(self._pressing),
        )
        self._back_off.begun()
        self._change(state=State.STARTING, failure=failure, capture_progress=0.0)
        self._camera.begin()

    # CameraListener: a camera thread that was given up is not heard.

    def opened(self, camera: CameraThread, abilities: Abilities, profile: SensorProfile) -> None:
        """The camera streams."""
        mark(Step.OPENED)
        with self._lock:
            if self._camera is camera:
                self.profile = profile
        self._hear(camera, state=State.READY, failure=None, abilities=abilities)
        if abilities.short_of:
            log.warning("the camera is short of %s", abilities.short_of)

    def focused(self, camera: CameraThread, *, found: bool) -> None:
        """A search for focus has ended."""
        self._hear(camera, focused=found)

    def planned(self, camera: CameraThread, plan: ExposurePlan | None, lack: str) -> None:
        """What a press would take now, or why nothing."""
        self._hear(camera, planned=plan, lack=lack)

    def refused(self, camera: CameraThread, lack: str) -> None:
        """The shot cannot be taken in this light."""
        with self._lock:
            if self._camera is camera:
                pictures = self.status.lack if self._measuring else lack  # a measurement is none
                self._change(state=State.READY, lack=pictures)
                if not self._measured(None):
                    log.warning("shot %d: not taken: %s", self._shot[0], lack)

    def seen(self, camera: CameraThread, frame: PreviewFrame) -> None:
        """A preview frame came; only the newest is kept."""
        mark(Step.FRAME)
        with self._lock:
            if self._camera is camera:
                self._frame = (self._frame[0] + 1 if self._frame else 1, frame)
                self._back_off.worked()
        self._recover()
        self._saving.look_at_space()

    def capturing(self, camera: CameraThread, fraction: float) -> None:
        """This much of the burst is taken."""
        self._hear(camera, capture_progress=fraction)

    def captured(self, camera: CameraThread, burst: Burst) -> None:
        """The burst is complete: the picture is made in the background."""
        with self._lock:
            if self._camera is camera and self._measuring is not None:
                self._change(state=State.READY, capture_progress=1.0, held=1)
                self._measured(burst)
            elif self._camera is camera:
                number, style, taken = self._shot
                told = self._source_of_time
                if burst.taken is not None:  # what is replayed was taken then
                    taken, told = burst.taken, burst.time_source
                self._saving.submit(Shot(number, style, taken, burst, time_source=told))
                self._change(state=State.READY, capture_progress=1.0)

    def failed(self, camera: CameraThread, failure: Failure) -> None:
        """The camera failed; pictures in the queue are still made."""
        with self._lock:
            if self._camera is not camera:
                return
            if self.status.state is State.CAPTURING and not self._measured(None):
                self._lose(self._shot[0], self._shot[2], "the camera failed while taking it")
                failure = replace(failure, shot=Fate.LOST)
            self._camera, self._ended = None, camera
            self._back_off.failed()
            self._change(state=State.FAILED, failure=failure)
            self._recover()

    def _hear(self, heard: CameraThread, **changes: Unpack[Changes]) -> None:
        with self._lock:
            if self._camera is heard:
                self._change(**changes)

    def _recover(self) -> None:
        """Takes up what an earlier session left, once there is a frame or there will be none."""
        with self._lock:
            if not self._recovering and not self._over:
                self._recovering = True
                self._saving.recover()

    def _measured(self, burst: Burst | None) -> bool:
        """Hands over a burst that is no picture; False if nobody has asked for one."""
        taken, self._measuring = self._measuring, None
        if taken is not None:
            taken(burst)
        return taken is not None

    def _lose(self, number: int, taken: datetime, why: str) -> None:
        self._lost += 1
        with about(number, taken):
            log.error("shot %s: lost, %s", number or "?", why)

    def _known(self, style: str) -> str:
        if style not in self.styles:
            raise ValueError(f"no style named {style!r}")
        return style
