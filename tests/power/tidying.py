"""What else a person does to a library while the camera shoots: delete, restore, protect, empty.

Everything is announced before it is begun and told once it is done, so that after an accident it is
known what had to hold, and what may have been under way.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.store import Store, trash

SETTLED = ("saved", "deleted", "restored", "protected", "gone")
_EMPTY_EVERY = 5  # of so many turns, one empties the trash
_LEAVE = 2  # the newest pictures are left alone


class Tell(Protocol):
    """Reports what becomes of a shot."""

    def __call__(self, number: int, state: str) -> None:
        """A shot is on its way to a state ("deleting"), or there ("deleted")."""
        ...


class Tidier:
    """Deals with one older picture at each turn.

    Args:
        root: of the library.
        tell: is told before and after.
    """

    def __init__(self, root: Path, tell: Tell) -> None:
        self._store, self._tell = Store.library(root), tell
        self._numbers: list[int] = []
        self._turns = 0

    def turn(self, number: int) -> None:
        """Called with each shot that was saved."""
        self._numbers.append(number)
        if len(self._numbers) <= _LEAVE:
            return
        self._turns += 1
        older = self._numbers.pop(0)
        acts: tuple[Callable[[int], None], ...] = (self._delete, self._protect, self._turn_back)
        acts[self._turns % len(acts)](older)
        if self._turns % _EMPTY_EVERY == 0:
            self._empty()

    def _delete(self, number: int) -> None:
        self._tell(number, "deleting")
        trash.delete(self._store, number)
        self._tell(number, "deleted")

    def _turn_back(self, number: int) -> None:
        self._delete(number)
        self._tell(number, "restoring")
        trash.restore(self._store, number)
        self._tell(number, "restored")

    def _protect(self, number: int) -> None:
        self._tell(number, "protecting")
        trash.protect(self._store, number)
        self._tell(number, "protected")

    def _empty(self) -> None:
        held = trash.deleted(self._store)
        for number in held:
            self._tell(number, "emptying")
        trash.empty_trash(self._store)
        for number in held:
            self._tell(number, "gone")
