"""A frame made small without a look at its samples."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from capture.frames import RawFrame

Rows = npt.NDArray[Any]


def row_pairs(rows: Rows, every: int) -> Rows:
    """Of (height, stride) rows two that lie beside each other of so many, an even number."""
    whole = rows[: rows.shape[0] // every * every]
    pairs = whole.reshape(-1, every, rows.shape[1])[:, :2]
    return np.ascontiguousarray(pairs).reshape(-1, rows.shape[1])


def thinned(frame: RawFrame, every: int) -> RawFrame:
    """Some pairs of a frame's rows, the samples still packed, as a frame of its own.

    Args:
        frame: a whole one.
        every: so many rows give two that lay beside each other; even.
    """
    data = row_pairs(frame.data[: frame.height], every)
    return replace(frame, data=data, height=data.shape[0])
