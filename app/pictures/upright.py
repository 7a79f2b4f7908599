"""Turning pixels the way EXIF's orientation says they are to be seen (EXIF 2.32, Orientation)."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

_Sample = TypeVar("_Sample", bound=np.generic)


def upright(picture: npt.NDArray[_Sample], orientation: int) -> npt.NDArray[_Sample]:
    """A picture as it is to be seen.

    Args:
        picture: (height, width, ...).
        orientation: 1..8.

    Returns:
        (height, width, ...) or (width, height, ...), contiguous.
    """
    turned: npt.NDArray[Any] = picture
    if orientation >= 5:
        turned = turned.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)
