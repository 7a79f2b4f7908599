"""Brushes: textures, coverage, soft shapes, compositing. Arrays are float32 throughout."""

from functools import cache

import numpy as np
import numpy.typing as npt

from capture.scenes.scene import Floats

_TILE = 512


def smooth(t: Floats, low: Floats | float, high: Floats | float) -> Floats:
    """0 below low, 1 above high, smooth between (cubic)."""
    # Python's numbers and float32 arrays alike: neither turns t into float64.
    s = np.clip((t - low) * (1.0 / (high - low)), 0.0, 1.0)
    return np.asarray(s * s * (3.0 - 2.0 * s), np.float32)


def mix(a: npt.ArrayLike, b: npt.ArrayLike, t: Floats) -> Floats:
    """Colours between a and b, each (3,) or (3, h, w): (3, h, w) for an (h, w) share t of b."""
    first, second = _planes(a), _planes(b)
    mixed = (second - first) * t
    mixed += first
    return np.asarray(mixed, np.float32)


def _planes(colour: npt.ArrayLike) -> Floats:
    array = np.asarray(colour, np.float32)
    return array[:, None, None] if array.ndim == 1 else array


def over(canvas: Floats, colour: npt.ArrayLike, cover: Floats) -> None:
    """Lays colour, (3,) or (3, h, w), over a canvas (3, h, w) with coverage (h, w), in place."""
    canvas += (_planes(colour) - canvas) * cover


def inside(distance: Floats, pixel: float, blur: float = 0.0) -> Floats:
    """Coverage of a pixel by a shape, from the signed distance to its edge (negative inside)."""
    width = np.float32(max(pixel, blur))
    return np.asarray(np.clip(0.5 - distance / width, 0.0, 1.0), np.float32)


@cache
def cloud(seed: int, slope: float = 1.0) -> Floats:
    """A seamless tile of noise with a spectrum of 1 / f^slope, mean 0, deviation 1."""
    random = np.random.default_rng((seed, 0xC10D))
    spectrum = np.fft.rfft2(random.standard_normal((_TILE, _TILE)))
    fy = np.fft.fftfreq(_TILE)[:, None]
    fx = np.fft.rfftfreq(_TILE)[None, :]
    radius = np.hypot(fx, fy)
    radius[0, 0] = 1.0
    spectrum *= radius**-slope
    spectrum[0, 0] = 0.0
    tile = np.fft.irfft2(spectrum, (_TILE, _TILE))
    return np.asarray(tile / tile.std(), np.float32)


def sample(tile: Floats, u: Floats, v: Floats) -> Floats:
    """A tile at places in periods of the tile, bilinear; u and v broadcast."""
    size = np.float32(tile.shape[0])
    x, y = u * size, v * size
    x0, y0 = np.floor(x), np.floor(y)
    fx, fy = x - x0, y - y0
    mask = tile.shape[0] - 1
    i0, j0 = y0.astype(np.int32) & mask, x0.astype(np.int32) & mask
    i1, j1 = (i0 + 1) & mask, (j0 + 1) & mask
    flat = tile.reshape(-1)
    row0, row1 = i0 * tile.shape[1], i1 * tile.shape[1]
    top = flat[row0 + j0]
    top += (flat[row0 + j1] - top) * fx
    bottom = flat[row1 + j0]
    bottom += (flat[row1 + j1] - bottom) * fx
    bottom -= top
    bottom *= fy
    bottom += top
    return np.asarray(bottom, np.float32)


def fade(period: float, pixel: float) -> float:
    """How much of a texture of a period survives at a pixel size: 1 when fine, 0 when lost."""
    return float(np.clip(1.5 - 3.0 * pixel / period, 0.0, 1.0))


def box_window(
    x: Floats, y: Floats, box: tuple[float, float, float, float]
) -> tuple[slice, slice] | None:
    """The rows and columns of a view that a box (x0, y0, x1, y1) touches; None if none."""
    columns = np.flatnonzero((x[0] >= box[0]) & (x[0] <= box[2]))
    rows = np.flatnonzero((y[:, 0] >= box[1]) & (y[:, 0] <= box[3]))
    if not len(rows) or not len(columns):
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
