"""A frame of the live stream made half as large, for a panel that has no more pixels."""

import numpy as np
import numpy.typing as npt

from native._core import lib
from native.buffers import check, plane


def halve_frame(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Makes a frame of half the width and height, each pixel the mean of four.

    That is what a graphics processor shows of it at half size, handed a quarter of the bytes.

    Args:
        pixels: (height, width, 4) uint8, at least 2x2; rows may be padded.

    Returns:
        (height // 2, width // 2, 4) uint8.

    Raises:
        NativeError: for pixels of another shape or layout.
    """
    view = plane(pixels, np.uint8, 4)
    height, width = pixels.shape[:2]
    half = np.empty((height // 2, width // 2, 4), np.uint8)
    check(lib.baryta_halve_frame(view, plane(half, np.uint8, 4, writable=True)))
    return half
