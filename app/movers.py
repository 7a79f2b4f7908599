"""What moved in a bracket: one exposure for all colours, where only the noisiest frame is left.

All frames are aligned to the shortest, and where the longer ones show something else it is left
alone. In the dark its noise exceeds its light there, independently in every colour: pushed by six
stops, what moved has coloured fringes and its shape is lost. The longest frames, merged among
themselves, show the same place once and clearly. Where the bracket's merge differs from theirs by
more than the noise of one of them, and the shortest frame shows next to nothing, theirs is taken.

One exposure as the reference of a region that moved: Gallo et al., "Artifact-free high dynamic
range imaging", ICCP 2009.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from app.progress import Progress, part_of
from app.things import is_solid, whole_things
from native import Merged, Merger, MosaicFormat, MosaicNoise

Mosaic = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

LEAST_RATIO = 8.0  # of exposures, from which the shortest frame is so much noisier than the longest
_ENOUGH = 3  # of the longest frames: what moves is seen by few, and all are merged anyhow
_WARPED = 8.0  # what a merge of robustness 0 makes of a reference and a much longer frame: 1 + 7
_CLEAR = 6.0  # signal over noise of the shortest frame, from which it serves
_OTHER = 1.0  # of a long frame's variance, from which it is something else
_AROUND = 1  # cells to each side that differ together
_GROWN = 3  # cells: so far the other's edges may reach
_CLIPPED, _LEAKS = 0.9, 2  # of a long frame's white; cells that resampling may spread it
_MOST = 0.6  # of the cells round one: only one of the two clips there, and not for an edge
_BAND, _MARGIN = 128, 8  # cells done at once, for the memory's sake; what they see beyond
_LED = 2  # times that the alignment is led past what moved: once more for where it came from
_PARTS = 4 + 4 * (1 + _LED)  # calls of the core and looks for what moved
_APART = 12  # cells between parts of one thing


@dataclass(frozen=True, slots=True)
class Motion:
    """How the longest frames lie against the bracket's merge.

    Attributes:
        shift: pixels (x, y), about the picture's middle.
        rotation: degrees.
        ratio: of their exposure to the shortest frame's.
    """

    shift: tuple[float, float]
    rotation: float
    ratio: float


def take_longest(
    merged: Merged,
    longest: Iterable[tuple[Mosaic, float]],
    noise: MosaicNoise,
    *,
    progress: Progress,
    threads: int | None = None,
) -> None:
    """Takes what moved in the dark of a bracket from its longest frames, in place.

    Args:
        merged: the bracket, in the place and scale of its shortest frame.
        longest: (height, width) each, the longest frames in merged's format, and their exposure
            over the shortest's, about LEAST_RATIO or more; one at least.
        noise: of one frame.
        progress: called with the fraction done; what it raises ends the work.
        threads: for the C core; None uses all.

    Raises:
        NativeError: if frames differ in size.
    """
    layout = merged.format
    parts = count()

    def part() -> Progress:
        number = next(parts)
        return part_of(progress, number / _PARTS, (number + 1) / _PARTS)

    frames = islice(longest, _ENOUGH)
    first, ratio = next(frames)
    with Merger(first, layout, noise, threads=threads, progress=part()) as merger:
        for frame, exposure in frames:
            merger.add(frame, exposure=exposure / ratio, progress=part())
        clear = merger.finish(progress=part()).mosaic

    def aligned(to: Mosaic) -> tuple[Floats, Motion]:
        with Merger(
            to,
            layout,
            merged.noise,
            robustness=0.0,
            shrink=0.0,
            frame_noise=1.0 / 16.0,
            threads=threads,
            progress=part(),
        ) as merger:
            told = merger.add(clear, exposure=ratio, progress=part())
            both = merger.finish(progress=part()).mosaic
        return aligned_long(to, both, layout), Motion(told.shift, told.rotation, ratio)

    there, motion = aligned(merged.mosaic)
    share = find_moved(merged.mosaic, there, layout, noise, ratio, part())
    moved = np.zeros(share.shape, bool)
    for _turn in range(_LED):
        if not is_solid((share >= 1.0) & ~moved):  # edges and specks need no leading
            break
        moved |= surroundings(share)
        there, _ = aligned(led(merged.mosaic, clear, moved, motion, layout))
        share = find_moved(merged.mosaic, there, layout, noise, ratio, part())
    take_moved(merged.mosaic, there, layout, share)
    progress(1.0)


def aligned_long(merged: Mosaic, both: Mosaic, layout: MosaicFormat) -> Floats:
    """The longest frames' merge at the bracket's place, normalised in its scale.

    Args:
        merged: (height, width), the reference of a merge of robustness 0.
        both: its result, the longest frames' merge added to it.
        layout: of both.
    """
    share = np.float32(_WARPED / (_WARPED - 1.0))
    own = _normalised(merged, layout)
    return np.asarray(own + (_normalised(both, layout) - own) * share, np.float32)


def find_moved(
    merged: Mosaic,
    longest: Floats,
    layout: MosaicFormat,
    noise: MosaicNoise,
    ratio: float,
    progress: Progress = lambda _: None,
) -> Floats:
    """Where the longest frames show something else, and the shortest too little.

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
    served, spoilt, clipped = (np.zeros((height, width), bool) for _ in range(3))
    for first in range(0, height, _BAND):
        progress(first / height)
        upper, last = max(first - _MARGIN, 0), min(first + _BAND, height)
        rows = slice(2 * upper, 2 * min(last + _MARGIN, height))
        found = _seen(_normalised(merged[rows], layout), longest[rows], noise, ratio)
        for whole, part in zip((served, spoilt, clipped), found, strict=True):
            whole[first:last] = part[first - upper : last - upper]
    taken = _near(whole_things(served, spoilt), _GROWN).astype(np.float32)
    return _mean(_mean(taken, 1), 1) * ~clipped


def _seen(
    merged: Floats, longest: Floats, noise: MosaicNoise, ratio: float
) -> tuple[Mask, Mask, Mask]:
    """Of a band, by cell: what the longest frames serve, what has to stay, and where they clip."""
    ours, theirs = _cells(merged), _cells(longest)
    shot = np.asarray(noise.shot, np.float32)[:, None, None]
    read = np.asarray(noise.read, np.float32)[:, None, None]
    smooth = np.maximum(np.stack([_mean(site, 1) for site in theirs]), 0.0)
    off = ours - theirs
    apart = (off * off / (shot * smooth / ratio + read / ratio**2)).mean(0)
    other = _mean(apart, _AROUND) > _OTHER
    light = np.maximum(theirs, 0.0)
    signal = (light / np.sqrt(shot * light + read)).mean(0)
    drowned = -_grown(-signal, _AROUND) < _CLEAR
    white = [side.max(0) >= _CLIPPED / ratio for side in (ours, theirs)]
    clipped = _near(white[0] | white[1], _LEAKS)
    one_clips = _mean((white[0] != white[1]).astype(np.float32), _LEAKS) > _MOST
    return other & drowned & ~clipped, (other & ~drowned & ~clipped) | one_clips, clipped


def led(
    merged: Mosaic, longest: Mosaic, moved: Mask, motion: Motion, layout: MosaicFormat
) -> Mosaic:
    """A copy that shows, where something moved, what the longest frames do.

    The alignment would follow what moves, tile by tile, and tear it in what noise leaves of it. So
    it is led: it finds there what a rigid motion makes of the longest frames, roughly sampled.

    Args:
        merged: (height, width), the bracket's merge.
        longest: (height, width), the longest frames' merge, where it lies.
        moved: (height / 2, width / 2), by cell of 2x2 samples.
        motion: of longest against merged.
        layout: of both.
    """
    shown = merged.copy()
    height, width = merged.shape
    black = layout.black[0]
    turn = np.deg2rad(motion.rotation)
    rows, columns = np.nonzero(moved)
    for y in (0, 1):
        for x in (0, 1):
            site = longest[y::2, x::2]
            right = 2.0 * columns + x - (width - 1) / 2.0
            down = 2.0 * rows + y - (height - 1) / 2.0
            u = right * np.cos(turn) - down * np.sin(turn) + motion.shift[0] + (width - 1) / 2.0
            v = right * np.sin(turn) + down * np.cos(turn) + motion.shift[1] + (height - 1) / 2.0
            found = _between(site, (v - y) / 2.0, (u - x) / 2.0)
            level = (found - black) / motion.ratio + black
            shown[2 * rows + y, 2 * columns + x] = np.clip(level, 0.0, 65535.0).astype(np.uint16)
    return shown


def surroundings(share: Floats) -> Mask:
    """What moved with all that lies between its parts and round them."""
    return _near(share > 0.0, _APART)


def take_moved(merged: Mosaic, longest: Floats, layout: MosaicFormat, share: Floats) -> None:
    """Takes what moved from the longest frames, in place; arguments as of find_moved()."""
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


def _between(site: Mosaic, v: npt.NDArray[np.floating], u: npt.NDArray[np.floating]) -> Floats:
    """Bilinear samples at rows v and columns u; beyond the edge the last ones."""
    height, width = site.shape
    v, u = np.clip(v, 0.0, height - 1.001), np.clip(u, 0.0, width - 1.001)
    i, j = v.astype(np.intp), u.astype(np.intp)
    a, b = v - i, u - j
    upper = site[i, j] * (1.0 - b) + site[i, j + 1] * b
    lower = site[i + 1, j] * (1.0 - b) + site[i + 1, j + 1] * b
    return np.asarray(upper * (1.0 - a) + lower * a, np.float32)


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
    return np.asarray(_grown(mask, reach), bool)


def _grown(value: npt.NDArray[Any], reach: int) -> npt.NDArray[Any]:
    """The greatest in a square that reaches so far to each side."""
    for axis in (0, 1):
        narrow = np.moveaxis(value, axis, 0)
        wide = narrow.copy()
        for step in range(1, min(reach, len(narrow) - 1) + 1):
            np.maximum(wide[step:], narrow[:-step], out=wide[step:])
            np.maximum(wide[:-step], narrow[step:], out=wide[:-step])
        value = np.moveaxis(wide, 0, axis)
    return value
