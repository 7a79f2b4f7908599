"""ICC version 4 profiles of the colour spaces that Baryta's files are in, made from primaries.

Sources: ICC.1:2022 (layout; D50 as connection space, Bradford adaptation as annex E recommends);
Display P3: SMPTE EG 432-1 primaries with D65 and the transfer function of IEC 61966-2-1;
Rec.2020: ITU-R BT.2020 primaries.
"""

import struct
from functools import cache

import numpy as np
import numpy.typing as npt

from capture.colour import (
    D50_XY,
    D65_XY,
    REC2020_TO_XYZ,
    SRGB_TO_XYZ,
    adaptation,
    rgb_to_xyz,
    xy_to_xyz,
)

Matrix = npt.NDArray[np.float64]

_D50 = xy_to_xyz(D50_XY)
_D65_TO_D50 = adaptation(D65_XY, D50_XY)
_P3_TO_XYZ = rgb_to_xyz(((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), D65_XY)
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # para type 3: g a b c d


@cache
def display_p3() -> bytes:
    """Display P3: P3 primaries, D65, the sRGB transfer function."""
    return _profile("Display P3", _P3_TO_XYZ, _para(3, *_SRGB_CURVE))


@cache
def srgb() -> bytes:
    """The sRGB space, for previews that must not be wider."""
    return _profile("sRGB", SRGB_TO_XYZ, _para(3, *_SRGB_CURVE))


@cache
def linear_rec2020() -> bytes:
    """Rec.2020 primaries, D65, linear."""
    return _profile("Linear Rec.2020", REC2020_TO_XYZ, _para(0, 1.0))


def p3_to_srgb() -> Matrix:
    """(3, 3) from linear Display P3 to linear sRGB, by the numbers that the two profiles hold."""
    srgb_to_d50, p3_to_d50 = (_held(_D65_TO_D50 @ to_xyz) for to_xyz in (SRGB_TO_XYZ, _P3_TO_XYZ))
    return np.asarray(np.linalg.inv(srgb_to_d50) @ p3_to_d50, np.float64)


def srgb_curve() -> tuple[float, float, float, float, float]:
    """The transfer function of sRGB as the profiles hold it.

    Returns:
        g, a, b, c and d: (a x + b)^g from d on, c x below.
    """
    g, a, b, c, d = _held(np.array(_SRGB_CURVE)).tolist()
    return g, a, b, c, d


def to_display_p3() -> Matrix:
    """(3, 3) from XYZ under D50 to linear Display P3."""
    return np.asarray(np.linalg.inv(_D65_TO_D50 @ _P3_TO_XYZ), np.float64)


def _profile(name: str, to_xyz: Matrix, curve: bytes) -> bytes:
    colorants = _D65_TO_D50 @ to_xyz  # they add up to D50
    tags: dict[bytes, bytes] = {
        b"desc": _mluc(name),
        b"cprt": _mluc("CC0"),
        b"wtpt": _xyz(_D50),
        b"chad": b"sf32" + bytes(4) + _fixed(_D65_TO_D50.ravel()),
        b"rXYZ": _xyz(colorants[:, 0]),
        b"gXYZ": _xyz(colorants[:, 1]),
        b"bXYZ": _xyz(colorants[:, 2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table = struct.pack(">L", len(tags))
    start = 128 + 4 + 12 * len(tags)
    heap = b""
    places: dict[bytes, int] = {}  # equal elements are stored once, as ICC.1 allows
    for signature, data in tags.items():
        if data not in places:
            places[data] = start + len(heap)
            heap += data + bytes(-len(data) % 4)
        table += struct.pack(">4sLL", signature, places[data], len(data))
    header = struct.pack(
        ">LLL4s4s4s6H4s4sLLLQL12s4s44x",
        start + len(heap),
        0,  # no preferred module
        0x04400000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        *(2026, 1, 1, 0, 0, 0),  # fixed: the same bytes every day
        b"acsp",
        bytes(4),
        0,
        0,
        0,
        0,
        0,  # perceptual
        _fixed(_D50),
        bytes(4),
    )
    return header + table + heap


def _held(values: Matrix) -> Matrix:
    """What is left of numbers in a profile: 16 bits of fraction."""
    held: Matrix = np.round(values * 65536) / 65536
    return held


def _fixed(values: npt.ArrayLike) -> bytes:
    return np.round(np.asarray(values) * 65536).astype(">i4").tobytes()


def _xyz(values: Matrix) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(values)


def _para(kind: int, *parameters: float) -> bytes:
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + _fixed(parameters)


def _mluc(text: str) -> bytes:
    coded = text.encode("utf-16-be")
    return (
        b"mluc" + bytes(4) + struct.pack(">LL2s2sLL", 1, 12, b"en", b"US", len(coded), 28) + coded
    )
