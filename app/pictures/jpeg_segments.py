"""The parts of JPEG files: coded pixels and segments (ITU-T T.81; XMP specification part 3)."""

import struct
from io import BytesIO
from typing import Final

from PIL import Image

_LIMIT: Final = 65533  # bytes of a segment after its length field


def code_pixels(image: Image.Image, quality: int, *, subsampling: int) -> bytes:
    """A bare JPEG: no JFIF segment, no metadata. subsampling: 0 for 4:4:4, 2 for 4:2:0."""
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=subsampling)
    coded = out.getvalue()
    if coded[2:4] == b"\xff\xe0":  # the JFIF segment; EXIF's belongs in its place
        (length,) = struct.unpack_from(">H", coded, 4)
        coded = coded[:2] + coded[4 + length :]
    return coded


def segment(marker: int, data: bytes) -> bytes:
    """A segment.

    Raises:
        ValueError: for more data than it can hold.
    """
    if len(data) > _LIMIT:
        raise ValueError(f"a JPEG segment cannot hold {len(data)} bytes")
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def xmp_segment(packet: bytes) -> bytes:
    """An XMP packet's segment."""
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)
