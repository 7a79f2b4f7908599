"""From light on the pixels to the numbers a sensor sends."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capture.frames import SensorProfile

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HotPixels:
    """Pixels that leak: flat indices in the mosaic, and the leak in full scales a second."""

    index: npt.NDArray[np.int64]
    rate: npt.NDArray[np.float32]

    @classmethod
    def random(cls, seed: int, width: int, height: int, share: float = 2e-5) -> "HotPixels":
        """A sensor's own hot pixels: log-normal leaks, as of a warm sensor."""
        random = np.random.default_rng((seed, 0x407))
        count = max(1, round(share * width * height)) if share > 0 else 0
        index = np.sort(random.choice(width * height, count, replace=False))
        rate = np.minimum(random.lognormal(0.5, 1.5, count), 60.0).astype(np.float32)
        return cls(index.astype(np.int64), rate)


def add_hot_pixels(signal: Floats, hot: HotPixels, row: int, exposure: float) -> None:
    """Adds the leaks of an exposure (seconds) to rows of a mosaic that start at row, in place."""
    height, width = signal.shape
    first, last = np.searchsorted(hot.index, (row * width, (row + height) * width))
    local = hot.index[first:last] - row * width
    signal.reshape(-1)[local] += hot.rate[first:last] * np.float32(exposure)


def add_noise(signal: Floats, shot: float, read: float, random: np.random.Generator) -> Floats:
    """Photon and read noise on a normalised signal; returns a new array, below zero too.

    One Gaussian a sample, bent by the second Cornish-Fisher term to the skewness of the Poisson
    part, so that the few electrons of a shadow are as lopsided as they should be:
    x = s + sigma z + (gamma / 6) sigma (z^2 - 1) with gamma = shot * (shot s) / sigma^3 for a
    signal s of s / shot electrons.
    """
    z = random.standard_normal(signal.shape, np.float32)
    variance = signal * np.float32(shot)
    skew = variance * np.float32(shot / 6.0)
    variance += np.float32(read)
    skew /= variance
    out = np.sqrt(variance)
    out *= z
    z *= z
    z -= np.float32(1.0)
    z *= skew
    out += z
    out += signal
    return np.asarray(out, np.float32)


def quantise(signal: Floats, profile: SensorProfile, row: int) -> npt.NDArray[np.uint16]:
    """Normalised rows (0 black, 1 clipping) as sample numbers, pedestal included.

    Args:
        signal: (rows, width) float32; scaled in place.
        profile: black and white level.
        row: the mosaic's row that signal starts with.
    """
    for site in range(4):
        part = signal[(site // 2 - row) % 2 :: 2, site % 2 :: 2]
        black = profile.black_level[site]
        part *= np.float32(profile.white_level - black)
        part += np.float32(black + 0.5)
    np.clip(signal, 0.0, profile.white_level + 0.5, out=signal)
    return signal.astype(np.uint16)
