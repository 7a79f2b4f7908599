"""How much brighter a frame is than another, as they show it: lamps flicker.

At a fraction of a lamp's pulse the shortest frame of a bracket sees any part of it, the longest see
whole ones. Told exposures are up to a stop off then, and a merge that goes by them takes the frames
for other scenes.
"""

import numpy as np
import numpy.typing as npt

from native import Mosaic, MosaicFormat, MosaicNoise

Means = npt.NDArray[np.float64]

_BLOCK = 32  # samples a side: shake moves next to nothing into them
_CLIPPED = 0.9  # of white, of any sample
_CLEAR = 20.0  # deviations of a block's mean
_LEVELS = 5.0  # that it is above black at least, which may be off by a part of one
_FEWEST, _MANY = 6, 16  # blocks that tell if they are at one, and if most are
_APART = 1.0 / 3.0  # of the frame's width or height, that they lie over then: a sign blinks alone
_ALIKE, _AGREE, _AT_ONE = 0.1, 0.6, 0.9  # natural logarithm, and shares of blocks that are so near
_NEAR, _LAMP = 0.05, 1.1  # the same: what is rounding or noise, and what most lamps do at most
_FAR = 3.0  # the same: between crest and trough of a lamp that swings by 90 %


class Lamp:
    """How frames of a burst compare with what has been merged of it.

    Args:
        first: (height, width), the reference.
        layout: of it, and of all frames.
    """

    def __init__(self, first: Mosaic, layout: MosaicFormat) -> None:
        self._layout = layout
        self.merged(first, layout, 1.0)

    def merged(self, mosaic: Mosaic, layout: MosaicFormat, longest: float) -> None:
        """What frames are compared with from now on.

        Args:
            mosaic, layout: of the merge.
            longest: exposure of its frames, over the reference's: so much deeper it shows.
        """
        self._shown, self._longest = (mosaic, layout), longest
        self._means: Means | None = None

    def ratio(self, frame: Mosaic, noise: MosaicNoise, told: float) -> float:
        """A frame's exposure over the reference's as their light has it; see shown_ratio()."""
        if self._means is None:
            self._means = block_means(*self._shown)
        return shown_ratio(frame, self._means, self._layout, noise, told, self._longest)


def shown_ratio(
    frame: Mosaic,
    reference: Means,
    layout: MosaicFormat,
    noise: MosaicNoise,
    told: float,
    longest: float = 1.0,
) -> float:
    """A frame's exposure over the reference's as their light has it.

    Args:
        frame: (height, width).
        reference: block_means() of one of the same size, or of what has been merged with it.
        layout, noise: of the frame.
        told: the ratio by their metadata.
        longest: exposure, over the reference's, that is merged with it: so much deeper it shows.

    Returns:
        What most blocks agree on that neither frame clips in and noise does not rule, or nearly all
        if they are few or say much, and lie in more than one place; told where they do not, or say
        the same.
    """
    theirs = block_means(frame, layout)
    span = layout.white - layout.black[0]
    least = max(_CLEAR * np.sqrt(max(noise.read)) / _BLOCK, _LEVELS / span)
    with np.errstate(invalid="ignore"):
        clear = (reference > least / longest) & (theirs > least)
    if clear.sum() < _FEWEST:
        return told
    off = np.log(theirs[clear] / reference[clear] / told)
    middle = float(np.median(off))
    bold = clear.sum() < _MANY or abs(middle) >= _LAMP
    if bold and np.all(np.ptp(np.argwhere(clear), 0) < _APART * np.array(clear.shape)):
        return told
    needed = _AT_ONE if bold else _AGREE
    if not _NEAR < abs(middle) < _FAR or np.mean(np.abs(off - middle) < _ALIKE) < needed:
        return told
    return told * float(np.exp(middle))


def block_means(mosaic: Mosaic, layout: MosaicFormat) -> Means:
    """Means of a mosaic's blocks, normalised; of those that clip in a sample no number."""
    rows, columns = (side // _BLOCK for side in mosaic.shape)
    bands = mosaic[: rows * _BLOCK].reshape(rows, _BLOCK, -1)[..., : columns * _BLOCK]
    shape = (rows, columns, _BLOCK)
    sums = bands.sum(1, dtype=np.uint32).reshape(shape).sum(2, dtype=np.float64)
    span = layout.white - layout.black[0]
    means = (sums / _BLOCK**2 - float(np.mean(layout.black))) / span
    bright = bands.max(1).reshape(shape).max(2) > layout.black[0] + _CLIPPED * span
    return np.where(bright, np.nan, means)
