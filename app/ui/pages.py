"""Pages that cover the viewfinder, one above the other."""

from collections.abc import Callable
from typing import Any

from kivy.metrics import Metrics
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from app.ui.focus import ARROWS, CODES, ENTER, Focus
from app.ui.panels import MM_PER_INCH


class Page(FloatLayout):  # type: ignore[misc]  # Kivy is untyped
    """Covers everything below and keeps its touches to itself.

    Attributes:
        wide: it is broader than high.
        rail: width of a rail of buttons at its side, or height of a bar at its foot; pixels.
        left_handed: rails are on the left.

    Events:
        on_close: somebody wants to go back.
    """

    wide = BooleanProperty(defaultvalue=True)
    rail = NumericProperty(0.0)
    left_handed = BooleanProperty(defaultvalue=False)

    translucent = False  # what lies below shows through

    __events__: tuple[str, ...] = ("on_close",)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.focus = Focus(self)
        self.fbind("size", self._measure)
        self._measure()

    def key(self, code: int) -> bool:
        """A key: tab and the arrows move the frame, enter presses, escape goes back."""
        if code in (CODES["escape"], CODES["backspace"]):
            self.dispatch("on_close")
        elif code == CODES["tab"]:
            self.focus.step(1)
        elif code in ARROWS:
            self.focus.move(*ARROWS[code])
        elif code in ENTER:
            return self.focus.press()
        else:
            return False
        return True

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Lets nothing through to what lies below."""
        self.focus.clear()
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """As on_touch_down."""
        super().on_touch_move(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """As on_touch_down."""
        super().on_touch_up(touch)
        return True

    def left(self) -> None:
        """It has been taken away for good: ends what it has begun."""

    def on_close(self) -> None:
        """Default handler."""

    def _measure(self, *_: object) -> None:
        self.wide = self.width >= self.height
        scale = Metrics.dpi / MM_PER_INCH
        self.rail = (14.0 if self.wide and self.width > 100.0 * scale else 12.0) * scale


class Pages:
    """The pages that lie over a screen, the last one on top.

    Args:
        screen: below them.
        changed: called after a page came or went.
    """

    def __init__(self, screen: Widget, changed: Callable[[], None]) -> None:
        self._screen, self._changed = screen, changed
        self.left_handed = False
        self._open: list[Page] = []
        screen.fbind("size", self.place)
        screen.fbind("pos", self.place)

    @property
    def top(self) -> Page | None:
        """The page that is seen."""
        return self._open[-1] if self._open else None

    def of(self, kind: type[Page]) -> Any:  # noqa: ANN401 - a page of that kind
        """The open page of a kind, or None."""
        return next((page for page in reversed(self._open) if isinstance(page, kind)), None)

    def open(self, page: Page) -> None:
        """Lays a page over all others."""
        page.bind(on_close=self.close)
        self._open.append(page)
        self.place()
        self._screen.add_widget(page)
        self._changed()

    def close(self, page: Page | None = None) -> None:
        """Takes a page away, the one on top by default, and all that lie over it."""
        if page is not None and page not in self._open:
            return
        while self._open:
            gone = self._open.pop()
            self._screen.remove_widget(gone)
            gone.left()
            if page is None or gone is page:
                break
        self._changed()

    def clear(self) -> None:
        """Back to the screen."""
        if self._open:
            self.close(self._open[0])

    def raise_(self, page: Page) -> None:
        """Puts a page that is open over those that came later."""
        self._open.remove(page)
        self._open.append(page)
        self._screen.remove_widget(page)
        self._screen.add_widget(page)

    def place(self, *_: object) -> None:
        """Every page covers the screen."""
        for page in self._open:
            page.pos, page.size = self._screen.pos, self._screen.size
            page.left_handed = self.left_handed
