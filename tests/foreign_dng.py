"""DNGs as other programs write them: any byte order, strips or tiles, integers or floats.

Written after TIFF 6.0 and the DNG specification with nothing of Baryta's, the raw image in the
first directory, as many cameras do.
"""

import struct
from collections.abc import Mapping, Sequence

Values = tuple[int, Sequence[float]]  # TIFF type, values

BYTE, ASCII, SHORT, LONG, RATIONAL, SRATIONAL = 1, 2, 3, 4, 5, 10
_CODES = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "L", RATIONAL: "LL", SRATIONAL: "ll"}
_MATRIX = (0.7, -0.2, -0.05, -0.4, 1.2, 0.2, -0.1, 0.25, 0.6)


def foreign_dng(
    width: int,
    height: int,
    segments: Sequence[bytes],
    changes: Mapping[int, Values],
    order: str = "<",
) -> bytes:
    """A DNG of a camera with an RGGB sensor.

    Args:
        width, height: samples.
        segments: coded strips, or tiles if changes has a tile's size (tag 322).
        changes: tags to add or replace.
        order: "<" or ">".
    """
    tiled = 322 in changes
    offsets, counts = (324, 325) if tiled else (273, 279)
    tags: dict[int, Values] = {
        254: (LONG, (0,)),
        256: (LONG, (width,)),
        257: (LONG, (height,)),
        258: (SHORT, (16,)),
        259: (SHORT, (1,)),
        262: (SHORT, (32803,)),
        271: (ASCII, tuple(b"Other\0")),
        272: (ASCII, tuple(b"Model\0")),
        277: (SHORT, (1,)),
        278: (LONG, (height,)),
        284: (SHORT, (1,)),
        33421: (SHORT, (2, 2)),
        33422: (BYTE, (0, 1, 1, 2)),
        50706: (BYTE, (1, 4, 0, 0)),
        50708: (ASCII, tuple(b"Other Model\0")),
        50714: (SHORT, (256,)),
        50717: (LONG, (16000,)),
        50721: (SRATIONAL, _MATRIX),
        50728: (RATIONAL, (0.5, 1.0, 0.7)),
        50778: (SHORT, (21,)),
        offsets: (LONG, (0,) * len(segments)),
        counts: (LONG, tuple(map(len, segments))),
        **changes,
    }
    if tiled:
        tags.pop(278, None)
    heap_start = 8 + 2 + 12 * len(tags) + 4
    sizes = [len(_packed(order, *value)) for value in tags.values()]
    position = heap_start + sum(size + size % 2 for size in sizes if size > 4)
    places = []
    for segment in segments:
        places.append(position)
        position += len(segment) + len(segment) % 2
    if changes.get(offsets) is None:
        tags[offsets] = (LONG, tuple(places))
    table, heap = b"", b""
    for tag, (kind, values) in sorted(tags.items()):
        data = _packed(order, kind, values)
        count = len(values)
        table += struct.pack(f"{order}HHL", tag, kind, count)
        if len(data) <= 4:
            table += data.ljust(4, b"\0")
        else:
            table += struct.pack(f"{order}L", heap_start + len(heap))
            heap += data + b"\0" * (len(data) % 2)
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HL", 42, 8)
    directory = struct.pack(f"{order}H", len(tags)) + table + bytes(4)
    body = b"".join(segment + b"\0" * (len(segment) % 2) for segment in segments)
    return head + directory + heap + body


def _packed(order: str, kind: int, values: Sequence[float]) -> bytes:
    code = _CODES[kind]
    if len(code) == 2:
        parts = [part for value in values for part in (round(value * 10_000), 10_000)]
    else:
        parts = [int(value) for value in values]
    return struct.pack(f"{order}{len(parts)}{code[0]}", *parts)
