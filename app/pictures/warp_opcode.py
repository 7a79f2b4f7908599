"""A lens's distortion and lateral colour as DNG's WarpRectilinear opcode.

Source: DNG specification 1.7, chapter 7 (opcode lists are big endian in every file).
"""

import math
import struct

from native import Warp

_WARP = 1
_SINCE = 0x01030000  # DNG 1.3
_OPTIONAL = 1
_OPCODE = struct.Struct(">LLLL")  # id, version, flags, bytes of parameters
_PLANE = struct.Struct(">6d")  # k0 to k3, t0, t1
_CENTRE = struct.Struct(">2d")
_MOST = 4.0  # of any coefficient
_OPCODES = 64


def encode_warp(warp: Warp) -> bytes:
    """An opcode list (OpcodeList3) with the warp."""
    planes = zip(warp.radial, warp.tangential, strict=True)
    data = struct.pack(">L", 3) + b"".join(_PLANE.pack(*k, *t) for k, t in planes)
    data += _CENTRE.pack(*warp.centre)
    return struct.pack(">L", 1) + _OPCODE.pack(_WARP, _SINCE, _OPTIONAL, len(data)) + data


def read_warp(opcodes: bytes) -> Warp | None:
    """The first warp of an opcode list, None if it holds none; of one plane for all colours, too.

    Raises:
        ValueError: if the list is damaged.
    """
    try:
        (count,) = struct.unpack_from(">L", opcodes)
        position = 4
        for _ in range(min(count, _OPCODES)):
            kind, _, _, size = _OPCODE.unpack_from(opcodes, position)
            position += _OPCODE.size
            if kind == _WARP:
                return _read(opcodes[position : position + size])
            position += size
    except struct.error as error:
        raise ValueError("its lens correction is damaged") from error
    return None


def _read(data: bytes) -> Warp:
    (planes,) = struct.unpack_from(">L", data)
    if planes not in (1, 3):
        raise ValueError("its lens correction is damaged")
    found = [_PLANE.unpack_from(data, 4 + i * _PLANE.size) for i in range(planes)]
    centre = _CENTRE.unpack_from(data, 4 + planes * _PLANE.size)
    values = [value for plane in found for value in plane]
    if not all(math.isfinite(value) and abs(value) <= _MOST for value in values):
        raise ValueError("its lens correction is damaged")
    if not all(0.0 <= share <= 1.0 for share in centre):
        raise ValueError("its lens correction is damaged")
    first, second, third = found if planes == 3 else found * 3
    radial = (first[:4], second[:4], third[:4])
    return Warp(radial, (first[4:], second[4:], third[4:]), centre)
