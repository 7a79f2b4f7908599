"""What there is to tell of a picture, over its side or its foot."""

from typing import Any

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from app.ui.ahead import beforehand

USUAL = 10  # lines


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

    def __init__(self, **kwargs: object) -> None:
        self._made: list[StoryLine] = []
        super().__init__(**kwargs)
        for _ in range(USUAL):
            beforehand(self._make)

    def on_lines(self, *_: object) -> None:
        """Fills the lines, and makes those that are missing."""
        box = self.ids.box
        box.clear_widgets()
        while len(self._made) < len(self.lines):
            self._make()
        for line, (label, value) in zip(self._made, self.lines, strict=False):
            line.label, line.value = label, value
            box.add_widget(line)

    def _make(self) -> None:
        self._made.append(StoryLine())

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """What lies below is out of reach."""
        if self.opacity < 1 or not self.collide_point(*touch.pos):
            return False
        super().on_touch_down(touch)
        return True
