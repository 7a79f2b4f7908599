"""Pages that cover the viewfinder, one above the other."""

from collections import deque
from collections.abc import Callable
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.metrics import Metrics
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from app.ui.ahead import Work, put_off, spare_turn
from app.ui.covering import out_of_sight
from app.ui.focus import ARROWS, CODES, ENTER, Focus
from app.ui.panels import MM_PER_INCH
from app.ui.unseen import unseen

FIRST = 0.5  # seconds of the viewfinder alone, before the first page is made in advance
BETWEEN = 0.1  # seconds between two pages that are made in advance


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

    translucent = False  # the picture below is seen, alone
    shoots = False  # the shutter's key takes a picture, while no button is framed

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

    def entered(self) -> None:
        """It is being opened, perhaps not for the first time: begins what left() ends."""

    def left(self) -> None:
        """It has been taken away: ends what it has begun. It may be opened again."""

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
        idle: whether pages may be made that nobody has asked for.
    """

    def __init__(
        self, screen: Widget, changed: Callable[[], None], idle: Callable[[], bool]
    ) -> None:
        self._screen, self._changed, self._idle = screen, changed, idle
        self.left_handed = False
        self._open: list[Page] = []
        self._kept: dict[type[Page], Page] = {}
        self._makers: dict[type[Page], Callable[[], Page]] = {}
        self._ahead: set[type[Page]] = set()
        self._in_work: type[Page] | None = None
        self._unfinished: Work = deque()  # of the one in work
        self._ended = False
        self._alone = Clock.create_trigger(self._make_one, FIRST)
        self._beginning = Clock.create_trigger(lambda _: self._alone(), 0)  # with the first frame
        self._making = Clock.create_trigger(self._make_one, BETWEEN)
        self._finishing = Clock.create_trigger(self._finish_one, 0)
        screen.fbind("size", self.place)
        screen.fbind("pos", self.place)

    @property
    def top(self) -> Page | None:
        """The page that is seen."""
        return self._open[-1] if self._open else None

    @property
    def seen(self) -> list[Page]:
        """The pages that are not covered by another: the one on top, and what a sheet leaves."""
        found: list[Page] = []
        for page in reversed(self._open):
            found.append(page)
            if not page.translucent:
                break
        return found

    def of(self, kind: type[Page]) -> Any:  # noqa: ANN401 - a page of that kind
        """The open page of a kind, or None."""
        return next((page for page in reversed(self._open) if isinstance(page, kind)), None)

    def open(self, page: Page) -> None:
        """Lays a page over all others."""
        unseen.finish()
        page.bind(on_close=self.close)
        self._open.append(page)
        self.place()
        page.entered()
        self._screen.add_widget(page)
        self._changed()

    def close(self, page: Page | None = None) -> None:
        """Takes a page away, the one on top by default, and all that lie over it."""
        if page is not None and page not in self._open:
            return
        while self._open:
            gone = self._open.pop()
            self._screen.remove_widget(gone)
            gone.unbind(on_close=self.close)
            gone.focus.clear()
            gone.left()
            if page is None or gone is page:
                break
        self._changed()

    def kept(self, kind: type[Page]) -> Any:  # noqa: ANN401 - a page of that kind
        """The page of a kind that keep() was told of; made now if it is not yet."""
        while kind is self._in_work and self._unfinished:
            self._unfinished.popleft()()
        if kind not in self._kept:
            self._keep_now(kind)
        return self._kept[kind]

    @property
    def ready(self) -> bool:
        """Whether all pages that are kept have been made."""
        return self._ahead <= set(self._kept) and not self._unfinished

    def prepare(self, kind: type[Page], holder: Widget) -> Work:
        """Makes a kept page in pieces: calls to be made one a frame, the last of which ends it.

        Args:
            kind: of the page.
            holder: what is drawn, for the page to be drawn with it, out of sight.
        """
        work: Work = deque()
        with put_off(work):
            self._keep_now(kind)
        work.extend(out_of_sight(self._kept[kind], holder))
        return work

    def make(self, kind: type[Page]) -> Page:
        """One more page of a kind that keep() was told of, that is not kept."""
        return self._makers[kind]()

    def keep(self, kind: type[Page], make: Callable[[], Page], *, ahead: bool = True) -> None:
        """Tells how to make a page that is kept when it is closed, for the next time.

        It is made ahead when nothing else is to do, soon, and in pieces: making one at once takes
        longer than a frame may.
        """
        self._makers[kind] = make
        if ahead:
            self._ahead.add(kind)
            self._beginning()

    def _keep_now(self, kind: type[Page]) -> None:
        page = self._kept[kind] = self.make(kind)
        # Laid out and its words drawn before it is opened, not in that very frame.
        page.left_handed = self.left_handed
        page.pos, page.size = self._screen.pos, self._screen.size

    def _make_one(self, _seconds: float) -> None:
        if self._ended:
            return
        missing = [kind for kind in self._makers if kind in self._ahead - set(self._kept)]
        if not missing:
            return
        # A finger that drags would feel it.
        if not self._idle() or EventLoop.touches or not spare_turn():
            self._making()
            return
        self._in_work = missing[0]
        self._unfinished = self.prepare(missing[0], self._screen)
        self._finishing()

    def _finish_one(self, _seconds: float) -> None:
        if self._unfinished:
            if spare_turn():
                self._unfinished.popleft()()
            self._finishing()
        else:
            self._making()

    def end(self) -> None:
        """Closes all, and makes none any more."""
        self._ended = True
        for event in (self._beginning, self._alone, self._making, self._finishing):
            event.cancel()
        self._unfinished.clear()
        self.clear()

    def clear(self) -> None:
        """Back to the screen."""
        if self._open:
            self.close(self._open[0])

    def place(self, *_: object) -> None:
        """Every page covers the screen."""
        for page in self._open:
            page.pos, page.size = self._screen.pos, self._screen.size
            page.left_handed = self.left_handed
