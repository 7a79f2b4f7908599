"""The tone curve: scene light to display light."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from styles.spaces import Array
from styles.style import Tone

MIDDLE_GREY = 0.18  # scene-linear
_TOE = MIDDLE_GREY * 2.0**-3.5  # half way, in slope, between toe and middle
_SHOULDER = 2.0


@dataclass(frozen=True, slots=True)
class ToneCurve:
    """A log-logistic curve with a toe of its own slope and a white that is reached.

    With y the display light above black, and x the scene light in units of middle grey g:

        y / (1 - y) = k x^s ((x + t) / (1 + t))^(c - s) ((1 - 1/w^2) / (1 - (x/w)^2))^2

    A plain log-logistic curve (the Naka-Rushton form of photoreceptors and of film) is k x^c. The
    second power gives the deep shadows the slope s instead; the last factor brings y to 1 at
    x = w, with slope 0, where the plain curve would only get near.
    """

    odds: float  # k
    toe: float  # s
    power: float  # c
    white: float  # w
    black: float  # display-linear

    @classmethod
    def of(cls, tone: Tone) -> Self:
        """The curve through (middle grey, tone.grey) with slope tone.contrast there."""
        white = 2.0**tone.white
        y = (tone.grey - tone.black) / (1.0 - tone.black)
        slope = tone.contrast * tone.grey / ((tone.grey - tone.black) * (1.0 - y))
        shoulder = 2.0 * _SHOULDER / (white**2 - 1.0)
        start = _TOE / MIDDLE_GREY
        power = tone.toe + (slope - tone.toe - shoulder) * (1.0 + start)
        return cls(y / (1.0 - y), tone.toe, power, white, tone.black)

    def __call__(self, light: Array) -> Array:
        """Scene-linear light, 0 or more, to display-linear light in [black, 1]."""
        x = np.minimum(light / MIDDLE_GREY, self.white)
        start = _TOE / MIDDLE_GREY
        rise = x**self.toe * ((x + start) / (1.0 + start)) ** (self.power - self.toe)
        # As y = n / (n + d), so that nothing is divided by 0 at white.
        gap = (1.0 - (x / self.white) ** 2) / (1.0 - self.white**-2)
        n = self.odds * rise
        y: Array = self.black + (1.0 - self.black) * n / (n + gap**_SHOULDER)
        return y
