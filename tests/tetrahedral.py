"""NumPy twins of the C core's shaper and tetrahedral interpolation."""

import numpy as np
import numpy.typing as npt

from native import Look

Array = npt.NDArray[np.float64]


def apply_look_table(linear: Array, look: Look) -> Array:
    """Linear Rec.2020 (n, 3) through a look's shaper and table: (n, 3) encoded."""
    size = look.table.shape[0]
    light = np.clip(linear, 0.0, look.shaper_maximum)
    shaped = np.arcsinh(light / look.shaper_scale)
    shaped *= (size - 1) / np.arcsinh(look.shaper_maximum / look.shaper_scale)
    return tetrahedral(look.table, shaped)


def tetrahedral(table: npt.NDArray[np.floating], places: Array) -> Array:
    """A table (m, m, m, 3) at places (n, 3) counted in nodes: (n, 3).

    Tetrahedral interpolation: the cell's corners are visited in the order of the fractions, the
    largest first (J. Kasson et al., "Performing color space conversions with three-dimensional
    linear interpolation", Journal of Electronic Imaging 4, 1995).
    """
    corner = np.minimum(places.astype(np.int64), len(table) - 2)
    fraction = places - corner
    order = np.argsort(-fraction, axis=1, kind="stable")
    steps = np.take_along_axis(fraction, order, 1)
    weights = -np.diff(steps, axis=1, prepend=1.0, append=0.0)
    result = weights[:, :1] * table[tuple(corner.T)]
    for step in range(3):
        corner[np.arange(len(corner)), order[:, step]] += 1
        result += weights[:, step + 1 : step + 2] * table[tuple(corner.T)]
    return result
