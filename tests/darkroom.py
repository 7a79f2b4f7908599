"""Luminance of the tests' plain sensor's mosaics, treated as app/merging and app/developing do."""

import numpy as np
from bursts import BLACK, WHITE, TestBurst, sample
from merge_gains import Image, merge
from scenes import BALANCE, Floats

from app.developing import ISOLATION, ISOLATION_MERGED
from app.merging import defects_judged
from native import Development, MosaicFormat, MosaicNoise, correct_defects, develop

GAINS = (1 / BALANCE[0], 1 / BALANCE[1], 1 / BALANCE[2])
LUMINANCE = np.array([0.2627, 0.6780, 0.0593])  # of Rec.2020, which the sensor is taken to see


def _light(
    mosaic: np.ndarray, layout: MosaicFormat, noise: MosaicNoise, isolation: float = ISOLATION
) -> Image:
    corrected = mosaic.copy()
    correct_defects(corrected, layout, noise, isolation=isolation)
    how = Development(format=layout, noise=noise, white_balance=GAINS, matrix=np.eye(3))
    return np.asarray(develop(corrected, how).astype(np.float64) @ LUMINANCE)


def single_light(burst: TestBurst, *, noise_free: bool = False) -> Image:
    """Luminance of the developed reference, (height, width), white 1."""
    part = 1e-6 if noise_free else 1.0
    noise = MosaicNoise((part * burst.shot,) * 4, (part * burst.read,) * 4)
    return _light(burst.frames[0], MosaicFormat(burst.colours, (BLACK,) * 4, WHITE), noise)


def merged_light(burst: TestBurst) -> Image:
    """Luminance of the merged and developed burst, (height, width), white 1."""
    merged, reports = merge(burst)
    if not defects_judged(reports):
        correct_defects(merged.mosaic, merged.format, merged.noise)
    return _light(merged.mosaic, merged.format, merged.noise, ISOLATION_MERGED)


def scene_light(plane: Floats, height: int, width: int) -> Image:
    """Luminance of a painted scene at the reference's pixels, (height, width), white 1."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    total = np.zeros((height, width))
    for colour, weight in enumerate(LUMINANCE):
        total += weight * GAINS[colour] * sample(plane, x, y, np.full(x.shape, colour))
    return total
