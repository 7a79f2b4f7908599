"""How sharp a frame is, to choose the one that a burst is merged around."""

import numpy as np
import numpy.typing as npt

from native._core import ffi, lib
from native.buffers import check, plane
from native.checks import check_noise, check_scale, check_size, checked_threads
from native.mosaic import MosaicFormat, MosaicNoise, c_format, c_noise


def sharpness(
    mosaic: npt.NDArray[np.uint16],
    mosaic_format: MosaicFormat,
    noise: MosaicNoise,
    *,
    threads: int | None = None,
) -> float:
    """Energy of a mosaic's gradients over that of its light, less what noise may explain.

    A figure to compare frames of one scene by: blur lowers it, exposure and noise do not change it.
    Clipped light is left out, for its edges stay steep. At most 512 pairs of rows are looked at.

    Args:
        mosaic: (height, width) uint16, at least 4x4.
        mosaic_format: its scale.
        noise: its noise model.
        threads: OpenMP threads; all by default.

    Returns:
        0 or more; 0 if noise may be all there is.

    Raises:
        NativeError: for a size or parameter out of range, which it names.
    """
    view = plane(mosaic, np.uint16)
    check_size(mosaic, 4, "judged")
    check_scale(mosaic_format)
    check_noise(noise)
    threads = checked_threads(threads)
    figure = ffi.new("float *")
    scale, model = c_format(mosaic_format), c_noise(noise)  # addressof keeps nothing alive
    check(lib.baryta_sharpness(view, ffi.addressof(scale), ffi.addressof(model), figure, threads))
    return float(figure[0])
