"""The compiled looks on their way to the graphics processor, one after the other."""

import logging
from collections.abc import Mapping
from functools import partial

from kivy.event import EventDispatcher
from kivy.properties import DictProperty

from app.ui.bridge import Bridge
from app.ui.look_table import Packed, handed, packed
from app.ui.start import Looks
from native import Look

log = logging.getLogger(__name__)


class LookShelf(EventDispatcher):  # type: ignore[misc]  # Kivy is untyped
    """Looks by style name, compiled in the background: the chosen one, the others behind a frame.

    Attributes:
        ready: style name to (look, its table).
        damaged: style name to what is wrong with it.
    """

    ready = DictProperty({})
    damaged = DictProperty({})

    def __init__(self, bridge: Bridge, looks: Looks) -> None:
        super().__init__()
        self._bridge, self._looks = bridge, looks
        self._begun: set[str] = set()
        self._begin(bridge.session.status.style)
        if bridge.settled:
            self._others()
        else:
            bridge.bind(settled=self._others)

    def _others(self, *_: object) -> None:
        chosen = self._bridge.session.status.style
        rest = [name for name in self._bridge.session.styles if name not in self._begun]
        for name in sorted(rest, key=lambda name: name != chosen):
            self._begin(name)

    def _begin(self, name: str) -> None:
        self._begun.add(name)
        self._bridge.background(partial(self._look, name), partial(self._take, name))

    def _look(self, name: str) -> tuple[Look, Packed] | Exception:
        try:
            look = self._looks[name] if isinstance(self._looks, Mapping) else self._looks(name)
            return look, packed(look)
        except Exception as error:
            log.exception("the style %s cannot be used", name)
            return error

    def _take(self, name: str, result: tuple[Look, Packed] | Exception) -> None:
        if isinstance(result, Exception):
            self.damaged[name] = str(result)
        else:
            look, table = result
            self.ready[name] = (look, handed(table))
