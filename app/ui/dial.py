"""A dial that is turned by a finger, and the small field that shows how one stands."""

from typing import Any

from kivy.metrics import mm
from kivy.properties import ListProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from app.ui.controls import Control
from app.ui.theme import Text, paint

STEP = 6.0  # mm of a drag for one mark
SLOT = 13.0  # mm that a mark's words have, at least
WIDER = 0.4  # times its width, by which the middle's is wider


class Chip(Control):
    """What a dial is called, and how it stands.

    Attributes:
        name: of the dial.
        value: its mark.
    """

    name = StringProperty("")
    value = StringProperty("")


class Ruler(Widget):  # type: ignore[misc]  # Kivy is untyped
    """The marks round the one that is set; dragged, or touched on another mark.

    Attributes:
        words: of all marks.
        at: the one in the middle.

    Events:
        on_turn: the mark that is wanted.
    """

    words = ListProperty([])
    at = NumericProperty(0)

    __events__ = ("on_turn",)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("words", "at", "pos", "size"):
            self.fbind(name, self._draw)
        paint.bind(text=self._draw, quiet=self._draw)

    def on_turn(self, at: int) -> None:
        """Default handler."""

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Takes hold of the ruler."""
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        touch.ud.update(at=self.at, turned=False)
        return True

    def on_touch_move(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Moves the marks under the finger."""
        if touch.grab_current is not self:
            return False
        steps = round((touch.ox - touch.x) / mm(STEP))
        if steps or touch.ud["turned"]:
            touch.ud["turned"] = True
            self._turn(touch.ud["at"] + steps)
        return True

    def on_touch_up(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Lets go; without a drag the mark under the finger is meant."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if not touch.ud["turned"]:
            slot = self.width / (self._count() + WIDER)
            self._turn(self.at + round((touch.x - self.center_x) / slot))
        return True

    def _turn(self, at: float) -> None:
        at = int(min(max(at, 0), len(self.words) - 1))
        if at != self.at:
            self.dispatch("on_turn", at)

    def _count(self) -> int:
        """How many marks are shown; odd, the one that is set in the middle."""
        room = int(self.width / mm(SLOT))
        return max(room - 1 + room % 2, 3)

    def _draw(self, *_: object) -> None:
        count = self._count()
        while len(self.children) < count:
            self.add_widget(Text(halign="center", valign="middle"))
        while len(self.children) > count:
            self.remove_widget(self.children[0])
        slot = self.width / (count + WIDER)
        left = self.x
        for index, text in enumerate(reversed(self.children)):
            mark = int(self.at) + index - count // 2
            middle = index == count // 2
            width = slot * (1.0 + WIDER) if middle else slot
            text.text = self.words[mark] if 0 <= mark < len(self.words) else ""
            text.mm, text.weight = (3.2, "bold") if middle else (2.6, "normal")
            text.paint = paint.text if middle else paint.quiet
            text.size = max(width - mm(0.6), 1), self.height
            text.pos = left + mm(0.3), self.y
            left += width


class Dial(BoxLayout):  # type: ignore[misc]  # Kivy is untyped
    """A ruler between two buttons.

    Attributes:
        words, at: of the ruler.

    Events:
        on_turn: the mark that is wanted.
    """

    words = ListProperty([])
    at = NumericProperty(0)

    __events__ = ("on_turn",)

    def on_turn(self, at: int) -> None:
        """Default handler."""

    def step(self, steps: int) -> None:
        """So many marks on; the ends stop it."""
        at = min(max(int(self.at) + steps, 0), len(self.words) - 1)
        if at != self.at:
            self.dispatch("on_turn", at)
