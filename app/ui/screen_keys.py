"""What keys do on the screen, and hardware buttons that act as keys."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.ui.focus import ARROWS, CODES, ENTER

if TYPE_CHECKING:
    from app.ui.screen import CameraScreen


class ScreenKeys:
    """The keys of a screen that is begun: a page's, then those of what is framed, then its own.

    Args:
        screen: that one.
    """

    def __init__(self, screen: "CameraScreen") -> None:
        self._screen = screen
        self._actions: dict[int, Callable[[], object]] = {
            **dict.fromkeys(ENTER, screen.fire),
            CODES["escape"]: screen.leave,
            **{code: partial(self._arrow, *way) for code, way in ARROWS.items()},
            CODES["c"]: self._dials,
            CODES["f"]: screen.handling.switch,
            CODES["k"]: screen.handling.lock,
            **dict.fromkeys((CODES["p"], CODES["backspace"]), screen.gallery.open_last),
            CODES["l"]: screen.gallery.open_library,
            CODES["m"]: screen.drawer.open_tools,
        }

    def press(self, code: int) -> bool:
        """A key goes down; True if it means something here."""
        screen = self._screen
        top = screen.pages.top
        panel = screen.ids.viewfinder.ids.panel
        if panel.open:
            panel.stay()
        if top is not None:
            return top.key(code) or (top.shoots and self._shoot(code))
        if screen.focus.key(code):
            if code in ENTER and panel.dial is not None and screen.focus.at is None:
                screen.focus.frame(panel.dial.ids.more)  # in place of the chip that has chosen it
            return True
        action = self._actions.get(code)
        if action is None:
            return False
        action()
        return True

    def lift(self, code: int) -> None:
        """A key comes up: that of the shutter lets go of it."""
        if code in ENTER:
            self._screen.handling.lift()

    def _shoot(self, code: int) -> bool:
        if code in ENTER:
            self._screen.fire()
        return code in ENTER

    def _dials(self) -> None:
        """Brings the dials, the first of them framed, or takes them away."""
        panel = self._screen.ids.viewfinder.ids.panel
        panel.toggle()
        for chip in list(panel.chips.values())[:1]:
            self._screen.focus.frame(chip)

    def _arrow(self, across: int, up: int) -> None:
        """Moves the loupe; without one, changes look or exposure."""
        screen = self._screen
        if screen.ids.viewfinder.zoom > 1.0:
            screen.ids.viewfinder.look(across, up)
        elif across:
            screen.ids.styles.step(across)
        else:
            screen.expose(up)
