"""CSI-2 packing of samples into bytes (MIPI CSI-2, RAW10 and RAW12), as libcamera delivers it."""

import numpy as np
import numpy.typing as npt

from capture.frames import Packing

_ALIGNMENT = 32  # bytes, of a row on the Pi 4's Unicam


def row_bytes(packing: Packing, width: int) -> int:
    """Bytes of a packed row with its padding."""
    return -(-packing.row_bytes(width) // _ALIGNMENT) * _ALIGNMENT


def pack_rows(
    samples: npt.NDArray[np.uint16], packing: Packing, out: npt.NDArray[np.uint8]
) -> None:
    """Packs rows of samples.

    Args:
        samples: (rows, width) uint16 within the packing's depth; width even for RAW12, a multiple
            of four for RAW10.
        packing: CSI2P10 or CSI2P12.
        out: (rows, row_bytes) uint8; bytes past the samples are left alone.
    """
    group = 4 if packing is Packing.CSI2P10 else 2
    width = samples.shape[1]
    if width % group:
        raise ValueError(f"a {packing} row holds whole groups of {group} samples, not {width}")
    parts = [samples[:, k::group] for k in range(group)]
    if packing is Packing.CSI2P10:
        used = out[:, : width // 4 * 5]
        for k, part in enumerate(parts):
            used[:, k::5] = part >> 2
        low = (parts[0] & 3) | (parts[1] & 3) << 2 | (parts[2] & 3) << 4 | (parts[3] & 3) << 6
        used[:, 4::5] = low
    else:
        used = out[:, : width // 2 * 3]
        used[:, 0::3] = parts[0] >> 4
        used[:, 1::3] = parts[1] >> 4
        used[:, 2::3] = (parts[0] & 15) | (parts[1] & 15) << 4
