"""Tiles of mosaic as lossless JPEG, the coding inside a DNG."""

import numpy as np
import numpy.typing as npt

from native._core import ffi, lib
from native.buffers import check, plane


def encode_lossless_jpeg(samples: npt.NDArray[np.uint16]) -> bytes:
    """Codes a tile as lossless JPEG (ITU-T T.81, SOF3).

    Two components of half width, predictor 1, 16 bit: the layout every DNG reader opens.

    Args:
        samples: (height, width) uint16, even width.

    Raises:
        NativeError: for an odd width or a side over 32768.
    """
    capacity = samples.size * 4 + 1024  # 16 bit and a code of at most 16 bit a sample
    coded = np.empty(capacity, np.uint8)
    size = ffi.new("int64_t *")
    view = ffi.cast("uint8_t *", coded.ctypes.data)
    check(lib.baryta_lossless_jpeg_encode(plane(samples, np.uint16), view, capacity, size))
    return coded[: size[0]].tobytes()
