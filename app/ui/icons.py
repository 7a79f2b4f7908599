"""Icons of a few strokes, in a square of 24; y counts upwards."""

from math import cos, pi, sin

from kivy.graphics import Color, SmoothLine
from kivy.metrics import mm
from kivy.properties import ListProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from app.ui.theme import NORMAL

Points = tuple[tuple[float, float], ...]


def arc(x: float, y: float, radius: float, start: float, end: float, steps: int = 24) -> Points:
    """Part of a circle, degrees from the right, anticlockwise."""
    angles = ((start + (end - start) * i / steps) * pi / 180.0 for i in range(steps + 1))
    return tuple((x + radius * cos(a), y + radius * sin(a)) for a in angles)


def circle(x: float, y: float, radius: float) -> Points:
    """A whole circle."""
    return arc(x, y, radius, 0.0, 360.0, 40)


def box(x: float, y: float, width: float, height: float) -> Points:
    """A rectangle."""
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))


ICONS: dict[str, tuple[Points, ...]] = {
    "back": (((15, 5), (8, 12), (15, 19)),),
    "forward": (((9, 5), (16, 12), (9, 19)),),
    "close": (((6, 6), (18, 18)), ((6, 18), (18, 6))),
    "check": (((4, 12), (10, 6), (20, 18)),),
    "minus": (((5, 12), (19, 12)),),
    "plus": (((5, 12), (19, 12)), ((12, 5), (12, 19))),
    "info": (circle(12, 12, 9), ((12, 7), (12, 13)), ((12, 16.4), (12, 16.6))),
    "open": (box(5, 3, 14, 10), (*arc(12, 14, 4, 40, 180, 12), (8, 13))),
    "locked": (box(5, 3, 14, 10), ((8, 13), *reversed(arc(12, 15, 4, 0, 180, 12)), (16, 13))),
    "trash": (
        ((4, 18), (20, 18)),
        ((9, 18), (9, 21), (15, 21), (15, 18)),
        ((6, 18), (7, 3), (17, 3), (18, 18)),
        ((10, 14), (10.3, 7)),
        ((14, 14), (13.7, 7)),
    ),
    "look": (circle(12, 15, 5.5), circle(8.6, 9, 5.5), circle(15.4, 9, 5.5)),
    "compare": (box(3, 5, 18, 14), ((12, 2), (12, 22))),
    "undo": (
        ((8, 19), (3.5, 14.5), (8, 10)),
        ((3.5, 14.5), (14, 14.5), *reversed(arc(14, 9.5, 5, -90, 90, 14)[:-1]), (8, 4.5)),
    ),
    "grid": (box(3, 13, 8, 8), box(13, 13, 8, 8), box(3, 3, 8, 8), box(13, 3, 8, 8)),
    "menu": (((4, 6), (20, 6)), ((4, 12), (20, 12)), ((4, 18), (20, 18))),
    "settings": (
        ((3, 18), (11, 18)),
        circle(13.5, 18, 2.5),
        ((16, 18), (21, 18)),
        ((3, 12), (5, 12)),
        circle(7.5, 12, 2.5),
        ((10, 12), (21, 12)),
        ((3, 6), (13, 6)),
        circle(15.5, 6, 2.5),
        ((18, 6), (21, 6)),
    ),
    "send": (
        ((12, 9), (12, 21)),
        ((7.5, 16.5), (12, 21), (16.5, 16.5)),
        ((5, 12), (5, 3), (19, 3), (19, 12)),
    ),
    "magnify": (circle(10, 14, 6.5), ((15, 9), (21, 3))),
    "warning": (
        ((12, 21), (2, 4), (22, 4), (12, 21)),
        ((12, 9.5), (12, 15)),
        ((12, 6.6), (12, 6.8)),
    ),
    "histogram": (((3, 3), (21, 3)), ((4, 5), (7, 9), (10, 19), (13, 12), (16, 15), (20, 5))),
    "zebra": (
        box(3, 4, 18, 16),
        ((3, 12), (11, 20)),
        ((5, 4), (21, 20)),
        ((13, 4), (21, 12)),
    ),
    "peaking": (((3, 4), (9, 20), (13, 9), (16, 15), (21, 4)), circle(9, 20, 1.4)),
    "thirds": (
        box(3, 4, 18, 16),
        ((9, 4), (9, 20)),
        ((15, 4), (15, 20)),
        ((3, 9.3), (21, 9.3)),
        ((3, 14.6), (21, 14.6)),
    ),
    "frame": (
        ((3, 15), (3, 20), (8, 20)),
        ((16, 20), (21, 20), (21, 15)),
        ((21, 9), (21, 4), (16, 4)),
        ((8, 4), (3, 4), (3, 9)),
    ),
    "sun": (
        circle(12, 12, 4),
        *(
            (
                (12 + 6.5 * cos(a * pi / 4), 12 + 6.5 * sin(a * pi / 4)),
                (12 + 9.5 * cos(a * pi / 4), 12 + 9.5 * sin(a * pi / 4)),
            )
            for a in range(8)
        ),
    ),
    "lens": (circle(12, 12, 9.5), circle(12, 12, 5.5), arc(12, 12, 3, 90, 180, 8)),
    "shading": (box(2.5, 5, 19, 14), circle(12, 12, 4.5), circle(12, 12, 9)),
    "camera": (
        box(2.5, 4, 19, 13),
        circle(12, 10.5, 4),
        ((8, 17), (9.5, 20), (14.5, 20), (16, 17)),
    ),
    "network": (
        arc(12, 5, 14, 45, 135, 16),
        arc(12, 5, 9.5, 45, 135, 12),
        arc(12, 5, 5, 45, 135, 8),
        circle(12, 5, 1.2),
    ),
    "battery": (
        box(2, 7, 17, 10),
        ((21.5, 10), (21.5, 14)),
        ((6, 10), (6, 14)),
        ((10, 10), (10, 14)),
    ),
    "": (),
}


class Icon(Widget):  # type: ignore[misc]  # Kivy is untyped
    """One icon, as large as the smaller side allows.

    Attributes:
        name: of the icon.
        paint: its colour.
        weight: of its strokes, millimetres.
    """

    name = StringProperty("")
    paint = ListProperty(NORMAL.text)
    weight = NumericProperty(0.2)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._colour = Color(*self.paint)
        self._strokes: list[SmoothLine] = []
        self.fbind("name", self._draw)
        for name in ("pos", "size", "weight"):
            self.fbind(name, self._place)
        self.fbind("paint", self._tint)
        self._draw()

    def _tint(self, *_: object) -> None:
        self._colour.rgba = self.paint

    def _draw(self, *_: object) -> None:
        for stroke in self._strokes:
            self.canvas.remove(stroke)
        self._strokes = []
        for _points in ICONS[self.name]:
            stroke = SmoothLine(joint="round", cap="round")
            self.canvas.add(stroke)
            self._strokes.append(stroke)
        self._place()

    def _place(self, *_: object) -> None:
        side = min(self.size)
        # Not center_x: that is brought up to date only after pos has told of its change.
        left, bottom = self.x + (self.width - side) / 2, self.y + (self.height - side) / 2
        for stroke, points in zip(self._strokes, ICONS[self.name], strict=True):
            stroke.points = [
                value
                for x, y in points
                for value in (left + x * side / 24.0, bottom + y * side / 24.0)
            ]
            stroke.width = mm(self.weight)
