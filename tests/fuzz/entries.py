"""A mutation that knows TIFF: entries of directories with other types, counts and values.

Flipping any byte of a file mostly changes pixels; what readers trip over stands in its directories.
"""

import random
import struct

import atheris

_COUNTS = (0, 1, 2, 3, 4, 9, 255, 4096, 65535, 1 << 20, 1 << 24, 0x7FFFFFFF, 0xFFFFFFFF)
_VALUES = (0, 1, 2, 3, 7, 8, 14, 16, 17, 32, 255, 256, 32768, 65535, 65536, 1 << 28)
_LARGE = (0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0)


def swapped_entries(data: bytes, max_size: int, seed: int) -> bytes:
    """Half of the time an entry or a number that one points to, else libFuzzer's own mutation."""
    chance = random.Random(seed)  # noqa: S311  (libFuzzer's seed)
    changed = bytearray(data)
    places = _entries(changed)
    if not places or chance.random() < 0.5:
        return bytes(atheris.Mutate(data, max_size))
    for _ in range(chance.choice((1, 1, 2, 4))):
        _change(changed, chance.choice(places), chance.choice(places)[0], chance)
    return bytes(changed[:max_size])


def _change(data: bytearray, entry: tuple[int, str], other: int, chance: random.Random) -> None:
    at, order = entry
    kind, count, value = struct.unpack_from(f"{order}HLL", data, at + 2)
    match chance.randrange(5):
        case 0:
            kind = chance.randrange(15)
        case 1:
            count = chance.choice(_COUNTS)
        case 2:
            value = chance.choice(_VALUES + _LARGE)
        case 3:
            value = (value + chance.choice((-1, 1, 16, -16, 256))) & 0xFFFFFFFF
        case _ if count < 1 << 20 and value + 4 * count + 8 <= len(data):
            place = value + 4 * chance.randrange(count + 1)
            struct.pack_into(f"{order}L", data, place, chance.choice(_VALUES + _LARGE))
        case _:
            data[at : at + 2] = data[other : other + 2]
    struct.pack_into(f"{order}HLL", data, at + 2, kind, count, value)


def _entries(data: bytearray) -> list[tuple[int, str]]:
    """Where entries stand, each with its file's byte order: of the first directory and those below.

    A JPEG's are those of its EXIF.
    """
    base = data.find(b"Exif\0\0") + 6 if data[:2] == b"\xff\xd8" else 0
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[base : base + 2]))
    if order is None or len(data) < base + 8:
        return []
    found: list[tuple[int, str]] = []
    waiting, seen = list(struct.unpack_from(f"{order}L", data, base + 4)), set[int]()
    while waiting and len(seen) < 16:
        place = base + waiting.pop()
        if place in seen or place + 2 > len(data):
            continue
        seen.add(place)
        (count,) = struct.unpack_from(f"{order}H", data, place)
        for at in range(place + 2, min(place + 2 + 12 * min(count, 256), len(data) - 12), 12):
            found.append((at, order))
            tag, _, many, value = struct.unpack_from(f"{order}HHLL", data, at)
            if tag in (330, 34665):
                several = many > 1 and base + value + 4 * min(many, 8) <= len(data)
                waiting += (
                    struct.unpack_from(f"{order}{min(many, 8)}L", data, base + value)
                    if several
                    else [value]
                )
    return found
