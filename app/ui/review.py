"""The last picture over the whole screen; a tap goes back."""

from typing import Any

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout


class Review(FloatLayout):  # type: ignore[misc]  # Kivy is untyped
    """One picture on the surround.

    Attributes:
        texture, compiled: what to show, as the thumbnail has it.
        caption: the file's name, or that it is not finished.

    Events:
        on_close: it was tapped.
    """

    texture = ObjectProperty(None, allownone=True)
    compiled = ObjectProperty(None, allownone=True)
    caption = StringProperty("")

    __events__ = ("on_close",)

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Takes every touch: nothing below may be hit."""
        touch.grab(self)
        return True

    def on_touch_up(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """A tap anywhere goes back."""
        if touch.grab_current is self:
            touch.ungrab(self)
            self.dispatch("on_close")
        return True

    def on_close(self) -> None:
        """Default handler."""
