"""What lies under a page is not drawn: Kivy draws whatever has no opacity as well.

What drivers do when they draw something for the first time is done when nobody waits for it.
"""

from collections.abc import Callable, Collection
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, Rectangle, ScissorPop, ScissorPush
from kivy.uix.widget import Widget

from app.ui.instructions import dissolve


def draw_only(holder: Widget, seen: Collection[Widget]) -> None:
    """Draws these of a widget's children, each in its place, and none of the others."""
    canvas = holder.canvas
    now = [child for child in reversed(holder.children) if child.canvas in canvas.children]
    wanted = [child for child in reversed(holder.children) if child in seen]
    if now == wanted:
        return
    for child in now:
        canvas.remove(child.canvas)
    for child in wanted:
        canvas.add(child.canvas)


class OneByOne:
    """Has each part of a screen drawn for the first time in a frame of its own.

    All of it at once takes longer than a frame may.

    Args:
        screen: begins when it is in a window.
        names: of the parts.
        changed: draws those that are not left.

    Attributes:
        left: parts that are not drawn yet.
    """

    def __init__(self, screen: Widget, names: Collection[str], changed: Callable[[], None]) -> None:
        self._screen, self._changed = screen, changed
        self.left = list(names)
        self._next = Clock.create_trigger(self._one, 0)

    def begin(self) -> None:
        """The first comes with the next frame."""
        self._next()

    def all(self) -> None:
        """They come together."""
        self.end()
        self.left.clear()
        self._changed()

    def end(self) -> None:
        """No more of them comes."""
        self._next.cancel()

    def _one(self, *_: object) -> None:
        if self.left and self._screen.parent is not None:
            self.left.pop(0)
            self._changed()
            self._next()


def draw_ground(window: Any, colour: tuple[float, ...]) -> None:  # noqa: ANN401 - Kivy is untyped
    """Shows a window in one colour, before there is anything in it."""
    ground = InstructionGroup()
    for part in (Color(*colour), Rectangle(size=window.size)):
        ground.add(part)
    window.canvas.add(ground)
    for event in ("on_draw", "on_flip"):
        window.dispatch(event)
    window.canvas.remove(ground)
    dissolve(ground)


def out_of_sight(widget: Widget, holder: Widget) -> tuple[Callable[[], None], Callable[[], None]]:
    """Draws a widget where nothing is seen of it, from one call to the other, a frame later."""
    group = InstructionGroup()

    def draw() -> None:
        nowhere = ScissorPush(x=0, y=0, width=0, height=0)
        for part in (nowhere, widget.canvas, ScissorPop()):
            group.add(part)
        holder.canvas.before.add(group)

    def end() -> None:
        group.remove(widget.canvas)  # it is another's from now on
        holder.canvas.before.remove(group)
        dissolve(group)

    return draw, end
