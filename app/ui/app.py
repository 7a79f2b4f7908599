"""The Kivy application: one window, one screen, the keyboard."""

from importlib import import_module
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.core.window import Window
from kivy.lang import Builder
from kivy.metrics import Metrics

from app.library import Library
from app.session import Session
from app.ui.bridge import Bridge
from app.ui.looks import LookShelf
from app.ui.panels import panel
from app.ui.screen import CameraScreen
from app.ui.start import Looks, Screen
from app.ui.theme import paint

window = Window  # None if no display could be opened

RULES = (
    "icons",
    "controls",
    "viewfinder",
    "style_strip",
    "shutter",
    "exposure",
    "last_picture",
    "status_line",
    "failure",
    "picture_view",
    "picture_grid",
    "story_panel",
    "library_page",
    "viewer",
    "compare_page",
    "restyle_page",
    "screen",
)


def load_rules() -> None:
    """Loads each part's class, which Kivy knows by its name from then on, and its rules, once."""
    for name in RULES:
        import_module(f"app.ui.{name}")
        path = Path(__file__).with_name(f"{name}.kv")
        if path.exists() and str(path) not in Builder.files:
            Builder.load_file(str(path))


def set_scale(width: int, height: int, mm: tuple[float, float] | None = None) -> None:
    """Makes Kivy's millimetres those of the panel."""
    Metrics.dpi = panel(width, height, mm).dpi
    Metrics.density = Metrics.dpi / 160.0  # a dp is 1/160 inch


class BarytaApp(App):  # type: ignore[misc]  # Kivy is untyped
    """The touchscreen app."""

    title = "Baryta"

    def __init__(self, session: Session, looks: Looks, library: Library, screen: Screen) -> None:
        super().__init__()
        self.session, self._looks, self._screen = session, looks, screen
        self._library = library
        self.bridge: Bridge | None = None

    def build(self) -> CameraScreen:
        """Makes the screen; the camera starts when it is there."""
        width, height = Window.size
        set_scale(width, height, self._screen.mm)
        load_rules()
        Window.clearcolor = paint.surround
        self.bridge = Bridge(self.session)
        shelf = LookShelf(self.bridge, self._looks)
        screen = CameraScreen(self.session, self.bridge, shelf, self._library)
        screen.bind(on_quit=lambda _: self.stop())
        Window.bind(on_key_down=lambda _window, code, *_: screen.key(code))
        return screen

    def on_start(self) -> None:
        """Opens the camera."""
        self.session.start()

    def on_stop(self) -> None:
        """Stops looking at the session."""
        if self.bridge is not None:
            self.bridge.close()

    def open_settings(self, *_: Any) -> bool:  # noqa: ANN401 - Kivy's signature
        """Kivy's own settings panel is not ours."""
        return False
