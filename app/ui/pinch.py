"""The fingers that lie on a picture, and what two of them ask for."""

from math import hypot
from time import time
from typing import Any

LOST = 10.0  # seconds without a movement: then another finger may take its place
WHOLE = 1.02  # times: fingers that leave less have closed the picture


class HeldFingers:
    """One or two fingers on a picture.

    Their touches' ud has "moved", which is no tap, and "spent": it was one of two, and means
    nothing but what it still does to an enlarged picture.
    """

    def __init__(self) -> None:
        self._held: list[Any] = []

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, touch: object) -> bool:
        return touch in self._held

    def take(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Takes hold of another; False if two are held. Some panels lose a lift: see LOST."""
        now = time()
        self._held = [held for held in self._held if abs(now - held.time_update) < LOST]
        if len(self._held) == 2:
            return False
        touch.ud.update(moved=False, spent=False)
        self._held.append(touch)
        if len(self._held) == 2:
            self.spend()
        return True

    def spend(self) -> None:
        """What they have begun ends."""
        for touch in self._held:
            touch.ud.update(moved=True, spent=True)

    def lift(self, touch: Any) -> None:  # noqa: ANN401 - a Kivy touch
        """Lets one go."""
        if touch in self._held:
            self._held.remove(touch)

    def alone(self) -> Any | None:  # noqa: ANN401 - a Kivy touch
        """The only one; None for none or two."""
        return self._held[0] if len(self._held) == 1 else None

    def spread(self, touch: Any) -> tuple[float, tuple[float, float]]:  # noqa: ANN401 - a Kivy touch
        """How many times as far apart two are since one of them moved, and the point between."""
        one, two = self._held
        other = two if touch is one else one
        before = hypot(touch.px - other.x, touch.py - other.y)
        now = hypot(touch.x - other.x, touch.y - other.y)
        middle = ((touch.x + other.x) / 2, (touch.y + other.y) / 2)
        return now / before if before > 0.0 else 1.0, middle


def closed(zoom: float) -> float:
    """A zoom that fingers have left: exactly 1 where it is nearly that."""
    return 1.0 if zoom < WHOLE else zoom
