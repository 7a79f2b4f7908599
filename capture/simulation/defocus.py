"""The blur of a lens out of focus."""

import numpy as np
import numpy.typing as npt

from capture.simulation.bands import in_bands

Floats = npt.NDArray[np.float32]
_PASSES = 3
_DISC = 8.0  # pixels


def defocus(planes: Floats, diameter: float, threads: int | None = None) -> Floats:
    """Blurs planes as a lens out of focus does: every point becomes a disc.

    Discs of 8 pixels or more are true discs, made by Fourier transform on a raster reduced so far
    that they are 8 to 16 of its pixels wide. Smaller ones are three boxes of the disc's variance
    (diameter^2 / 16 along each axis): at that size the lens's own blur hides the difference.

    Args:
        planes: (n, height, width) float32.
        diameter: pixels.
        threads: None for all processors.

    Returns:
        Planes of the same shape.
    """
    if diameter < _DISC:
        return _boxes(planes, diameter, threads)
    factor = reduction(diameter)
    small = discs(_reduce(planes, factor), diameter / factor)
    return enlarge(small, factor, range(planes.shape[1]), planes.shape[2])


def reduction(diameter: float) -> int:
    """How many times coarser a raster may be for a blur of a diameter in pixels: 1, 2, 4, ..."""
    factor = 1
    while diameter / (2 * factor) >= _DISC:
        factor *= 2
    return factor


def _boxes(planes: Floats, diameter: float, threads: int | None) -> Floats:
    radius = _box_radius(diameter**2 / 16.0 / _PASSES)
    out = np.empty_like(planes)

    def work(band: range) -> None:
        for k in band:
            plane = planes[k]
            for _ in range(_PASSES):
                plane = _box(_box(plane, radius, 0), radius, 1)
            out[k] = plane

    in_bands(len(planes), work, threads)
    return out


def _box_radius(variance: float) -> float:
    """The radius n + part of a box [part, 1, ..., 1, part] with a variance, in pixels squared."""
    n = int((np.sqrt(12.0 * variance + 1.0) - 1.0) / 2.0)
    moment = n * (n + 1) * (2 * n + 1) / 3.0
    return float(n + (variance * (2 * n + 1) - moment) / (2.0 * (n + 1) ** 2 - 2.0 * variance))


def discs(planes: Floats, diameter: float) -> Floats:
    """Convolution with a disc of unit sum, the edge repeated."""
    reach = int(np.ceil(diameter / 2.0)) + 1
    axis = np.arange(-reach, reach + 1)
    distance = np.hypot(axis[:, None], axis[None, :])
    disc = np.clip(diameter / 2.0 - distance + 0.5, 0.0, 1.0)
    height, width = planes.shape[1] + 2 * reach, planes.shape[2] + 2 * reach
    kernel = np.zeros((height, width))
    kernel[: 2 * reach + 1, : 2 * reach + 1] = disc / disc.sum()
    spectrum = np.fft.rfft2(np.roll(kernel, (-reach, -reach), (0, 1)))
    out = np.empty_like(planes)
    for k, plane in enumerate(planes):
        padded = np.pad(plane, reach, mode="edge")
        blurred = np.fft.irfft2(np.fft.rfft2(padded) * spectrum, (height, width))
        out[k] = blurred[reach:-reach, reach:-reach]
    return np.maximum(out, 0.0)  # rounding leaves a trace below zero


def _reduce(planes: Floats, factor: int) -> Floats:
    if factor == 1:
        return planes
    count, height, width = planes.shape
    pad = ((0, 0), (0, -height % factor), (0, -width % factor))
    padded = np.pad(planes, pad, mode="edge")
    shape = (count, padded.shape[1] // factor, factor, padded.shape[2] // factor, factor)
    return np.asarray(padded.reshape(shape).mean(axis=(2, 4)), np.float32)


def enlarge(planes: Floats, factor: int, rows: range, width: int) -> Floats:
    """Rows of planes made so many times larger: bilinear, pixel edges aligned."""
    for axis, places in ((1, np.asarray(rows)), (2, np.arange(width))):
        size = planes.shape[axis]
        position = np.clip((places + 0.5) / factor - 0.5, 0.0, size - 1.0)
        low = np.minimum(position.astype(np.int64), max(size - 2, 0))
        share = (position - low).astype(np.float32)
        share = share[:, None] if axis == 1 else share[None, :]
        below = np.take(planes, low, axis=axis)
        above = np.take(planes, np.minimum(low + 1, size - 1), axis=axis)
        planes = below + (above - below) * share
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
