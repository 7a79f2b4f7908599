"""The line of the horizon in the viewfinder, as the device's accelerometer has it."""

from math import cos, radians, sin
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Line
from kivy.metrics import mm
from kivy.properties import ListProperty, ObjectProperty
from kivy.uix.widget import Widget

from app.level import Accelerometer, Level, find_accelerometer
from app.ui.bridge import Bridge
from app.ui.theme import paint

EVERY = 0.1  # seconds between two looks
CALM = 0.35  # of the difference that a look takes over: a hand trembles
LEVEL = 0.5  # degrees, within which it is
GAP, LENGTH = 3.0, 11.0  # mm from the middle
LANE = "level"


class LevelLine(Widget):  # type: ignore[misc]  # Kivy is untyped
    """Two strokes that stay level; the picture's own beside them until they meet.

    Attributes:
        picture: the rectangle of the picture, (x, y, width, height), pixels.
        level: how the device is held; None draws nothing.
        over: the strokes' colour until they meet.
    """

    over = ListProperty(paint.over)

    picture = ListProperty([0, 0, 0, 0])
    level = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("picture", "level", "over"):
            self.fbind(name, self._draw)

    def show(self, level: Level | None) -> None:
        """Takes over a reading, calmed."""
        before = self.level
        if level is None or before is None or abs(level.roll - before.roll) > 20.0:
            self.level = level
            return
        roll = before.roll + CALM * (level.roll - before.roll)
        self.level = Level(roll, before.pitch + CALM * (level.pitch - before.pitch))

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        left, bottom, width, height = self.picture
        if self.level is None or width < 1:
            return
        x, y = left + width / 2, bottom + height / 2
        found = abs(self.level.roll) < LEVEL
        with self.canvas:
            if not found:
                self._strokes(x, y, 0.0, (*self.over[:3], 0.4))
            told = (paint.accent if found else self.over)[:3]
            # The device turned clockwise: level runs anticlockwise in the picture.
            self._strokes(x, y, self.level.roll, (*told, 0.95))

    def _strokes(self, x: float, y: float, turned: float, colour: tuple[float, ...]) -> None:
        along, up = cos(radians(turned)), sin(radians(turned))
        for side in (-1, 1):
            near, far = side * mm(GAP), side * mm(LENGTH)
            points = (x + near * along, y + near * up, x + far * along, y + far * up)
            Color(0, 0, 0, 0.4 * colour[3])
            Line(points=points, width=mm(0.22))
            Color(*colour)
            Line(points=points, width=mm(0.12))


class LevelWatch:
    """Looks at the accelerometer while the line is wanted, on a thread of its own.

    Args:
        bridge: to that thread.
        line: shows it.
    """

    def __init__(self, bridge: Bridge, line: LevelLine) -> None:
        self._bridge, self._line = bridge, line
        self._sensor: Accelerometer | None = None
        self._event: Any = None
        self._busy = False

    def want(self, *, wanted: bool) -> None:
        """Begins or ends."""
        if wanted is (self._event is not None):
            return
        if wanted:
            self._event = Clock.schedule_interval(self._look, EVERY)
            self._bridge.background(find_accelerometer, self._found, lane=LANE)
        else:
            self._event.cancel()
            self._event, self._line.level = None, None

    def _found(self, sensor: Accelerometer | None) -> None:
        self._sensor = sensor

    def _look(self, _seconds: float) -> None:
        if self._sensor is not None and not self._busy:
            self._busy = True
            self._bridge.background(self._sensor.read, self._take, lane=LANE)

    def _take(self, level: Level | None) -> None:
        self._busy = False
        if self._event is not None:
            self._line.show(level)
