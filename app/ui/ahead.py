"""Pages made in pieces: what is inside their parts can wait, and is made part by part."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from kivy.uix.widget import Widget

from app.ui.theme import fitting
from app.ui.turns import hurried, take_turn

Work = deque[Callable[[], object]]

_waiting: list[Work] = []  # where to put off to; empty: nothing is put off


def turn() -> bool:
    """Whether who asks may make something in this frame.

    The first does, unless texts of what was made before are late: they come first.
    """
    return not fitting.late and take_turn()


def spare_turn() -> bool:
    """As turn(), for what nobody waits for: none of it is done before what a person waits for."""
    return not hurried() and turn()


@contextmanager
def put_off(work: Work) -> Iterator[None]:
    """What parts that are made within have inside is left for later, as calls in work."""
    _waiting.append(work)
    try:
        yield
    finally:
        _waiting.pop()


def beforehand(call: Callable[[], object]) -> None:
    """Calls in a frame of its own if a page is made in advance, else not at all."""
    if _waiting:
        _waiting[-1].append(call)


class Part(Widget):  # type: ignore[misc]  # Kivy is untyped
    """A widget whose rules can be applied after those that place it.

    They may set nothing that the page sets too: its own would be overridden.
    """

    def apply_class_lang_rules(
        self,
        root: Any = None,  # noqa: ANN401 - Kivy's signature
        ignored_consts: Any = frozenset(),  # noqa: ANN401 - as above
        rule_children: Any = None,  # noqa: ANN401 - as above
    ) -> None:
        """Applies the rules, or puts it off."""
        apply = super().apply_class_lang_rules
        if _waiting:
            _waiting[-1].append(partial(apply, root, ignored_consts))
        else:
            apply(root, ignored_consts, rule_children)
