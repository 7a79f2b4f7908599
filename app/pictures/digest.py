"""RawDataUniqueID as Baryta writes it: a digest by which a negative's tiles can be told whole."""

import hashlib
from collections.abc import Iterable
from typing import BinaryIO

from app.pictures.raw_tags import RawTags
from app.pictures.tags import Tag

_SIZE = 16  # bytes, as DNG has them


def digest_of(tile: bytes) -> bytes:
    """Of one coded tile."""
    return hashlib.blake2b(tile, digest_size=_SIZE).digest()


def digest_of_tiles(digests: Iterable[bytes]) -> bytes:
    """Of the whole mosaic, from those of its tiles."""
    return digest_of(b"".join(digests))


def is_as_written(stream: BinaryIO, tags: RawTags) -> bool:
    """Whether a negative of Baryta's own holds the samples it was written with.

    Other programs' files are taken for whole: their numbers are no digests, or others.

    Args:
        stream: the file.
        tags: its tags; the tiles lie within the file.
    """
    if tags.raw is None or "NoiseShot" not in tags.properties:
        return True
    written = tags.first.raw(Tag.RAW_DATA_UNIQUE_ID)
    offsets = tags.raw.integers(Tag.TILE_OFFSETS)
    counts = tags.raw.integers(Tag.TILE_BYTE_COUNTS)
    if len(written) != _SIZE or not offsets:
        return True
    digests, whole = [], hashlib.blake2b(digest_size=_SIZE)
    for offset, count in zip(offsets, counts, strict=True):
        stream.seek(offset)
        tile = stream.read(count)
        digests.append(digest_of(tile))
        whole.update(tile)  # the number is of all tiles in a row in the first files of all
    return written in (digest_of_tiles(digests), whole.digest())
