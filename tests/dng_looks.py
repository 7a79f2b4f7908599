"""What a reader that follows the DNG specification makes of the looks in a DNG file.

Written after the specification 1.7 (chapter 6, ProfileToneCurve, RGBTables, ExtraCameraProfiles)
and TIFF 6.0, and nothing of the writer's. Only the matrices' interpolation is capture.colour's,
which has tests of its own.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tetrahedral import tetrahedral

from capture.colour import interpolate, temperature_of, white_of
from capture.frames import ColourCalibration

Array = npt.NDArray[np.float64]

D50 = np.array((0.9642, 1.0, 0.8249))
D65 = np.array((0.3127 / 0.3290, 1.0, (1.0 - 0.3127 - 0.3290) / 0.3290))
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
KELVIN = {17: 2856.0, 21: 6504.0}  # the illuminants that our sensors have
TYPES = {1: "B", 2: "c", 3: "H", 4: "L", 5: "LL", 7: "B", 10: "ll", 11: "f"}


def _to_xyz(primaries: tuple[tuple[float, float], ...], white: Array) -> Array:
    """Linear RGB to XYZ adapted to D50 (SMPTE RP 177, Bradford)."""
    columns = np.array([(x / y, 1.0, (1.0 - x - y) / y) for x, y in primaries]).T
    scale = (BRADFORD @ D50) / (BRADFORD @ white)
    adapted = np.linalg.solve(BRADFORD, scale[:, None] * BRADFORD)
    return adapted @ (columns * np.linalg.solve(columns, white))


PROPHOTO = _to_xyz(((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), D50)
REC2020 = _to_xyz(((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)), D65)
P3 = _to_xyz(((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), D65)


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedLook:
    """A profile: its tags' values, and the table of RGBTables; empty without one."""

    tags: dict[int, tuple[float, ...]]
    name: str
    table: Array

    @property
    def exposure_offset(self) -> float:
        """BaselineExposureOffset, EV."""
        numerator, denominator = self.tags[51109]
        return numerator / denominator


@dataclass(frozen=True, slots=True, eq=False)
class LooksOfDng:
    """The profiles of a DNG, the default first if there is one, and what rendering needs."""

    first: dict[int, tuple[float, ...]]
    default: EmbeddedLook | None
    extra: tuple[EmbeddedLook, ...]

    @property
    def exposure(self) -> float:
        """BaselineExposure, EV."""
        numerator, denominator = self.first[50730]
        return numerator / denominator

    def every(self) -> Iterator[EmbeddedLook]:
        """All of them."""
        yield from () if self.default is None else (self.default,)
        yield from self.extra


def read_looks(data: bytes) -> LooksOfDng:
    """The looks in a DNG file."""
    assert data[:4] == b"II*\0"
    first = _directory(data, 0)
    extra = []
    for start in map(int, first.get(50933, ())):
        assert data[start : start + 8] == b"IIRC\x08\0\0\0"
        extra.append(_look(_directory(data, start)))
    return LooksOfDng(first, _look(first) if 50936 in first else None, tuple(extra))


def _directory(data: bytes, start: int) -> dict[int, tuple[float, ...]]:
    """The numbers of each tag of a file's first directory; rationals as pairs."""
    (offset,) = struct.unpack_from("<L", data, start + 4)
    (count,) = struct.unpack_from("<H", data, start + offset)
    found = {}
    for i in range(count):
        entry = start + offset + 2 + 12 * i
        tag, kind, number = struct.unpack_from("<HHL", data, entry)
        if kind not in TYPES:
            continue
        code = f"<{number * len(TYPES[kind])}{TYPES[kind][0]}"
        place = entry + 8
        if struct.calcsize(code) > 4:
            place = start + struct.unpack_from("<L", data, entry + 8)[0]
        found[tag] = struct.unpack_from(code, data, place)
    return found


def _look(tags: dict[int, tuple[float, ...]]) -> EmbeddedLook:
    name = b"".join(tags[50936])  # type: ignore[arg-type]  # of type ASCII
    if 52543 not in tags:
        return EmbeddedLook(tags, name[:-1].decode(), np.zeros((0, 0, 0, 3)))
    coded = bytes(map(int, tags[52543]))
    tables, method, length, size, pixels, gamma, primaries, gamut = struct.unpack_from(
        "<LLHBBBBB", coded
    )
    assert (tables, method, length) == (1, 0, 0), "one table, for the whole picture"
    assert (pixels, gamma, primaries, gamut) == (1, 1, 3, 0), "16 bit, sRGB, Rec.2020, clipped"
    table = np.frombuffer(coded, "<u2", offset=15).reshape(size, size, size, 3) / 65535.0
    return EmbeddedLook(tags, name[:-1].decode(), table)


def render(dng: LooksOfDng, look: EmbeddedLook, camera: Array) -> Array:
    """Camera RGB (n, 3), 0 black, 1 clipped, in a look: Display P3 (n, 3), sRGB-encoded."""
    calibrations = tuple(
        ColourCalibration(
            KELVIN[int(look.tags[illuminant][0])],
            _rationals(look.tags[colour]).reshape(3, 3),
            _rationals(look.tags[forward]).reshape(3, 3),
        )
        for illuminant, colour, forward in ((50778, 50721, 50964), (50779, 50722, 50965))
    )
    neutral = np.array(dng.first[50728][::2]) / np.array(dng.first[50728][1::2])
    white = neutral / neutral.max()
    temperature = temperature_of(white_of(calibrations, neutral))
    _, forward = interpolate(calibrations, temperature)
    assert forward is not None
    forward = forward * (D50 / forward.sum(1))[:, None]
    balanced = np.clip(camera / white, 0.0, 1.0)
    rgb = balanced @ (np.linalg.inv(PROPHOTO) @ forward).T
    rgb = np.clip(rgb * 2.0 ** (dng.exposure + look.exposure_offset), 0.0, 1.0)
    rgb = _toned(rgb, np.array(look.tags[50940]).reshape(-1, 2))
    to_table = np.linalg.solve(REC2020, PROPHOTO)
    coded = _encoded(np.clip(rgb @ to_table.T, 0.0, 1.0))
    rgb = _decoded(tetrahedral(look.table, coded * (len(look.table) - 1)))
    return _encoded(np.clip(rgb @ np.linalg.solve(P3, REC2020).T, 0.0, 1.0))


def _rationals(parts: tuple[float, ...]) -> Array:
    return np.array(parts[::2]) / np.array(parts[1::2])


def _toned(rgb: Array, curve: Array) -> Array:
    """The outer channels by the curve, the middle one between them as before."""
    low, high = rgb.min(-1, keepdims=True), rgb.max(-1, keepdims=True)
    bottom, top = (np.interp(x, *curve.T) for x in (low, high))
    return bottom + (rgb - low) * (top - bottom) / np.maximum(high - low, 1e-12)


def _encoded(x: Array) -> Array:
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * np.maximum(x, 1e-9) ** (1 / 2.4) - 0.055)


def _decoded(x: Array) -> Array:
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
