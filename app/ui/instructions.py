"""Kivy's drawing instructions let go of each other.

A group that was drawn refers to itself, a program to what it draws, and the smooth edge of a shape
to that shape. Kivy has no call that ends it, and leaves them to Python's collector; to begin them
anew is one.
"""

from collections.abc import Iterable
from typing import Any

from kivy.graphics import Canvas, Color, InstructionGroup
from kivy.graphics.vertex_instructions import AntiAliasingLine
from kivy.uix.widget import Widget

_NOTHING = Color()  # what is left to be the shape of an edge


def dissolve(group: InstructionGroup) -> None:
    """Empties a group that is not drawn any more, and the groups in it; it cannot be used again."""
    if isinstance(group, Canvas):
        for layer in (group.has_before and group.before, group.has_after and group.after):
            if layer:
                dissolve(layer)
                group.remove(layer)
    for part in group.children:
        if isinstance(part, InstructionGroup):
            dissolve(part)
        elif isinstance(part, AntiAliasingLine):
            AntiAliasingLine.__init__(part, _NOTHING)
    InstructionGroup.__init__(group, noadd=True, nocompiler=True)


def dissolve_all(widget: Widget) -> None:
    """What a widget draws, or keeps to draw."""
    for group in _groups(vars(widget).values()):
        dissolve(group)


def _groups(held: Iterable[Any]) -> Iterable[InstructionGroup]:
    for one in held:
        if isinstance(one, InstructionGroup):
            yield one
        elif type(one) is dict:
            yield from _groups(one.values())
