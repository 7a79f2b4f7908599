"""A finished picture as luma and chroma."""

import numpy as np
import numpy.typing as npt

from native._core import lib
from native.buffers import check, plane

Picture = npt.NDArray[np.uint8]


def ycc(picture: Picture) -> Picture:
    """A picture's Y, Cb and Cr (ITU-T T.871), for JPEG without subsampling.

    Chroma is rounded with an ordered dither, the same within blocks of 8x8: what is read of a JPEG
    is whole levels, and those of an even surface are right in the mean of its blocks. Neutrals stay
    neutral.

    Args:
        picture: (height, width, 3) uint8 R, G, B; rows may be padded.

    Returns:
        (height, width, 3) uint8.

    Raises:
        NativeError: for an array of another shape or type.
    """
    coded = np.empty(picture.shape, np.uint8)
    check(lib.baryta_ycc(plane(picture, np.uint8, 3), plane(coded, np.uint8, 3, writable=True)))
    return coded
