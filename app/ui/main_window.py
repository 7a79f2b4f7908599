"""What the window holds: the screen, made anew when the language or the panel changes."""

from typing import Any

from kivy.core.window import Window
from kivy.metrics import Metrics
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.scrollview import ScrollView

from app.preferences import Preferences
from app.ui.covering import draw_ground
from app.ui.fingers import hear_fingers
from app.ui.panels import panel
from app.ui.parts import Parts
from app.ui.screen import CameraScreen
from app.ui.settings_page import SettingsPage
from app.ui.theme import paint
from app.ui.welcome_page import WelcomePage


def set_scale(width: int, height: int, mm: tuple[float, float] | None = None) -> None:
    """Makes Kivy's millimetres those of the panel."""
    Metrics.dpi = panel(width, height, mm).dpi
    Metrics.density = Metrics.dpi / 160.0  # a dp is 1/160 inch


class MainWindow(FloatLayout):  # type: ignore[misc]  # Kivy is untyped
    """The screen as a person likes it.

    Args:
        parts: what it shows.
        mm: width and height of the panel, where the command line gives them.

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
        self.choices.unbind(now=self._follow)
        paint.unbind(surround=self._clear)
        self.screen.close()

    def _made(self) -> CameraScreen:
        self._scale()
        screen = CameraScreen(self._parts)
        screen.bind(on_quit=lambda _: self.dispatch("on_quit"))
        self.add_widget(screen)
        return screen

    def _scale(self) -> None:
        width, height = (int(side) for side in Window.size)
        chosen = self.choices.now.panel
        mm = chosen if min(chosen) > 0 else self._mm
        if mm is not None and (mm[0] > mm[1]) != (width > height):
            mm = mm[::-1]
        set_scale(width, height, mm)

    def _scaled(self, *_: object) -> None:
        before = Metrics.dpi
        self._scale()
        if Metrics.dpi == before:
            self.screen.place()
        else:  # what is made already has millimetres of another panel
            self._anew()

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
