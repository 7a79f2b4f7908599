"""The drawer: what lies over the viewfinder, the way to the other pages, and how the device is."""

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from app.clock import local_time
from app.device import DeviceState
from app.preferences import CHOICES, Preferences
from app.status import SessionStatus
from app.ui.dials import Dials
from app.ui.language import marked, tr, trn
from app.ui.pages import Page
from app.ui.parts import Parts
from app.ui.status_line import space
from app.ui.viewfinder import Viewfinder

NAMES = tuple(map(marked, ("thirds", "squares", "cross", "red", "yellow", "cyan")))
LOUPES = (1.0, 2.0, 4.0, 8.0)


class ToolsPage(Page):
    """A sheet over the viewfinder; the picture above it shows at once what a tool does.

    Attributes:
        now: the preferences.
        state: of the device and the queue, in a line.
        lens: that is on the camera; "" for none.
        lenses: whether there is a choice.
        lens_known: one of the book is on the camera, which can be measured.
        camera: in use.
        cameras: whether there are several.
        sheet: what the tools lie on.

    Events:
        on_library, on_settings, on_send, on_shading: the page that is wanted.
    """

    now = ObjectProperty(Preferences(), rebind=True)  # its rules look into it
    state = StringProperty("")
    lens = StringProperty("")
    lenses = BooleanProperty(defaultvalue=False)
    lens_known = BooleanProperty(defaultvalue=False)
    camera = StringProperty("")
    cameras = BooleanProperty(defaultvalue=False)
    sheet = ObjectProperty(None)
    translucent = True

    __events__ = ("on_library", "on_send", "on_settings", "on_shading")

    def __init__(
        self, parts: Parts, dials: Dials, viewfinder: Viewfinder, **kwargs: object
    ) -> None:
        choices, bridge = parts.choices, parts.bridge
        super().__init__(now=choices.now, **kwargs)
        self._mount, self._dials = parts.mount, dials
        self._choices, self._bridge, self._viewfinder = choices, bridge, viewfinder

    def entered(self) -> None:
        """Follows session, device and what is chosen."""
        self.now = self._choices.now
        self._choices.bind(now=self._follow)
        self._bridge.bind(status=self._tell, device=self._tell)
        self._tell()

    def rows(self, columns: int, *shown: bool) -> int:
        """Of buttons: nine, and lens, shading and camera as far as the last that is there."""
        return -(-(9 + max(at * there for at, there in enumerate(shown, 1))) // columns)

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """A touch on the picture above the sheet closes it, as the cross does."""
        super().on_touch_down(touch)
        if not self.sheet.collide_point(*touch.pos):
            self.dispatch("on_close")
        return True

    def toggle(self, name: str) -> None:
        """Turns one of the tools on or off."""
        self._change(**{name: not getattr(self.now, name)})

    def cycle(self, name: str) -> None:
        """Goes on to the next choice; a ring."""
        known = CHOICES[name]
        here = known.index(getattr(self.now, name))
        self._change(**{name: known[(here + 1) % len(known)]})

    def loupe(self) -> None:
        """Goes on to the next magnification."""
        nearest = min(range(4), key=lambda i: abs(LOUPES[i] - self._viewfinder.zoom))
        self._viewfinder.magnify(LOUPES[(nearest + 1) % len(LOUPES)])

    def next_lens(self) -> None:
        """Puts the book's next lens on the camera, or none after the last."""
        names = ["", *(lens.name for lens in self._mount.lenses)]
        here = names.index(self.lens) if self.lens in names else 0
        use = partial(self._mount.use, names[(here + 1) % len(names)], local_time())
        self._bridge.background(use, self._tell, lane="preferences", failed=self._tell)

    def next_camera(self) -> None:
        """Uses the next camera."""
        names = self._bridge.status.cameras
        here = names.index(self._bridge.status.camera)
        self._dials.use_camera(names[(here + 1) % len(names)])

    def left(self) -> None:
        """Looks no more."""
        self._bridge.unbind(status=self._tell, device=self._tell)
        self._choices.unbind(now=self._follow)

    def on_library(self) -> None:
        """Default handler."""

    def on_send(self) -> None:
        """Default handler."""

    def on_settings(self) -> None:
        """Default handler."""

    def on_shading(self) -> None:
        """Default handler."""

    def _change(self, **changes: Any) -> None:  # noqa: ANN401 - fields of Preferences
        self._choices.change(self._bridge.background, **changes)

    def _follow(self, _: object, now: Preferences) -> None:
        self.now = now

    def _tell(self, *_: object) -> None:
        status = self._bridge.status
        self.state = state_words(status, self._bridge.device)
        self.camera, self.cameras = status.camera, len(status.cameras) > 1
        self.lens, self.lenses = self._mount.lens.name, bool(self._mount.lenses)
        self.lens_known = bool(self.lens) and self._mount.folder is not None


def state_words(status: SessionStatus, device: DeviceState) -> str:
    """Battery, temperature, room and queue, as far as they are known."""
    parts = []
    if device.battery is not None:
        sign = "+" if device.charging else ""
        parts.append(tr("Battery {percent} %").format(percent=f"{device.battery}{sign}"))
    if device.temperature is not None:
        parts.append(f"{device.temperature:.0f} °C")
    if not status.abilities.sensor_known:
        parts.append(tr("Unknown sensor: colours are approximate"))
    if space(status):
        parts.append(space(status))
    if status.queued:
        waiting = trn("{count} picture in the making", "{count} pictures in the making", 1)
        many = trn("{count} picture in the making", "{count} pictures in the making", status.queued)
        parts.append(many if status.queued > 1 else waiting)
    return "   ".join(parts)
