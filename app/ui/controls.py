"""What can be touched: buttons with an icon, with words, or both."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from app.ui.ahead import Part


class Control(ButtonBehavior, Part):  # type: ignore[misc]  # Kivy is untyped
    """Something to touch, or to reach by keys.

    Attributes:
        focused: the keys act on it: it is framed.
        chosen: it is on, or the present one of several.
        shown: it is there at all; else it takes neither room on the screen nor touches.
    """

    focused = BooleanProperty(defaultvalue=False)
    chosen = BooleanProperty(defaultvalue=False)
    shown = BooleanProperty(defaultvalue=True)

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """Takes no touch while it is not shown."""
        return self.shown and bool(super().on_touch_down(touch))

    def press(self) -> None:
        """Does what a touch does."""
        if self.shown and not self.disabled:
            self.dispatch("on_press")
            self.dispatch("on_release")


class IconButton(Control):
    """An icon, and what it means in a word below it.

    Attributes:
        icon: name of the icon.
        caption: the word; none leaves the icon alone.
        framed: it has a ground of its own, as over a picture.
        scale: of the icon, millimetres.
    """

    icon = StringProperty("")
    caption = StringProperty("")
    framed = BooleanProperty(defaultvalue=False)
    scale = NumericProperty(5.0)


class TextButton(Control):
    """A button with words.

    Attributes:
        text: the words.
    """

    text = StringProperty("")
