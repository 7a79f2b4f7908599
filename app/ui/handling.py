"""Touch focus, the dials and the shutter's runs: between the viewfinder and the camera."""

from kivy.clock import Clock

from app.lenses import Mount, frameline, other_lenses
from app.status import SessionStatus, State
from app.ui.dials import Dials
from app.ui.focus_mark import mark_of
from app.ui.parts import Parts
from app.ui.shutter import ShutterButton
from app.ui.viewfinder import Viewfinder
from capture.source import Point

MIDDLE: Point = (0.5, 0.5)
SETTLING = 0.5  # seconds that the automatics have after a search, before they are held
LOOKS = 0.1  # seconds between two looks at a run


class Handling:
    """What fingers do on the viewfinder, done with the camera.

    Args:
        parts: the camera.
        viewfinder: with its mark and dials.
        shutter: the button.
    """

    def __init__(self, parts: Parts, viewfinder: Viewfinder, shutter: ShutterButton) -> None:
        self._parts, self._session, self._finder = parts, parts.session, viewfinder
        self._shutter = shutter
        self._point = MIDDLE
        self._holding = False
        self._hold = Clock.create_trigger(self._held, SETTLING)
        self.dials = Dials(parts.drive)
        finder = viewfinder.ids
        finder.panel.dials = self.dials
        finder.panel.bind(on_lock=lambda _: self.lock())
        finder.mark.bind(on_release=lambda _: self.release())
        viewfinder.bind(
            on_point=lambda _, point: self.point(point), on_hold=lambda _, point: self.hold(point)
        )
        shutter.bind(on_lift=lambda _: self.lift())
        self._look = Clock.schedule_interval(self._follow_run, LOOKS)

    def close(self) -> None:
        """Looks no more."""
        self._look.cancel()
        self._hold.cancel()

    def point(self, point: Point = MIDDLE) -> None:
        """Focuses on a point and meters it."""
        if not self._ready:
            return
        self._hold.cancel()
        self._holding, self._point = False, point
        self._session.set_controls(exposure_locked=False, colour_locked=False, lens_position=None)
        self._session.touch(point)

    def hold(self, point: Point = MIDDLE) -> None:
        """As point(); what it finds is held until it is released."""
        self.point(point)
        self._holding = self._ready

    def lock(self) -> None:
        """Holds focus, exposure and white balance as they are; the second time releases them."""
        if self._session.status.controls.exposure_locked:
            self.release()
        elif self._ready:
            self._point = self._session.status.controls.focus_at or MIDDLE
            self._session.lock()

    def release(self) -> None:
        """Gives focus and metering back to the automatics."""
        self._holding = False
        self._hold.cancel()
        self._session.release()

    def switch(self) -> None:
        """For a key: focuses on the middle, or releases what is set."""
        release = bool(mark_of(self._session.status))
        (self.release if release else self.point)()

    def fire(self) -> bool:
        """Presses the shutter."""
        done = self._parts.drive.press()
        self._follow_run()
        return done

    def lift(self) -> None:
        """Lets go of the shutter."""
        self._parts.drive.lift()

    def follow(self, status: SessionStatus) -> None:
        """Shows how everything stands."""
        if self._holding and status.focused is not None:
            self._holding = False
            self._hold()
        controls = status.controls
        self._point = controls.focus_at or controls.meter_at or self._point
        mark = mark_of(status)
        self._finder.pointed = self._point
        self._finder.mark = mark
        self._finder.lenses = framelines(self._parts.mount)
        self._finder.ids.panel.follow(status, self._parts.drive, self._parts.mount)

    @property
    def _ready(self) -> bool:
        return self._session.status.state in (State.READY, State.CAPTURING)

    def _held(self, *_: object) -> None:
        self._session.set_controls(exposure_locked=True, colour_locked=True)

    def _follow_run(self, *_: object) -> None:
        """Countdown, counting, and the shutter that ends it."""
        run, status = self._parts.drive.run, self._session.status
        wait = run.wait if run is not None else 0.0
        self._finder.count = f"{wait:.0f}" if run and run.schedule.delay and wait >= 0.5 else ""
        bulb = status.open
        self._shutter.ends = run is not None or bulb
        self._finder.ids.panel.follow(status, self._parts.drive, self._parts.mount)


def framelines(mount: Mount) -> list[tuple[str, tuple[float, float, float, float]]]:
    """What the book's longer lenses would see, as shares of the picture."""
    taking = mount.lens.focal_length
    boxes = ((lens.name, frameline(taking, lens.focal_length)) for lens in other_lenses(mount))
    return [(name, box) for name, box in boxes if box is not None]
