"""Frees a screen that is gone, part by part, a little of every frame.

Widgets and what is bound to them refer to each other in circles. Python's collector would find
them, but looks through all that there is for it, at once: 0.2 to 0.5 s in which nothing is drawn.
"""

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import PropertyStorage
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from app.ui.ahead import spare_turn
from app.ui.instructions import dissolve_all
from app.ui.theme import Text, fitting, paint
from app.ui.unseen import unseen

A_FRAME = 0.004  # seconds of a frame for it
QUIET = 1.0  # seconds after a change or a lift, in which what it set off comes to its end


class Dismantling:
    """Takes screens apart that nobody sees any more.

    Args:
        idle: nothing is in work that may come back to one of them.
    """

    def __init__(self, idle: Callable[[], bool]) -> None:
        self._idle = idle
        self._gone: list[Any] = []  # screens
        self._parts: list[Any] = []  # of them, the outer ones first
        self._search: Iterator[None] | None = None  # for the parts, until they are untied
        self._touched = False  # a finger may lie on what is gone
        self._begin = Clock.create_trigger(self._look, QUIET)
        self._again = Clock.create_trigger(self._look, 0)
        self._next = Clock.create_trigger(self._go_on, 0)

    @property
    def pending(self) -> bool:
        """Whether there is something left of them."""
        return bool(self._gone or self._search or self._parts)

    @property
    def left(self) -> int:
        """How many parts of them are not taken apart yet; 0 before it begins."""
        return 0 if self._search else len(self._parts)

    def add(self, screen: Any) -> None:  # noqa: ANN401 - Kivy is untyped
        """One more; it is closed, and in no window."""
        self._gone.append(screen)
        self._begin()

    def end(self) -> None:
        """Leaves them to Python's collector."""
        for event in (self._begin, self._again, self._next):
            event.cancel()
        self._gone, self._parts, self._search = [], [], None

    def _look(self, *_: object) -> None:
        if EventLoop.touches or self._search or not self._idle():
            self._touched = self._touched or bool(EventLoop.touches)
            self._again()
            return
        if self._touched:  # lists go on with a lift for a moment
            self._touched = False
            self._begin()
            return
        unseen.finish()  # half a part has nothing that a rule could be applied to
        self._search = self._found(self._gone)
        self._gone = []
        self._next()

    def _found(self, screens: list[Any]) -> Iterator[None]:
        """Looks for their parts, one after the other, and unties them."""
        for screen in screens:
            for part in belongings(screen):
                self._parts.append(part)
                yield
            self._parts += screen.helpers
        yield from untied(self._parts)

    def _go_on(self, *_: object) -> None:
        if not spare_turn():
            self._next()
            return
        end = time.thread_time() + A_FRAME
        while self._search and time.thread_time() < end:
            if next(self._search, self) is self:
                self._search = None
        while self._parts and time.thread_time() < end:
            take_apart(self._parts.pop())
        if self._search or self._parts:
            self._next()


def untied(parts: Sequence[Any]) -> Iterator[None]:
    """Ends what theme and rules tell parts of a screen, first all of one, then part by part.

    One that is whole still would look for those that are taken apart.
    """
    ours = {id(part) for part in parts}
    for name in paint.properties():
        for call, _, _, weak, _ in paint.get_property_observers(name, args=True):
            bound = call() if weak else call
            if id(getattr(bound, "__self__", None)) in ours:
                paint.unbind(**{name: bound})
    fitting.forget(part for part in parts if isinstance(part, Text))
    for part in parts:
        if isinstance(part, Widget):
            Builder.unbind_widget(part.uid)
            yield


def belongings(screen: Widget) -> Iterator[Any]:
    """All widgets of a screen, kept ones too, and what moves its lists; the outer ones first."""
    found = {id(screen)}
    waiting = [screen]
    while waiting:
        widget = waiting.pop()
        yield widget
        if isinstance(widget, ScrollView):
            yield from (effect for effect in (widget.effect_x, widget.effect_y) if effect)
        held = [vars(widget), widget.children]
        if widget is screen:
            held.append([vars(helper) for helper in screen.helpers])
        for one in _widgets(held):
            if id(one) not in found:
                found.add(id(one))
                waiting.append(one)


def _widgets(held: object) -> Iterator[Any]:
    """Those in lists, dicts and the like, themselves and not by proxy."""
    if issubclass(type(held), Widget):
        yield held
    elif isinstance(held, dict):
        yield from _of_each(held.values())
    elif isinstance(held, list | tuple | set):
        yield from _of_each(held)


def _of_each(held: Iterable[object]) -> Iterator[Any]:
    for one in held:
        yield from _widgets(one)


def take_apart(thing: Any) -> None:  # noqa: ANN401 - a widget, or what a screen is made with
    """Ends every reference of a thing to others, which makes it useless; nothing is dispatched."""
    if isinstance(thing, Label):
        thing._trigger_texture.cancel()  # noqa: SLF001 - it would look for what is gone
        thing._label.texture = None  # noqa: SLF001 - which would call it to be lettered anew
    if hasattr(thing, "get_property_observers"):
        _unbind(thing)
    if isinstance(thing, Widget):
        dissolve_all(thing)
    vars(thing).clear()


def _unbind(thing: Any) -> None:  # noqa: ANN401 - an EventDispatcher
    names = (*thing.properties(), *thing.events())
    for name in names:  # what depends on others is bound to them when it is first asked for
        thing.get_property_observers(name)
    for name in names:
        for call, _, _, weak, uid in thing.get_property_observers(name, args=True):
            if uid is not None:
                thing.unbind_uid(name, uid)
            elif (bound := call() if weak else call) is not None:
                thing.unbind(**{name: bound})
    # Its values: Kivy has no way to let go of them all, and some refer back to it.
    for part in gc.get_referents(thing):
        if isinstance(part, dict) and any(
            isinstance(one, PropertyStorage) for one in part.values()
        ):
            part.clear()
