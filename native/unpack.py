"""Packed sensor rows to 16-bit samples."""

import numpy as np
import numpy.typing as npt

from native._core import lib
from native.buffers import check, plane
from native.checks import checked_threads
from native.errors import NativeError

_PACKINGS = {
    "u16": (lib.BARYTA_U16, np.uint16),
    "csi2p10": (lib.BARYTA_CSI2P10, np.uint8),
    "csi2p12": (lib.BARYTA_CSI2P12, np.uint8),
    "csi2p14": (lib.BARYTA_CSI2P14, np.uint8),
    "pisp_comp1": (lib.BARYTA_PISP_COMP1, np.uint8),
}
_BYTES = {  # for so many samples
    "u16": (2, 1),
    "csi2p10": (5, 4),
    "csi2p12": (3, 2),
    "csi2p14": (7, 4),
    "pisp_comp1": (8, 8),
}


def unpack(
    data: npt.NDArray[np.uint8] | npt.NDArray[np.uint16],
    packing: str,
    width: int,
    *,
    shift: int = 0,
    threads: int | None = None,
) -> npt.NDArray[np.uint16]:
    """Unpacks a frame.

    Args:
        data: (height, stride) uint8 packed rows, or (height, at least width) uint16.
        packing: "u16"; "csi2p10", "csi2p12" or "csi2p14" (MIPI CSI-2 specification, RAW10 to
            RAW14); "pisp_comp1" (kernel documentation, pixfmt-srggb8-pisp-comp.rst), whose samples
            are left-justified in 16 bits, the 2048 that libcamera subtracts added back.
        width: samples in a row.
        shift: low bits to drop from each sample, 0..15.
        threads: OpenMP threads; all by default.

    Returns:
        (height, width) uint16, right-justified after the shift.

    Raises:
        NativeError: if a row is shorter than width samples or an argument is out of range.
    """
    if packing not in _PACKINGS:
        raise NativeError(f"unknown packing {packing!r}: use one of {', '.join(_PACKINGS)}")
    code, dtype = _PACKINGS[packing]
    size, count = _BYTES[packing]
    rows = plane(data, dtype)
    needed = -(-width // count) * size
    if width < 1 or rows.stride < needed or data.shape[1] * data.itemsize < needed:
        raise NativeError(f"rows of {data.shape[1]} cannot hold {width} samples of {packing}")
    rows.width = width
    samples = np.empty((data.shape[0], width), np.uint16)
    out = plane(samples, np.uint16, writable=True)
    check(lib.baryta_unpack(rows, code, shift, out, checked_threads(threads)))
    return samples
