"""A noise model for raw files that bring none, estimated from the mosaic itself.

Second differences along rows of one CFA site cancel smooth content; in each block their median
absolute value tells the noise (robust to edges), and of the blocks of like brightness the quieter
third tells it best, since texture only adds. A line through variance against brightness gives
shot and read noise (the affine model of Foi et al., "Practical Poissonian-Gaussian noise modeling
and fitting for single-image raw-data", IEEE TIP 2008).
"""

import numpy as np
import numpy.typing as npt

from native import Mosaic, MosaicFormat, MosaicNoise

Values = npt.NDArray[np.float32]

_BLOCK = (8, 16)  # rows and second differences of a block
_BLOCKS = 20_000  # at most, spread over the frame
_LEVELS = 24
_QUIET = 0.3  # quantile of the blocks' noise within a level
_MEDIAN_TO_SIGMA = 1.0 / (0.6745 * 6.0**0.5)  # |a - 2b + c| of Gaussian noise
_QUIET_BIAS = 1.15  # by which that quantile falls short, for blocks of this size
_BRIGHTEST = 0.9  # above, clipping narrows the spread
_LEAST_SHOT, _LEAST_READ = 1e-6, 1e-8
_PLAUSIBLE = (3e-4, 4e-6)  # a small sensor at base gain, for a mosaic that tells nothing


def estimate_noise(mosaic: Mosaic, mosaic_format: MosaicFormat) -> MosaicNoise:
    """The noise of a mosaic, the same for all sites.

    Args:
        mosaic: (height, width) uint16.
        mosaic_format: its scale.
    """
    levels: list[Values] = []
    sigmas: list[Values] = []
    for site in range(4):
        black = mosaic_format.black[site]
        samples = mosaic[site // 2 :: 2, site % 2 :: 2]
        level, sigma = _blocks(samples, black, mosaic_format.white - black)
        levels.append(level)
        sigmas.append(sigma)
    shot, read = _fit(np.concatenate(levels), np.concatenate(sigmas))
    return MosaicNoise((shot,) * 4, (read,) * 4)


def _blocks(samples: Mosaic, black: float, span: float) -> tuple[Values, Values]:
    """Mean level and noise of blocks, normalised."""
    rows, columns = _BLOCK
    down, across = samples.shape[0] // rows, (samples.shape[1] - 2) // columns
    if down < 1 or across < 1:
        return np.empty(0, np.float32), np.empty(0, np.float32)
    step = max(1, down * across * 4 // _BLOCKS)
    chosen = np.arange(0, down * across, step)
    cut = np.lib.stride_tricks.sliding_window_view(samples, (rows, columns + 2))
    blocks = cut[::rows, ::columns][np.divmod(chosen, across)].astype(np.float32)
    second = blocks[:, :, :-2] - 2 * blocks[:, :, 1:-1] + blocks[:, :, 2:]
    sigma = np.median(np.abs(second), axis=(1, 2)) * _MEDIAN_TO_SIGMA * _QUIET_BIAS
    level = blocks.mean(axis=(1, 2))
    return ((level - black) / span).astype(np.float32), (sigma / span).astype(np.float32)


def _fit(level: Values, sigma: Values) -> tuple[float, float]:
    usable = (level > 0) & (level < _BRIGHTEST) & (sigma > 0)
    level, sigma = level[usable], sigma[usable]
    if level.size < _LEVELS:
        return _PLAUSIBLE
    order = np.argsort(level)
    groups = np.array_split(order, _LEVELS)
    x = np.array([level[group].mean() for group in groups])
    variance = np.array([np.quantile(sigma[group], _QUIET) ** 2 for group in groups])
    weight = 1.0 / (variance + 1e-9)
    weight *= np.minimum(1.0, np.median(variance) / (variance + 1e-12)) ** 2
    slope, constant = np.polyfit(x, variance, 1, w=np.sqrt(weight))
    if slope < _LEAST_SHOT or constant < _LEAST_READ:  # one of the two alone explains it best
        slope = max(float(np.median(variance / np.maximum(x, 1e-3))), _LEAST_SHOT)
        constant = max(float(variance.min()) * 0.1, _LEAST_READ)
    return float(slope), float(constant)
