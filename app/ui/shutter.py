"""The shutter button: fires when it is pressed, as a camera's does."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty

from app.ui.ahead import Part


class ShutterButton(Part):
    """A ring and a disc.

    Attributes:
        armed: a press is going to take a picture: the disc is full; else it is hollow.
        pressed: a finger is on it: the disc is small.
        progress: of the burst, drawn round the ring; 0 none.
        focused: the keys act on it.
        ends: a press ends what is going on: the disc is a square.

    Events:
        on_fire: it was pressed.
        on_lift: the finger is off it.
    """

    armed = BooleanProperty(defaultvalue=False)
    pressed = BooleanProperty(defaultvalue=False)
    progress = NumericProperty(0.0)
    focused = BooleanProperty(defaultvalue=False)

    ends = BooleanProperty(defaultvalue=False)

    __events__ = ("on_fire", "on_lift")

    def press(self) -> None:
        """Does what a touch does."""
        self.dispatch("on_fire")

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Fires at once: the release of the finger shakes the camera."""
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self.pressed = True
        self.dispatch("on_fire")
        return True

    def on_touch_up(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Lets go."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.pressed = False
        self.dispatch("on_lift")
        return True

    def on_lift(self) -> None:
        """Default handler."""

    def on_fire(self) -> None:
        """Default handler."""
