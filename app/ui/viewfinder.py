"""The live picture in the chosen look, what lies over it, and what fingers do to it."""

import operator
from math import hypot
from typing import Any

from kivy.clock import Clock
from kivy.metrics import mm
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.floatlayout import FloatLayout

from app.ui.ahead import Part
from app.ui.corners import NOWHERE, Corners, corners
from app.ui.fitting import Fit, Fitted
from app.ui.pinch import HeldFingers, closed
from app.ui.styled_image import StyledImage
from app.ui.tone_map import ToneLines

SWIPE = 10.0  # mm of a swipe
STEP = 5.0  # mm of a drag for one step of exposure
SLOP = 1.5  # mm: less is a tap
HOLD = 0.6  # seconds
LOOK = 0.25  # of what the loupe shows, for a key
CLOSEST = 8.0  # magnification of the loupe


class Viewfinder(FloatLayout, Part):  # type: ignore[misc]  # Kivy is untyped
    """The preview.

    Attributes:
        compiled: the look to show it in.
        tone: lines of the local tone mapping that the frame has; None before any are known.
        texture: the frame that is shown; None before the first.
        margin: of the frame, that pictures leave out; as in Abilities.
        picture: the drawn rectangle, (x, y, width, height), pixels.
        hint: words in place of the picture.
        blink: True while the burst is taken: the picture is framed.
        marks: peaking and zebra.
        grid, frame: lines to compose by, as in Preferences.
        clip: what clips in the raw, for the zebra; None goes by the preview.
        lenses: of framelines, as in Composition.
        shares: the histogram's; None hides it.
        stops: that the histogram of the raw spans; 0: it is the preview's.
        zoom: of the loupe; 1 shows the whole picture.
        centre: of the loupe, 0..1 from the picture's top left.
        mark: how the mark shows where focus is set; "" for none.
        pointed: where, 0..1 from the picture's top left.
        count: seconds to the picture, while the self timer runs.
        left_handed: the hand that holds it is on the left.
        corners: places of histogram and loupe.

    Events:
        on_swipe: direction, 1 to the next style, -1 to the one before.
        on_exposure: steps, 1 brighter, -1 darker.
        on_point: tapped; the point of the picture, 0..1 from its top left.
        on_hold: held there for a while.
    """

    compiled = ObjectProperty(None, allownone=True)
    tone = ObjectProperty(None, allownone=True)
    texture = ObjectProperty(None, allownone=True)
    margin = ListProperty([0.0, 0.0])
    hint = StringProperty("")
    picture = ListProperty([0, 0, 0, 0])
    blink = BooleanProperty(defaultvalue=False)
    marks = ObjectProperty(None, allownone=True)
    grid = StringProperty("none")
    frame = StringProperty("none")
    clip = ObjectProperty(None, allownone=True)
    lenses = ListProperty([])
    shares = ObjectProperty(None, allownone=True, comparator=operator.is_)
    stops = NumericProperty(0.0)
    zoom = NumericProperty(1.0)
    centre = ListProperty([0.5, 0.5])
    mark = StringProperty("")
    pointed = ListProperty([0.5, 0.5])
    count = StringProperty("")
    left_handed = BooleanProperty(defaultvalue=False)
    corners = ObjectProperty(
        Corners(NOWHERE, NOWHERE, NOWHERE), rebind=True
    )  # its rules look into it

    __events__ = ("on_exposure", "on_hold", "on_point", "on_swipe")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._fingers = HeldFingers()
        self._holding = Clock.create_trigger(self._held, HOLD)
        self._rehearsing = Clock.create_trigger(self._rehearse, 0)
        self.fbind("compiled", self._rehearsing)

    def fit(self, lines: ToneLines | None) -> Fit:
        """How frames are wanted; with lines of their local tone mapping."""
        peaking = self.marks is not None and self.marks.peaks  # looks at the frame's own pixels
        box = None if peaking or self.zoom > 1.0 else tuple(self.size)
        return Fit(box, tuple(self.margin), lines)

    def show(self, fitted: Fitted) -> None:
        """Shows a frame."""
        self.tone = fitted.lines
        image: StyledImage = self.ids.image
        image.show(fitted.pixels)

    def magnify(self, zoom: float, centre: tuple[float, float] | None = None) -> None:
        """Sets the loupe; the part it shows stays within the picture."""
        self.zoom = min(max(zoom, 1.0), CLOSEST)
        half = 0.5 / self.zoom
        wanted = self.centre if centre is None else centre
        self.centre = [min(max(part, half), 1.0 - half) for part in wanted]

    def look(self, across: int, up: int) -> None:
        """Moves the loupe by a quarter of what it shows, for keys."""
        (u, v), step = self.centre, LOOK / self.zoom
        self.magnify(self.zoom, (u + across * step, v - up * step))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """The point of the picture at a point of the window, within the picture."""
        left, bottom, width, height = self.picture
        across = (x - left) / max(width, 1) - 0.5
        down = 0.5 - (y - bottom) / max(height, 1)
        u = self.centre[0] + across / self.zoom
        v = self.centre[1] + down / self.zoom
        return min(max(u, 0.0), 1.0), min(max(v, 0.0), 1.0)

    def place_of(self, pointed: Any, picture: Any, zoom: float, centre: Any) -> tuple[float, float]:  # noqa: ANN401
        """The point of the window at a point of the picture; for the rules, which name all four."""
        left, bottom, width, height = picture
        across = (pointed[0] - centre[0]) * zoom + 0.5
        down = (pointed[1] - centre[1]) * zoom + 0.5
        return left + across * width, bottom + (1.0 - down) * height

    def seen(self, zoom: float, centre: Any) -> tuple[float, float, float, float]:  # noqa: ANN401
        """What the loupe shows: left, top, right, bottom of the picture; for the rules."""
        (u, v), half = centre, 0.5 / zoom
        return u - half, v - half, u + half, v + half

    def corners_of(
        self,
        picture: Any,  # noqa: ANN401
        left: float,
        right: float,
        floor: float,
        histogram: bool,  # noqa: FBT001
        left_handed: bool,  # noqa: FBT001
    ) -> Corners:
        """As corners(); for the rules."""
        sides = (left, right)
        return corners(picture, sides, floor, mm(1), histogram=histogram, left_handed=left_handed)

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Takes hold of a touch on the picture."""
        if super().on_touch_down(touch):
            return True
        if not self.collide_point(*touch.pos) or not self._fingers.take(touch):
            return False
        touch.grab(self)
        touch.ud.update(steps=0, swiped=False)
        if len(self._fingers) == 1:
            self._holding()
        else:
            self._holding.cancel()
        return True

    def let_go(self) -> None:
        """What fingers have begun here ends: they can move the loupe, and mean nothing else."""
        self._holding.cancel()
        self._fingers.spend()

    def on_touch_move(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Up and down sets the exposure in steps, across swipes once, two fingers magnify."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        if hypot(touch.x - touch.ox, touch.y - touch.oy) > mm(SLOP):
            touch.ud["moved"] = True
            self._holding.cancel()
        if touch not in self._fingers:
            pass
        elif len(self._fingers) == 2:
            self._pinch(touch)
        elif self.zoom > 1.0:
            self._pan(touch.dx, touch.dy)
        elif not touch.ud["spent"]:
            self._drag(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Lets go; without a movement it was a tap."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        if touch not in self._fingers:
            return True
        self._holding.cancel()
        self._fingers.lift(touch)
        if touch.ud["spent"]:
            self.magnify(closed(self.zoom))
        elif not touch.ud["moved"]:
            mark = self.ids.mark
            if mark.shown and mark.collide_point(*touch.pos):
                mark.press()
            else:
                self.dispatch("on_point", self.point(*touch.pos))
        return True

    def _rehearse(self, _seconds: float) -> None:
        """While the camera starts, a shader a frame."""
        if self.ids.image.rehearse():
            self._rehearsing()

    def on_shares(self, _: object, shares: object) -> None:
        """Not by a rule: Kivy writes out what a rule passes on, and an array costs milliseconds."""
        self.ids.histogram.shares = shares

    def on_swipe(self, direction: int) -> None:
        """Default handler."""

    def on_exposure(self, steps: int) -> None:
        """Default handler."""

    def on_point(self, point: tuple[float, float]) -> None:
        """Default handler."""

    def on_hold(self, point: tuple[float, float]) -> None:
        """Default handler."""

    def _held(self, _seconds: float) -> None:
        touch = self._fingers.alone()
        if touch is not None and not touch.ud["moved"]:
            touch.ud["moved"] = True  # what follows is no tap
            self.dispatch("on_hold", self.point(*touch.pos))

    def _pinch(self, touch: Any) -> None:  # noqa: ANN401 - a Kivy touch
        apart, at = self._fingers.spread(touch)
        zoom = min(max(self.zoom * apart, 1.0), CLOSEST)
        keep = self.zoom / zoom  # what is between the fingers stays there
        pairs = zip(self.point(*at), self.centre, strict=True)
        u, v = (between + (part - between) * keep for between, part in pairs)
        self.magnify(zoom, (u, v))

    def _drag(self, touch: Any) -> None:  # noqa: ANN401 - a Kivy touch
        across, up = touch.x - touch.ox, touch.y - touch.oy
        if touch.ud["steps"] == 0 and abs(across) > abs(up):
            if not touch.ud["swiped"] and abs(across) >= mm(SWIPE):
                touch.ud["swiped"] = True
                self.dispatch("on_swipe", -1 if across > 0 else 1)
        elif not touch.ud["swiped"]:
            steps = int(up / mm(STEP))
            if steps != touch.ud["steps"]:
                self.dispatch("on_exposure", steps - touch.ud["steps"])
                touch.ud["steps"] = steps

    def _pan(self, across: float, up: float) -> None:
        _, _, width, height = self.picture
        u = self.centre[0] - across / (max(width, 1) * self.zoom)
        v = self.centre[1] + up / (max(height, 1) * self.zoom)
        self.magnify(self.zoom, (u, v))
