"""What a change of colours or type does to parts that nobody sees comes in the frames after it.

A screen has some thirty parts in sight and five hundred in pages that are kept closed: their rules
take longer than a frame may.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kivy.clock import Clock

from app.ui.ahead import spare_turn
from app.ui.theme import seen

A_FRAME = 0.004  # seconds of a frame for it

Args = Any  # Kivy's of a rule: element, property, value, rule, names
Apply = Callable[[Args, object, object], None]


class Unseen:
    """Rules of parts that are not seen, put off while a change is made."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Apply, Args]] = {}
        self._known: dict[int, bool] | None = None  # which widgets are seen, while one is made
        self._next = Clock.create_trigger(self._some, 0)

    @property
    def waiting(self) -> int:
        """How many rules are put off."""
        return len(self._waiting)

    @contextmanager
    def later(self) -> Iterator[None]:
        """Of what is changed within, what is seen follows at once, and nothing else."""
        self._known = {}
        try:
            yield
        finally:
            self._known = None
            if self._waiting:
                self._next()

    def take(self, apply: Apply, args: Args) -> bool:
        """Puts a rule off if it is to be put off; then it is applied later as it is then."""
        if self._known is None or seen(args[4]["self"], self._known):
            return False
        self._waiting[id(args)] = apply, args
        return True

    def finish(self) -> None:
        """Applies all that are left: some of them will be seen now, or are to be gone."""
        while self._waiting:
            self._one()

    def _some(self, *_: object) -> None:
        if spare_turn():
            end = time.thread_time() + A_FRAME
            while self._waiting and time.thread_time() < end:
                self._one()
        if self._waiting:
            self._next()

    def _one(self) -> None:
        apply, args = self._waiting.pop(next(iter(self._waiting)))
        with suppress(ReferenceError):  # its part is gone
            apply(args, None, None)


unseen = Unseen()
