"""A small TIFF container writer: directories, their values, and segments of image data.

Little endian, TIFF 6.0. DNG, EXIF blocks and plain TIFF files are all written with it.
"""

import itertools
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.pictures.tags import Tag, Type

_HEADER = struct.Struct("<2sHL")
_ENTRY = struct.Struct("<HHL")
_INLINE = 4  # bytes that a value may have to stand in its entry
_LIMIT = 2**32 - 1  # TIFF's offsets
_MAX_DENOMINATOR = 1_000_000


@dataclass(frozen=True, slots=True)
class _Value:
    type: Type
    count: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _Segments:
    offsets_tag: Tag
    counts_tag: Tag
    segments: tuple[bytes, ...]


class Directory:
    """One image file directory. Tags may be set in any order; setting one again replaces it."""

    def __init__(self) -> None:
        self._values: dict[int, _Value] = {}
        self._children: dict[int, tuple[Directory, ...]] = {}
        self._segments: _Segments | None = None
        self._files: tuple[int, tuple[bytes, ...]] | None = None

    def text(self, tag: Tag, text: str) -> None:
        """Sets a string; empty strings are left out, as EXIF asks."""
        cleaned = text.replace("\0", " ").strip()
        if cleaned:
            data = cleaned.encode() + b"\0"
            self._values[tag] = _Value(Type.ASCII, len(data), data)

    def raw(self, tag: Tag, data: bytes, kind: Type = Type.UNDEFINED) -> None:
        """Sets bytes as they are (BYTE or UNDEFINED)."""
        self._values[tag] = _Value(kind, len(data), data)

    def numbers(self, tag: Tag, kind: Type, *values: float) -> None:
        """Sets numbers; rationals become the nearest fraction with a denominator up to 10^6.

        Not a number as a rational is 0/0, EXIF's way to leave one of several values open.

        Raises:
            ValueError: for a value that the type cannot hold.
        """
        try:
            if kind in (Type.RATIONAL, Type.SRATIONAL):
                parts = [part for value in values for part in _fraction(value, kind)]
            elif kind in (Type.FLOAT, Type.DOUBLE):
                parts = list(values)  # type: ignore[arg-type]  # floats, packed as floats
            else:
                parts = [int(value) for value in values]
            data = struct.pack(f"<{len(parts)}{kind.code}", *parts)
        except (struct.error, OverflowError) as error:
            raise ValueError(f"tag {tag}: {kind.name} cannot hold {values}: {error}") from error
        self._values[tag] = _Value(kind, len(values), data)

    def children(self, tag: Tag, *directories: "Directory") -> None:
        """Sets directories that a tag points to (SubIFDs, Exif)."""
        self._children[tag] = directories

    def image(self, offsets_tag: Tag, counts_tag: Tag, segments: Sequence[bytes]) -> None:
        """Sets the coded strips or tiles."""
        self._segments = _Segments(offsets_tag, counts_tag, tuple(segments))

    def files(self, tag: Tag, files: Sequence[bytes]) -> None:
        """Sets small files that a tag points to (ExtraCameraProfiles); they go to the end."""
        self._files = (tag, tuple(files)) if files else None

    # ---- layout: what encode_directories() asks for ----

    @property
    def segments(self) -> tuple[bytes, ...]:
        """The coded strips or tiles."""
        return () if self._segments is None else self._segments.segments

    @property
    def embedded(self) -> tuple[bytes, ...]:
        """The small files."""
        return () if self._files is None else self._files[1]

    def family(self) -> Iterator["Directory"]:
        """This directory and all below it."""
        yield self
        for group in self._children.values():
            for child in group:
                yield from child.family()

    def values(
        self,
        directories: dict[int, int],
        segments: dict[int, list[int]],
        files: dict[int, list[int]],
    ) -> dict[int, _Value]:
        """All values, with offsets filled in; by id() of a directory, 0 where not yet known."""
        values = dict(self._values)
        for tag, group in self._children.items():
            offsets = [directories.get(id(child), 0) for child in group]
            values[tag] = _longs(offsets)
        if self._segments is not None:
            coded = self._segments.segments
            values[self._segments.offsets_tag] = _longs(segments.get(id(self), [0] * len(coded)))
            values[self._segments.counts_tag] = _longs([len(segment) for segment in coded])
        if self._files is not None:
            tag, embedded = self._files
            values[tag] = _longs(files.get(id(self), [0] * len(embedded)))
        return values

    def encode(self, start: int, values: dict[int, _Value], following: int) -> bytes:
        """The directory and its values, placed at start."""
        table = bytearray(struct.pack("<H", len(values)))
        heap = bytearray()
        heap_start = start + 2 + 12 * len(values) + 4
        for tag, value in sorted(values.items()):
            table += _ENTRY.pack(tag, value.type, value.count)
            if len(value.data) <= _INLINE:
                table += value.data.ljust(4, b"\0")
            else:
                table += struct.pack("<L", heap_start + len(heap))
                heap += value.data
                heap += b"\0" * (len(heap) % 2)
        return bytes(table + struct.pack("<L", following) + heap)


def encode_directories(*chain: Directory, magic: int = 42) -> bytes:
    """The file: directories first, so that a reader finds all metadata at the front.

    Args:
        chain: the directories that follow each other (IFD0, IFD1, ...).
        magic: what the header says instead of 42 in files that are laid out like TIFF.

    Raises:
        ValueError: if the file would be over 4 GiB, TIFF's limit.
    """
    directories = [member for directory in chain for member in directory.family()]
    starts: dict[int, int] = {}
    position = _HEADER.size
    for directory in directories:
        starts[id(directory)] = position
        values = directory.values({}, {}, {})
        position += len(directory.encode(0, values, 0))
    data: list[bytes] = []

    def place(parts: Sequence[bytes]) -> list[int]:
        nonlocal position
        offsets = []
        for part in parts:
            offsets.append(position)
            data.extend([part, b"\0" * (len(part) % 2)])
            position += len(part) + len(part) % 2
        return offsets

    segments = {id(directory): place(directory.segments) for directory in directories}
    files = {id(directory): place(directory.embedded) for directory in directories}
    if position > _LIMIT:
        raise ValueError(f"a TIFF file cannot hold {position} bytes")
    following = {id(directory): starts[id(after)] for directory, after in itertools.pairwise(chain)}
    head = [
        directory.encode(
            starts[id(directory)],
            directory.values(starts, segments, files),
            following.get(id(directory), 0),
        )
        for directory in directories
    ]
    return b"".join([_HEADER.pack(b"II", magic, _HEADER.size), *head, *data])


def _longs(values: Sequence[int]) -> _Value:
    data = struct.pack(f"<{len(values)}L", *values)
    return _Value(Type.LONG, len(values), data)


def _fraction(value: float, kind: Type) -> tuple[int, int]:
    if math.isnan(value):
        return 0, 0
    largest = 2**32 - 1 if kind is Type.RATIONAL else 2**31 - 1
    room = int(largest / max(abs(value), 1.0))
    fraction = Fraction(float(value)).limit_denominator(max(1, min(_MAX_DENOMINATOR, room)))
    return fraction.numerator, fraction.denominator
