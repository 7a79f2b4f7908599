"""What the window holds: the screen, another one when the language or the panel changes."""

from collections.abc import Iterator
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import Metrics
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.scrollview import ScrollView

from app.preferences import Preferences
from app.status import State
from app.ui.collecting import Collecting
from app.ui.covering import draw_ground
from app.ui.dismantling import Dismantling
from app.ui.faults import told
from app.ui.fingers import hear_fingers
from app.ui.focus import CODES
from app.ui.language import marked, tr
from app.ui.notice import Notice
from app.ui.pages import Page
from app.ui.panels import Panel, panel
from app.ui.parts import Parts
from app.ui.renewal import Renewal
from app.ui.screen import CameraScreen
from app.ui.theme import fitting, paint

UNKEPT = marked("Settings cannot be kept: they last until the app ends.")
ACROSS = {"scrollup": "scrollleft", "scrolldown": "scrollright"}  # of the wheel
FORGOTTEN = 60.0  # seconds after which a finger is taken for lifted: some panels lose one


class MainWindow(FloatLayout):  # type: ignore[misc]  # Kivy is untyped
    """The screen as a person likes it.

    Args:
        parts: what it shows.
        mm: width and height of the panel, where the device tree gives them.

    Events:
        on_quit: escape was pressed with nothing left to close.
    """

    __events__ = ("on_quit",)

    def __init__(self, parts: Parts, mm: tuple[float, float] | None = None) -> None:
        super().__init__()
        self._parts, self._mm = parts, mm
        self.dismantling = Dismantling(lambda: parts.bridge.idle)
        hear_fingers(Window)
        choices = self.choices = parts.choices
        self._before = choices.now
        self._clear()
        draw_ground(Window, paint.surround)
        for _ in self._scale():
            pass
        self.screen = self._made()
        self.screen.begin()
        self.add_widget(self.screen)
        self.notice = Notice()
        self.add_widget(self.notice)
        self._lost = Clock.create_trigger(self._forget, FORGOTTEN)
        Window.fbind("on_touch_down", self._touched)
        Window.fbind("on_touch_up", self._lifted)
        drop = self.dismantling.add
        self.renewal = Renewal(self, self._made, self._scale, self._change, drop)
        self.collecting = Collecting(self._idle)
        self.collecting.begin()
        self.fbind("size", self._scaled)
        choices.bind(now=self._follow, on_unkept=self._unkept)
        paint.bind(surround=self._clear)
        if Window.rotation != choices.now.rotation:
            Window.rotation = choices.now.rotation
        if not choices.now.welcomed:
            self.screen.drawer.open_welcome()

    def key(self, code: int) -> bool:
        """A key; True if it means something here."""
        self.collecting.touched()
        if code == CODES["f11"]:
            Window.fullscreen = False if Window.fullscreen else "auto"
            return True
        return self.screen.key(code)

    def lift(self, code: int) -> None:
        """A key comes up."""
        self.screen.lift(code)

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Fingers and the mouse's first button press; its wheel scrolls, and does nothing else."""
        button = getattr(touch, "button", None) or "left"
        if button.startswith("scroll"):
            seen = self.screen.pages.top or self.screen
            lists = [part for part in seen.walk() if isinstance(part, ScrollView)]
            return any(self._scroll(part, touch, button) for part in lists)
        return button == "left" and bool(super().on_touch_down(touch))

    def _scroll(self, part: ScrollView, touch: Any, button: str) -> bool:  # noqa: ANN401 - as above
        """The wheel over a list; one that lies across goes along with it."""
        across = part.viewport_size[1] <= part.height
        touch.button = ACROSS.get(button, button) if across else button
        return bool(part.on_touch_down(touch))

    def _touched(self, *_: object) -> None:
        self._lost.cancel()
        self._lost()
        self.collecting.touched()
        self._parts.drive.session.about_to_press("finger", near=True)

    def _lifted(self, *_: object) -> None:
        self.collecting.touched()
        self._parts.drive.session.about_to_press("finger", near=bool(EventLoop.touches))

    def _forget(self, *_: object) -> None:
        self._parts.drive.session.about_to_press("finger", near=False)

    def on_quit(self) -> None:
        """Default handler."""

    def close(self) -> None:
        """Shows nothing any more."""
        self.choices.unbind(now=self._follow, on_unkept=self._unkept)
        self.notice.end()
        paint.unbind(surround=self._clear)
        self.renewal.end()
        Window.funbind("on_touch_down", self._touched)
        Window.funbind("on_touch_up", self._lifted)
        self._lost.cancel()
        self._forget()
        self.dismantling.end()
        self.collecting.end()
        self.screen.close()

    def _made(self) -> CameraScreen:
        screen = CameraScreen(self._parts)
        screen.bind(on_quit=lambda _: self.dispatch("on_quit"))
        return screen

    def _idle(self) -> bool:
        """Whether nothing is on its way that a person waits for."""
        taking = self._parts.session.status.state is State.CAPTURING
        return not (taking or self.renewal.pending or self.dismantling.pending)

    def _panel(self) -> Panel:
        width, height = (int(side) for side in Window.size)
        chosen = self.choices.now.panel
        mm = chosen if min(chosen) > 0 else self._mm
        if mm is not None and (mm[0] > mm[1]) != (width > height):
            mm = mm[::-1]
        return panel(width, height, mm)

    def _scale(self) -> Iterator[None]:
        """Makes Kivy's millimetres those of the panel, in two steps: it asks each number each time.

        First what is measured in millimetres, then what Kivy measures by itself.
        """
        dpi = self._panel().dpi
        density = dpi / 160.0  # a dp is 1/160 inch
        if (dpi, density) != (Metrics.dpi, Metrics.density):  # Kivy tells all of the same as well
            Metrics.dpi = dpi
            yield
            Metrics.density = density

    def _scaled(self, *_: object) -> None:
        self.screen.place()
        if self._panel().dpi != Metrics.dpi or self.renewal.pending:
            self.renewal.begin()  # what is made already has millimetres of another panel

    def _clear(self, *_: object) -> None:
        Window.clearcolor = paint.surround

    def _unkept(self, _: object, error: Exception) -> None:
        """Calmly: the app goes on as it was asked to."""
        cause, _, _ = str(error).partition("; ")
        self.notice.say(f"{tr(UNKEPT)}\n{told(cause)}")

    def _follow(self, _: object, now: Preferences) -> None:
        before, self._before = self._before, now
        if now.rotation != before.rotation:
            fitting.hold()
            Window.rotation = now.rotation
        if now.language == before.language and now.panel == before.panel:
            return
        self.renewal.begin()

    def _change(self, screen: CameraScreen, kind: type[Page] | None) -> None:
        """Another screen in place of this one, with the same settings open."""
        before, self.screen = self.screen, screen
        before.close()
        screen.take_over(before)
        self.remove_widget(before)
        self.add_widget(screen)
        self.remove_widget(self.notice)
        self.add_widget(self.notice)  # on top
        screen.drawing.all()  # that has been, out of sight
        if kind is not None:
            screen.pages.open(screen.pages.kept(kind))
        self.dismantling.add(before)
