"""What the window holds: the screen, made anew when the language or the panel changes."""

from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import Metrics
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.scrollview import ScrollView

from app.preferences import Preferences
from app.ui.covering import draw_ground
from app.ui.failure import FailureScreen
from app.ui.fingers import hear_fingers
from app.ui.focus import CODES
from app.ui.panels import Panel, panel
from app.ui.parts import Parts
from app.ui.screen import CameraScreen
from app.ui.settings_page import SettingsPage
from app.ui.theme import paint
from app.ui.welcome_page import WelcomePage

ANEW = (FailureScreen, SettingsPage, WelcomePage)  # pages that are opened again by themselves
LATER = 0.5  # seconds between two looks whether a page still keeps the window from its millimetres


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
        hear_fingers(Window)
        choices = self.choices = parts.choices
        self._before = choices.now
        self._rescale = Clock.create_trigger(self._scaled, LATER)
        self._clear()
        draw_ground(Window, paint.surround)
        self.screen = self._made()
        self.fbind("size", self._scaled)
        choices.bind(now=self._follow)
        paint.bind(surround=self._clear)
        if Window.rotation != choices.now.rotation:
            Window.rotation = choices.now.rotation
        if not choices.now.welcomed:
            self.screen.drawer.open_welcome()

    def key(self, code: int) -> bool:
        """A key; True if it means something here."""
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
            page = self.screen.pages.top
            lists = [part for part in page.walk() if isinstance(part, ScrollView)] if page else []
            return any(part.on_touch_down(touch) for part in lists)
        return button == "left" and bool(super().on_touch_down(touch))

    def on_quit(self) -> None:
        """Default handler."""

    def close(self) -> None:
        """Shows nothing any more."""
        self._rescale.cancel()
        self.choices.unbind(now=self._follow)
        paint.unbind(surround=self._clear)
        self.screen.close()

    def _made(self) -> CameraScreen:
        Metrics.dpi = self._panel().dpi
        Metrics.density = Metrics.dpi / 160.0  # a dp is 1/160 inch
        screen = CameraScreen(self._parts)
        screen.bind(on_quit=lambda _: self.dispatch("on_quit"))
        self.add_widget(screen)
        return screen

    def _panel(self) -> Panel:
        width, height = (int(side) for side in Window.size)
        chosen = self.choices.now.panel
        mm = chosen if min(chosen) > 0 else self._mm
        if mm is not None and (mm[0] > mm[1]) != (width > height):
            mm = mm[::-1]
        return panel(width, height, mm)

    def _scaled(self, *_: object) -> None:
        page = self.screen.pages.top
        if self._panel().dpi == Metrics.dpi:
            self.screen.place()
        elif page is None or page.translucent or isinstance(page, ANEW):
            self._anew()  # what is made already has millimetres of another panel
        else:  # a page that copies, sends or shows: it has them until it is closed
            self.screen.place()
            self._rescale()

    def _clear(self, *_: object) -> None:
        Window.clearcolor = paint.surround

    def _follow(self, _: object, now: Preferences) -> None:
        before, self._before = self._before, now
        if now.rotation != before.rotation:
            Window.rotation = now.rotation
        if now.language == before.language and now.panel == before.panel:
            return
        self._anew()

    def _anew(self) -> None:
        """Another screen in place of this one, with the same settings open."""
        page = self.screen.pages.top
        self.screen.close()
        self.remove_widget(self.screen)
        self.screen = self._made()
        if isinstance(page, SettingsPage):
            self.screen.drawer.open_settings()
        elif isinstance(page, WelcomePage):
            self.screen.drawer.open_welcome()
