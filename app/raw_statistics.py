"""What the live stream's raw tells a photographer: how light is spread, and what clips where.

It tells of the frames that a press would take, which may be exposed otherwise than the stream is.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from app.negatives import unpack_frame
from capture.frames import RawSample

BINS: Final = 64
STOPS: Final = 10.5  # below clipping, that the bins before the last one span
CLIPPED: Final = 0.98  # of the range: sensors end a little below their white level
CELLS: Final = 240  # cells of the map of what clips, at most, on its longer side
_COUNTED = 4  # columns of cells, of which one is counted

Mosaic = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class RawStatistics:
    """Of one frame's raw.

    Attributes:
        shares: (3, BINS) float32, of red, green and blue: shares of that colour's samples by stops.
            The last bin is what clips, the one before it ends at clipping, the first one holds all
            that is darker than STOPS below. A mono sensor's three are alike.
        clipped: (rows, columns, 4) uint8, of the whole frame: 255 where red, green or blue clip.
        seen: the part of it that the live stream shows: left, top, right, bottom, 0..1.
    """

    shares: npt.NDArray[np.float32]
    clipped: npt.NDArray[np.uint8]
    seen: tuple[float, float, float, float]


def raw_statistics(
    sample: RawSample, threads: int | None = 1, brighter: float = 1.0, *, held: bool = False
) -> RawStatistics:
    """Looks at a sample of the stream's raw; milliseconds at 12 MP.

    Args:
        sample: of the stream.
        threads: for unpacking.
        brighter: as capture.expected.brighter() has it.
        held: whether darker frames are known to hold what the stream clips; as holds() has it.
            Otherwise that counts as clipped: it may be as bright as it will.

    Raises:
        NativeError: for a frame that cannot be unpacked.
    """
    mosaic, profile = unpack_frame(sample.frame, threads), sample.profile
    planes: list[list[tuple[Mosaic, float]]] = [[], [], []]
    for site, colour in enumerate(profile.cfa.colours):
        part = mosaic[site // 2 :: 2, site % 2 :: 2][: mosaic.shape[0] // 2, : mosaic.shape[1] // 2]
        planes[colour].append((part, profile.black_level[site]))
    shares = np.zeros((3, BINS), np.float32)
    rows, columns = mosaic.shape[0] // 2, mosaic.shape[1] // 2
    side = max(-(-columns // CELLS), 1)
    down = max(-(-rows // CELLS), 1)
    clipped = np.zeros((-(-rows // down), -(-columns // side), 4), np.uint8)
    for colour, sites in enumerate(planes):
        for part, black in sites:
            limit = black + CLIPPED / max(brighter, 1.0) * (profile.white_level - black)
            counted = part[:, ::_COUNTED]
            counts = _counts(counted, black, profile.white_level, brighter, held=held)
            shares[colour] += counts / len(sites)
            if not held:
                clipped[..., colour] |= _any(part >= limit, down, side)
    if not planes[0]:  # mono
        shares[:] = shares[1]
        clipped[..., :3] = clipped[..., 1:2]
    shares /= max(float(shares[1].sum()), 1.0)
    clipped[..., 3] = 255
    return RawStatistics(shares, clipped, sample.seen)


def _counts(
    part: Mosaic, black: float, white: int, brighter: float, *, held: bool
) -> npt.NDArray[np.int64]:
    """Samples of one site by bins: through a table, for there are few levels."""
    levels = np.bincount(part.reshape(-1), minlength=white + 1)
    stream = np.minimum((np.arange(levels.size) - black) / (white - black), 1.0)
    light = stream * brighter
    stops = np.log2(np.maximum(light, 2.0**-20))
    places = np.floor((BINS - 1) * (1.0 + stops / STOPS)).astype(np.int64)
    places = np.clip(places, 0, BINS - 2)
    places[(light >= CLIPPED) | ((stream >= CLIPPED) & (not held))] = BINS - 1
    return np.bincount(places, weights=levels, minlength=BINS).astype(np.int64)


def _any(marks: npt.NDArray[np.bool_], down: int, across: int) -> npt.NDArray[np.uint8]:
    """Blocks of down x across that hold a mark: 255."""
    starts = (
        np.arange(0, side, step) for side, step in zip(marks.shape, (down, across), strict=True)
    )
    rows, columns = starts
    found = np.logical_or.reduceat(np.logical_or.reduceat(marks, columns, axis=1), rows, axis=0)
    return found.astype(np.uint8) * np.uint8(255)
