"""The least and the most of what lies around each sample."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

_Sample = TypeVar("_Sample", bound=np.generic)


def extreme(
    values: npt.NDArray[_Sample], reach: int, least_or_most: np.ufunc
) -> npt.NDArray[_Sample]:
    """The least or the most of a square that reaches so far to each side.

    Args:
        values: (height, width), or more dimensions whose first two are these.
        reach: samples, 0 or more.
        least_or_most: np.minimum or np.maximum.
    """
    for axis in (0, 1):
        narrow = np.moveaxis(values, axis, 0)
        wide = narrow.copy()
        for step in range(1, min(reach, len(narrow) - 1) + 1):
            least_or_most(wide[step:], narrow[:-step], out=wide[step:])
            least_or_most(wide[:-step], narrow[step:], out=wide[:-step])
        values = np.moveaxis(wide, 0, axis)
    return values


def near(mask: npt.NDArray[np.bool_], reach: int) -> npt.NDArray[np.bool_]:
    """What lies within a square that reaches so far round anything of a (height, width) mask."""
    return extreme(mask, reach, np.maximum)
