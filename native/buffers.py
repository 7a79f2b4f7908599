"""NumPy arrays as the C core's plane views, statuses as exceptions, progress as a callback."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from native._core import ffi, lib
from native.errors import CancelledError, NativeError

Array = npt.NDArray[Any]
Progress = Callable[[float], None]  # fraction in [0, 1]; raising cancels the call


def core_version() -> str:
    """The C core's own version."""
    version: bytes = ffi.string(lib.baryta_version())
    return version.decode()


def core_build() -> str:
    """What the C core was built with: compiler, its version, processor, build type, flags."""
    build: bytes = ffi.string(lib.baryta_build())
    return build.decode()


def default_threads() -> int:
    """The threads this process may use."""
    return min(len(os.sched_getaffinity(0)), 256)


def plane(array: Array, dtype: npt.DTypeLike, channels: int = 1, *, writable: bool = False) -> Any:  # noqa: ANN401  (a cffi pointer)
    """A baryta_plane over array, without copying; the caller keeps the array alive.

    Args:
        array: (height, width) or (height, width, channels) of dtype; rows may be padded, the
            samples of a row must be adjacent.
        dtype: what the C function expects.
        channels: samples per pixel.
        writable: whether the C function writes to it.

    Raises:
        NativeError: for any other shape, dtype or layout.
    """
    if not isinstance(array, np.ndarray):
        raise NativeError(f"expected a NumPy array, not {type(array).__name__}")
    shape = (2,) if channels == 1 else (3,)
    item = np.dtype(dtype).itemsize
    if array.dtype != np.dtype(dtype) or array.ndim not in shape or array.size == 0:
        raise NativeError(
            f"expected {np.dtype(dtype).name} samples, {channels} a pixel, "
            f"not {array.dtype} {array.shape}"
        )
    if channels > 1 and (array.shape[2] != channels or array.strides[2] != item):
        raise NativeError(f"expected {channels} adjacent samples a pixel, not {array.shape}")
    if array.strides[1] != item * channels or array.strides[0] < array.shape[1] * item * channels:
        raise NativeError(f"expected rows of adjacent pixels, not strides {array.strides}")
    if not array.flags.aligned:
        raise NativeError(f"expected samples at multiples of {item} bytes; copy the array")
    if writable and not array.flags.writeable:
        raise NativeError("the output array is read-only")
    view = ffi.new("baryta_plane *")
    view.data = ffi.cast("void *", array.ctypes.data)
    view.height, view.width = array.shape[:2]
    view.stride = array.strides[0]
    return view


def check(status: int, message: str = "") -> None:
    """Raises the exception that a status stands for; message, if any, says more."""
    if status == lib.BARYTA_OK:
        return
    text = message or ffi.string(lib.baryta_status_text(status)).decode()
    if status == lib.BARYTA_NO_MEMORY:
        raise MemoryError(text)
    raise CancelledError(text) if status == lib.BARYTA_CANCELLED else NativeError(text)


class _Reporter:
    """Holds a Python progress function while C runs, and the exception it raised."""

    def __init__(self, function: Progress) -> None:
        self.function = function
        self.error: BaseException | None = None


@contextmanager
def reporting(progress: Progress | None) -> Iterator[tuple[Any, Any]]:
    """Yields the C callback and its user pointer; an exception in progress is raised at the end."""
    if progress is None:
        yield ffi.NULL, ffi.NULL
        return
    reporter = _Reporter(progress)
    handle = ffi.new_handle(reporter)
    try:
        yield lib.baryta_python_progress, handle
    except CancelledError:
        if reporter.error is not None:
            raise reporter.error from None
        raise


def _keep_error(_kind: object, error: BaseException, trace: TracebackType) -> None:
    """Called by cffi with whatever was raised in the callback, from its first line on."""
    reporter: _Reporter = ffi.from_handle(trace.tb_frame.f_locals["user"])
    reporter.error = error


@ffi.def_extern(error=1, onerror=_keep_error)  # type: ignore[untyped-decorator]
def baryta_python_progress(user: Any, fraction: float) -> int:  # noqa: ANN401  (a cffi pointer)
    """Called by C on the calling thread; an exception cancels and comes out of reporting()."""
    reporter: _Reporter = ffi.from_handle(user)
    reporter.function(fraction)
    return 0
