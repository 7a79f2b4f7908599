"""What lies over the viewfinder's picture: lines to compose by, and the histogram."""

import operator
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Line, Rectangle
from kivy.metrics import mm
from kivy.properties import ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from app.ui.corners import HISTOGRAM_FOOT, histogram_width
from app.ui.language import font_for
from app.ui.layout import Rect, fit
from app.ui.theme import coloured, paint

BINS = 64
CLIPPED = 0.002  # of the pixels, from which on a colour's clipping is told
NAME = 2.3  # mm of type
COLOURS = ((1.0, 0.25, 0.2), (0.3, 0.9, 0.35), (0.35, 0.55, 1.0))
GROUND, DARK_GROUND = 0.55, 0.85  # of black under them; the dim ones need more
DIMMED = (1.0, 0.75, 0.5)  # of what lies over the picture, where a theme has a colour of its own

Segment = tuple[float, float, float, float]


def grid_lines(grid: str, box: Rect) -> Iterator[Segment]:
    """The lines of a grid over a box: x0, y0, x1, y1."""
    across: tuple[float, ...] = ()
    down: tuple[float, ...] = ()
    if grid == "thirds":
        across = down = (1 / 3, 2 / 3)
    elif grid == "cross":
        across = down = (0.5,)
    elif grid == "squares":
        step = 1 / 8
        across = tuple(i * step for i in range(1, 8))
        rows = box.height / (box.width * step) / 2
        offsets = [i * step * box.width / box.height for i in range(int(rows) + 1)]
        down = tuple(sorted({0.5 + o for o in offsets} | {0.5 - o for o in offsets}))
    for part in across:
        yield box.x + part * box.width, box.y, box.x + part * box.width, box.top
    for part in down:
        if 0.0 < part < 1.0:
            yield box.x, box.y + part * box.height, box.right, box.y + part * box.height


def frame_box(frame: str, box: Rect) -> Rect:
    """The part of a box that a picture of this shape ("3:2") takes."""
    width, _, height = frame.partition(":")
    if not height:
        return box
    aspect = float(width) / float(height)
    return fit(aspect if box.width >= box.height else 1.0 / aspect, box)


def histogram(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Of a small frame, (height, width, 4) uint8: (3, BINS) shares of the pixels."""
    counts = [np.bincount(pixels[..., c].reshape(-1) >> 2, minlength=BINS) for c in range(3)]
    size = pixels.shape[0] * pixels.shape[1]
    shares: npt.NDArray[np.float32] = np.array(counts, np.float32) / size
    return shares


def shown_in(over: Sequence[float]) -> tuple[tuple[float, ...], ...]:
    """The histogram's red, green and blue: in a theme of one colour shades of that."""
    if not coloured(over):
        return COLOURS
    return tuple(tuple(part * share for part in over[:3]) for share in DIMMED)


class Composition(Widget):  # type: ignore[misc]  # Kivy is untyped
    """Grid and frame lines.

    Attributes:
        picture: the rectangle of the picture, (x, y, width, height), pixels.
        grid, frame: as in Preferences.
        lenses: of framelines: a lens's name, and left, top, right, bottom of what it would see, as
            shares of the picture.
        over: their colour.
    """

    over = ListProperty(paint.over)
    picture = ListProperty([0, 0, 0, 0])
    grid = StringProperty("none")
    frame = StringProperty("none")
    lenses = ListProperty([])

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("picture", "grid", "frame", "lenses", "over"):
            self.fbind(name, self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        box = Rect(*self.picture)
        if box.width < 1 or box.height < 1:
            return
        inner = frame_box(self.frame, box)
        with self.canvas:
            if inner != box:
                Color(0, 0, 0, 0.45)
                for part in around(inner, box):
                    Rectangle(pos=(part.x, part.y), size=(part.width, part.height))
                Color(*self.over[:3], 0.85)
                Line(rectangle=(inner.x, inner.y, inner.width, inner.height), width=mm(0.12))
            if self.frame == "lenses":
                self._draw_lenses(box)
            for segment in grid_lines(self.grid, inner):
                Color(0, 0, 0, 0.35)
                Line(points=segment, width=mm(0.16))
                Color(*self.over[:3], 0.55)
                Line(points=segment, width=mm(0.07))

    def _draw_lenses(self, box: Rect) -> None:
        for name, (left, top, right, bottom) in self.lenses:
            x, y = box.x + left * box.width, box.y + (1.0 - bottom) * box.height
            width, height = (right - left) * box.width, (bottom - top) * box.height
            for corner in range(4):
                points = corner_points((x, y, width, height), corner, mm(4.0))
                Color(0, 0, 0, 0.5)
                Line(points=points, width=mm(0.22))
                Color(*self.over[:3], 0.9)
                Line(points=points, width=mm(0.1))
            label = named(name, box.width - histogram_width(box.width, mm(1)) - mm(1.5))
            # Inside its corner: on the line above may be the next lens's.
            end = (x + width - mm(0.8), y + height - mm(0.5))
            place = name_place(label.texture.size, end, box, mm(1.0))
            Color(0, 0, 0, 0.6)
            Rectangle(
                texture=label.texture, pos=(place[0] + 1, place[1] - 1), size=label.texture.size
            )
            Color(*self.over[:3], 0.95)
            Rectangle(texture=label.texture, pos=place, size=label.texture.size)


def named(name: str, room: float) -> CoreLabel:
    """A frameline's name, drawn smaller if it is wider than the room there is."""
    size = mm(NAME)
    wide = CoreLabel(text=name, font_size=size, font_name=font_for(name)).get_extents(name)[0]
    label = CoreLabel(
        text=name, font_size=size * min(1.0, room / max(wide, 1)), font_name=font_for(name)
    )
    label.refresh()
    return label


def name_place(
    size: tuple[int, int], end: tuple[float, float], box: Rect, unit: float
) -> tuple[float, float]:
    """Where a frameline's name lies: at its right end, out of the histogram's way.

    Args:
        size: of the name, pixels.
        end: its right and its top, if nothing is in the way.
        box: the picture.
        unit: a millimetre, pixels.
    """
    width, height = size
    right, top = end
    left = right - width
    if top > box.top - HISTOGRAM_FOOT * unit:
        left = max(left, box.x + histogram_width(box.width, unit) + 1.5 * unit)
    return min(left, box.right - width), top - height


def corner_points(box: tuple[float, float, float, float], corner: int, arm: float) -> list[float]:
    """One corner of a box (x, y, width, height): an angle of two arms."""
    x, y, width, height = box
    right, up = corner % 2, corner // 2
    at = x + width * right, y + height * up
    return [at[0] + (-arm if right else arm), at[1], *at, at[0], at[1] + (-arm if up else arm)]


def around(inner: Rect, box: Rect) -> list[Rect]:
    """What a box has beside an inner one: bands at its sides, or above and below."""
    bands = [
        Rect(box.x, box.y, box.width, inner.y - box.y),
        Rect(box.x, inner.top, box.width, box.top - inner.top),
        Rect(box.x, inner.y, inner.x - box.x, inner.height),
        Rect(inner.right, inner.y, box.right - inner.right, inner.height),
    ]
    return [band for band in bands if band.width > 0.5 and band.height > 0.5]


class Histogram(Widget):  # type: ignore[misc]  # Kivy is untyped
    """The shares of brightness by colour; a bar at the right edge for a colour that clips.

    Attributes:
        shares: from histogram() or of RawStatistics; None draws nothing.
        stops: that the bins before the last one span, each told by a tick; 0: by no tick.
        over: colour of the ticks, and of all in a theme of one colour.
    """

    over = ListProperty(paint.over)

    shares = ObjectProperty(None, allownone=True, comparator=operator.is_)
    stops = NumericProperty(0.0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("shares", "stops", "pos", "size", "over"):
            self.fbind(name, self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if self.shares is None:
            return
        edge = mm(0.6)
        step = (self.width - 4 * edge) / (BINS - 1)
        # Square root: what is rare is seen beside what is frequent.
        highest = max(float(np.sqrt(self.shares[:, 1:-1].max())), 1e-3)
        with self.canvas:
            Color(0, 0, 0, DARK_GROUND if coloured(self.over) else GROUND)
            Rectangle(pos=self.pos, size=self.size)
            self._ticks(edge, (BINS - 1) * step)
            for index, colour in enumerate(shown_in(self.over)):
                heights = np.minimum(np.sqrt(self.shares[index]) / highest, 1.0)
                points = [
                    value
                    for i, height in enumerate(heights.tolist())
                    for value in (
                        self.x + edge + i * step,
                        self.y + edge + height * (self.height - 2 * edge),
                    )
                ]
                Color(*colour, 0.95)
                Line(points=points, width=mm(0.1))
                if self.shares[index, -1] > CLIPPED:
                    high = self.height / 3
                    Rectangle(
                        pos=(self.right - 1.6 * edge, self.y + (2 - index) * high),
                        size=(edge, high - 1),
                    )

    def _ticks(self, edge: float, length: float) -> None:
        """A line for every stop below clipping."""
        if self.stops <= 0.0:
            return
        Color(*self.over[:3], 0.22)
        for stop in range(int(self.stops) + 1):
            along = self.x + edge + length * (1.0 - stop / self.stops)
            Rectangle(pos=(round(along), self.y), size=(1, self.height))
