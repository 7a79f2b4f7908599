"""The blur of a lens out of focus."""

import numpy as np
import numpy.typing as npt

from capture.simulation.bands import in_bands

Floats = npt.NDArray[np.float32]
_PASSES = 3


def defocus(planes: Floats, diameter: float, threads: int | None = None) -> Floats:
    """Blurs planes as a disc of a diameter would, nearly: three boxes of its second moment.

    A disc's variance is diameter^2 / 16 along each axis, a box's (width^2 - 1) / 12. Wide blurs
    are made on a raster reduced by 2, 4, ... as long as its pixels stay below a fifth of the disc.

    Args:
        planes: (n, height, width) float32.
        diameter: pixels.
        threads: None for all processors.

    Returns:
        Planes of the same shape.
    """
    factor = 1
    while diameter / (2 * factor) >= 10.0:
        factor *= 2
    small = _reduce(planes, factor)
    width = np.sqrt(12.0 * (diameter / factor) ** 2 / 16.0 / _PASSES + 1.0)
    radius = (width - 1.0) / 2.0
    out = np.empty_like(small)

    def work(band: range) -> None:
        for k in band:
            plane = small[k]
            for _ in range(_PASSES):
                plane = _box(_box(plane, radius, 0), radius, 1)
            out[k] = plane

    in_bands(len(small), work, threads)
    return _enlarge(out, factor, planes.shape[1:])


def _reduce(planes: Floats, factor: int) -> Floats:
    if factor == 1:
        return planes
    count, height, width = planes.shape
    pad = ((0, 0), (0, -height % factor), (0, -width % factor))
    padded = np.pad(planes, pad, mode="edge")
    shape = (count, padded.shape[1] // factor, factor, padded.shape[2] // factor, factor)
    return np.asarray(padded.reshape(shape).mean(axis=(2, 4)), np.float32)


def _enlarge(planes: Floats, factor: int, shape: tuple[int, ...]) -> Floats:
    """Bilinear, pixel centres aligned."""
    if factor == 1:
        return planes
    for axis, size in ((1, shape[0]), (2, shape[1])):
        position = np.clip((np.arange(size) + 0.5) / factor - 0.5, 0.0, planes.shape[axis] - 1.0)
        low = np.minimum(position.astype(np.int64), max(planes.shape[axis] - 2, 0))
        high = np.minimum(low + 1, planes.shape[axis] - 1)
        fraction = (position - low).astype(np.float32)
        fraction = fraction[:, None] if axis == 1 else fraction[None, :]
        below = np.take(planes, low, axis=axis)
        planes = below + (np.take(planes, high, axis=axis) - below) * fraction
    return planes


def _box(plane: Floats, radius: float, axis: int) -> Floats:
    """A box of width 2 radius + 1 (fractional ends), the edge repeated."""
    whole = int(radius)
    part = radius - whole
    pad = [(0, 0), (0, 0)]
    pad[axis] = (whole + 2, whole + 1)
    padded = np.moveaxis(np.pad(plane, pad, mode="edge").astype(np.float64), axis, 0)
    sums = np.cumsum(padded, axis=0)
    size = plane.shape[axis]
    core = sums[2 * whole + 2 : 2 * whole + 2 + size] - sums[1 : 1 + size]
    ends = padded[1 : 1 + size] + padded[2 * whole + 3 : 2 * whole + 3 + size]
    out = (core + part * ends) / (2.0 * radius + 1.0)
    return np.moveaxis(out, 0, axis).astype(np.float32)
