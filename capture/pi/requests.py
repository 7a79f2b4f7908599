"""Completed requests: waiting for one, and copying out of its buffers before it goes back."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from capture.frames import FrameMetadata, Packing, PreviewFrame, RawFrame
from capture.pi.configuration import Configured
from capture.pi.library import import_picamera2, translated
from capture.source import CameraError
from capture.thinning import row_pairs

FIRST = 10.0  # seconds to wait for the first: libcamera drops those its automatics start with

Bytes = npt.NDArray[np.uint8]


@contextmanager
def next_request(
    camera: Any,  # noqa: ANN401  (untyped library)
    wait: float,
) -> Iterator[Any]:
    """The next completed request, given back at the end.

    Args:
        camera: a started Picamera2.
        wait: seconds.

    Raises:
        CameraError: if none comes in time; what waited for it is cleared away.
    """
    try:
        with translated("read"):
            request = camera.capture_request(wait=wait)
    except CameraError:
        with suppress(Exception):
            camera.cancel_all_and_flush()
        raise
    try:
        with translated("read"):
            yield request
    finally:
        with translated("given its buffers back"):
            request.release()


def metadata_of(request: Any) -> FrameMetadata:  # noqa: ANN401  (untyped library)
    """A request's metadata, of its raw: the Pi's digital gain comes after that."""
    return replace(FrameMetadata.from_libcamera(request.get_metadata()), digital_gain=1.0)


def preview_of(request: Any) -> PreviewFrame:  # noqa: ANN401  (untyped library)
    """A request's frame of the live stream."""
    pixels = np.asarray(request.make_array("main"), np.uint8)
    return PreviewFrame(pixels, FrameMetadata.from_libcamera(request.get_metadata()))


def raw_of(
    request: Any,  # noqa: ANN401  (untyped library)
    configured: Configured,
    room: npt.NDArray[Any] | None = None,
) -> RawFrame:
    """A request's raw, copied out of its buffer without the rows' padding.

    Args:
        request: a completed one.
        configured: how it was asked for.
        room: memory of an earlier frame to copy into; None for new memory.
    """
    with _lines(request, configured) as lines:
        if room is None:
            room = np.empty(lines.shape, np.uint8)
        into = room.view(np.uint8)
        np.copyto(into, lines)
    return _frame(into, request, configured)


def sample_of(request: Any, configured: Configured, every: int) -> RawFrame:  # noqa: ANN401
    """Pairs of a request's rows of raw, two of so many (see capture.thinning), copied out."""
    with _lines(request, configured) as lines:
        data = row_pairs(lines, every)
    return _frame(data, request, configured)


def _frame(data: Bytes, request: Any, configured: Configured) -> RawFrame:  # noqa: ANN401
    raw = configured.raw
    rows = data.view("<u2") if raw.packing is Packing.U16 else data
    height = data.shape[0]
    return RawFrame(rows, raw.packing, raw.width, height, metadata_of(request), configured.shift)


@contextmanager
def _lines(request: Any, configured: Configured) -> Iterator[Bytes]:  # noqa: ANN401
    """The rows in the camera's own memory, to be read before the request goes back."""
    raw = configured.raw
    mapped = import_picamera2().MappedArray(request, "raw", reshape=False, write=False)
    with mapped as buffer:
        whole: Bytes = buffer.array.reshape(-1)
        if whole.size < raw.height * raw.stride:
            raise CameraError(
                f"the camera's buffers hold {whole.size} bytes, less than a frame of {raw.name}; "
                "update libcamera and picamera2"
            )
        rows = whole[: raw.height * raw.stride].reshape(raw.height, raw.stride)
        yield rows[:, : raw.packing.row_bytes(raw.width)]
