"""The keyboard, and hardware buttons that act as one: each press once."""

from collections.abc import Callable
from typing import Any

from app.ui.focus import ARROWS, CODES

REPEATING = {*ARROWS, CODES["tab"]}  # held, these go on moving


class Keys:
    """Hears a window's keys.

    SDL tells a key that is held as one that is pressed again and again: one press would begin and
    end a self timer, and leave page after page.

    Args:
        window: Kivy's.
        press: takes the code of a key that goes down; True if it means something.
        lift: takes the code of one that comes up.
    """

    def __init__(
        self,
        window: Any,  # noqa: ANN401 - Kivy is untyped
        press: Callable[[int], bool],
        lift: Callable[[int], None],
    ) -> None:
        self._press, self._lift = press, lift
        self._held: set[int] = set()
        self._window = window
        window.bind(on_key_down=self._down, on_key_up=self._up, focus=self.let_go)

    def let_go(self, *_: object) -> None:
        """All that is held comes up: where the keyboard has gone to, nobody tells of it here."""
        for code in sorted(self._held):
            self._up(None, code)

    def close(self) -> None:
        """Hears no more."""
        self._window.unbind(on_key_down=self._down, on_key_up=self._up, focus=self.let_go)

    def _down(self, _window: object, code: int, *_: object) -> bool:
        if code in self._held and code not in REPEATING:
            return True
        self._held.add(code)
        return self._press(code)

    def _up(self, _window: object, code: int, *_: object) -> None:
        if code in self._held:
            self._held.remove(code)
            self._lift(code)
