"""Hot pixels that hide in the noise of one long frame.

A hot pixel stays at its place on the sensor while the scene moves over it: in the merge it leaves
a tick, a dot for every frame. In the mean of the frames as they lie on the sensor it stands out by
the root of their number, and the scene is blurred.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

import native
from native import Mosaic

Places = npt.NDArray[np.intp]


def hot_pixels(
    frames: Iterable[Mosaic],
    layout: native.MosaicFormat,
    noise: native.MosaicNoise,
    *,
    isolation: float,
    threads: int | None = None,
) -> Places:
    """Where pixels glow, as flat indices.

    Args:
        frames: (height, width) each, of one exposure; each is asked for once.
        layout: of the frames.
        noise: of one frame.
        isolation: as of native.correct_defects.
        threads: for the C core; None uses all.
    """
    total, count = None, 0
    for frame in frames:
        total = np.zeros(frame.shape, np.uint32) if total is None else total
        total += frame
        count += 1
    if total is None:
        return np.empty(0, np.intp)
    scale = layout.whole_scale
    mean = np.minimum((total * np.uint32(scale)) // np.uint32(count), 65535).astype(np.uint16)
    less = noise.of_mean(count)
    clean = mean.copy()
    native.correct_defects(clean, layout.scaled(scale), less, isolation=isolation, threads=threads)
    return np.flatnonzero(clean < mean)


def mend(frame: Mosaic, places: Places) -> None:
    """Puts the median of its like neighbours at each place, in place; beyond the edge mirrored."""
    height, width = frame.shape
    y, x = np.divmod(places, width)
    around = [
        frame[_mirrored(y + dy, height), _mirrored(x + dx, width)]
        for dy in (-2, 0, 2)
        for dx in (-2, 0, 2)
        if dy or dx
    ]
    if places.size:
        frame.ravel()[places] = np.median(np.stack(around), axis=0).astype(np.uint16)


def _mirrored(at: Places, length: int) -> Places:
    at = np.abs(at)
    return np.where(at < length, at, 2 * (length - 1) - at)
