"""Exposure compensation in thirds of a stop: darker and brighter."""

from kivy.properties import BooleanProperty
from kivy.uix.boxlayout import BoxLayout

from app.ui.ahead import Part
from app.ui.controls import Control

STEPS_A_STOP = 3
LIMIT = 3.0  # EV either way


def stepped(ev: float, steps: int) -> float:
    """The compensation some thirds further, within the limits, exact in thirds."""
    thirds = round(ev * STEPS_A_STOP) + steps
    edge = round(LIMIT * STEPS_A_STOP)
    return max(-edge, min(edge, thirds)) / STEPS_A_STOP


def words(ev: float) -> str:
    """As a dial shows it: "+0.7", with a true minus sign; empty at zero."""
    if not round(ev * STEPS_A_STOP):
        return ""
    sign = "+" if ev > 0 else "\N{MINUS SIGN}"
    return f"{sign}{abs(ev):.1f}"


class ExposureButton(Control):
    """A plus or a minus.

    Attributes:
        plus: which of the two.
    """

    plus = BooleanProperty(defaultvalue=False)


class ExposureDial(BoxLayout, Part):  # type: ignore[misc]  # Kivy is untyped
    """Both buttons, side by side or, where it is high, one above the other.

    Events:
        on_step: 1 brighter, -1 darker.
    """

    __events__ = ("on_step",)

    def on_step(self, steps: int) -> None:
        """Default handler."""
