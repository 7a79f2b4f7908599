"""Focus peaking: what is in focus in a frame of the live stream."""

import numpy as np
import numpy.typing as npt

from native._core import lib
from native.buffers import check, plane
from native.checks import checked_threads

DEFAULT_THRESHOLD = 24  # 8-bit levels: five deviations of what noise of 2 levels makes of d


def peaking(
    pixels: npt.NDArray[np.uint8],
    threshold: int = DEFAULT_THRESHOLD,
    *,
    threads: int | None = None,
) -> npt.NDArray[np.uint8]:
    """Marks edges that are as sharp as pixels can show them.

    It is the share of an edge that lies within a pixel that counts, not its contrast: soft edges
    of high contrast stay unmarked. Use the clean frame, at the size it comes in.

    Args:
        pixels: (height, width, 4) uint8, R G B X.
        threshold: second difference in 8-bit levels, 0..510, below which noise may explain it:
            twelve times the noise's standard deviation.
        threads: OpenMP threads; all by default.

    Returns:
        (height, width) uint8: 255 in focus, 0 elsewhere and in the two outer rows and columns.

    Raises:
        NativeError: for pixels of another shape or a threshold out of range.
    """
    view = plane(pixels, np.uint8, 4)
    mask = np.empty(pixels.shape[:2], np.uint8)
    out = plane(mask, np.uint8, writable=True)
    check(lib.baryta_peaking(view, threshold, out, checked_threads(threads)))
    return mask
