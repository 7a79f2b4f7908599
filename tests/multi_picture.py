"""JPEG files of more than one picture, by the Multi-Picture Format (CIPA DC-007)."""

import struct


def segments(jpeg: bytes) -> list[tuple[int, int, bytes]]:
    """Marker, place and content of each segment before the pixels."""
    found, place = [], 2
    while jpeg[place + 1] != 0xDA:
        marker, length = struct.unpack_from(">xBH", jpeg, place)
        found.append((marker, place, jpeg[place + 4 : place + 2 + length]))
        place += 2 + length
    return found


def both_images(jpeg: bytes) -> tuple[bytes, bytes]:
    """Picture and map, by the index of the Multi-Picture Format."""
    ((_, place, index),) = (part for part in segments(jpeg) if part[2].startswith(b"MPF\0"))
    assert index[4:8] == b"II*\0"
    at = 4 + struct.unpack_from("<L", index, 8)[0]
    entries = {}
    for i in range(struct.unpack_from("<H", index, at)[0]):
        tag, _, _, value = struct.unpack_from("<HHLL", index, at + 2 + 12 * i)
        entries[tag] = value
    assert entries[0xB001] == 2
    first, second = (
        struct.unpack_from("<LLL", index, 4 + entries[0xB002] + 16 * i) for i in (0, 1)
    )
    assert (first[0], first[2]) == (0x030000, 0)
    start = place + 8 + second[2]
    return jpeg[: first[1]], jpeg[start : start + second[1]]
