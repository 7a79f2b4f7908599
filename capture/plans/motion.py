"""How much the camera shakes and the scene moves, from small frames of the live stream.

There is no gyroscope: pictures tell. Motion between two frames is found by phase correlation
(Kuglin and Hines 1975) and refined by least squares on the gradients (Lucas and Kanade 1981); what
is left in tiles after that is the scene's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Any

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.floating[Any]]

TRIPOD = 3e-4  # widths a second: a pixel a second at 12 MP; a hand does twenty and more
_DOUBTS, _NO_HAND = 4.5, 5.0  # of noise, what it makes of a tripod; times TRIPOD, a steady hand
_WIDTH = 320  # of a grey
_TILE = 20
_LEAST_EDGE = 6.0  # squared gradient a pixel that lets a tile tell, over the noise's
_SWAY = 0.5  # seconds; over longer ones a hand comes back, and its speed seems less
_LONGEST_SHIFT = 0.1  # of the width, between two frames


@dataclass(frozen=True, slots=True)
class Motion:
    """What moves, and how fast.

    Attributes:
        shake: of the whole picture, its widths a second.
        subject: of what moves in it, widths a second; 0 if nothing does.
        doubt: standard deviation of shake by noise, widths a second.
    """

    shake: float
    subject: float = 0.0
    doubt: float = 0.0

    @property
    def tripod(self) -> bool:
        """Whether the camera stands still, as far as noise lets one tell it from a hand."""
        return self.shake < min(max(TRIPOD, _DOUBTS * self.doubt), _NO_HAND * TRIPOD)


HAND = Motion(0.006)  # of one who stands, where nothing was measured


def small_grey(pixels: npt.NDArray[np.uint8]) -> Grey:
    """Of a frame of the live stream, (height, width, 3 or 4) uint8: its green, binned to 320."""
    factor = max(1, pixels.shape[1] // _WIDTH)
    height, width = (side // factor for side in pixels.shape[:2])
    green = pixels[: height * factor, : width * factor, 1].astype(np.float32)
    return np.asarray(green.reshape(height, factor, width, factor).mean((1, 3)))


def measure_motion(greys: Sequence[Grey], times: Sequence[float]) -> Motion:
    """The motion in a run of frames.

    Args:
        greys: (height, width) each, of one size, 48 pixels a side at least.
        times: when each was taken, seconds, rising. Shifts over more than half a second count as
            made in half a second: a hand sways about a place.

    Raises:
        ValueError: for fewer than two frames, other sizes, or times that do not rise.
    """
    if len(greys) < 2 or len(greys) != len(times):
        raise ValueError("motion takes two frames or more, and the time of each")
    if any(grey.shape != greys[0].shape or min(grey.shape) < 48 for grey in greys):
        raise ValueError("frames to measure motion in have one size, 48 pixels a side at least")
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise ValueError("frames to measure motion in are in the order of time")
    width = greys[0].shape[1]
    # Over an eighth of a second or so: what an exposure sees, and more than noise makes of it.
    apart = max(1, min(len(greys) - 1, round(0.125 / (times[1] - times[0]))))
    speeds, subjects, doubts = [], [], []
    for first in range(0, len(greys) - apart, max(1, apart // 2)):
        one, other = greys[first], greys[first + apart]
        span = times[first + apart] - times[first]
        shift = _shift(one, other)
        speeds.append(hypot(*shift) / (min(span, _SWAY) * width))
        doubts.append(_doubt(one, other, shift) / (min(span, _SWAY) * width))
        subjects.append(_own_motion(one, other, shift) / (span * width))
    return Motion(*(float(np.median(found)) for found in (speeds, subjects, doubts)))


def _shift(one: Grey, other: Grey) -> tuple[float, float]:
    """By how much the second frame's content has moved, pixels (x, y)."""
    dx, dy = _coarse(one, other)
    for _ in range(5):
        step = _step(*_gradients(one, _shifted(other, dx, dy))[:3])
        dx, dy = dx + step[0], dy + step[1]
        if hypot(*step) < 1e-3:
            break
    return dx, dy


def _doubt(one: Grey, other: Grey, shift: tuple[float, float]) -> float:
    """The standard deviation of a shift by the noise of both frames, pixels."""
    gx, gy, _, noise = _gradients(one, _shifted(other, *shift))
    across, down = float((gx * gx).sum()), float((gy * gy).sum())
    return noise * hypot(max(across, 1.0) ** -0.5, max(down, 1.0) ** -0.5)


def _coarse(one: Grey, other: Grey) -> tuple[float, float]:
    """To whole pixels, by phase correlation; 0 where nothing stands out."""
    height, width = one.shape
    window = np.outer(np.hanning(height), np.hanning(width))
    spectra = [np.fft.rfft2((grey - grey.mean()) * window) for grey in (one, other)]
    cross = spectra[1] * np.conj(spectra[0])
    peak = np.fft.irfft2(cross / np.maximum(np.abs(cross), 1e-9), one.shape)
    y, x = (int(i) for i in np.unravel_index(int(peak.argmax()), peak.shape))
    dx, dy = (x + width // 2) % width - width // 2, (y + height // 2) % height - height // 2
    if peak[y, x] < 8.0 * peak.std() or hypot(dx, dy) > _LONGEST_SHIFT * width:
        return 0.0, 0.0
    return float(dx), float(dy)


def _shifted(grey: Grey, dx: float, dy: float) -> Grey:
    """The picture moved back by a shift, bilinear; what lies beyond repeats the edge."""
    height, width = grey.shape
    x = np.clip(np.arange(width) + dx, 0.0, width - 1.001)
    y = np.clip(np.arange(height) + dy, 0.0, height - 1.001)
    i, j = x.astype(np.int64), y.astype(np.int64)
    u, v = (x - i)[None, :], (y - j)[:, None]
    rows = grey[:, i] * (1.0 - u) + grey[:, i + 1] * u
    return np.asarray(rows[j] * (1.0 - v) + rows[j + 1] * v)


def _gradients(one: Grey, moved: Grey) -> tuple[Grey, Grey, Grey, float]:
    """Gradients of the mean of both, their difference, and its deviation by noise."""
    mean = 0.5 * (one + moved)
    edge = 1 + int(0.05 * one.shape[1])
    inner = (slice(edge, -edge), slice(edge, -edge))
    gy, gx = (np.asarray(along) for along in np.gradient(mean))
    change = (one - moved)[inner]
    noise = 1.48 * float(np.median(np.abs(change - np.median(change))))
    return gx[inner], gy[inner], change, noise


def _step(gx: Grey, gy: Grey, change: Grey) -> tuple[float, float]:
    """The shift that explains a change by gradients, at most a pixel.

    Each tile's own by least squares, then their medians weighted by what each can tell: what moves
    by itself has no say while it fills less than half of that.
    """
    a, b, c = _tiles(gx * gx), _tiles(gx * gy), _tiles(gy * gy)
    p, q = _tiles(gx * change), _tiles(gy * change)
    ridge = 0.02 * (a + c) + 1.0
    found = (a + ridge) * (c + ridge) - b * b
    x, y = ((c + ridge) * p - b * q) / found, ((a + ridge) * q - b * p) / found
    step = (_median(x, a), _median(y, c))
    return min(max(step[0], -1.0), 1.0), min(max(step[1], -1.0), 1.0)


def _median(values: Grey, weights: Grey) -> float:
    order = np.argsort(values, axis=None)
    total = weights.ravel()[order].cumsum()
    middle = int(np.searchsorted(total, 0.5 * float(weights.sum())))
    return float(values.ravel()[order[min(middle, order.size - 1)]])


def _tiles(values: Grey) -> Grey:
    """Sums over tiles."""
    rows, columns = (side // _TILE for side in values.shape)
    cut = values[: rows * _TILE, : columns * _TILE]
    return np.asarray(cut.reshape(rows, _TILE, columns, _TILE).sum((1, 3)))


def _own_motion(one: Grey, other: Grey, shift: tuple[float, float]) -> float:
    """The scene's own motion, pixels: of the fiftieth of the tiles that move most, if they do."""
    gx, gy, change, noise = _gradients(one, _shifted(other, *shift))
    a, c = _tiles(gx * gx), _tiles(gy * gy)
    p, q = _tiles(gx * change), _tiles(gy * change)
    count = _TILE * _TILE
    moved = np.hypot(p, q) / np.maximum(a + c, 1e-9)
    doubt = noise / np.sqrt(np.maximum(a + c, 1e-9))
    change_rms = np.sqrt(_tiles(change * change) / count)
    tells = (a + c > _LEAST_EDGE * count) & (change_rms > 2.0 * noise + 1.0)
    moving = np.where(tells & (moved > 4.0 * doubt + 0.02), moved, 0.0)
    return float(np.quantile(moving, 0.98))
