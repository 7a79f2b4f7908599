"""Things that moved, each whole: taken from the longest frames altogether or not at all.

What moves before dark and bright shows one moment in the longest frames, another in the shortest.
Where the longest frames cannot tell, for they clip, or the shortest shows it clearly, it stays the
shortest's. A thing that is so in a part of it would be put together of two moments.
"""

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]

_BLOCK = 4  # cells a side of the blocks that make things
_APART = 2  # blocks: nearer ones are of one thing
_SPOILT = 0.1  # of a thing, that has to stay the shortest frame's: it stays altogether


def whole_things(served: Mask, spoilt: Mask) -> Mask:
    """What the longest frames serve of things that they serve whole.

    Args:
        served: (height, width) by cell, where something else is to be taken from the longest.
        spoilt: the same, where something else has to stay.
    """
    height, width = served.shape
    serving, spoiling = _counts(served), _counts(spoilt)
    spoiling[spoiling < _BLOCK * _BLOCK] = 0  # edges do not lie on one another to a cell
    kept = np.zeros(serving.shape, bool)
    left = (serving + spoiling) > 0
    for row, column in zip(*np.nonzero(left), strict=True):
        if not left[row, column]:
            continue
        thing = _gathered(left, int(row), int(column))
        rows, columns = np.array(thing).T
        good, bad = serving[rows, columns].sum(), spoiling[rows, columns].sum()
        kept[rows, columns] = bad <= _SPOILT * good
    grown = np.repeat(np.repeat(kept, _BLOCK, 0), _BLOCK, 1)[:height, :width]
    return np.asarray(served & grown)


def _counts(cells: Mask) -> npt.NDArray[np.int64]:
    """How many there are in each block."""
    height, width = cells.shape
    padded = np.pad(cells, ((0, -height % _BLOCK), (0, -width % _BLOCK)))
    rows, columns = (side // _BLOCK for side in padded.shape)
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK)
    return np.asarray(blocks.sum((1, 3)), np.int64)


def _gathered(left: Mask, row: int, column: int) -> list[tuple[int, int]]:
    """A thing's blocks, which are taken out of those left."""
    left[row, column] = False
    stack, found = [(row, column)], []
    while stack:
        y, x = stack.pop()
        found.append((y, x))
        upper, before = max(y - _APART, 0), max(x - _APART, 0)
        near = left[upper : y + _APART + 1, before : x + _APART + 1]
        for dy, dx in zip(*np.nonzero(near), strict=True):
            stack.append((upper + int(dy), before + int(dx)))
        near[...] = False
    return found
