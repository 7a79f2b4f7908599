"""The Kivy application: one window, one screen, the keyboard."""

import gc
from importlib import import_module
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.core.window import Window
from kivy.lang import Builder

from app.drive import Drive
from app.lenses import Mount
from app.library import Library
from app.starting import Step, mark
from app.ui.bridge import Bridge
from app.ui.choices import Choices
from app.ui.keys import Keys
from app.ui.looks import LookShelf
from app.ui.main_window import MainWindow
from app.ui.parts import Parts
from app.ui.start import Looks, Screen

window = Window  # None if no display could be opened

RULES = (
    "theme",
    "icons",
    "notice",
    "controls",
    "overlays",
    "level_line",
    "focus_mark",
    "navigator",
    "readout",
    "dial",
    "control_panel",
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
    "trash_page",
    "viewer",
    "compare_page",
    "restyle_page",
    "tools_page",
    "shading_page",
    "settings_page",
    "welcome_page",
    "send_page",
    "export_page",
    "screen",
)


def load_rules() -> None:
    """Loads each part's class, which Kivy knows by its name from then on, and its rules, once."""
    for name in RULES:
        import_module(f"app.ui.{name}")
        path = Path(__file__).with_name(f"{name}.kv")
        if path.exists() and str(path) not in Builder.files:
            Builder.load_file(str(path))


class BarytaApp(App):  # type: ignore[misc]  # Kivy is untyped
    """The touchscreen app."""

    title = "Baryta"

    def __init__(
        self, drive: Drive, mount: Mount, looks: Looks, library: Library, screen: Screen
    ) -> None:
        super().__init__()
        self.session, self._looks, self._screen = drive.session, looks, screen
        self._drive, self._mount, self._library = drive, mount, library
        self.bridge: Bridge | None = None

    def build(self) -> MainWindow:
        """Makes the screen; the camera starts when it is there."""
        load_rules()
        self.bridge = Bridge(self.session)
        shelf = LookShelf(self.bridge, self._looks)
        choices = Choices(self._screen.preferences, self._screen.rotation)
        parts = Parts(self._drive, self._mount, self.bridge, shelf, self._library, choices)
        root = MainWindow(parts, self._screen.mm)
        root.bind(on_quit=lambda _: self.stop())
        self._keys = Keys(Window, root.key, root.lift)  # Kivy holds it weakly
        return root

    def on_start(self) -> None:
        """Opens the camera."""
        # What is there now stays for good: Python need not look through it again, in mid-frame.
        gc.freeze()
        gc.enable()
        mark(Step.WINDOW)
        self.session.start()

    def on_stop(self) -> None:
        """Stops looking at the session."""
        if self.bridge is not None:
            self.bridge.close()

    def open_settings(self, *_: Any) -> bool:  # noqa: ANN401 - Kivy's signature
        """Kivy's own settings panel is not ours."""
        return False
