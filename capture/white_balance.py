"""White balance where nobody measured it: which light makes this picture's colours likely.

A guess from the picture alone cannot tell a wooden table in daylight from a white one under a
lamp. So only lights that exist are considered, those near the sensor's curve of neutrals, with
daylight the likelier before anything is seen; then grey things, of which most scenes hold some,
vote for the light that shows them grey, and so does the brightest thing.

What it cannot do: a frame filled with one colour passes for grey in the light that would make grey
so coloured, if there is one. Wood, an orange wall or a sunset in daylight come out as under a lamp
(0.4 to 0.6 too far in log r/g, 0.6 to 0.8 in log b/g), grass and skin nearly so, a plain sky as if
in shade (0.2). Trusting daylight more wherever there is but one colour would make white walls under
lamps orange, which is no rarer; cameras that tell their white balance do not get here.

The idea of a prior over lights beside the picture's evidence: J. Barron and Y. Tsai, "Fast Fourier
color constancy", CVPR 2017; Raspberry Pi's camera tuning guide describes an automatic white balance
of that kind. The brightest patch as white: E. Land, Scientific American 237(6), 1977.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Curve = Sequence[tuple[float, float, float]]

_STEPS, _ASIDE = 48, 7  # candidates along the curve and across it
_WIDTH = 0.12  # log units to either side of the curve: fluorescent and LED light
_DEVIATION = 0.05  # of real lights from the curve
_MIRED, _MIRED_DEVIATION = 190.0, 90.0  # the light before anything is seen
_GREY, _COLOURED = 0.07, 0.7  # spread of grey and of coloured things, log units
_SHARE_COLOURED = 0.35
_VOTES = 25.0  # zones are not independent: all together count as so many
_WHITE = 0.15  # spread of the brightest thing, log units
_BRIGHTEST = 0.97  # quantile
_ODD = 0.3  # density for a brightest thing that is not white
_DARKEST, _CLIPPED = 0.002, 0.95  # levels between which colours can be trusted


@dataclass(frozen=True, slots=True)
class _Lights:
    """Candidates: log r/g and b/g of their neutrals, (steps, aside), and their prior's log."""

    red: Floats
    blue: Floats
    prior: Floats

    def distance(self, red: Floats, blue: Floats) -> Floats:
        """Squared, (..., steps, aside), from colours (...)."""
        return np.asarray(
            (red[..., None, None] - self.red) ** 2 + (blue[..., None, None] - self.blue) ** 2
        )


def estimate_neutral(zones: Floats, curve: Curve) -> tuple[float, float, float]:
    """Camera RGB of white in the picture's light, green 1.

    Args:
        zones: (3, rows, columns) mean camera RGB of the picture's parts, as of
            capture.cells.zone_colours: 0 black, 1 clipping; NaN where anything clips.
        curve: (temperature in kelvin, r/g, b/g) of neutrals, as in SensorProfile.neutral_curve.
            Without one, the mean of the zones is taken for grey.

    Returns:
        A neutral within 0.12 of the curve in log r/g and log b/g; without light to judge by, that
        of daylight.
    """
    colours = np.asarray(zones, np.float64).reshape(3, -1)
    colours = colours[:, np.isfinite(colours).all(axis=0)]
    usable = (colours.min(axis=0, initial=1.0) > _DARKEST) & (
        colours.max(axis=0, initial=0.0) < _CLIPPED
    )
    colours = colours[:, usable]
    if len(curve) < 2:
        red, green, blue = colours.mean(axis=1) if colours.size else np.ones(3)
        return (float(red / green), 1.0, float(blue / green))
    lights = _lights(curve)
    if not colours.size:
        likeliest = np.unravel_index(lights.prior.argmax(), lights.prior.shape)
        red, blue = np.exp(lights.red[likeliest]), np.exp(lights.blue[likeliest])
        return (float(red), 1.0, float(blue))
    score = lights.prior + _greys(colours, lights) + _brightest(colours, lights)
    chance = np.exp(score - score.max())
    chance /= chance.sum()
    red, blue = np.exp((chance * lights.red).sum()), np.exp((chance * lights.blue).sum())
    return (float(red), 1.0, float(blue))


def _lights(curve: Curve) -> _Lights:
    rows = np.array(sorted(curve, reverse=True), np.float64)  # rising mired
    measured = 1e6 / rows[:, 0]
    mired = np.linspace(measured[0], measured[-1], _STEPS)
    red, blue = (np.interp(mired, measured, np.log(rows[:, column])) for column in (1, 2))
    # Across the curve, whose direction is evened out: measured points zigzag.
    along = np.stack([np.gradient(_smoothed(red)), np.gradient(_smoothed(blue))])
    along /= np.maximum(np.hypot(*along), 1e-9)
    aside = np.linspace(-_WIDTH, _WIDTH, _ASIDE)
    prior = -0.5 * ((mired - _MIRED) / _MIRED_DEVIATION) ** 2
    return _Lights(
        red[:, None] - aside * along[1][:, None],
        blue[:, None] + aside * along[0][:, None],
        prior[:, None] - 0.5 * (aside / _DEVIATION) ** 2,
    )


def _smoothed(values: Floats) -> Floats:
    reach = 4
    kernel = np.full(2 * reach + 1, 1.0 / (2 * reach + 1))
    return np.convolve(np.pad(values, reach, mode="reflect", reflect_type="odd"), kernel, "valid")


def _density(squared: Floats, spread: float) -> Floats:
    """Heavy-tailed, in two dimensions: a bivariate Student's distribution of one degree."""
    return np.asarray((1.0 + squared / spread**2) ** -1.5 / spread**2)


def _greys(colours: Floats, lights: _Lights) -> Floats:
    """How well a mixture of grey and coloured things explains the zones under each light."""
    red, blue = np.log(colours[0] / colours[1]), np.log(colours[2] / colours[1])
    level = colours.mean(axis=0)
    weight = np.sqrt(np.minimum(level, np.quantile(level, 0.9)))
    squared = lights.distance(red, blue)
    grey = (1.0 - _SHARE_COLOURED) * _density(squared, _GREY)
    likely = grey + _SHARE_COLOURED * _density(squared, _COLOURED)
    return np.asarray(_VOTES * np.tensordot(weight / weight.sum(), np.log(likely), 1))


def _brightest(colours: Floats, lights: _Lights) -> Floats:
    level = colours.mean(axis=0)
    red, green, blue = colours[:, level >= np.quantile(level, _BRIGHTEST)].mean(axis=1)
    squared = lights.distance(np.log(red / green), np.log(blue / green))
    return np.asarray(np.log(_density(squared, _WHITE) + _ODD))
