"""Which part of an enlarged picture is seen: the whole of it small, to touch or drag in."""

from typing import Any

from kivy.metrics import mm
from kivy.properties import ListProperty, ObjectProperty

from app.ui.controls import Control
from app.ui.corners import small

STEP = 0.25  # of the part that is seen, for a key


class Navigator(Control):
    """The small picture, and a frame round the part that is seen; a finger puts that elsewhere.

    Attributes:
        texture, compiled, tone, margin: the picture, as in StyledImage.
        part: left, top, right, bottom of what is seen, 0..1 of the picture from its top left.

    Events:
        on_look: the point of the picture, 0..1 from its top left, that is wanted in the middle.
    """

    texture = ObjectProperty(None, allownone=True)
    compiled = ObjectProperty(None, allownone=True)
    tone = ObjectProperty(None, allownone=True)
    margin = ListProperty([0.0, 0.0])
    part = ListProperty([0.0, 0.0, 1.0, 1.0])

    __events__ = ("on_look",)

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Looks where the finger is."""
        taken = super().on_touch_down(touch)
        if taken:
            self._follow(touch)
        return taken

    def on_touch_move(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Goes with the finger, while there is something to look for."""
        if touch.grab_current is self and self.shown:
            self._follow(touch)
        return bool(super().on_touch_move(touch))

    def press(self) -> None:
        """For a key: back to the picture's middle."""
        if self.shown:
            self.dispatch("on_look", (0.5, 0.5))

    def steer(self, across: int, up: int) -> bool:
        """Looks aside, for the arrows while it is framed."""
        left, top, right, bottom = self.part
        u = (left + right) / 2 + STEP * across * (right - left)
        v = (top + bottom) / 2 - STEP * up * (bottom - top)
        self.dispatch("on_look", (u, v))
        return True

    def on_look(self, point: tuple[float, float]) -> None:
        """Default handler."""

    def _follow(self, touch: Any) -> None:  # noqa: ANN401 - a Kivy touch
        x, y, width, height = self.ids.image.picture
        u, v = (touch.x - x) / max(width, 1), 1.0 - (touch.y - y) / max(height, 1)
        self.dispatch("on_look", (min(max(u, 0.0), 1.0), min(max(v, 0.0), 1.0)))


class ViewNavigator(Navigator):
    """That of a ZoomView.

    Attributes:
        view: it.
        room: width and height there is for it, pixels.
    """

    view = ObjectProperty(None, allownone=True, rebind=True)
    room = ListProperty([0.0, 0.0])


def sized(texture: Any, ground: Any, room: Any) -> tuple[float, float]:  # noqa: ANN401
    """Width and height of the control for a picture over a view of a size, in a room."""
    aspect = texture.width / texture.height if texture else 4 / 3
    return small(aspect, ground[0] * ground[1], room, mm(1))


def outline(part: Any, picture: Any) -> tuple[float, float, float, float]:  # noqa: ANN401
    """The frame's x, y, width and height round a part of the small picture; never a mere dot."""
    x, y, width, height = picture
    left, top, right, bottom = part
    wide, high = max((right - left) * width, mm(1.2)), max((bottom - top) * height, mm(1.2))
    middle = x + (left + right) / 2 * width, y + height - (top + bottom) / 2 * height
    return (
        min(max(middle[0] - wide / 2, x), max(x + width - wide, x)),
        min(max(middle[1] - high / 2, y), max(y + height - high, y)),
        wide,
        high,
    )
