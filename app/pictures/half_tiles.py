"""Lossless tiles half as wide as the picture, which LibRaw misreads.

LibRaw (0.22) takes lossless JPEG whose width times its components is the picture's width for rows
of another layout. Where a tile of two components is half as wide as the picture that is a mistake:
half of the rows are lost. So such a file is shown to LibRaw as a picture one tile wide, in which
the tiles lie one below the other, and they are put beside each other again afterwards.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import numpy as np
import numpy.typing as npt

from app.pictures.tags import Tag, Type
from app.pictures.tiff_reader import ReadDirectory

_Sample = TypeVar("_Sample", bound=np.generic)

_JPEG = 7
_TALLEST = 65535  # of LibRaw
_UNKNOWN_TAG = 65000


@dataclass(frozen=True, slots=True)
class HalfTiles:
    """How such a picture is stored.

    Attributes:
        width, height: of the picture, samples.
        tile_height: of a tile; two tiles are a row.
    """

    width: int
    height: int
    tile_height: int

    @property
    def rows(self) -> int:
        """Rows of tiles."""
        return -(-self.height // self.tile_height)

    def side_by_side(self, stacked: npt.NDArray[_Sample]) -> npt.NDArray[_Sample]:
        """(2 * rows * tile_height, width / 2) as (height, width)."""
        tiles = stacked.reshape(self.rows, 2, self.tile_height, self.width // 2)
        whole = tiles.swapaxes(1, 2).reshape(self.rows * self.tile_height, self.width)
        return whole[: self.height]


def half_tiles(raw: ReadDirectory) -> HalfTiles | None:
    """The layout, if a directory's picture is of this kind."""
    width, height = raw.integer(Tag.IMAGE_WIDTH) or 0, raw.integer(Tag.IMAGE_LENGTH) or 0
    tile_width, tile_height = raw.integer(Tag.TILE_WIDTH) or 0, raw.integer(Tag.TILE_LENGTH) or 0
    if raw.integer(Tag.COMPRESSION) != _JPEG or raw.integer(Tag.SAMPLES_PER_PIXEL) != 1:
        return None
    if not 0 < 2 * tile_width == width or min(height, tile_height) <= 0 or tile_height % 2:
        return None
    layout = HalfTiles(width, height, tile_height)
    if len(raw.integers(Tag.TILE_OFFSETS)) != 2 * layout.rows:
        return None
    return layout if 2 * layout.rows * tile_height <= _TALLEST else None


def stacked_file(stream: BinaryIO, raw: ReadDirectory, layout: HalfTiles) -> bytes:
    """The file with its tiles one below the other: two sizes changed, no active area."""
    stream.seek(0)
    data = bytearray(stream.read())
    for tag, value in (
        (Tag.IMAGE_WIDTH, layout.width // 2),
        (Tag.IMAGE_LENGTH, 2 * layout.rows * layout.tile_height),
    ):
        struct.pack_into(f"{raw.order}HHLL", data, raw.place(tag), tag, Type.LONG, 1, value)
    if Tag.ACTIVE_AREA in raw:
        struct.pack_into(f"{raw.order}H", data, raw.place(Tag.ACTIVE_AREA), _UNKNOWN_TAG)
    return bytes(data)
