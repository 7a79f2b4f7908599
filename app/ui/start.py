"""The one entry to the touchscreen app."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app import display, x_display
from app.drive import Drive
from app.jobs import uninterrupted
from app.journal import in_journal
from app.lenses import Mount
from app.library import Library
from app.ui.panels import built_in
from native import Look

log = logging.getLogger(__name__)

SIZE = (800, 480)  # of the window on a desktop, pixels, at most; the console uses the whole screen

Looks = Mapping[str, Look] | Callable[[str], Look]


@dataclass(frozen=True, slots=True)
class Screen:
    """How the app shows itself.

    Attributes:
        mm: width and height of the panel in millimetres; None looks its resolution up.
        rotation: of the picture where nobody has chosen one, degrees anticlockwise.
        preferences: file of what a person has chosen on the screen.
    """

    mm: tuple[float, float] | None = None
    rotation: int = 0
    preferences: Path = Path("screen.json")


def run(
    drive: Drive, mount: Mount, looks: Looks, library: Library, screen: Screen | None = None
) -> int:
    """Runs the app until it is closed; opens the camera, and finishes queued pictures at the end.

    Args:
        drive: of a session that is not started yet; both are stopped when this returns.
        mount: the lens.
        looks: the compiled look of each of the session's styles, or a function that makes it;
            a function is called in the background, once for each style.
        library: where the session's pictures go.
        screen: the window.

    Returns:
        Exit status: 0, or 1 after one line on stderr (no display, no Kivy, pictures lost).
    """
    session = drive.session
    if lack := display.awaited() if in_journal() else display.missing():
        session.stop()
        return _refuse(lack)
    screen = screen or Screen()
    if screen.mm is None and not display.has_desktop():  # a desktop turns and scales by itself
        mm, rotation = built_in()
        screen = replace(screen, mm=mm, rotation=rotation)
    prepare()
    try:
        if not log.isEnabledFor(logging.DEBUG):
            logging.disable(logging.CRITICAL)  # Kivy's page on what it tried; our line says it
        try:
            from app.ui.app import BarytaApp, window  # noqa: PLC0415 - Kivy acts on import
        finally:
            logging.disable(logging.NOTSET)
        if window is None:
            return _refuse(display.NO_ANSWER)
        BarytaApp(drive, mount, looks, library, screen).run()
    finally:
        with uninterrupted():  # a shot that is being taken would be lost
            drive.stop()
            if waiting := session.status.queued:
                _tell(f"finishing {waiting} picture{'s' if waiting > 1 else ''}")
            lost = session.stop()
    return _refuse(f"{lost} pictures could not be saved; see the log") if lost else 0


def prepare() -> None:
    """Sets Kivy up to mind our business only; must run before Kivy is imported."""
    os.environ.update(
        KIVY_NO_ARGS="1",  # our command line is ours
        KIVY_NO_CONFIG="1",  # neither read nor write ~/.kivy
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_LOG_MODE="PYTHON",  # messages go to logging, which we set up
        KCFG_KIVY_LOG_LEVEL="warning",
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        SDL_TOUCH_MOUSE_EVENTS="0",  # a finger is no mouse besides (app.ui.fingers)
    )
    # Named, for SDL would else open a window that nobody sees when the display does not answer.
    os.environ.setdefault("SDL_VIDEODRIVER", display.driver())
    from kivy.config import Config  # noqa: PLC0415 - as above

    console = not display.has_desktop()
    width, height = window_size()
    for key, value in {
        "width": width,
        "height": height,
        "fullscreen": "auto" if console else "0",
        "show_cursor": int(not console),
        "resizable": 1,
        "multisamples": 0,  # costly without a graphics processor; lines are smooth by themselves
        "maxfps": 60,
        "minimum_width": 320,
        "minimum_height": 320,
    }.items():
        Config.set("graphics", key, str(value))
    Config.set("kivy", "exit_on_escape", "0")
    # One provider for each finger: two would count every touch twice.
    for name, _ in Config.items("input"):
        Config.remove_option("input", name)
    touch = display.touch_device() if console else None
    if touch is not None:
        Config.set("input", "touch", f"mtdev,{touch}")
    else:
        Config.set("input", "mouse", "mouse,disable_multitouch,disable_hover")  # no touch


def window_size() -> tuple[int, int]:
    """Of the window on a desktop, pixels: no larger than an X display, on which nobody may mind it.

    Wayland's compositors and the console give it a size by themselves.
    """
    screen = x_display.size() if os.environ["SDL_VIDEODRIVER"] == "x11" else None
    width, height = screen or SIZE
    return min(width, SIZE[0]), min(height, SIZE[1])


def _refuse(line: str) -> int:
    _tell(line)
    return 1


def _tell(line: str) -> None:
    print(f"baryta: {line}", file=sys.stderr)  # noqa: T201 - the one line for people
