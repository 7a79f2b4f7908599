"""What a person does with a camera: presses, wishes, controls, another camera, an end.

Threads: the camera thread (app.camera, heard by app.live_camera) alone touches the camera; of the
queue's two (app.shot_queue) one makes pictures of bursts, the other moves bursts to the card; any
thread may call Session. One lock guards the state, and observers are called under it, so that they
hear of every change in order.
"""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Unpack

from app.cameras import Cameras
from app.clock import local_time, time_source
from app.live_camera import LiveCamera
from app.modes import Plan, Wish
from app.press import Taken, UnderWay
from app.saving import Saving
from app.shot_queue import Name, Process, Shelf
from app.status import ControlChanges, SessionStatus, State
from app.telling import Observer, Telling
from capture.frames import PreviewFrame, SensorProfile
from capture.source import Abilities, Controls, Point

log = logging.getLogger(__name__)

# Seconds for what is under way at the end. With app.shot_queue.KEEPING for what is not a picture by
# then all of it is over well before TimeoutStopSec of deploy/system.
STOP_LIMIT = 45.0

AUTOMATIC = Controls()


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
        self._cameras = cameras
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
        self._pressing: set[str] = set()  # who is about to press
        self._under_way = UnderWay(local_time, time_source)
        self._saving = Saving(
            self._telling,
            process,
            capacity,
            shelf=shelf,
            low_memory=low_memory,
            free_pictures=free_pictures,
            clock=clock,
        )
        self._live = LiveCamera(
            cameras,
            plan,
            self._telling,
            self._under_way,
            self._saving,
            near=lambda: bool(self._pressing),
            focus_first=focus_first,
            clock=clock,
        )

    @property
    def status(self) -> SessionStatus:
        """The newest status."""
        return self._telling.status

    @property
    def profile(self) -> SensorProfile | None:
        """Of the camera, once it streams."""
        return self._live.profile

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Calls observer with every new status, from any thread; returns the way to end it.

        An observer returns at once and waits for no other thread.
        """
        return self._telling.subscribe(observer)

    def preview(self) -> tuple[int, PreviewFrame] | None:
        """The newest preview frame and its running number; None before the first."""
        return self._live.frame

    def follow(self, viewer: Callable[[], None]) -> Callable[[], None]:
        """Calls viewer after every new preview frame; returns the way to end it.

        It is called on the camera thread, raises nothing and returns at once.
        """
        viewers = self._live.viewers
        viewers.append(viewer)

        def end() -> None:
            with suppress(ValueError):
                viewers.remove(viewer)

        return end

    def start(self) -> None:
        """Opens the camera; returns at once. Nothing happens if it is open already.

        Raises:
            RuntimeError: stop() was called; a session runs once.
        """
        with self._lock:
            if self._live.over:
                raise RuntimeError("the session is over")
            if self.status.state not in (State.STOPPED, State.FAILED):
                return
            self._live.open()

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
            if not (self.status.can_shoot and self._live.in_use):
                return False
            number = self.status.shots + 1
            pressed = self._under_way.press(number, self.status.style)
            self._change(
                state=State.CAPTURING, shots=number, taking=self.status.wish, capture_progress=0.0
            )
            with pressed:
                self._live.shoot(self.status.wish)
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
            status = self.status
            ready = status.state is State.READY and not status.full  # what pictures lack is theirs
            if not (ready and self._live.in_use) or status.queued:
                return False
            self._under_way.measure(taken)
            self._change(state=State.CAPTURING, taking=wish, capture_progress=0.0)
            self._live.shoot(wish, whole=True)
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
            self._live.release()

    def set_wish(self, wish: Wish) -> None:
        """Says what the next pictures are to be."""
        with self._lock:
            if wish == self.status.wish:
                return
            self._change(wish=wish, planned=None, lack="")
            self._live.wish(wish)

    def set_exposure_value(self, ev: float) -> None:
        """Sets the exposure compensation in EV."""
        self.set_controls(exposure_value=ev)

    def set_controls(self, **changes: Unpack[ControlChanges]) -> None:
        """Changes controls of the camera in use; ValueError if one is impossible."""
        with self._lock:
            controls = replace(self._cameras.controls, **changes)
            self._cameras.set(controls)
            self._change(controls=controls)
            self._live.control(controls)

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
            if not self._live.in_use:
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
            self._live.focus()

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
            self._live.give_back()
            if self.status.state is not State.STOPPED:
                self._live.open()
        return True

    def save_again(self) -> None:
        """Queues the bursts whose saving failed once more."""
        self._saving.try_again()

    def look_at_space(self) -> None:
        """Tells how much room there is, after pictures have gone; it reads the card."""
        self._saving.look_at_space(now=True)

    @property
    def unsaved(self) -> frozenset[Name]:
        """The shots whose saving failed."""
        return self._saving.failed_shots

    def discard_unsaved(self, names: Collection[Name]) -> None:
        """Gives up these of the shots whose saving failed."""
        self._saving.discard_failed(names)

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
        self._live.check()

    def stop(self, timeout: float = STOP_LIMIT) -> int:
        """Closes the camera, finishes the queued pictures, and ends the session for good.

        A burst in the making is completed first, but an open exposure ends. Stopping twice is
        allowed.

        Args:
            timeout: seconds for the burst and the queue; what is not a picture by then goes to the
                shelf, in KEEPING more at most, and waits there for the next session.

        Returns:
            How many pictures were lost; each is also logged as an error.
        """
        end = time.monotonic() + timeout
        self._live.close(timeout)
        lost = self._saving.close(max(end - time.monotonic(), 0.0))
        with self._lock:
            if self.status.state is State.CAPTURING:
                self._under_way.fail("the camera did not answer")
            for shot in lost:
                why = "there was no time and no place to keep it"
                self._under_way.lose(shot.number, shot.taken, why)
            self._change(state=State.STOPPED, failure=None, queued=0, unsaved=0, problem=None)
            return self._under_way.lost

    def _known(self, style: str) -> str:
        if style not in self.styles:
            raise ValueError(f"no style named {style!r}")
        return style
