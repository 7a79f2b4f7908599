"""A mosaic of half size that is a mosaic still, for a quick look."""

import numpy as np

from native._core import ffi, lib
from native.buffers import check, plane
from native.checks import check_noise, check_scale, check_size, checked_threads
from native.mosaic import (
    Mosaic,
    MosaicFormat,
    MosaicNoise,
    c_format,
    c_noise,
    from_c_format,
    from_c_noise,
)


def halve_mosaic(
    mosaic: Mosaic, mosaic_format: MosaicFormat, noise: MosaicNoise, *, threads: int | None = None
) -> tuple[Mosaic, MosaicFormat, MosaicNoise]:
    """Makes a mosaic of half the width and height, each sample a mean of four of its colour.

    The colours' places stay exact: a sample of the result at (x, y) lies at (2 x + 0.5, 2 y + 0.5)
    of the mosaic, so the same scene is seen in the same shape.

    Args:
        mosaic: (height, width) uint16, at least 4x4.
        mosaic_format: its scale.
        noise: its noise model.
        threads: OpenMP threads; all by default.

    Returns:
        Mosaic, scale and noise model at half size. Bayer: (2 * (height // 4), 2 * (width // 4)) of
        the same CFA; mono: (height // 2, width // 2). Samples are multiplied up to 16 bits. A
        sample is clipped if a quarter of the weight of what it is made of is.

    Raises:
        NativeError: for a size or parameter out of range, which it names.
    """
    view = plane(mosaic, np.uint16)
    check_size(mosaic, 4, "halved")
    check_scale(mosaic_format)
    check_noise(noise)
    threads = checked_threads(threads)
    factor = mosaic_format.whole_scale
    unit = 2 if mosaic_format.is_mono else 4
    height, width = (side // unit * (unit // 2) for side in mosaic.shape)
    half = np.empty((height, width), np.uint16)
    scale, model = c_format(mosaic_format), c_noise(noise)  # addressof keeps nothing alive
    half_scale, half_model = ffi.new("baryta_mosaic_format *"), ffi.new("baryta_noise *")
    check(
        lib.baryta_halve_mosaic(
            view,
            ffi.addressof(scale),
            ffi.addressof(model),
            factor,
            plane(half, np.uint16, writable=True),
            half_scale,
            half_model,
            threads,
        )
    )
    return half, from_c_format(half_scale[0]), from_c_noise(half_model[0])
