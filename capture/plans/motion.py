"""How much the camera shakes and the scene moves, from small frames of the live stream.

There is no gyroscope: pictures tell. Motion between two frames is found by phase correlation
(Kuglin and Hines 1975) and refined by least squares on the gradients (Lucas and Kanade 1981); what
is left in tiles after that is the scene's own. In the dark noise shifts frames as well: by how much
follows from it and from the gradients that tell, and a camera that moves no more than that stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, inf, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from capture.plan import STEADY

Grey = npt.NDArray[np.floating[Any]]

TRIPOD = 3e-4  # widths a second: a pixel a second at 12 MP; a hand does twenty and more
_WIDTH = 320  # of a grey
_TILE = 20
_LEAST_EDGE = 6.0  # squared gradient a pixel that lets a tile tell, over the noise's
_SWAY = 0.5  # seconds; over longer ones a hand comes back, and its speed seems less
_LONGEST_SHIFT = 0.1  # of the width, between two frames
_BY_NOISE = 4.0  # standard errors that the middle of some shifts by noise alone stays below
_STILL = 3.0  # the same, of the one between the halves of a run


@dataclass(frozen=True, slots=True)
class Motion:
    """What moves, and how fast.

    Attributes:
        shake: of the whole picture, its widths a second.
        subject: of what moves in it, widths a second; 0 if nothing does.
        steady: seconds a hand holds the lens on the camera still enough: known, not measured.
    """

    shake: float
    subject: float = 0.0
    steady: float = STEADY

    @property
    def tripod(self) -> bool:
        """Whether the camera stands still."""
        return self.shake < TRIPOD


HAND = Motion(0.006)  # of one who stands, where nothing was measured


def small_grey(pixels: npt.NDArray[np.uint8]) -> Grey:
    """Of a frame of the live stream, (height, width, 3 or 4) uint8: its green, binned to 320."""
    factor = max(1, pixels.shape[1] // _WIDTH)
    height, width = (side // factor for side in pixels.shape[:2])
    green = pixels[: height * factor, : width * factor, 1].astype(np.float32)
    return np.asarray(green.reshape(height, factor, width, factor).mean((1, 3)))


def measure_motion(greys: Sequence[Grey], times: Sequence[float]) -> Motion:
    """The motion in a run of frames.

    Where noise alone explains the shake, and would hide no hand, the camera counts as still. Where
    it would hide one, the hand of one who stands is there at least.

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
    speeds, doubts, subjects = [], [], []
    for first in range(0, len(greys) - apart, max(1, apart // 2)):
        one, other = greys[first], greys[first + apart]
        span = times[first + apart] - times[first]
        shift = _shift(one, other)
        a_second = 1.0 / (min(span, _SWAY) * width)
        speeds.append(hypot(*shift) * a_second)
        doubts.append(_doubt(one, other, shift) * a_second)
        subjects.append(_own_motion(one, other, shift) / (span * width))
    shake = float(np.median(speeds))
    if shake >= TRIPOD:
        shake = _beyond_noise(greys, times, shake, float(np.median(doubts)))
    return Motion(shake, float(np.median(subjects)))


def _beyond_noise(
    greys: Sequence[Grey], times: Sequence[float], shake: float, noise: float
) -> float:
    """A shake, or 0 where that, and that between the two halves of the run, is noise's alone.

    Args:
        greys, times: as of measure_motion.
        shake: found, widths a second.
        noise: standard error of that; the halves' is a fraction of it.
    """
    middle = len(greys) // 2
    one, other = (np.asarray(np.mean(part, axis=0)) for part in (greys[:middle], greys[middle:]))
    span = float(np.mean(times[middle:]) - np.mean(times[:middle]))
    a_second = 1.0 / (min(span, _SWAY) * one.shape[1])
    shift = _shift(one, other)
    doubt = _doubt(one, other, shift) * a_second
    if doubt > TRIPOD:
        return max(shake, HAND.shake)
    drift = hypot(*shift) * a_second
    still = shake <= TRIPOD + _BY_NOISE * noise and drift <= TRIPOD + _STILL * doubt
    return 0.0 if still else shake


def _doubt(one: Grey, other: Grey, shift: tuple[float, float]) -> float:
    """Standard error of a shift, pixels; without end where gradients are no more than noise's."""
    gx, gy, _, noise = _gradients(one, _shifted(other, *shift))
    # The change has twice a frame's variance, a gradient of the mean a quarter of a frame's.
    own = 0.125 * noise * noise * gx.size
    x, y = (float(np.sum(along * along)) - own for along in (gx, gy))
    return noise * sqrt(1.0 / x + 1.0 / y) if min(x, y) > 0.0 else inf


def _shift(one: Grey, other: Grey) -> tuple[float, float]:
    """By how much the second frame's content has moved, pixels (x, y)."""
    dx, dy = _coarse(one, other)
    for _ in range(5):
        step = _step(*_gradients(one, _shifted(other, dx, dy))[:3])
        dx, dy = dx + step[0], dy + step[1]
        if hypot(*step) < 1e-3:
            break
    return dx, dy


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
