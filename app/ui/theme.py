"""Colours and text: a near-black surround, warm white, one accent."""

from kivy.core.text import Label as CoreLabel
from kivy.factory import Factory
from kivy.metrics import mm
from kivy.properties import ListProperty, NumericProperty, StringProperty
from kivy.uix.label import Label

SURROUND = (0.035, 0.035, 0.038, 1.0)
RAISED = (0.085, 0.085, 0.09, 1.0)
LINE = (0.24, 0.235, 0.225, 1.0)
TEXT = (0.93, 0.91, 0.87, 1.0)
QUIET = (0.66, 0.645, 0.61, 1.0)  # contrast 7.9 to the surround
ACCENT = (0.93, 0.65, 0.28, 1.0)

SMALLEST = 0.7  # of the wanted size, before text would rather be ugly than cut


class Text(Label):  # type: ignore[misc]  # Kivy is untyped
    """A label that shrinks its text until it fits its box: text is never cut.

    Attributes:
        mm: wanted height of the type, millimetres.
        paint: its colour.
    """

    mm = NumericProperty(3.2)
    paint = ListProperty(TEXT)
    weight = StringProperty("normal")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("size", "text", "mm", "weight"):
            self.fbind(name, self._fit)
        self._fit()

    def _fit(self, *_: object) -> None:
        self.text_size = self.size
        self.bold = self.weight == "bold"
        wanted = mm(self.mm)
        for step in range(7):
            self.font_size = wanted * (1 - (1 - SMALLEST) * step / 6)
            if self.fits():
                return

    def fits(self) -> bool:
        """True if the whole text shows, wrapped at words only."""
        width, height = self.size
        label = CoreLabel(
            text=self.text,
            font_size=self.font_size,
            font_name=self.font_name,
            bold=self.bold,
            text_size=(width, None),
            line_height=self.line_height,
        )
        label.refresh()
        if label.content_height > height + 1:
            return False
        return all(label.get_extents(word)[0] <= width for word in self.text.split())


Factory.register("Text", cls=Text)
