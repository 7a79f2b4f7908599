"""How much brighter a frame is than another, as they show it: lamps flicker.

At a fraction of a lamp's pulse the shortest frame of a bracket sees any part of it, the longest see
whole ones. Told exposures are up to a stop off then, and a merge that goes by them takes the frames
for other scenes.
"""

import numpy as np
import numpy.typing as npt

from native import MosaicFormat, MosaicNoise

Mosaic = npt.NDArray[np.uint16]
Means = npt.NDArray[np.float64]

_BLOCK = 32  # samples a side: shake moves next to nothing into them
_CLIPPED = 0.9  # of white, of any sample
_CLEAR = 20.0  # deviations of a block's mean
_LEVELS = 5.0  # that it is above black at least, which may be off by a part of one
_FEWEST = 16  # blocks
_ALIKE, _AGREE = 0.1, 0.6  # natural logarithm, and the share of the blocks that are so near
_NEAR, _FAR = 0.05, 1.1  # the same: what is rounding or noise, and what no lamp does


def shown_ratio(
    frame: Mosaic, reference: Means, layout: MosaicFormat, noise: MosaicNoise, told: float
) -> float:
    """A frame's exposure over the reference's as their light has it.

    Args:
        frame: (height, width).
        reference: block_means() of one of the same size.
        layout, noise: of both.
        told: the ratio by their metadata.

    Returns:
        What most blocks agree on that neither frame clips in and noise does not rule; told where
        they do not, or say the same.
    """
    theirs = block_means(frame, layout)
    span = layout.white - layout.black[0]
    least = max(_CLEAR * np.sqrt(max(noise.read)) / _BLOCK, _LEVELS / span)
    with np.errstate(invalid="ignore"):
        clear = (reference > least) & (theirs > least)
    if clear.sum() < _FEWEST:
        return told
    off = np.log(theirs[clear] / reference[clear] / told)
    middle = float(np.median(off))
    if not _NEAR < abs(middle) < _FAR or np.mean(np.abs(off - middle) < _ALIKE) < _AGREE:
        return told
    return told * float(np.exp(middle))


def block_means(mosaic: Mosaic, layout: MosaicFormat) -> Means:
    """Means of a mosaic's blocks, normalised; of those that clip in a sample no number."""
    rows, columns = (side // _BLOCK for side in mosaic.shape)
    cut = mosaic[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    span = layout.white - layout.black[0]
    means = (cut.mean((1, 3)) - float(np.mean(layout.black))) / span
    bright = cut.max((1, 3)) > layout.black[0] + _CLIPPED * span
    return np.where(bright, np.nan, means)
