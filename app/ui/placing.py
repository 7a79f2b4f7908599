"""Puts the main screen's parts in their places."""

from kivy.clock import Clock
from kivy.metrics import Metrics
from kivy.uix.widget import Widget

from app.ui.layout import Rect, Strip, arrange
from app.ui.panels import MM_PER_INCH


class Placing:
    """At once, or a part a frame where a page covers them: all of them take long.

    Args:
        screen: has the parts in its ids, and an aspect of the picture.
        names: of the parts; the viewfinder first.
    """

    def __init__(self, screen: Widget, names: tuple[str, ...]) -> None:
        self._screen, self._names = screen, names
        self._boxes: dict[str, Rect] = {}  # of parts that are elsewhere still
        self._strip = Strip.TILES
        self._next = Clock.create_trigger(self._one, 0)

    def begin(self, *, left_handed: bool) -> None:
        """Anew, for the screen's size as it is now."""
        screen = self._screen
        if screen.width < 1 or screen.height < 1:
            return
        places = arrange(
            screen.width,
            screen.height,
            Metrics.dpi / MM_PER_INCH,
            screen.aspect,
            left_handed=left_handed,
        )
        self._strip = places.strip
        self._boxes = {name: getattr(places, name) for name in self._names}
        if screen.ids.viewfinder.opacity:
            self.all()
        else:
            self._next()

    def all(self) -> None:
        """Those that are left, at once."""
        while self._boxes:
            self._one()

    def end(self) -> None:
        """No more of them."""
        self._next.cancel()

    def _one(self, *_: object) -> None:
        name = next(iter(self._boxes), None)
        if name is None:
            return
        screen = self._screen
        box, part = self._boxes.pop(name), screen.ids[name]
        if name == "styles":
            part.strip = self._strip
        part.pos = (screen.x + box.x, screen.y + box.y)
        part.size = (box.width, box.height)
        self._next()
