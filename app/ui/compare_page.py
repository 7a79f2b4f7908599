"""Two pictures side by side, moved and enlarged together."""

from collections.abc import Sequence

from kivy.core.window import Keyboard
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty

from app.store import Shot
from app.ui.focus import ARROWS
from app.ui.language import tr
from app.ui.pages import Page
from app.ui.shelf import Shelf
from app.ui.zoom_view import ZoomView

CODES = Keyboard.keycodes


def link(one: ZoomView, two: ZoomView) -> None:
    """What is done to one of two views happens to both."""
    for first, second in ((one, two), (two, one)):
        first.bind(
            zoom=lambda _, zoom, other=second: setattr(other, "zoom", min(zoom, other.limit)),
            centre=lambda _, centre, other=second: setattr(other, "centre", centre),
        )


class ComparePage(Page):
    """One picture stays, beside it the others are turned over.

    Attributes:
        shots: of the library.
        kept, other: indices of the two.
        newer, older: there is one to turn to.
    """

    shots = ObjectProperty(())
    kept = NumericProperty(0)
    other = NumericProperty(0)
    newer = BooleanProperty(defaultvalue=False)
    older = BooleanProperty(defaultvalue=False)

    def __init__(self, shelf: Shelf, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.shelf = shelf
        parts = self.ids
        link(parts.left, parts.right)
        for view in (parts.left, parts.right):
            view.bind(on_step=lambda _, direction: self.step(direction))
        for name in ("shots", "kept", "other"):
            self.fbind(name, self._show)

    def compare(self, shots: Sequence[Shot], kept: int, other: int) -> None:
        """Shows two of the shots."""
        self.shots, self.kept, self.other = (), kept, other
        self.shots = shots

    def left(self) -> None:
        """Lets go of the pictures."""
        self.shots = ()
        for view in (self.ids.left, self.ids.right):
            view.forget()

    def step(self, direction: int) -> None:
        """Turns the other one over; the kept one is left out."""
        wanted = self._beside(direction)
        if wanted is not None:
            self.other = wanted

    def swap(self) -> None:
        """Keeps the other one."""
        self.kept, self.other = self.other, self.kept

    def key(self, code: int) -> bool:
        """The arrows turn over, or move what is enlarged, while no button is framed."""
        free = self.focus.at is None and code in ARROWS
        if free and self.ids.left.step_aside(*ARROWS[code]):
            return True
        if self.focus.at is None and code in (CODES["left"], CODES["right"]):
            self.step(1 if code == CODES["right"] else -1)
            return True
        return super().key(code)

    def _beside(self, direction: int) -> int | None:
        """Index of the next to turn to; None at the end."""
        wanted = self.other + direction
        if wanted == self.kept:
            wanted += direction
        return wanted if 0 <= wanted < len(self.shots) else None

    def _show(self, *_: object) -> None:
        parts = self.ids
        self.newer, self.older = self._beside(-1) is not None, self._beside(1) is not None
        for view, label, index in (
            (parts.left, parts.left_name, self.kept),
            (parts.right, parts.right_name, self.other),
        ):
            if 0 <= index < len(self.shots):
                shot = self.shots[index]
                view.show(self.shelf, shot)
                label.text = "  ·  ".join(part for part in (shot.id, tr(shot.style or "")) if part)
