"""A few words over whatever is open, for a while."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

SEEN = 10.0  # seconds


class Notice(Widget):  # type: ignore[misc]  # Kivy is untyped
    """Words along the upper edge; a touch takes them away.

    Attributes:
        text: the words; "" while there are none.
    """

    text = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._ending = Clock.create_trigger(self.end, SEEN)

    def say(self, text: str) -> None:
        """Shows words."""
        self.text = text
        self._ending.cancel()
        self._ending()

    def end(self, *_: object) -> None:
        """Shows none any more."""
        self._ending.cancel()
        self.text = ""

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """A touch on the words is for nothing else."""
        taken = bool(self.text) and self.collide_point(*touch.pos)
        if taken:
            self.end()
        return taken
