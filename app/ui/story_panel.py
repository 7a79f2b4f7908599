"""What there is to tell of a picture, over its side or its foot."""

from typing import Any

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout


class StoryLine(BoxLayout):  # type: ignore[misc]  # Kivy is untyped
    """One line: what it is, and what it was."""

    label = StringProperty("")
    value = StringProperty("")


class StoryPanel(BoxLayout):  # type: ignore[misc]  # Kivy is untyped
    """The lines.

    Attributes:
        lines: pairs of label and value.
    """

    lines = ObjectProperty(())

    def on_lines(self, *_: object) -> None:
        """Builds the lines anew."""
        box = self.ids.box
        box.clear_widgets()
        for label, value in self.lines:
            box.add_widget(StoryLine(label=label, value=value))

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """What lies below is out of reach."""
        if self.opacity < 1 or not self.collide_point(*touch.pos):
            return False
        super().on_touch_down(touch)
        return True
