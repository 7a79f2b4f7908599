"""A frame of the live stream made for the panel: its size, and the gain of local tone mapping."""

import numpy as np
import numpy.typing as npt

from native._core import ffi, lib
from native.buffers import check, plane
from native.errors import NativeError

Pixels = npt.NDArray[np.uint8]


def fit_frame(pixels: Pixels, width: int, height: int) -> Pixels:
    """Makes a frame smaller, each pixel the mean of what it covers.

    Args:
        pixels: (height, width, 4) uint8; rows may be padded.
        width, height: of the result, at most those of the frame.

    Returns:
        (height, width, 4) uint8.

    Raises:
        NativeError: for pixels of another shape or layout, and sizes of none or more.
    """
    view = plane(pixels, np.uint8, 4)
    if not (0 < height <= pixels.shape[0] and 0 < width <= pixels.shape[1]):
        raise NativeError(f"a frame of {pixels.shape[:2]} cannot be fitted to {(height, width)}")
    fitted = np.empty((height, width, 4), np.uint8)
    check(lib.baryta_fit_frame(view, plane(fitted, np.uint8, 4, writable=True)))
    return fitted


def tone_frame(pixels: Pixels, lines: npt.NDArray[np.float32], least: float, most: float) -> None:
    """Writes the gain of local tone mapping into a frame's fourth bytes.

    Args:
        pixels: (height, width, 4) uint8, R, G, B, and what becomes the gain: one by its root is
            1 / most at 0 and 1 / least at 255, and as far between as the byte is.
        lines: (rows, columns, 2) float32, over the same frame: slope and offset of the gain's root
            over luma, 0..1.
        least, most: limits of the gain's root; above 0.

    Raises:
        NativeError: for other shapes, layouts or limits.
    """
    limits = ffi.new("baryta_root_gain *", {"least": least, "most": most})
    view = plane(pixels, np.uint8, 4, writable=True)
    check(lib.baryta_tone_frame(view, plane(lines, np.float32, 2), limits))
