"""A bounds-checked reader of TIFF directories and values.

Our own, because a DNG from anywhere may be damaged: the general libraries either load pictures
too, or fail in ways that cannot be told apart from bugs. This one reads nothing but tags, never
beyond the file, never twice the same directory, and fails with TiffError only.
"""

import math
import struct
from typing import BinaryIO

from app.pictures.tags import Tag, Type

_ENTRY = 12  # bytes
_MAX_ENTRIES = 4096
_MAX_DIRECTORIES = 64
_MAX_NUMBERS = 1 << 17  # of a value; the most honest ones are a level or a strip for every row
_MAX_VALUE = 1 << 24  # bytes; the largest honest value is a gain map or an XMP packet


class TiffError(Exception):
    """The file is not a TIFF, or is damaged; the message says how."""


class TiffFile:
    """The tags of a TIFF file.

    Args:
        stream: seekable; it must stay open while values are read.

    Raises:
        TiffError: if there is no TIFF header, or the first directory cannot be read.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = stream.seek(0, 2)
        header = self.read(0, min(8, self.size))
        if header[:4] not in (b"II*\0", b"MM\0*") or len(header) < 8:
            raise TiffError("it has no TIFF header")
        self.order = "<" if header[:1] == b"I" else ">"
        (first,) = struct.unpack(f"{self.order}L", header[4:])
        self._seen: set[int] = set()
        self.first = self._directory(first)

    def read(self, offset: int, count: int) -> bytes:
        """Bytes of the file.

        Raises:
            TiffError: if they do not all lie within it.
        """
        if offset < 0 or count < 0 or offset + count > self.size:
            raise TiffError("it is cut short")
        self._stream.seek(offset)
        data = self._stream.read(count)
        if len(data) != count:
            raise TiffError("it is cut short")
        return data

    def children(self, directory: "ReadDirectory", tag: Tag) -> list["ReadDirectory"]:
        """The directories that a tag points to; each is given once in the file's life."""
        offsets = directory.integers(tag)
        return [self._directory(offset) for offset in offsets if offset not in self._seen]

    def _directory(self, offset: int) -> "ReadDirectory":
        if len(self._seen) >= _MAX_DIRECTORIES:
            raise TiffError("it has too many directories")
        self._seen.add(offset)
        (count,) = struct.unpack(f"{self.order}H", self.read(offset, 2))
        if count > _MAX_ENTRIES:
            raise TiffError("a directory is damaged")
        table = self.read(offset + 2, _ENTRY * count)
        entries: dict[int, tuple[int, int, bytes]] = {}
        places: dict[int, int] = {}
        parts = struct.iter_unpack(f"{self.order}HHL4s", table)
        for i, (tag, kind, number, value) in enumerate(parts):
            entries.setdefault(tag, (kind, number, value))
            places.setdefault(tag, offset + 2 + _ENTRY * i)
        return ReadDirectory(self, entries, places)


class ReadDirectory:
    """One directory; values are read when asked for. Tags of unknown type count as missing."""

    def __init__(
        self, file: TiffFile, entries: dict[int, tuple[int, int, bytes]], places: dict[int, int]
    ) -> None:
        self._file = file
        self._entries = entries
        self._places = places
        self.order = file.order

    def place(self, tag: Tag) -> int:
        """Where in the file a tag's entry begins, for a tag that is there."""
        return self._places[tag]

    def __contains__(self, tag: Tag) -> bool:
        return tag in self._entries

    def raw(self, tag: Tag) -> bytes:
        """A value's bytes, empty if it is missing.

        Raises:
            TiffError: if they lie outside the file or are implausibly many.
        """
        kind, count, _ = self._entries.get(tag, (0, 0, b""))
        return self._bytes(tag, count) if kind in list(Type) else b""

    def numbers(self, tag: Tag) -> tuple[float, ...]:
        """A value's numbers; empty if missing, not numeric, or not all finite."""
        return self._numbers(tag, None)

    def integers(self, tag: Tag) -> tuple[int, ...]:
        """A value's numbers as integers."""
        return tuple(int(number) for number in self.numbers(tag))

    def number(self, tag: Tag) -> float | None:
        """The first number, or None; the others are not read."""
        return next(iter(self._numbers(tag, 1)), None)

    def integer(self, tag: Tag) -> int | None:
        """The first number as an integer, or None."""
        number = self.number(tag)
        return None if number is None else int(number)

    def _numbers(self, tag: Tag, most: int | None) -> tuple[float, ...]:
        kind, count, _ = self._entries.get(tag, (0, 0, b""))
        if count > _MAX_NUMBERS:
            raise TiffError(f"tag {int(tag)} is damaged")
        if kind not in list(Type) or kind in (Type.ASCII, Type.UNDEFINED):
            return ()
        data = self._bytes(tag, count if most is None else min(most, count))
        code = self._file.order + Type(kind).code
        parts: tuple[float, ...] = tuple(value for (value,) in struct.iter_unpack(code, data))
        if kind in (Type.RATIONAL, Type.SRATIONAL):
            if 0 in parts[1::2]:
                return ()
            parts = tuple(a / b for a, b in zip(parts[::2], parts[1::2], strict=True))
        return parts if all(math.isfinite(part) for part in parts) else ()

    def _bytes(self, tag: Tag, most: int) -> bytes:
        """The bytes of a value's first items; all of it must lie in the file."""
        kind, count, inline = self._entries[tag]
        size, wanted = Type(kind).size * count, Type(kind).size * most
        if size > _MAX_VALUE:
            raise TiffError(f"tag {int(tag)} is damaged")
        if size <= 4:
            return inline[:wanted]
        (offset,) = struct.unpack(f"{self._file.order}L", inline)
        if offset + size > self._file.size:
            raise TiffError("it is cut short")
        return self._file.read(offset, wanted)

    def text(self, tag: Tag) -> str | None:
        """A string up to its first NUL; None if missing or empty."""
        if self._entries.get(tag, (0,))[0] != Type.ASCII:
            return None
        text = self.raw(tag).split(b"\0")[0].decode("utf-8", "replace").strip()
        return text or None
