"""Reaching everything by keys: a frame that moves from control to control."""

import time
from collections.abc import Iterator
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Keyboard
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

CODES = Keyboard.keycodes
ENTER = (CODES["enter"], CODES["numpadenter"], CODES["spacebar"])
JUST = 1.0  # seconds after a framed control has gone, in which enter was meant for it
GOING = ("parent", "shown", "disabled")  # what changes when a control goes
ARROWS = {
    CODES["left"]: (-1, 0),
    CODES["right"]: (1, 0),
    CODES["up"]: (0, 1),
    CODES["down"]: (0, -1),
}


class Focus:
    """The control of a widget tree that the keys act on.

    Args:
        root: of the tree; controls are those with a property named focused.
    """

    def __init__(self, root: Widget) -> None:
        self._root = root
        self._at: Any = None
        self._on: list[Any] = []  # it, and what it lies on up to the root
        self._changed = 0.0  # when one of these changed, seconds
        self._gone = 0.0  # when what was framed went, seconds
        self._looking = Clock.create_trigger(self._look, -1)

    @property
    def at(self) -> Any:  # noqa: ANN401 - a control
        """The framed control, or None."""
        self._look()
        return self._at

    def _look(self, *_: object) -> None:
        """A framed control may have gone; a method, for the clock holds that weakly."""
        if self._at is not None and self._at not in self._controls():
            self.clear()
            self._gone = self._changed

    def _heard(self, *_: object) -> None:
        self._changed = time.monotonic()
        self._looking()

    def let_go(self, *_: object) -> None:
        """What goes now goes as it is known to: enter has its own meaning from now on."""
        self._look()
        self._gone = 0.0

    def clear(self) -> None:
        """Frames nothing."""
        if self._at is not None:
            self._at.focused = False
            for one in self._on:
                for name in _going(one):
                    one.funbind(name, self._heard)
        self._at, self._on, self._gone = None, [], 0.0

    def step(self, direction: int) -> None:
        """Frames the next control, or the one before, in reading order; a ring."""
        controls = self._controls()
        if not controls:
            return
        here = controls.index(self.at) + direction if self.at in controls else 0
        self.frame(controls[here % len(controls)])

    def move(self, across: int, up: int) -> None:
        """Frames the nearest control in a direction; one that can be steered is, and keeps it."""
        here = self.at
        if here is None:
            self.step(1)
            return
        if hasattr(here, "steer"):
            here.steer(across, up)
            return
        x, y = here.to_window(*here.center)
        best, chosen = None, None
        for control in self._controls():
            there = control.to_window(*control.center)
            along = (there[0] - x) * across + (there[1] - y) * up
            aside = abs((there[0] - x) * up) + abs((there[1] - y) * across)
            if control is here or along <= 1.0:
                continue
            cost = along + 2.0 * aside
            if best is None or cost < best:
                best, chosen = cost, control
        if chosen is not None:
            self.frame(chosen)

    def press(self) -> bool:
        """Presses the framed control; False if there is none.

        One that has just gone was meant: nothing else is done in its place.
        """
        control = self.at
        if control is None:
            return time.monotonic() - self._gone < JUST
        control.press()
        return True

    def key(self, code: int) -> bool:
        """A key that moves the frame, or acts on what is framed; True if it means something."""
        if code == CODES["tab"]:
            self.step(1)
        elif self.at is None:
            return code in ENTER and self.press()
        elif code == CODES["escape"]:
            self.clear()
        elif code in ENTER:
            self.press()
        elif code in ARROWS:
            self.move(*ARROWS[code])
        else:
            return False
        return True

    def frame(self, control: Any) -> None:  # noqa: ANN401 - a control
        """Frames a control."""
        self.clear()
        self._at = control = control.__self__  # the id of a rule is a proxy
        control.focused = True
        one = control
        while one is not None and one is not self._root:
            self._on.append(one)
            for name in _going(one):
                one.fbind(name, self._heard)
            if isinstance(one, ScrollView) and _scrolls(one):
                one.scroll_to(control, animate=False)
            one = one.parent

    def _controls(self) -> list[Any]:
        return _in_order(self._root, self._at)


def _going(widget: Widget) -> list[str]:
    return [name for name in GOING if widget.property(name, quiet=True) is not None]


def _scrolls(view: ScrollView) -> bool:
    """Whether there is more than fits; Kivy moves what fits as well, to the view's foot."""
    across, up = view.viewport_size
    return bool(across > view.width or up > view.height)


def _in_order(widget: Widget, framed: object) -> list[Any]:
    """The controls below a widget in reading order."""
    blocks = sorted(_blocks(widget, framed), key=lambda block: block[0])
    return [control for _, controls in blocks for control in controls]


def _blocks(widget: Widget, framed: object) -> Iterator[tuple[tuple[float, float], list[Any]]]:
    """Places and controls; what is in a list is at the place of the list, wherever that is.

    A control that has nothing to do is none, but keeps the frame: a dial's arrow at its end.
    """
    for child in widget.children:
        if getattr(child, "shown", True) and (not child.disabled or child is framed):
            if isinstance(child, ScrollView):
                yield _place(child), _in_order(child, framed)
                continue
            if hasattr(child, "focused"):
                yield _place(child), [child]
            yield from _blocks(child, framed)


def _place(widget: Any) -> tuple[float, float]:  # noqa: ANN401 - a widget
    x, y = widget.to_window(widget.x, widget.top)
    return (-round(y), x)
