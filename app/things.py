"""Things that moved, each whole: taken from the longest frames altogether or not at all.

What moves before dark and bright shows one moment in the longest frames, another in the shortest.
Where the longest frames cannot tell, for they clip, or the shortest shows it clearly, it stays the
shortest's. A thing that is so in a part of it would be put together of two moments. What stands
before a light that clips in the longest cannot be taken of them, for they do not know the light
behind it; nor may it come or go at its other place, which is looked for as far as it is large.
"""

import numpy as np
import numpy.typing as npt

from app.squares import near

Mask = npt.NDArray[np.bool_]
Thing = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]  # rows and columns of blocks

_BLOCK = 4  # cells a side of the blocks that make things
_APART = 2  # blocks: nearer ones are of one thing
_SOLID = 0.75  # of a block's cells: less is noise, or the edge of a light
_SPOILT = 0.1  # of a thing, that has to stay the shortest frame's: it stays altogether


def whole_things(served: Mask, spoilt: Mask, blind: Mask) -> Mask:
    """What the longest frames serve, less the things that have to stay as the shortest saw them.

    Args:
        served: (height, width) by cell, where something else is to be taken from the longest.
        spoilt: the same, where something else has to stay.
        blind: the same, where something else stands before a light that clips in the longest.
    """
    height, width = served.shape
    serving, spoiling, hiding = _counts(served), _counts(spoilt), _counts(blind)
    spoiling[spoiling < _BLOCK * _BLOCK] = 0  # edges do not lie on one another to a cell
    left = (serving > _SOLID * _BLOCK * _BLOCK) | (spoiling > 0) | (hiding > 0)
    stays, about = np.zeros(left.shape, bool), np.zeros(left.shape, bool)
    whole = []
    for row, column in zip(*np.nonzero(left), strict=True):
        if not left[row, column]:
            continue
        thing = _gathered(left, int(row), int(column))
        if hiding[thing].any():
            about[_about(thing)] = True
        if hiding[thing].any() or spoiling[thing].sum() > _SPOILT * serving[thing].sum():
            stays[thing] = True
        else:
            whole.append(thing)
    for thing in whole:  # the same thing at its other place
        stays[thing] = about[thing].any()
    kept = ~near(stays, _APART)
    grown = np.repeat(np.repeat(kept, _BLOCK, 0), _BLOCK, 1)[:height, :width]
    return np.asarray(served & grown)


def _counts(cells: Mask) -> npt.NDArray[np.int64]:
    """How many there are in each block."""
    height, width = cells.shape
    padded = np.pad(cells, ((0, -height % _BLOCK), (0, -width % _BLOCK)))
    rows, columns = (side // _BLOCK for side in padded.shape)
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK)
    return np.asarray(blocks.sum((1, 3)), np.int64)


def _gathered(left: Mask, row: int, column: int) -> Thing:
    """A thing's blocks, which are taken out of those left."""
    left[row, column] = False
    stack, found = [(row, column)], []
    while stack:
        y, x = stack.pop()
        found.append((y, x))
        upper, before = max(y - _APART, 0), max(x - _APART, 0)
        beside = left[upper : y + _APART + 1, before : x + _APART + 1]
        for dy, dx in zip(*np.nonzero(beside), strict=True):
            stack.append((upper + int(dy), before + int(dx)))
        beside[...] = False
    rows, columns = np.array(found).T
    return rows, columns


def _about(thing: Thing) -> tuple[slice, slice]:
    """A thing's rows and columns, and as far round them as it is tall or wide."""
    ends = [(int(side.min()), int(side.max()) + 1) for side in thing]
    reach = max(last - first for first, last in ends)
    rows, columns = (slice(max(first - reach, 0), last + reach) for first, last in ends)
    return rows, columns
