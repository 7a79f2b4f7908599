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
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.mosaics import Floats, levels, normalised, sites
from app.progress import Progress, part_of
from app.squares import extreme, near
from app.things import whole_things
from native import FrameReport, Merged, Merger, Mosaic, MosaicFormat, MosaicNoise

Mask = npt.NDArray[np.bool_]

LEAST_RATIO = 2.0  # of light collected, from which the longest frames show the dark so much better
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
_PARTS = 7  # calls of the core, and looks at the picture, beyond what each frame takes


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest frames of a bracket.

    Attributes:
        frames: (height, width) each, in the merge's scale, and their exposure over the shortest's;
            read as they are asked for.
        count: how many they are, one at least.
        gain: theirs over the shortest's.
    """

    frames: Iterator[tuple[Mosaic, float]]
    count: int
    gain: float = 1.0


def take_longest(
    merged: Merged,
    longest: Longest,
    noise: MosaicNoise,
    *,
    progress: Progress,
    threads: int | None = None,
) -> None:
    """Takes the dark of a bracket from its longest frames, in place.

    Args:
        merged: the bracket, in the place and scale of its shortest frame.
        longest: the frames, which collected about LEAST_RATIO times the shortest's light or more.
        noise: of the shortest frame.
        progress: called with the fraction done; what it raises ends the work.
        threads: for the C core; None uses all.

    Raises:
        NativeError: if frames differ in size.
    """
    layout, count, theirs = merged.format, longest.count, noise.at_gain(longest.gain)

    def part(number: int) -> Progress:
        whole = count + _PARTS
        return part_of(progress, number / whole, (number + 1) / whole)

    first, ratio = next(longest.frames)
    with Merger(first, layout, theirs, threads=threads, progress=part(0)) as merger:
        for number, (frame, exposure) in enumerate(longest.frames, 1):
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
        report = merger.add(clear, exposure=ratio, progress=part(count + 2))
        both = merger.finish(progress=part(count + 3)).mosaic
    there = aligned_long(merged.mosaic, both, layout, part(count + 4))
    clips = find_clipping(clear, layout, report)
    share = find_served(
        merged.mosaic,
        there,
        clips,
        layout,
        noise,
        ratio,
        gain=longest.gain,
        progress=part(count + 5),
    )
    take_served(merged.mosaic, there, layout, share, part(count + 6))
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
        own = normalised(merged[rows], layout)
        there[rows] = own + (normalised(both[rows], layout) - own) * share
    return there


def find_clipping(clear: Mosaic, layout: MosaicFormat, motion: FrameReport) -> Mask:
    """Where the longest frames clip, (height / 2, width / 2) by cell at the bracket's place.

    Args:
        clear: (height, width), the longest frames' merge at its own place.
        layout: of it.
        motion: of it against the bracket.
    """
    white = layout.black[0] + _CLIPPED * (layout.white - layout.black[0])
    cells = np.asarray(np.max(sites(clear), 0) >= white)
    height, width = cells.shape
    there = np.zeros_like(cells)
    if not cells.any():
        return there
    angle = np.float32(np.radians(motion.rotation))
    x, y = (np.arange(side, dtype=np.float32) - 0.5 * (side - 1) for side in (width, height))
    right = 0.5 * (width - 1) + 0.5 * motion.shift[0]
    down = 0.5 * (height - 1) + 0.5 * motion.shift[1]
    for row in range(height):
        u = np.rint(np.cos(angle) * x - np.sin(angle) * y[row] + right).astype(np.intp)
        v = np.rint(np.sin(angle) * x + np.cos(angle) * y[row] + down).astype(np.intp)
        inside = (u >= 0) & (u < width) & (v >= 0) & (v < height)
        there[row, inside] = cells[v[inside], u[inside]]
    return there


def find_served(
    merged: Mosaic,
    longest: Floats,
    clips: Mask,
    layout: MosaicFormat,
    noise: MosaicNoise,
    ratio: float,
    *,
    gain: float = 1.0,
    progress: Progress = lambda _: None,
) -> Floats:
    """Where the longest frames serve: the shortest shows too little, and nothing is torn.

    Args:
        merged: (height, width), the bracket's merge in the scale of the shortest frame.
        longest: (height, width), the longest frames' merge as aligned_long() gives it.
        clips: where they clip, as find_clipping() gives it.
        layout: of merged.
        noise: of the shortest frame alone.
        ratio: of the longest frames' exposure to the shortest's.
        gain: the same, of their gain.
        progress: called with the fraction done; what it raises ends the work.

    Returns:
        (height / 2, width / 2) by cell of 2x2 samples: share of the longest frames, 0 to 1.
    """
    height, width = merged.shape[0] // 2, merged.shape[1] // 2
    drowned, other, spoilt, blind, clipped = (np.zeros((height, width), bool) for _ in range(5))
    for first in range(0, height, _BAND):
        progress(0.8 * first / height)
        upper, last = max(first - _MARGIN, 0), min(first + _BAND, height)
        cells = slice(upper, min(last + _MARGIN, height))
        rows = slice(2 * cells.start, 2 * cells.stop)
        ours = normalised(merged[rows], layout)
        found = _seen(ours, longest[rows], clips[cells], noise, ratio, gain)
        for whole, part in zip((drowned, other, spoilt, blind, clipped), found, strict=True):
            whole[first:last] = part[first - upper : last - upper]
    progress(0.8)
    moved = np.zeros_like(other)
    if ratio / gain >= _MOVED_RATIO:
        moved = whole_things(other, spoilt, blind)
    progress(0.9)
    stays = near(other & ~moved, _GROWN)
    taken = (near(moved, _GROWN) | (drowned & ~stays)).astype(np.float32)
    progress(0.95)
    return _mean(_mean(taken, 1), 1) * ~clipped


def _seen(
    merged: Floats, longest: Floats, clips: Mask, noise: MosaicNoise, ratio: float, gain: float
) -> tuple[Mask, Mask, Mask, Mask, Mask]:
    """Of a band, by cell, five masks.

    Where the shortest shows too little; what else the longest show there; what else they show that
    has to stay; where something else stands before what clips; and where they clip.
    """
    ours, theirs = (np.stack(sites(light)) for light in (merged, longest))
    shot = np.asarray(noise.shot, np.float32)[:, None, None]
    read = np.asarray(noise.read, np.float32)[:, None, None]
    smooth = np.maximum(np.stack([_mean(site, 1) for site in theirs]), 0.0)
    off = ours - theirs
    more = ratio / gain  # light that they collected
    apart = (off * off / (shot * smooth / more + read / more**2)).mean(0)
    other = _mean(apart, _AROUND) > _OTHER
    light = np.maximum(theirs, 0.0)
    signal = (light / np.sqrt(shot * light + read)).mean(0)
    drowned = extreme(signal, _AROUND, np.minimum) < _CLEAR
    white = [side.max(0) >= _CLIPPED / ratio for side in (ours, theirs)]
    white[1] |= clips
    clipped = near(white[0] | white[1], _LEAKS)
    blind = _mean((white[0] != white[1]).astype(np.float32), _LEAKS) > _MOST
    other &= ~clipped
    return drowned, other & drowned, other & ~drowned, blind, clipped


def take_served(
    merged: Mosaic,
    longest: Floats,
    layout: MosaicFormat,
    share: Floats,
    progress: Progress = lambda _: None,
) -> None:
    """Takes it from the longest frames, in place; arguments as of find_served()."""
    width = 2 * share.shape[1]
    for row in range(0, share.shape[0], _BAND):
        progress(row / share.shape[0])
        part = share[row : row + _BAND]
        if not part.any():
            continue
        rows = slice(2 * row, 2 * (row + len(part)))
        whole = np.repeat(np.repeat(part, 2, 0), 2, 1)
        there = merged[rows, :width]
        own = normalised(there, layout)
        value = own + whole * (longest[rows, :width] - own)
        np.copyto(there, levels(value, layout), where=whole > 0.0)


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
