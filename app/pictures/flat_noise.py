"""What noise a mosaic has where it is flat: what DNG's NoiseProfile is to tell.

A merged mosaic keeps more noise in texture than in flat places, which is where people see it. So
variance is measured there, around a plane in blocks of one CFA site, as a part of what is told of
the mosaic as a whole. Flat are the quietest blocks, chosen by their *other* sites: texture is
common to all sites and noise hardly, so the choice makes the noise look little smaller than it is.
What is told of a picture that is flat all over was measured by the merge, and stays.
"""

import math

import numpy as np
import numpy.typing as npt

from native import Mosaic, MosaicFormat, MosaicNoise

Values = npt.NDArray[np.float64]

# What merging leaves is coarse too, so blocks are as large as flat places may be expected to be:
# the larger, the larger the picture.
_SIDES = (12, 24)  # of a block, samples of one site: least and most
_SIDES_IN_PICTURE = 110  # of blocks, in the root of its samples
_BLOCKS = 3_000  # at most, spread over the frame
_QUIET = 0.01  # share of the blocks that counts as flat
_SPREAD = 1.5  # of what the noisiest of them may have more than their limit
_TEXTURED = 1.5  # mean variance, of what is told: with less all of the picture is flat
_FEWEST = 16  # flat blocks that tell something
_BRIGHTEST = 0.9  # above, clipping narrows the spread
_DARKEST = 1e-3


def flat_noise(mosaic: Mosaic, layout: MosaicFormat, noise: MosaicNoise) -> MosaicNoise:
    """The noise of a mosaic's flat places.

    Args:
        mosaic: (height, width) uint16.
        layout: its scale.
        noise: what is told of the mosaic as a whole: the answer where too little of it is usable,
            and the most that is ever told.

    Returns:
        That model times a factor for each colour.
    """
    levels, variances = _measured(mosaic, layout)
    usable = (levels.max(0) < _BRIGHTEST) & (levels.min(0) > _DARKEST)
    flat_blocks = max(_FEWEST, round(_QUIET * int(usable.sum())))
    if usable.sum() < 2 * flat_blocks:
        return noise
    shot, read = np.array(noise.shot)[:, None], np.array(noise.read)[:, None]
    parts = variances[:, usable] / np.maximum(shot * levels[:, usable] + read, 1e-15)
    if parts.mean() < _TEXTURED:
        return noise
    factors = []
    for site in range(4):
        others = np.delete(parts, site, 0).mean(0)
        limit = _SPREAD * np.partition(others, flat_blocks)[flat_blocks]
        factors.append(min(1.0, float(np.mean(parts[site, others <= limit]))))
    colours = np.array(layout.colours)
    a, b, c, d = (float(np.mean(np.array(factors)[colours == colour])) for colour in colours)
    shots, reads = noise.shot, noise.read
    return MosaicNoise(
        (a * shots[0], b * shots[1], c * shots[2], d * shots[3]),
        (a * reads[0], b * reads[1], c * reads[2], d * reads[3]),
    )


def _measured(mosaic: Mosaic, layout: MosaicFormat) -> tuple[Values, Values]:
    """(4, blocks) mean level and variance around a plane, normalised."""
    low, high = _SIDES
    half = min(high, max(low, round(math.sqrt(mosaic.size) / _SIDES_IN_PICTURE)))
    side = 2 * half
    down, across = mosaic.shape[0] // side, mosaic.shape[1] // side
    count = down * across
    chosen = np.linspace(0, count - 1, min(count, _BLOCKS)).astype(np.intp)
    blocks = mosaic[: down * side, : across * side].reshape(down, side, across, side)
    taken = blocks[chosen // across, :, chosen % across, :] if count else np.empty((0, side, side))
    plane = _plane(half)
    levels, variances = np.empty((4, chosen.size)), np.empty((4, chosen.size))
    for site in range(4):
        span = layout.white - layout.black[site]
        samples = taken[:, site // 2 :: 2, site % 2 :: 2].reshape(-1, half * half)
        x = (samples.astype(np.float32) - np.float32(layout.black[site])) / np.float32(span)
        levels[site] = x.mean(1)
        x -= levels[site][:, None].astype(np.float32)
        along = x @ plane
        squares = np.einsum("ij,ij->i", x, x) - np.einsum("ij,ij->i", along, along)
        variances[site] = np.maximum(squares, 0.0) / (half * half - plane.shape[1])
    return levels, variances


def _plane(side: int) -> npt.NDArray[np.float32]:
    """(samples of a block, 3) orthonormal columns that span planes."""
    y, x = np.mgrid[-1.0 : 1.0 : side * 1j, -1.0 : 1.0 : side * 1j]
    terms = np.stack([np.ones_like(x), x, y], -1).reshape(-1, 3)
    return np.linalg.qr(terms)[0].astype(np.float32)
