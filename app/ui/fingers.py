"""Fingers under X and Wayland, all of them, each once.

SDL tells a finger as what it is and, for the first one, as a mouse too; Kivy on Linux listens to
the mouse alone, which has no second finger. Here fingers are heard; the mouse that SDL makes of one
is switched off (app.ui.start). The console's touch panel has a provider of its own.
"""

from typing import Any

from kivy.config import Config
from kivy.core.window.window_sdl2 import SDL2MotionEventProvider

FINGERS = ("fingerdown", "fingermotion", "fingerup")


class _Heard:
    """SDL's window, whose fingers go to Kivy's provider for them."""

    def __init__(self, window: Any) -> None:  # noqa: ANN401 - Kivy is untyped
        self._window = window

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as above
        return getattr(self._window, name)

    def poll(self) -> Any:  # noqa: ANN401 - as above
        """The next event; None for one that is dealt with, False for none."""
        event = self._window.poll()
        if event and event[0] in FINGERS:
            SDL2MotionEventProvider.q.appendleft(event)
            return None
        return event


def hear_fingers(window: Any) -> None:  # noqa: ANN401 - as above
    """Hears a window's fingers, unless a panel is read directly; a second call changes nothing."""
    alone = not Config.has_option("input", "touch")
    if alone and not isinstance(window._win, _Heard):  # noqa: SLF001 - Kivy has no other way
        window._win = _Heard(window._win)  # noqa: SLF001 - as above
