"""A library of thousands of pictures, all of them one file."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.store import Store


def fill(store: Store, count: int, pixels: npt.NDArray[np.uint8] | None = None) -> None:
    """So many pictures, all of them links to one file, in the folders and in the journal.

    Args:
        store: an empty one.
        count: of pictures, 1 at least.
        pixels: of each, (height, width, 3) uint8 sRGB; a small black one by default.
    """
    if pixels is None:
        pixels = np.zeros((60, 80, 3), np.uint8)
    first = store.save(encode_jpeg(pixels, ShotInfo(style="Neutral")), None)[0]
    record = store.index.all()[0]
    copies = []
    for number in range(record.number + 1, record.number + count):
        path = store.names.files(number)[0]
        path.parent.mkdir(exist_ok=True)
        path.hardlink_to(first)
        files = tuple(replace(file, name=path.name) for file in record.files)
        copies.append(replace(record, number=number, files=files))
    store.index.put(*copies)
