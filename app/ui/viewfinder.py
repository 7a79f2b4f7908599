"""The live picture in the chosen look; a swipe changes the style, a drag the exposure."""

from typing import Any

from kivy.graphics.texture import Texture
from kivy.metrics import mm
from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from app.ui.styled_image import StyledImage
from capture.frames import PreviewFrame

SWIPE = 10.0  # mm of a swipe
STEP = 5.0  # mm of a drag for one step of exposure


class Viewfinder(FloatLayout):  # type: ignore[misc]  # Kivy is untyped
    """The preview.

    Attributes:
        compiled: the look to show it in.
        tone: (lines, their texture) of its local tone mapping; None for none.
        picture: the drawn rectangle, (x, y, width, height), pixels.
        hint: words in place of the picture.
        blink: True while the burst is taken: the picture is framed.

    Events:
        on_swipe: direction, 1 to the next style, -1 to the one before.
        on_exposure: steps, 1 brighter, -1 darker.
    """

    compiled = ObjectProperty(None, allownone=True)
    tone = ObjectProperty(None, allownone=True)
    texture = ObjectProperty(None, allownone=True)
    hint = StringProperty("")
    picture = ListProperty([0, 0, 0, 0])
    blink = BooleanProperty(defaultvalue=False)

    __events__ = ("on_swipe", "on_exposure")

    def show(self, frame: PreviewFrame) -> None:
        """Uploads a frame."""
        self.texture = upload_frame(frame, self.texture)
        image: StyledImage = self.ids.image
        image.refresh()

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Takes hold of a touch on the picture."""
        if not self.collide_point(*touch.pos):
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        touch.ud["steps"] = 0
        touch.ud["swiped"] = False
        return True

    def on_touch_move(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """A vertical drag sets the exposure in steps, a horizontal one swipes once."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
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
        return True

    def on_touch_up(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Lets go."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        return True

    def on_swipe(self, direction: int) -> None:
        """Default handler."""

    def on_exposure(self, steps: int) -> None:
        """Default handler."""


def upload_frame(frame: PreviewFrame, texture: Any = None) -> Any:  # noqa: ANN401 - Kivy's texture
    """Puts a frame's pixels into a texture, the given one if it has the size."""
    height, width = frame.pixels.shape[:2]
    if texture is None or tuple(texture.size) != (width, height):
        texture = Texture.create(size=(width, height), colorfmt="rgba", bufferfmt="ubyte")
        texture.mag_filter = texture.min_filter = "linear"
        texture.wrap = "clamp_to_edge"
    whole = frame.pixels.flags.c_contiguous and frame.pixels.flags.writeable
    pixels = frame.pixels if whole else frame.pixels.copy()  # Kivy asks for both
    texture.blit_buffer(pixels.reshape(-1).data, colorfmt="rgba", bufferfmt="ubyte")
    return texture
