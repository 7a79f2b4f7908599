"""Merging a burst of mosaics into one, a frame at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Self

import numpy as np

from native._core import ffi, lib
from native.buffers import Progress, check, plane, reporting
from native.checks import check_noise, check_scale, check_size, check_within, checked_threads
from native.errors import NativeError
from native.mosaic import Mosaic, MosaicFormat, MosaicNoise, c_format, c_noise, from_c_noise


@dataclass(frozen=True, slots=True)
class FrameReport:
    """What became of one added frame.

    Attributes:
        shift: global motion against the reference, pixels (x, y).
        rotation: degrees.
        weight: its mean share in the merge, 1 for an equal share.
        rejected: whether it did not fit and was left out.
        align_seconds, merge_seconds: time spent.
    """

    shift: tuple[float, float]
    rotation: float
    weight: float
    rejected: bool
    align_seconds: float
    merge_seconds: float


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged mosaic.

    Attributes:
        mosaic: (height, width) uint16 in format's scale.
        format: scale of mosaic: the input's times the output scale.
        noise: the noise model of the result: the frame's, times what is left of it on the mean of
            the picture; flat areas have less, texture more.
        frames: effective number of frames merged, 1 or more.
    """

    mosaic: Mosaic
    format: MosaicFormat
    noise: MosaicNoise
    frames: float


class Merger:
    """A streaming merge: frames are aligned to the reference and added as they come.

    Memory does not grow with the number of frames. There is room for 64 of any exposure, the
    reference counted, and for more whose exposures are nearer to it: add() refuses the one that
    would be too many. Use it as a context manager, or close() it. One call at a time: while one
    works, another from its progress or from a second thread is refused.

    Args:
        reference: (height, width) uint16, the frame that all others are aligned to; not kept.
        mosaic_format: scale of all frames.
        noise: of the reference frame.
        robustness: 0 averages everything, 1 is the default, 2 rejects early.
        shrink: denoising of what merging leaves, 0 none to 1 full.
        frame_noise: the frames' noise variance over the reference's, both taken at the same
            exposure, 1/16 to 64: more than 1 where the reference is itself a merge.
        rigid: a frame moves as a whole, with the sway of its rows, no part of it by itself: for a
            reference whose noise the parts would follow.
        threads: OpenMP threads; all by default.
        progress: called with the fraction of this call's work that is done, as in add() and
            finish(); what it raises ends the merge and comes out, and all memory is free again.

    Raises:
        NativeError: for a size or parameter out of range, which it names.
        MemoryError: if there is not enough.
    """

    def __init__(
        self,
        reference: Mosaic,
        mosaic_format: MosaicFormat,
        noise: MosaicNoise,
        *,
        robustness: float = 1.0,
        shrink: float = 1.0,
        frame_noise: float = 1.0,
        rigid: bool = False,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        view = plane(reference, np.uint16)
        check_size(reference, 32, "merged")
        check_scale(mosaic_format)
        check_noise(noise)
        check_within("robustness", robustness, 0.0, 2.0)
        check_within("shrink", shrink, 0.0, 1.0)
        check_within("frame_noise", frame_noise, 1.0 / 16.0, 64.0)
        threads = checked_threads(threads)
        scale = mosaic_format.whole_scale
        options = ffi.new("baryta_merge_options *")
        options.format = c_format(mosaic_format)
        options.noise = c_noise(noise)
        options.robustness = robustness
        options.shrink = shrink
        options.output_scale = scale
        options.threads = threads
        options.frame_noise = frame_noise
        options.rigid = rigid
        handle = ffi.new("baryta_merge **")
        with reporting(progress) as (callback, user):
            check(lib.baryta_merge_begin(options, view, handle, callback, user))
        self._handle: Any = ffi.gc(handle[0], lib.baryta_merge_free)
        self._working = Lock()
        self._shape = reference.shape
        self._output = mosaic_format.scaled(scale)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Frees the scratch memory; further calls are errors. Closing twice is allowed.

        Raises:
            NativeError: while another call works.
        """
        if self._handle is not None:
            with self._work() as handle:
                ffi.release(handle)
                self._handle = None

    def add(
        self,
        frame: Mosaic,
        *,
        exposure: float = 1.0,
        gain: float = 1.0,
        progress: Progress | None = None,
    ) -> FrameReport:
        """Aligns a frame and adds it.

        Args:
            frame: (height, width) uint16, the reference's size and format.
            exposure: its exposure divided by the reference's.
            gain: the same of its gain, a part of that which collected no light.
            progress: called with the fraction done; what it raises ends the merge.

        Raises:
            NativeError: if the frame has another size, if its weight and those of the frames before
                are more than 500 times the reference's, while another call works, or after close().
        """
        report = ffi.new("baryta_frame_report *")
        view = plane(frame, np.uint16)
        with reporting(progress) as (callback, user), self._work() as handle:
            self._check(lib.baryta_merge_set_gain(handle, gain))
            status = lib.baryta_merge_add(handle, view, exposure, report, callback, user)
            self._check(status)
        return FrameReport(
            shift=(report.shift_x, report.shift_y),
            rotation=report.rotation,
            weight=report.weight,
            rejected=bool(report.rejected),
            align_seconds=report.align_seconds,
            merge_seconds=report.merge_seconds,
        )

    def finish(self, *, progress: Progress | None = None) -> Merged:
        """The merge of all frames so far; more may be added after it. Raises as add()."""
        mosaic = np.empty(self._shape, np.uint16)
        noise = ffi.new("baryta_noise *")
        frames = ffi.new("float *")
        view = plane(mosaic, np.uint16, writable=True)
        with reporting(progress) as (callback, user), self._work() as handle:
            status = lib.baryta_merge_finish(handle, view, noise, frames, callback, user)
            self._check(status)
        return Merged(mosaic, self._output, from_c_noise(noise), float(frames[0]))

    @contextmanager
    def _work(self) -> Iterator[Any]:
        """Holds the handle for one call, so that nothing frees or changes it meanwhile."""
        if not self._working.acquire(blocking=False):
            raise NativeError("this merge is at work; wait, or raise in its progress to end it")
        try:
            if self._handle is None:
                raise NativeError("this merge is closed")
            yield self._handle
        finally:
            self._working.release()

    def _check(self, status: int) -> None:
        message: bytes = ffi.string(lib.baryta_merge_message(self._handle))
        check(status, message.decode())
