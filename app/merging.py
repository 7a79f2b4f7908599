"""Many frames to one negative: a burst from the camera, or negatives from files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import hypot
from pathlib import Path

import numpy as np
import numpy.typing as npt

import native
from app.negatives import frame_format, frame_negative, frame_noise, unpack_frame
from app.pictures.half import halved
from app.pictures.negative import Negative
from app.pictures.read_dng import PictureError, read_dng
from app.reference import choose_reference
from app.stages import Stages
from capture.frames import Burst, FrameMetadata, RawFrame

Mosaic = npt.NDArray[np.uint16]
Exposure = tuple[float | None, float | None]  # seconds, gain

_FAST_FRAMES = 5  # of a quick look, however long the burst
_MOVED, _WITNESSES = 2.0, 3  # pixels, frames: enough to tell defects from detail


@dataclass(frozen=True, slots=True, eq=False)
class MergedNegative:
    """A negative and the story of its merge.

    Attributes:
        negative: the result.
        exposures: seconds and gain of each frame that was added or rejected, in time order.
        left_out: indices of the frames that did not fit the reference.
        reference: index of the frame that the others were aligned to.
        used: how many inputs were merged, the reference among them; what they were merged of
            before counts in the negative's own story.
    """

    negative: Negative
    exposures: tuple[Exposure, ...]
    left_out: tuple[int, ...]
    reference: int
    used: int


def merge_burst(
    burst: Burst, stages: Stages, *, fast: bool = False, threads: int | None = None
) -> MergedNegative:
    """Merges a burst around its reference frame, or a clearly sharper one beside it.

    Args:
        burst: its frames are taken once each.
        stages: told of progress and time.
        fast: merges at half width and height, and five frames at most, for a quick look.
        threads: for the C core; None uses all.

    Raises:
        NativeError: if frames differ in size or cannot be merged.
    """
    taken: dict[int, RawFrame] = {}  # those that compete for the reference
    metadata: dict[int, FrameMetadata] = {}

    def exposure(index: int) -> float | None:
        taken[index] = burst.frames[index]
        return taken[index].metadata.exposure

    def sharpness(index: int) -> float:
        frame = taken[index]
        with stages.timed("read"):
            mosaic = unpack_frame(frame, threads)
        noise = frame_noise(burst.profile, frame.metadata)
        with stages.timed("align"):
            return native.sharpness(mosaic, frame_format(burst.profile), noise, threads=threads)

    def read(index: int) -> Negative:
        frame = taken.pop(index, None) or burst.frames[index]
        metadata[index] = frame.metadata
        with stages.timed("read"):
            mosaic = unpack_frame(frame, threads)
            whole = frame_negative(burst, frame.metadata, mosaic)
            return halved(whole, threads) if fast else whole

    count = len(burst.frames)
    reference = choose_reference(burst.reference, count, exposure, sharpness)
    others = _others(count, reference, fast=fast)
    first = read(reference)
    base = metadata[reference].exposure

    def mosaics() -> Iterable[tuple[Mosaic, float]]:
        for index in others:
            mosaic = read(index).mosaic
            own = metadata[index].exposure
            yield mosaic, (own / base if own and base else 1.0)

    merged, reports = _merge(first, mosaics(), 1 + len(others), stages, threads)
    exposures = tuple(
        (metadata[i].exposure_time, metadata[i].analogue_gain) for i in sorted(metadata)
    )
    left_out = _rejected(others, reports)
    count = len(exposures) - len(left_out)
    return _merged(first, merged, exposures, reference, left_out, count)


def merge_files(
    paths: Sequence[Path],
    stages: Stages,
    *,
    reference: int | None = None,
    fast: bool = False,
    threads: int | None = None,
) -> MergedNegative:
    """Merges raw files of one burst.

    Args:
        paths: the frames in time order.
        stages: told of progress and time.
        reference: index of the one the others are aligned to; None for the first, or a clearly
            sharper one of the first three.
        fast: merges at half width and height, and five frames at most, for a quick look.
        threads: for the C core; None uses all.

    Raises:
        PictureError: if a file cannot be read or does not fit the reference.
    """
    taken: dict[int, Negative] = {}  # those that compete for the reference
    exposures: dict[int, Exposure] = {}
    frames: dict[int, int] = {}  # that each is made of

    def load(index: int) -> Negative:
        with stages.timed("read"):
            negative = read_dng(paths[index])
        gain = None if negative.info.iso is None else negative.info.iso / 100
        exposures[index] = (negative.info.exposure_time, gain)
        frames[index] = negative.info.frames_merged
        return negative

    def exposure(index: int) -> float | None:
        taken[index] = load(index)
        time, gain = exposures[index]
        return time and time * (gain or 1.0)

    def sharpness(index: int) -> float:
        negative = taken[index]
        if index:
            _check_fits(paths[index], negative, paths[0], taken[0])
        with stages.timed("align"):
            return native.sharpness(
                negative.mosaic, negative.format, negative.noise, threads=threads
            )

    def read(index: int) -> Negative:
        return taken.pop(index, None) or load(index)

    count = len(paths)
    if reference is None:
        reference = choose_reference(0, count, exposure, sharpness)
    _check_index(reference, count)
    others = _others(count, reference, fast=fast)
    whole = read(reference)
    first = halved(whole, threads) if fast else whole

    def mosaics() -> Iterable[tuple[Mosaic, float]]:
        for index in others:
            negative = read(index)
            _check_fits(paths[index], negative, paths[reference], whole)
            if fast:
                with stages.timed("read"):
                    negative = halved(negative, threads)
            yield negative.mosaic, _exposure_ratio(exposures[index], exposures[reference])

    merged, reports = _merge(first, mosaics(), 1 + len(others), stages, threads)
    in_order = tuple(exposures[i] for i in sorted(exposures))
    left_out = _rejected(others, reports)
    count = sum(frames[i] for i in frames if i not in left_out)
    return _merged(first, merged, in_order, reference, left_out, count)


def _merged(
    first: Negative,
    merged: native.Merged,
    exposures: tuple[Exposure, ...],
    reference: int,
    left_out: tuple[int, ...],
    frames: int,
) -> MergedNegative:
    negative = replace(
        first,
        mosaic=merged.mosaic,
        format=merged.format,
        noise=merged.noise,
        info=replace(first.info, frames_merged=frames),
    )
    used = len(exposures) - len(left_out)
    return MergedNegative(negative, exposures, left_out, reference, used)


def _rejected(others: Sequence[int], reports: Sequence[native.FrameReport]) -> tuple[int, ...]:
    """Which of the added frames did not fit."""
    return tuple(index for index, report in zip(others, reports, strict=True) if report.rejected)


def _merge(
    reference: Negative,
    others: Iterable[tuple[Mosaic, float]],
    count: int,
    stages: Stages,
    threads: int | None,
) -> tuple[native.Merged, tuple[native.FrameReport, ...]]:
    """Streams the others into the reference. A lone frame is kept as it is, unshrunk."""
    reports: list[native.FrameReport] = []
    shrink = 1.0 if count > 1 else 0.0
    with stages.timed("merge"):
        merger = native.Merger(
            reference.mosaic, reference.format, reference.noise, shrink=shrink, threads=threads
        )
    with merger:
        for index, (mosaic, exposure) in enumerate(others):
            progress = _frame_progress(stages, index, count)
            report = merger.add(mosaic, exposure=exposure, progress=progress)
            stages.add("align", report.align_seconds)
            stages.add("merge", report.merge_seconds)
            reports.append(report)
        with stages.timed("merge"):
            merged = merger.finish(progress=_frame_progress(stages, count - 1, count))
    if any(not report.rejected for report in reports) and not defects_judged(reports):
        with stages.timed("defects"):
            native.correct_defects(merged.mosaic, merged.format, merged.noise, threads=threads)
    return merged, tuple(reports)


def defects_judged(reports: Sequence[native.FrameReport]) -> bool:
    """Whether the frames moved enough for the merge to have told defects from detail.

    It convicts on the word of two frames that moved by 1.5 pixels where the defect is, which one
    or another place need not have done in a frame that moved by 2 on the whole.
    """
    moved = [report for report in reports if not report.rejected and hypot(*report.shift) >= _MOVED]
    return len(moved) >= _WITNESSES


def _frame_progress(stages: Stages, index: int, count: int) -> Callable[[float], None]:
    return lambda fraction: stages.report("merge", (index + fraction) / count)


def _others(count: int, reference: int, *, fast: bool) -> list[int]:
    """The frames to merge with the reference, in time order; of a quick look the nearest ones."""
    order = sorted(range(count), key=lambda index: abs(index - reference))
    return sorted(order[1 : _FAST_FRAMES if fast else count])


def _check_index(reference: int, count: int) -> None:
    if not 0 <= reference < count:
        raise PictureError(f"there is no frame {reference}: choose a reference of 0 to {count - 1}")


def _check_fits(path: Path, negative: Negative, first_path: Path, first: Negative) -> None:
    """All frames of a merge come from one sensor in one format."""
    theirs = (negative.mosaic.shape, negative.format)
    if theirs != (first.mosaic.shape, first.format):
        raise PictureError(
            f"{path}: {_describe(negative)} does not fit {first_path}: {_describe(first)}; "
            "merge frames of one burst only"
        )


def _describe(negative: Negative) -> str:
    height, width = negative.mosaic.shape
    cfa = "".join("RGB"[colour] for colour in negative.format.colours)
    return f"{width}x{height} {cfa} white {negative.format.white:g}"


def _exposure_ratio(exposure: Exposure, reference: Exposure) -> float:
    (time, gain), (reference_time, reference_gain) = exposure, reference
    if not time or not reference_time:
        return 1.0
    return (time * (gain or 1.0)) / (reference_time * (reference_gain or 1.0))
