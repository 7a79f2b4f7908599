"""Colours and text: a near-black surround, warm white, one accent."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet, ref

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.event import EventDispatcher
from kivy.factory import Factory
from kivy.metrics import mm
from kivy.properties import ListProperty, NumericProperty, StringProperty
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView

from app.ui.language import FONTS, font_for
from app.ui.turns import take_turn

Colour = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme, red, green, blue and opacity, 0..1.

    Attributes:
        surround: behind everything.
        raised: of what can be touched.
        line: of edges and rules.
        text: of what matters.
        quiet: of what may be overlooked.
        accent: of what is chosen or at work.
        veil: behind words that lie over the picture.
        over: of lines, marks and figures over the picture.
        paper: behind a code for telephones, whose squares are black.
    """

    surround: Colour
    raised: Colour
    line: Colour
    text: Colour
    quiet: Colour
    accent: Colour
    veil: Colour
    over: Colour
    paper: Colour


# By contrast (WCAG 2.2) to the surround, text and quiet: normal 16.5 and 7.9, sunlight 19.3 and
# 12.6, night 4.9 and 4.6: dim on purpose, for eyes that are used to the dark.
PALETTES: Final = {
    "normal": Palette(
        surround=(0.035, 0.035, 0.038, 1.0),
        raised=(0.085, 0.085, 0.09, 1.0),
        line=(0.24, 0.235, 0.225, 1.0),
        text=(0.93, 0.91, 0.87, 1.0),
        quiet=(0.66, 0.645, 0.61, 1.0),
        accent=(0.93, 0.65, 0.28, 1.0),
        veil=(0.035, 0.035, 0.038, 0.0),
        over=(1.0, 1.0, 1.0, 1.0),
        paper=(1.0, 1.0, 1.0, 1.0),
    ),
    "sunlight": Palette(
        surround=(0.97, 0.97, 0.96, 1.0),
        raised=(0.86, 0.86, 0.84, 1.0),
        line=(0.45, 0.45, 0.44, 1.0),
        text=(0.0, 0.0, 0.0, 1.0),
        quiet=(0.19, 0.19, 0.18, 1.0),
        accent=(0.62, 0.24, 0.0, 1.0),
        veil=(0.97, 0.97, 0.96, 0.6),
        over=(1.0, 1.0, 1.0, 1.0),
        paper=(1.0, 1.0, 1.0, 1.0),
    ),
    "night": Palette(
        surround=(0.0, 0.0, 0.0, 1.0),
        raised=(0.10, 0.0, 0.0, 1.0),
        line=(0.28, 0.02, 0.0, 1.0),
        text=(0.92, 0.13, 0.06, 1.0),
        quiet=(0.78, 0.10, 0.05, 1.0),
        accent=(1.0, 0.30, 0.12, 1.0),
        veil=(0.0, 0.0, 0.0, 0.75),
        over=(0.78, 0.10, 0.05, 1.0),
        paper=(0.92, 0.13, 0.06, 1.0),
    ),
}
NORMAL: Final = PALETTES["normal"]


class Paint(EventDispatcher):  # type: ignore[misc]  # Kivy is untyped
    """The colours in use, and the size of type; whatever is drawn follows them at once.

    Attributes:
        surround, raised, line, text, quiet, accent, veil, over, paper: as in Palette.
        letters: times the size of type.
    """

    surround = ListProperty(NORMAL.surround)
    raised = ListProperty(NORMAL.raised)
    line = ListProperty(NORMAL.line)
    text = ListProperty(NORMAL.text)
    quiet = ListProperty(NORMAL.quiet)
    accent = ListProperty(NORMAL.accent)
    veil = ListProperty(NORMAL.veil)
    over = ListProperty(NORMAL.over)
    paper = ListProperty(NORMAL.paper)
    letters = NumericProperty(1.0)

    def wear(self, theme: str) -> None:
        """Changes to a theme of PALETTES."""
        palette = PALETTES[theme]
        for field in fields(palette):
            setattr(self, field.name, getattr(palette, field.name))


def coloured(over: Sequence[float]) -> bool:
    """Whether a theme has one colour for all that lies over the picture."""
    return min(over[:3]) != max(over[:3])


paint = Paint()
LARGE: Final = 1.25  # times the size of type, for eyes that want it
FOLDER: Final = Path(__file__).with_name("fonts")
SMALLEST = 0.7  # of the normal size, before text would rather be ugly than cut
STEPS = 7  # sizes that are tried
SHORT = 6  # ideographs that are one word
A_FRAME = 0.005  # seconds of a frame for fitting texts and drawing their letters


def seen(widget: Any, known: dict[int, bool]) -> bool:  # noqa: ANN401 - a widget, or None
    """Whether a widget is drawn in a window, by what is known of others, which this adds to."""
    if widget is None:
        return False
    if id(widget) not in known:
        above = widget.parent  # a window's is itself
        drawn = above is widget or (widget.opacity > 0 and seen(above, known))
        known[id(widget)] = drawn and not scrolled_away(widget)
    return known[id(widget)]


def scrolled_away(row: Any) -> bool:  # noqa: ANN401 - a widget, or a window
    """Whether it is one of a list's rows, and none of those that are in sight."""
    view = getattr(row.parent, "parent", None)
    if not isinstance(view, ScrollView):
        return False
    _, foot = view.to_parent(0, row.y)
    return bool(foot >= view.top or foot + row.height <= view.y)


class Fitting:
    """Fits texts once before the next frame: one that is built is given its box in several steps.

    Of many a frame takes as many as it has time for, seen ones first; of the others none where
    something else is made in it.

    Attributes:
        late: there was no time for some in the last frame that took any.
    """

    def __init__(self) -> None:
        self._all: WeakSet[Text] = WeakSet()
        self._waiting: dict[int, ref[Text]] = {}
        self._frame, self._spent = -1, 0.0  # seconds of the frame
        self._soon = Clock.create_trigger(self._fit, -1)
        self._next = Clock.create_trigger(self._go_on, 0)
        self._held = False
        self.late = False
        # Once for all: each that bound itself would first be compared with all that ever did.
        paint.bind(letters=self._resize)

    def follow(self, text: "Text") -> None:
        """Fits a text anew, too, when the size of type changes."""
        self._all.add(text)

    def forget(self, texts: "Iterable[Text]") -> None:
        """Fits these no more."""
        for text in texts:
            self._all.discard(text)
            self._waiting.pop(id(text), None)

    @property
    def waiting(self) -> int:
        """How many are to be fitted."""
        return len(self._waiting)

    def add(self, text: "Text") -> None:
        """One more."""
        self._waiting[id(text)] = ref(text)
        self._soon()

    def hold(self) -> None:
        """In this frame much is laid out anew: letters come with the next one."""
        self._held = True
        self._next()

    def _resize(self, *_: object) -> None:
        for text in self._all:
            self._waiting[id(text)] = ref(text)
        self.hold()

    def _go_on(self, *_: object) -> None:
        self._held = False
        self._fit()

    def _fit(self, *_: object) -> None:
        if self._held:
            return
        if self._frame != Clock.frames:
            self._frame, self._spent = Clock.frames, 0.0
        start = time.thread_time()
        known: dict[int, bool] = {}
        keys = {key: seen(text(), known) for key, text in self._waiting.items()}
        mine = None  # whether the frame may be spent on what nobody sees
        for key in sorted(keys, key=lambda key: not keys[key]):
            if self._spent + time.thread_time() - start > A_FRAME:
                break
            if not keys[key]:
                mine = take_turn() if mine is None else mine
                if not mine:
                    break
            if (text := self._waiting.pop(key)()) is not None:
                text.fit()
        self._spent += time.thread_time() - start
        self.late = bool(self._waiting)
        if self.late:
            self._next()


fitting = Fitting()


class Tinted(Label):  # type: ignore[misc]  # Kivy is untyped
    """A label whose letters are white, coloured as they are drawn: no theme draws them anew.

    One with an outline is drawn in its own color and outline_color.

    Attributes:
        paint: its colour.
    """

    paint = ListProperty(NORMAL.text)


class Text(Tinted):
    """A label that shrinks its text until it fits its box: text is never cut.

    Attributes:
        mm: wanted height of the type, millimetres.
    """

    mm = NumericProperty(3.2)
    weight = StringProperty("normal")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("size", "text", "mm", "weight"):
            self.fbind(name, self._later)
        fitting.follow(self)
        self._later()

    def _later(self, *_: object) -> None:
        fitting.add(self)

    def fit(self) -> None:
        """Takes the largest type that fits, and draws its letters."""
        self._fit()
        if self._trigger_texture.is_triggered:  # now, for its time to be known
            self._trigger_texture.cancel()
            self.texture_update()

    def _fit(self) -> None:
        # Of a height Kivy keeps half for what follows the middle line break, and drops the rest.
        broken = self.valign == "middle" and "\n" in self.text
        self.text_size = (self.width, None if broken else self.height)
        if not self.text:
            return
        self.bold = self.weight == "bold"
        self.font_name = font_for(self.text)
        wanted, least = mm(self.mm) * paint.letters, mm(self.mm) * SMALLEST
        for step in range(STEPS):
            self.font_size = wanted + (least - wanted) * step / (STEPS - 1)
            if self.fits():
                return

    def fits(self) -> bool:
        """True if the whole text shows, wrapped at words only."""
        width, height = self.size
        high, widest = measured(
            self.text, self.font_name, self.font_size, self.bold, self.outline_width or 0, width
        )
        return bool(high <= height + 1 and widest <= width)


@lru_cache(maxsize=2048)
def measured(
    text: str,
    font: str,
    size: float,
    bold: bool,  # noqa: FBT001 - as Kivy has it
    outline: float,
    width: float,
) -> tuple[float, float]:
    """A text wrapped into a width: its height, and its widest word's width; pixels.

    Ideographs break anywhere but in a short word, others only between words.
    """
    label = CoreLabel(
        text=text,
        font_size=size,
        font_name=font,
        bold=bold,
        outline_width=outline,
        text_size=(width, None),
    )
    label.resolve_font_name()
    _, height = label.render()  # lays it out, but draws nothing
    words = (
        word for word in text.split() if len(word) <= SHORT or font_for(word) not in FONTS.values()
    )
    return height, max((label.get_extents(word)[0] for word in words), default=0)


@lru_cache(maxsize=256)
def width_of(text: str, size: float) -> float:
    """Of a text in one line, in type of a size; pixels."""
    label = CoreLabel(text=text, font_size=size, font_name=font_for(text))
    label.resolve_font_name()
    return float(label.get_extents(text)[0])


for _name in FONTS.values():
    _regular, _bold = (str(FOLDER / f"{_name}-{weight}.otf") for weight in ("Regular", "Bold"))
    LabelBase.register(_name, fn_regular=_regular, fn_bold=_bold)
Factory.register("Text", cls=Text)
Factory.register("Tinted", cls=Tinted)
