"""Gamut mapping, before the tone curve and after everything else.

Scene light outside Display P3 is drawn in first (draw_into_p3): there Oklab's hues bend, deep blue
towards aqua most of all.

Of the rendered colours chroma is reduced at constant lightness and hue until a colour can be
shown (map_gamut). In Oklab, along a line of constant L and hue with q = chroma / L, each channel
of linear RGB is L^3 times a cubic in q that is 1 at q = 0. A colour can be shown if every cubic
lies between 0 and L^-3: the limit of q is found by bisection.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from styles.oklab import LAB_TO_ROOTS, LMS_TO_REC2020
from styles.spaces import REC2020_TO_P3, Array

KNEE: Final = 0.8  # share of the limit up to which chroma is left as it is
_STEPS: Final = 20  # of the bisection: 4 / 2^20 of L
_SMALL: Final = 1e-9


def draw_into_p3(light: Array) -> Array:
    """Linear Rec.2020 (..., 3), 0 or more, to linear Display P3, 0 or more.

    Each channel's distance from the largest is bent below it, which leaves most colours alone; as
    the Reference Gamut Compression of ACES 1.3 does.
    """
    p3 = light @ REC2020_TO_P3.T
    largest = p3.max(-1, keepdims=True)
    distance = 1.0 - p3 / np.maximum(largest, _SMALL)
    drawn: Array = largest * (1.0 - soften(distance, np.ones_like(distance)))
    return drawn


def map_gamut(lab: Array, to_target: Array) -> Array:
    """Oklab (..., 3) to Oklab inside the target's gamut, L clipped to [0, 1].

    Args:
        lab: colours.
        to_target: (3, 3), linear Rec.2020 to the target's linear RGB.
    """
    flat = lab.reshape(-1, 3).copy()
    flat[:, 0] = np.clip(flat[:, 0], 0.0, 1.0)
    chroma = np.hypot(flat[:, 1], flat[:, 2])
    far = np.flatnonzero(chroma > _SMALL)
    lightness = np.maximum(flat[far, 0], _SMALL)
    direction = flat[far, 1:] / chroma[far, None]
    ratio = chroma[far] / lightness
    cubic = _cubics(direction, to_target)
    ceiling = lightness**-3
    near_limit = ~_shown(cubic, ratio / KNEE, ceiling)
    far, ratio, direction = far[near_limit], ratio[near_limit], direction[near_limit]
    limit = _limit(cubic.compress(near_limit, axis=2), ceiling[near_limit])
    flat[far, 1:] = direction * (soften(ratio, limit) * lightness[near_limit])[:, None]
    return flat.reshape(lab.shape)


def _cubics(direction: Array, to_target: Array) -> Array:
    """Coefficients of q^1..q^3 by channel: (3 powers, 3 channels, n)."""
    slopes = LAB_TO_ROOTS[:, 1:] @ direction.T
    squares = slopes * slopes  # numpy's own powers take ten times as long
    lms_to_target = to_target @ LMS_TO_REC2020
    return np.stack(
        [
            3.0 * lms_to_target @ slopes,
            3.0 * lms_to_target @ squares,
            lms_to_target @ (squares * slopes),
        ]
    )


def _shown(cubic: Array, q: Array, ceiling: Array) -> npt.NDArray[np.bool_]:
    """Whether each colour lies within the gamut."""
    inside = np.ones(q.shape, np.bool_)
    for channel in range(3):
        value = 1.0 + q * (cubic[0, channel] + q * (cubic[1, channel] + q * cubic[2, channel]))
        inside &= (value >= 0.0) & (value <= ceiling)
    return inside


def _limit(cubic: Array, ceiling: Array) -> Array:
    """The largest q that can be shown."""
    low = np.zeros_like(ceiling)
    step = 4.0
    for _ in range(_STEPS):
        step /= 2.0
        low += np.where(_shown(cubic, low + step, ceiling), step, 0.0)
    return low


def soften(ratio: Array, limit: Array) -> Array:
    """Bends ratios above KNEE * limit so that limit is approached and never passed."""
    bent = ratio.copy()
    above = ratio > KNEE * limit
    top = limit[above]
    room = np.maximum((1.0 - KNEE) * top, _SMALL)
    over = (ratio[above] - KNEE * top) / room
    bent[above] = KNEE * top + room * over / np.sqrt(np.sqrt(1.0 + (over * over) ** 2))
    return bent
