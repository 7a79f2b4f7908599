"""The small picture that a JPEG carries in its EXIF (EXIF 2.32, 4.5.8: the second directory)."""

import struct
from pathlib import Path

from PIL import Image

_EXIF = b"Exif\0\0"
_MARKER, _APP1, _START_OF_SCAN = 0xFF, 0xE1, 0xDA
_OFFSET, _LENGTH = 0x0201, 0x0202
_MAX_ENTRIES = 4096
_ORIENTATION = 0x0112


def read_thumbnail(path: Path) -> bytes | None:
    """The JPEG inside a JPEG's EXIF, in the orientation of the big one; None if it has none.

    Reads a few kilobytes: a screen full of thumbnails is there at once.

    Raises:
        OSError: if the file cannot be read.
    """
    with path.open("rb") as stream:
        if stream.read(2) != b"\xff\xd8":
            return None
        while len(head := stream.read(4)) == 4 and head[0] == _MARKER and head[1] != _START_OF_SCAN:
            length = int.from_bytes(head[2:]) - 2
            if length < 0:
                return None
            data = stream.read(length)
            if head[1] == _APP1 and data.startswith(_EXIF):
                return _second_directory(data[len(_EXIF) :])
    return None


def upright_size(path: Path) -> tuple[int, int]:
    """Width and height of a JPEG, upright, pixels; OSError if it cannot be read."""
    with Image.open(path) as image:
        width, height = image.size
        turned = image.getexif().get(_ORIENTATION, 1) >= 5
    return (height, width) if turned else (width, height)


def _second_directory(tiff: bytes) -> bytes | None:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    try:
        (first,) = struct.unpack_from(f"{order}L", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        (second,) = struct.unpack_from(f"{order}L", tiff, first + 2 + 12 * count)
        (count,) = struct.unpack_from(f"{order}H", tiff, second)
        if not second or count > _MAX_ENTRIES:
            return None
        entries = [
            struct.unpack_from(f"{order}HHLL", tiff, second + 2 + 12 * i) for i in range(count)
        ]
    except struct.error:
        return None
    values = {tag: value for tag, _, _, value in entries}
    start, length = values.get(_OFFSET, 0), values.get(_LENGTH, 0)
    small = tiff[start : start + length]
    whole = start and length and len(small) == length and small.startswith(b"\xff\xd8")
    return small if whole else None
