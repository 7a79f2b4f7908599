"""The failure screen: what happened, what to do about it, and the way on."""

from typing import Any

from kivy.properties import StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget


class FailureButton(ButtonBehavior, Widget):  # type: ignore[misc]  # Kivy is untyped
    """A button with words."""

    text = StringProperty("")


class FailureScreen(FloatLayout):  # type: ignore[misc]  # Kivy is untyped
    """Covers the screen until somebody decides.

    Attributes:
        cause, remedy: in sentences.
        again, give_up: words of the two ways on; no second button without words.

    Events:
        on_retry, on_discard: a button was pressed.
    """

    cause = StringProperty("")
    remedy = StringProperty("")
    again = StringProperty("Try again")
    give_up = StringProperty("")

    __events__ = ("on_retry", "on_discard")

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Lets nothing through to what lies below."""
        super().on_touch_down(touch)
        return True

    def on_retry(self) -> None:
        """Default handler."""

    def on_discard(self) -> None:
        """Default handler."""
