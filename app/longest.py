"""The dark of a bracket, from its longest frames: one exposure and one moment for all colours.

All frames are aligned to the shortest, which in the dark shows next to nothing: tiles follow its
noise, and where something moved the longer frames are left out and that noise is all there is,
independent in every colour. The longest frames show the dark clearly. So they are merged among
themselves and brought to the bracket's place as a whole, by the motion of all of the picture; where
the shortest frame shows next to nothing, theirs is taken. What moved there is so seen once, at the
moment of the first of them, unless the shortest frame has more than noise to show of it.

One exposure as the reference of a region that moved: Gallo et al., "Artifact-free high dynamic
range imaging", ICCP 2009.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from app.progress import Progress, part_of
from app.squares import extreme
from app.things import whole_things
from native import Merged, Merger, MosaicFormat, MosaicNoise

Mosaic = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

LEAST_RATIO = 2.0  # of exposures, from which the longest frames show the dark so much better
# The same, from which what moves is theirs as well: in the shortest it is nothing but noise.
_MOVED_RATIO = 8.0
_WARPED = 8.0  # what a merge of robustness 0 makes of a reference and a much longer frame: 1 + 7
_CLEAR = 6.0  # signal over noise of the shortest frame, from which it serves
_OTHER = 1.0  # of a long frame's variance, from which it is something else
_AROUND = 1  # cells to each side that differ together
_GROWN = 3  # cells: so far the other's edges may reach
_CLIPPED, _LEAKS = 0.9, 2  # of a long frame's white; cells that resampling may spread it
_MOST = 0.6  # of the cells round one: only one of the two clips there, and not for an edge
_BAND, _MARGIN = 128, 8  # cells done at once, for the memory's sake; what they see beyond
_PARTS = 6  # calls of the core, and looks at the picture, beyond what each frame takes


def take_longest(
    merged: Merged,
    longest: Iterator[tuple[Mosaic, float]],
    count: int,
    noise: MosaicNoise,
    *,
    progress: Progress,
    threads: int | None = None,
) -> None:
    """Takes the dark of a bracket from its longest frames, in place.

    Args:
        merged: the bracket, in the place and scale of its shortest frame.
        longest: (height, width) each, the longest frames in merged's format, and their exposure
            over the shortest's, about LEAST_RATIO or more; one at least.
        count: how many they are.
        noise: of one frame.
        progress: called with the fraction done; what it raises ends the work.
        threads: for the C core; None uses all.

    Raises:
        NativeError: if frames differ in size.
    """
    layout = merged.format

    def part(number: int) -> Progress:
        whole = count + _PARTS
        return part_of(progress, number / whole, (number + 1) / whole)

    first, ratio = next(longest)
    with Merger(first, layout, noise, threads=threads, progress=part(0)) as merger:
        for number, (frame, exposure) in enumerate(longest, 1):
            merger.add(frame, exposure=exposure / ratio, progress=part(number))
        clear = merger.finish(progress=part(count)).mosaic
    with Merger(
        merged.mosaic,
        layout,
        merged.noise,
        robustness=0.0,
        shrink=0.0,
        frame_noise=1.0 / 16.0,
        rigid=True,
        threads=threads,
        progress=part(count + 1),
    ) as merger:
        merger.add(clear, exposure=ratio, progress=part(count + 2))
        both = merger.finish(progress=part(count + 3)).mosaic
    there = aligned_long(merged.mosaic, both, layout, part(count + 4))
    share = find_served(merged.mosaic, there, layout, noise, ratio, part(count + 5))
    take_served(merged.mosaic, there, layout, share)
    progress(1.0)


def aligned_long(
    merged: Mosaic,
    both: Mosaic,
    layout: MosaicFormat,
    progress: Progress = lambda _: None,
) -> Floats:
    """The longest frames' merge at the bracket's place, normalised in its scale.

    Args:
        merged: (height, width), the reference of a merge of robustness 0.
        both: its result, the longest frames' merge added to it.
        layout: of both.
        progress: called with the fraction done; what it raises ends the work.
    """
    share = np.float32(_WARPED / (_WARPED - 1.0))
    there = np.empty(merged.shape, np.float32)
    for row in range(0, len(merged), _BAND):
        progress(row / len(merged))
        rows = slice(row, row + _BAND)
        own = _normalised(merged[rows], layout)
        there[rows] = own + (_normalised(both[rows], layout) - own) * share
    return there


def find_served(
    merged: Mosaic,
    longest: Floats,
    layout: MosaicFormat,
    noise: MosaicNoise,
    ratio: float,
    progress: Progress = lambda _: None,
) -> Floats:
    """Where the longest frames serve: the shortest shows too little, and nothing is torn.

    Args:
        merged: (height, width), the bracket's merge in the scale of the shortest frame.
        longest: (height, width), the longest frames' merge as aligned_long() gives it.
        layout: of merged.
        noise: of the shortest frame alone.
        ratio: of the longest frames' exposure to the shortest's.
        progress: called with the fraction done; what it raises ends the work.

    Returns:
        (height / 2, width / 2) by cell of 2x2 samples: share of the longest frames, 0 to 1.
    """
    height, width = merged.shape[0] // 2, merged.shape[1] // 2
    drowned, other, spoilt, clipped = (np.zeros((height, width), bool) for _ in range(4))
    for first in range(0, height, _BAND):
        progress(first / height)
        upper, last = max(first - _MARGIN, 0), min(first + _BAND, height)
        rows = slice(2 * upper, 2 * min(last + _MARGIN, height))
        found = _seen(_normalised(merged[rows], layout), longest[rows], noise, ratio)
        for whole, part in zip((drowned, other, spoilt, clipped), found, strict=True):
            whole[first:last] = part[first - upper : last - upper]
    moved = whole_things(other, spoilt) if ratio >= _MOVED_RATIO else np.zeros_like(other)
    stays = _near(other & ~moved, _GROWN)
    taken = (_near(moved, _GROWN) | (drowned & ~stays)).astype(np.float32)
    return _mean(_mean(taken, 1), 1) * ~clipped


def _seen(
    merged: Floats, longest: Floats, noise: MosaicNoise, ratio: float
) -> tuple[Mask, Mask, Mask, Mask]:
    """Of a band, by cell, four masks.

    Where the shortest shows too little; what else the longest show there; what else they show that
    has to stay; and where they clip.
    """
    ours, theirs = _cells(merged), _cells(longest)
    shot = np.asarray(noise.shot, np.float32)[:, None, None]
    read = np.asarray(noise.read, np.float32)[:, None, None]
    smooth = np.maximum(np.stack([_mean(site, 1) for site in theirs]), 0.0)
    off = ours - theirs
    apart = (off * off / (shot * smooth / ratio + read / ratio**2)).mean(0)
    other = _mean(apart, _AROUND) > _OTHER
    light = np.maximum(theirs, 0.0)
    signal = (light / np.sqrt(shot * light + read)).mean(0)
    drowned = extreme(signal, _AROUND, np.minimum) < _CLEAR
    white = [side.max(0) >= _CLIPPED / ratio for side in (ours, theirs)]
    clipped = _near(white[0] | white[1], _LEAKS)
    one_clips = _mean((white[0] != white[1]).astype(np.float32), _LEAKS) > _MOST
    spoilt = (other & ~drowned & ~clipped) | one_clips
    return drowned, other & drowned & ~clipped, spoilt, clipped


def take_served(merged: Mosaic, longest: Floats, layout: MosaicFormat, share: Floats) -> None:
    """Takes it from the longest frames, in place; arguments as of find_served()."""
    width = 2 * share.shape[1]
    for row in range(0, share.shape[0], _BAND):
        part = share[row : row + _BAND]
        if not part.any():
            continue
        rows = slice(2 * row, 2 * (row + len(part)))
        whole = np.repeat(np.repeat(part, 2, 0), 2, 1)
        there = merged[rows, :width]
        own = _normalised(there, layout)
        value = own + whole * (longest[rows, :width] - own)
        levels = value * np.float32(layout.white - layout.black[0])
        levels += np.float32(layout.black[0] + 0.5)
        taken = np.clip(levels, 0.0, 65535.0).astype(np.uint16)
        np.copyto(there, taken, where=whole > 0.0)


def _normalised(mosaic: Mosaic, layout: MosaicFormat) -> Floats:
    black = np.float32(layout.black[0])
    return (mosaic.astype(np.float32) - black) / np.float32(layout.white - layout.black[0])


def _cells(value: Floats) -> Floats:
    height, width = (side // 2 * 2 for side in value.shape)
    return np.stack([value[y:height:2, x:width:2] for y in (0, 1) for x in (0, 1)])


def _mean(value: Floats, reach: int) -> Floats:
    """Of a square that reaches so far to each side."""
    for axis in (0, 1):
        ends = [(0, 0), (0, 0)]
        ends[axis] = (reach, reach)
        padded = np.moveaxis(np.pad(value, ends, "edge"), axis, 0)
        length = len(padded) - 2 * reach
        total = padded[:length] + padded[1 : 1 + length]
        for step in range(2, 2 * reach + 1):
            total += padded[step : step + length]
        total *= np.float32(1.0 / (2 * reach + 1))
        value = np.moveaxis(total, 0, axis)
    return value


def _near(mask: Mask, reach: int) -> Mask:
    return extreme(mask, reach, np.maximum)
