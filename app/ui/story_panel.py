"""What there is to tell of a picture, over its side or its foot."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from app.ui.ahead import beforehand
from app.ui.language import tr

USUAL = 10  # lines
AT_ONCE = 4  # lines a frame: drawing the words of all of them takes longer than one


class StoryLine(BoxLayout):  # type: ignore[misc]  # Kivy is untyped
    """One line: what it is, and what it was.

    Attributes:
        label, value: they.
        narrow: whether they stand above each other, for there is no room beside.
    """

    label = StringProperty("")
    value = StringProperty("")
    narrow = BooleanProperty(defaultvalue=False)


class StoryPanel(BoxLayout):  # type: ignore[misc]  # Kivy is untyped
    """The lines.

    Attributes:
        lines: pairs of label and value.
        trouble: why the picture itself is not to be seen, told first.
    """

    lines = ObjectProperty(())
    trouble = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._made: list[StoryLine] = []
        self._all: tuple[tuple[str, str], ...] = ()
        self._filling = Clock.create_trigger(self._fill, 0)
        super().__init__(**kwargs)
        for name in ("lines", "trouble"):
            self.fbind(name, self._show)
        for _ in range(USUAL):
            beforehand(self._make)

    @property
    def complete(self) -> bool:
        """Whether there are lines, and all of them are shown."""
        return bool(self._all) and len(self.ids.box.children) == len(self._all)

    def _show(self, *_: object) -> None:
        """Shows the lines, some now and some with each of the next frames."""
        label = tr("Picture")
        others = (line for line in self.lines if line[0] != label)
        self._all = ((label, self.trouble), *others) if self.trouble else tuple(self.lines)
        self.ids.box.clear_widgets()
        self._fill()

    def _fill(self, *_: object) -> None:
        box = self.ids.box
        begin = len(box.children)
        while len(self._made) < min(begin + AT_ONCE, len(self._all)):
            self._make()
        part = slice(begin, begin + AT_ONCE)
        for line, (label, value) in zip(self._made[part], self._all[part], strict=False):
            line.label, line.value = label, value
            box.add_widget(line)
        if len(box.children) < len(self._all):
            self._filling()

    def _make(self) -> None:
        self._made.append(StoryLine())

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """What lies below is out of reach."""
        if self.opacity < 1 or not self.collide_point(*touch.pos):
            return False
        super().on_touch_down(touch)
        return True
