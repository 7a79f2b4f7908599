"""Calls a burst pipeline compiled ahead of time by Halide, through Halide's C calling convention.

The library is a shared object that exports `int align_and_merge(input, output)`: input uint16
(width, height, frames), output uint16 (width, height), as halide_buffer_t of HalideRuntime.h.
"""

import ctypes
import os
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

Mosaic = npt.NDArray[np.uint16]

_UNSIGNED, _BITS, _LANES = 1, 16, 1  # halide_type_t of uint16


class _Dimension(ctypes.Structure):
    _fields_: ClassVar = [
        ("min", ctypes.c_int32),
        ("extent", ctypes.c_int32),
        ("stride", ctypes.c_int32),
        ("flags", ctypes.c_uint32),
    ]


class _Buffer(ctypes.Structure):
    _fields_: ClassVar = [
        ("device", ctypes.c_uint64),
        ("device_interface", ctypes.c_void_p),
        ("host", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("dimensions", ctypes.c_int32),
        ("dim", ctypes.POINTER(_Dimension)),
        ("padding", ctypes.c_void_p),
    ]


def _buffer(array: Mosaic) -> _Buffer:
    """A view of array, which must outlive it; Halide counts dimensions from the innermost."""
    inner_first = zip(array.shape[::-1], array.strides[::-1], strict=True)
    dims = [_Dimension(0, extent, stride // array.itemsize, 0) for extent, stride in inner_first]
    return _Buffer(
        host=array.ctypes.data,
        code=_UNSIGNED,
        bits=_BITS,
        lanes=_LANES,
        dimensions=array.ndim,
        dim=(_Dimension * array.ndim)(*dims),
    )


class HalideLibrary:
    """A loaded pipeline.

    Args:
        path: the shared object, or a folder that holds align_and_merge.so.
        threads: of Halide's pool, for the whole process.

    Raises:
        OSError: if it cannot be loaded.
    """

    def __init__(self, path: Path, threads: int) -> None:
        os.environ["HL_NUM_THREADS"] = str(threads)  # read by Halide when its pool starts
        file = path / "align_and_merge.so" if path.is_dir() else path
        self._call = ctypes.CDLL(str(file.resolve())).align_and_merge

    def merge(self, frames: Mosaic, merged: Mosaic) -> None:
        """Merges frames (count, height, width), the first the reference, into (height, width).

        Raises:
            RuntimeError: with Halide's error number.
        """
        status = self._call(ctypes.byref(_buffer(frames)), ctypes.byref(_buffer(merged)))
        if status:
            raise RuntimeError(f"Halide's error {status}; its message is on stderr")
