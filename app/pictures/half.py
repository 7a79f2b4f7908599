"""A negative at half size, for a quick look."""

from dataclasses import replace

from app.pictures.negative import Negative
from native import halve_mosaic


def halved(negative: Negative, threads: int | None = None) -> Negative:
    """The same picture with half the width and height.

    Shading needs no change: its nodes lie from corner to corner of either size. What halving drops
    on the right and below, three samples at most, moves them by less than a thousandth.

    Raises:
        NativeError: if the mosaic is too small.
    """
    mosaic, mosaic_format, noise = halve_mosaic(
        negative.mosaic, negative.format, negative.noise, threads=threads
    )
    return replace(
        negative,
        mosaic=mosaic,
        format=mosaic_format,
        noise=noise,
        crop=(negative.crop + 1) // 2,
    )
