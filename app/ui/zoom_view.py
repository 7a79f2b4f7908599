"""A picture that fingers enlarge up to its own pixels, and move."""

from math import hypot
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.metrics import mm
from kivy.properties import ListProperty, NumericProperty, ObjectProperty
from kivy.uix.stencilview import StencilView

from app.ui.pinch import HeldFingers, closed

SWIPE = 10.0  # mm
SLOP = 1.5  # mm: less is a tap
SETTLED = 0.15  # seconds without a movement
ASIDE = 0.2  # of the view: what a key moves it by


class ZoomView(StencilView):  # type: ignore[misc]  # Kivy is untyped
    """Shows a texture, fitted in or enlarged, and a sharper one over the part that is seen.

    Attributes:
        texture: of the whole picture; its rows from the top.
        natural: width and height of the picture itself, pixels; (0, 0) if not known yet.
        zoom: times fitted in; 1 shows all.
        limit: the zoom that shows the picture's own pixels; 1 if it is smaller than the view.
        centre: the point of the picture in the middle, 0..1 from its top left.
        part: left, top, right, bottom of what is seen, 0..1 of the picture.

    Events:
        on_step: swiped; 1 to the next picture, -1 to the one before.
        on_tap: touched without a movement.
        on_settle: enlarged or moved, and now at rest.
    """

    texture = ObjectProperty(None, allownone=True)
    natural = ListProperty([0, 0])
    zoom = NumericProperty(1.0)
    limit = NumericProperty(1.0)
    centre = ListProperty([0.5, 0.5])
    part = ListProperty([0.0, 0.0, 1.0, 1.0])

    __events__ = ("on_settle", "on_step", "on_tap")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            Color(1, 1, 1, 1)
            self._whole = Rectangle(size=(0, 0))
            self._part = Rectangle(size=(0, 0))
        self._detail: tuple[Any, tuple[float, float, float, float]] | None = None
        self._fingers = HeldFingers()
        self._rest = Clock.create_trigger(lambda _: self.dispatch("on_settle"), SETTLED)
        for name in ("pos", "size", "texture", "natural", "zoom", "centre"):
            self.fbind(name, self._place)

    def reset(self) -> None:
        """Fits the picture in, and forgets the sharper part."""
        self._detail = None
        self.zoom, self.centre = 1.0, [0.5, 0.5]
        self._place()

    def toggle(self, at: tuple[float, float] | None = None) -> None:
        """From fitted in to the picture's own pixels around a point of the window, and back."""
        if self.zoom > 1.0:
            self.zoom_to(1.0)
        else:
            self.zoom_to(self.limit, at)

    def zoom_to(self, zoom: float, at: tuple[float, float] | None = None) -> None:
        """Enlarges; what is at the point stays there, in the middle by default."""
        x, y = at or self.center
        zoom = min(max(zoom, 1.0), self.limit)
        u, v = self._point(x, y)
        width, height = self._fitted()
        self.zoom = zoom
        if width and height:
            self.centre = [
                u - (x - self.center_x) / (width * zoom),
                v + (y - self.center_y) / (height * zoom),
            ]
        self._bound()

    def look_at(self, point: tuple[float, float]) -> None:
        """Puts a point of what is enlarged, 0..1 from its top left, into the middle if it can."""
        if self.zoom > 1.0:
            self.centre = list(point)
            self._bound()

    def pan(self, across: float, up: float) -> None:
        """Moves the picture by pixels of the window."""
        width, height = self._fitted()
        if width and height:
            u, v = self.centre
            self.look_at((u - across / (width * self.zoom), v + up / (height * self.zoom)))

    def step_aside(self, across: int, up: int) -> bool:
        """For keys: looks a fifth of the view aside; False where nothing is enlarged."""
        if self.zoom > 1.0:
            self.pan(-ASIDE * across * self.width, -ASIDE * up * self.height)
        return bool(self.zoom > 1.0)

    def seen(self) -> tuple[int, int, int, int]:
        """The part that is seen: left, top, right, bottom in pixels of the picture."""
        across, down = self.natural
        left, top, right, bottom = self._part_seen()
        return int(left * across), int(top * down), round(right * across), round(bottom * down)

    def sharpen(self, texture: Any, box: tuple[int, int, int, int]) -> None:  # noqa: ANN401
        """Lays a texture over a part of the picture, given as seen() does."""
        across, down = self.natural
        left, top, right, bottom = box
        self._detail = (texture, (left / across, top / down, right / across, bottom / down))
        self._place()

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Takes hold of up to two fingers."""
        if not self.collide_point(*touch.pos) or not self._fingers.take(touch):
            return False
        touch.grab(self)
        if getattr(touch, "is_double_tap", False):
            touch.ud["moved"] = True
            self.toggle(touch.pos)
        return True

    def on_touch_move(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """One finger moves what is enlarged, two enlarge."""
        if touch.grab_current is not self or touch not in self._fingers:
            return False
        if hypot(touch.x - touch.ox, touch.y - touch.oy) > mm(SLOP):
            touch.ud["moved"] = True
        if len(self._fingers) == 2:
            self.pan((touch.x - touch.px) / 2, (touch.y - touch.py) / 2)
            apart, middle = self._fingers.spread(touch)
            self.zoom_to(self.zoom * apart, middle)
        elif self.zoom > 1.0:
            self.pan(touch.dx, touch.dy)
        return True

    def on_touch_up(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """A swipe turns over, a touch without movement is a tap."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if touch not in self._fingers:
            return True
        self._fingers.lift(touch)
        across, up = touch.x - touch.ox, touch.y - touch.oy
        if touch.ud["spent"]:
            self.zoom_to(closed(self.zoom))
        elif not touch.ud["moved"]:
            self.dispatch("on_tap")
        elif self.zoom <= 1.0 and abs(across) > max(mm(SWIPE), abs(up)):
            self.dispatch("on_step", -1 if across > 0 else 1)
        return True

    def on_step(self, direction: int) -> None:
        """Default handler."""

    def on_tap(self) -> None:
        """Default handler."""

    def on_settle(self) -> None:
        """Default handler."""

    def _fitted(self) -> tuple[float, float]:
        """Width and height of the whole picture when it is fitted in."""
        if self.texture is None or min(self.size) < 1:
            return 0.0, 0.0
        across, down = self.natural if min(self.natural) > 0 else self.texture.size
        scale = min(self.width / across, self.height / down)
        return across * scale, down * scale

    def _point(self, x: float, y: float) -> tuple[float, float]:
        """The point of the picture at one of the window, 0..1 from the top left."""
        width, height = self._fitted()
        if not width or not height:
            return 0.5, 0.5
        u, v = self.centre
        # Not center_x: that is brought up to date only after pos has told of its change.
        return (
            u + (x - self.x - self.width / 2) / (width * self.zoom),
            v - (y - self.y - self.height / 2) / (height * self.zoom),
        )

    def _part_seen(self) -> tuple[float, float, float, float]:
        """The part that is seen, as in part."""
        left, top = self._point(self.x, self.y + self.height)
        right, bottom = self._point(self.x + self.width, self.y)
        return max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0)

    def _bound(self) -> None:
        """Keeps the picture's edges outside the view, or the picture in its middle."""
        width, height = self._fitted()
        if not width or not height:
            return
        bounded = []
        for value, side, view in zip(self.centre, (width, height), self.size, strict=True):
            half = view / (2.0 * side * self.zoom)
            bounded.append(0.5 if half >= 0.5 else min(max(value, half), 1.0 - half))
        if bounded != list(self.centre):
            self.centre = bounded

    def _place(self, *_: object) -> None:
        width, height = self._fitted()
        self.limit = max(1.0, self.natural[0] / width) if width else 1.0
        self._whole.texture = self.texture
        wide, high = width * self.zoom, height * self.zoom
        u, v = self.centre
        left = self.x + self.width / 2 - u * wide
        top = self.y + self.height / 2 + v * high

        def lay(rectangle: Rectangle, box: tuple[float, float, float, float]) -> None:
            x0, y0 = round(left + box[0] * wide), round(top - box[3] * high)
            x1, y1 = round(left + box[2] * wide), round(top - box[1] * high)
            # Rows come from the top: the texture is drawn upside down.
            rectangle.tex_coords = (0, 1, 1, 1, 1, 0, 0, 0)
            rectangle.pos, rectangle.size = (x0, y0), (x1 - x0, y1 - y0)

        lay(self._whole, (0.0, 0.0, 1.0, 1.0))
        if self._detail is not None and self.zoom > 1.0:
            self._part.texture = self._detail[0]
            lay(self._part, self._detail[1])
        else:
            self._part.size = (0, 0)
        self.part = self._part_seen() if self.zoom > 1.0 else (0.0, 0.0, 1.0, 1.0)
        if self.zoom > 1.0:
            self._rest()
