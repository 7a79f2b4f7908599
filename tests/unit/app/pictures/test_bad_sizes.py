"""Sizes and counts that no honest file has are refused before anything is made of them."""

import io
import struct
from pathlib import Path

import pytest

from app.pictures.errors import PictureError
from app.pictures.gain_map import read_gain_maps
from app.pictures.read_dng import read_dng
from app.pictures.tags import Tag, Type
from app.pictures.tiff_reader import TiffError, TiffFile
from app.pictures.tiff_writer import Directory, encode_directories
from app.pictures.xmp import PROPERTY, read_xmp

FOUND = Path(__file__).parents[3] / "data" / "fuzz" / "dng"


class CountedStream(io.BytesIO):
    """A stream that counts the bytes taken."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        """As of any stream."""
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.mark.parametrize(
    "path", sorted(FOUND.glob("sixteen-thousand*")), ids=lambda path: path.name
)
def test_more_pixels_than_bits(path: Path) -> None:
    """A raw file that is no DNG is not decoded if it has less than a bit a pixel."""
    with pytest.raises(PictureError, match="too little pixel data"):
        read_dng(path)


def gain_map(site: int, rows: int, columns: int) -> bytes:
    """An opcode of gains 1 for a site."""
    head = (site // 2, site % 2, 32, 32, 0, 1, 2, 2, rows, columns)
    places = (1 / max(rows - 1, 1), 1 / max(columns - 1, 1), 0.0, 0.0, 1)
    data = struct.pack(">10L4dL", *head, *places) + struct.pack(">f", 1.0) * (rows * columns)
    return struct.pack(">LLLL", 9, 0x01030000, 1, len(data)) + data


def test_gain_maps_that_are_wide_and_high_together() -> None:
    """Maps of a long row and a long column would have to be resampled to gigabytes."""
    maps = [gain_map(0, 1 << 14, 1), *(gain_map(site, 1, 1 << 14) for site in (1, 2, 3))]
    with pytest.raises(ValueError, match="lens shading is damaged"):
        read_gain_maps(struct.pack(">L", 4) + b"".join(maps))


def test_a_value_of_a_million_numbers() -> None:
    """A count that bits have tipped over does not become a million numbers."""
    directory = Directory()
    directory.raw(Tag.ORIENTATION, bytes(1 << 20), Type.BYTE)
    file = TiffFile(io.BytesIO(encode_directories(directory)))
    with pytest.raises(TiffError, match="tag 274 is damaged"):
        file.first.integer(Tag.ORIENTATION)


def test_the_first_number_is_read_alone() -> None:
    """Of a value of many numbers, one is read where one is wanted."""
    directory = Directory()
    directory.numbers(Tag.ORIENTATION, Type.SHORT, *([6] * 100_000))
    stream = CountedStream(encode_directories(directory))
    file = TiffFile(stream)
    before = stream.taken
    assert file.first.integer(Tag.ORIENTATION) == 6
    assert file.first.number(Tag.ORIENTATION) == 6.0
    assert stream.taken - before == 4


def test_xmp_values_have_an_end() -> None:
    """A value that goes on for ever is none, and the next one is still read."""
    packet = "<baryta:ISO>" + "9" * 5000 + "</baryta:ISO><y baryta:Style='Night'/>"
    assert read_xmp(packet.encode()) == {"Style": "Night"}


def test_xmp_that_never_ends_is_read_once() -> None:
    """Of values without an end the first takes in all others, so that none is read again."""
    packet = "baryta:a>" * 1000
    assert [match.span() for match in PROPERTY.finditer(packet)] == [(0, len(packet))]
    assert read_xmp(packet.encode()) == {}
