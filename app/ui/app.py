"""The Kivy application: one window, one screen, the keyboard."""

import gc
from typing import Any

from kivy.app import App
from kivy.core.window import Window

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
from app.ui.rules import load_rules
from app.ui.start import Looks, Screen

window = Window  # None if no display could be opened


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
