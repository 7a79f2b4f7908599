"""How a live stream is shown brighter or darker than it is, with the picture's own lights."""

from functools import lru_cache
from math import log1p

import numpy as np
import numpy.typing as npt

BEGIN = 0.3  # linear light, from where on what is shown is bent: above a face's
_NEAR = 0.7  # the same of a stream that is shown darker: what is below is in proportion


def bent(light: npt.NDArray[np.float64], most: float) -> npt.NDArray[np.float64]:
    """Light as it is up to BEGIN; what is brighter is bent to end at white for the most.

    Args:
        light: linear, 1 white; any shape.
        most: of it, that is to be seen; up to 1 nothing is bent, and what is brighter clips.
    """
    if most <= 1.0:
        return np.minimum(light, 1.0)
    bend = _bend(most - BEGIN)
    return np.minimum(light, BEGIN) + bend * np.log1p(np.maximum(light - BEGIN, 0.0) / bend)


def dimmed(light: npt.NDArray[np.float64], value: float, lights: float) -> npt.NDArray[np.float64]:
    """Light so many EV darker, but that what clips stays a light: a grey sheet it is in no picture.

    Args:
        light: linear, 0..1, 1 where it clips; any shape.
        value: EV, below 0.
        lights: what of it clips is to be shown as, at least as bright as the rest and at most 1.
    """
    end = min(max(lights, 2.0**value), 1.0)
    near = np.clip((light - _NEAR) / (1.0 - _NEAR), 0.0, 1.0)
    return np.asarray(light * 2.0**value + (end - 2.0**value) * near**2)


@lru_cache(maxsize=8)  # asked for with every frame of a stream, which keeps its exposure
def _bend(most: float) -> float:
    """The c of c ln(1 + x / c), which begins with slope 1 and ends at white for the most light."""
    low, high = 1e-6, 1e6
    for _ in range(60):
        middle = (low * high) ** 0.5
        if middle * log1p(most / middle) < 1.0 - BEGIN:
            low = middle
        else:
            high = middle
    return low
