"""Lens shading as DNG GainMap opcodes, one map for each CFA site.

Source: DNG specification 1.7, chapter 7 (opcode lists are big endian in every file).
"""

import struct

import numpy as np
import numpy.typing as npt

Gains = npt.NDArray[np.float32]

_GAIN_MAP = 9
_SINCE = 0x01030000  # DNG 1.3
_OPTIONAL = 1
_OPCODE = struct.Struct(">LLLL")  # id, version, flags, bytes of parameters
_MAP = struct.Struct(">10L4dL")  # area, planes, pitches, points, spacings, origins, map planes
_LARGEST = 1 << 20  # nodes of a map


def encode_gain_maps(gain: Gains, width: int, height: int) -> bytes:
    """An opcode list with four maps.

    Args:
        gain: (4, rows, columns) by site, nodes spread evenly from corner to corner.
        width: of the active area, samples.
        height: of the active area.
    """
    _, rows, columns = gain.shape
    spacing = (1.0 / max(rows - 1, 1), 1.0 / max(columns - 1, 1))
    parts = [struct.pack(">L", 4)]
    for site in range(4):
        area = (site // 2, site % 2, height, width)
        parameters = (*area, 0, 1, 2, 2, rows, columns, *spacing, 0.0, 0.0, 1)
        nodes = gain[site].astype(">f4").tobytes()
        parts.append(_OPCODE.pack(_GAIN_MAP, _SINCE, _OPTIONAL, _MAP.size + len(nodes)))
        parts += [_MAP.pack(*parameters), nodes]
    return b"".join(parts)


def read_gain_maps(opcodes: bytes) -> Gains | None:
    """The shading in an opcode list.

    Returns:
        (4, rows, columns) by site, corner to corner, or None if the list holds no maps that
        cover all four sites of a mosaic's plane. Maps of other layouts are resampled.

    Raises:
        ValueError: if the list is damaged.
    """
    try:
        (count,) = struct.unpack_from(">L", opcodes)
        position = 4
        sites: dict[int, Gains] = {}
        for _ in range(min(count, 64)):
            kind, _, _, size = _OPCODE.unpack_from(opcodes, position)
            position += _OPCODE.size
            if kind == _GAIN_MAP:
                sites |= _read_map(opcodes[position : position + size])
            position += size
    except (struct.error, ValueError) as error:
        raise ValueError("its lens shading is damaged") from error
    if len(sites) < 4:
        return None
    rows = max(gain.shape[0] for gain in sites.values())
    columns = max(gain.shape[1] for gain in sites.values())
    if rows * columns > _LARGEST:
        raise ValueError("its lens shading is damaged")
    return np.stack([_resized(sites[site], rows, columns) for site in range(4)])


def _read_map(data: bytes) -> dict[int, Gains]:
    """By site, each corner to corner."""
    top, left, _, _, plane, _, row_pitch, column_pitch, rows, columns, *rest = _MAP.unpack_from(
        data
    )
    spacing_v, spacing_h, origin_v, origin_h, planes = rest
    if plane != 0 or (row_pitch, column_pitch) not in ((1, 1), (2, 2)):
        return {}
    if not (0 < rows * columns * planes <= _LARGEST):
        raise ValueError("an implausible number of nodes")
    nodes = np.frombuffer(data, ">f4", rows * columns * planes, _MAP.size)
    gain = nodes.astype(np.float32).reshape(rows, columns, planes)[:, :, 0]
    if not np.all(np.isfinite(gain) & (gain > 1e-4) & (gain < 1e4)):
        raise ValueError("gains that no lens has")
    gain = _stretched(gain, origin_v, spacing_v)
    gain = _stretched(gain.T, origin_h, spacing_h).T
    if row_pitch == 1:
        return dict.fromkeys(range(4), gain)
    return {top % 2 * 2 + left % 2: gain}


def _stretched(gain: Gains, origin: float, spacing: float) -> Gains:
    """Rows moved to lie evenly from 0 to 1, edges continued as the specification says."""
    rows = gain.shape[0]
    even = 1.0 / max(rows - 1, 1)
    if rows == 1 or (abs(origin) < 1e-6 and abs(spacing - even) < 1e-6):
        return gain
    if not (np.isfinite(origin) and np.isfinite(spacing) and spacing > 0):
        raise ValueError("no spacing")
    with np.errstate(over="ignore"):  # past all nodes is past all nodes
        places = (np.linspace(0.0, 1.0, rows) - origin) / spacing
    return _rows_at(gain, places)


def _resized(gain: Gains, rows: int, columns: int) -> Gains:
    if gain.shape == (rows, columns):
        return gain
    gain = _rows_at(gain, np.linspace(0.0, gain.shape[0] - 1.0, rows))
    return _rows_at(gain.T, np.linspace(0.0, gain.shape[1] - 1.0, columns)).T


def _rows_at(gain: Gains, places: npt.NDArray[np.float64]) -> Gains:
    """Rows at fractional places, linear between."""
    places = np.clip(places, 0.0, gain.shape[0] - 1.0)
    low = np.floor(places).astype(np.intp)
    high = np.minimum(low + 1, gain.shape[0] - 1)
    share = (places - low)[:, None]
    mixed: Gains = (gain[low] * (1.0 - share) + gain[high] * share).astype(np.float32)
    return mixed
