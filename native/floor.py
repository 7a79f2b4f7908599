"""The cost of only touching memory, the measure of the benchmarks."""

from collections.abc import Sequence

import numpy as np

from native._core import ffi, lib
from native.buffers import check, plane
from native.checks import checked_threads
from native.mosaic import Mosaic


def memory_floor(
    frames: Sequence[Mosaic], mean: Mosaic | None = None, *, threads: int | None = None
) -> Mosaic:
    """Reads every frame once and writes their mean: the least that any merge must do.

    Args:
        frames: (height, width) uint16, all of one size.
        mean: where to write it; memory that is already there is faster than new memory.
        threads: OpenMP threads; all by default.

    Raises:
        NativeError: for mixed sizes.
    """
    views = [plane(frame, np.uint16) for frame in frames]
    array = ffi.new("baryta_plane[]", [view[0] for view in views])
    mean = np.empty(frames[0].shape, np.uint16) if mean is None else mean
    out = plane(mean, np.uint16, writable=True)
    check(lib.baryta_memory_floor(array, len(views), out, checked_threads(threads)))
    return mean
