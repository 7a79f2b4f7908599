"""The mean of frames as they are: one exposure of their whole time.

What clips in some of the parts is white there in all colours alike, whatever the light: in the mean
it would stand below white, where development takes it for a colour, and a headlight's trail would
be magenta. In each part's clipped cells no colour is let beyond the white balance's white.
"""

from collections.abc import Iterable
from itertools import chain

import numpy as np

from app.mosaics import sites
from app.pictures.negative import Negative
from app.stages import Stages
from native import Merged, Mosaic, MosaicFormat

Neutral = tuple[float, float, float]

_CLIPPED = 0.98  # of white
_FIRST = 0.999  # of the neutral's greatest: where white light clips first; a red lamp keeps its red


def average(first: Negative, others: Iterable[Mosaic], count: int, stages: Stages) -> Merged:
    """The mean of parts of one long exposure.

    Args:
        first: one of them; stays as it is.
        others: (height, width) each, as they are read.
        count: of all.
        stages: told of progress and time.
    """
    layout, noise = first.format, first.noise
    scale = layout.whole_scale if count > 1 else 1
    total = np.zeros(first.mosaic.shape, np.uint32)
    for done, frame in enumerate(chain((first.mosaic,), others), 1):
        with stages.timed("merge"):
            total += frame if count == 1 else held(frame, layout, first.neutral)
        stages.report("merge", done / count)
    with stages.timed("merge"):
        total *= np.uint32(scale)
        total += np.uint32(count // 2)
        total //= np.uint32(count)
        mean = np.minimum(total, np.uint32(65535)).astype(np.uint16)
    less = noise.of_mean(count)
    return Merged(mean, layout.scaled(scale), less, float(count))


def held(frame: Mosaic, layout: MosaicFormat, neutral: Neutral) -> Mosaic:
    """A frame whose clipped cells are no brighter in any colour than white is where it clips.

    Args:
        frame: (height, width); stays as it is.
        layout: its scale.
        neutral: camera RGB of white.
    """
    held = frame.copy()
    parts = sites(held)
    span = [layout.white - black for black in layout.black]
    first = [neutral[colour] >= _FIRST * max(neutral) for colour in layout.colours]
    clipped = np.logical_or.reduce(
        [
            s >= black + _CLIPPED * own
            for s, black, own, white in zip(parts, layout.black, span, first, strict=True)
            if white
        ]
    )
    if clipped.any():
        for n, site in enumerate(parts):
            most = neutral[layout.colours[n]] / max(neutral) * span[n] + layout.black[n]
            np.minimum(site, np.uint16(round(most)), out=site, where=clipped)
    return held
