"""Many frames to one negative: a burst from the camera, or negatives from files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import hypot, log2
from pathlib import Path

import native
from app.averaging import average
from app.changed_scene import astray, best_alone, nearly_all_lost, only_blurred
from app.exposure_steps import ALIKE, merge_steps
from app.merge_frames import Frame, Manner, Read, ready_frames
from app.negatives import frame_format, frame_negative, frame_noise, unpack_frame
from app.pictures.half import halved
from app.pictures.negative import Negative
from app.pictures.read_dng import PictureError, read_dng
from app.pictures.shot_info import read_shot_info
from app.progress import Progress, part_of
from app.reference import choose_reference
from app.stages import Stages
from capture.frames import Burst, FrameMetadata, RawFrame

Exposure = tuple[float | None, float | None]  # seconds, gain

STEPPED = frozenset({"hdr", "bracket", "night"})  # modes whose frames differ in exposure on purpose
AVERAGED = frozenset({"long", "bulb", "white"})  # modes whose frames' mean is wanted
_FAST_FRAMES = 5  # of a quick look, however long the burst
_ROBUST, _ROBUST_BETWEEN = 1.0, 0.75  # of a merge's last step, and of those before it
_CALMING = 5  # frames' time that a bracket's calming takes, beyond those of its longest step
_MOVED, _APART, _WITNESSES = 2.0, 1.0, 3  # pixels, frames: enough to tell defects from detail


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
        burst: its frames are taken once each; those of a bracket are asked for their
            exposure before, its longest ones for their hot pixels and for what moved too.
        stages: told of progress and time.
        fast: merges at half width and height, and five frames at most, for a quick look.
        threads: for the C core; None uses all.

    Raises:
        NativeError: if frames differ in size or cannot be merged.
    """
    taken: dict[int, RawFrame] = {}  # those that compete for the reference
    rivals: dict[int, FrameMetadata] = {}  # theirs, the pressed one among them
    metadata: dict[int, FrameMetadata] = {}

    def exposure(index: int) -> float | None:
        taken[index] = burst.frames[index]
        rivals[index] = taken[index].metadata
        return rivals[index].exposure

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

    def merged(reference: int, others: Sequence[int]) -> tuple[MergedNegative, bool, bool]:
        """With others round a frame; whether nearly all are lost, and whether any went astray."""
        first = read(reference)
        base = metadata[reference].exposure

        def frame(index: int) -> Frame:
            negative = read(index)
            return Frame(negative.mosaic, _brighter(metadata[index].exposure, base), negative.noise)

        ratios = dict.fromkeys(others, 1.0)
        steps: Sequence[Sequence[int]] = [others]
        if burst.mode in STEPPED:
            ratios = {i: _brighter(burst.frames[i].metadata.exposure, base) for i in others}
            steps = merge_steps(ratios)
        picture, reports, owed = _merge(first, steps, frame, _manner(burst.mode, stages, threads))
        owed += log2(_brighter(rivals[burst.reference].exposure, base))
        first = replace(first, push=first.push + owed)
        exposures = tuple(
            (metadata[i].exposure_time, metadata[i].analogue_gain) for i in sorted(metadata)
        )
        used = {index for step in steps for index in step} - _rejected(reports)
        left_out = tuple(sorted(({*others} | {*metadata}) - used - {reference}))
        count = 1 + len(used)
        made = _merged(first, picture, exposures, reference, left_out, count, count)
        deep = burst.push if burst.mode in STEPPED else 0.0  # others have no better frame
        strays = astray(reports, first.mosaic.shape[1], deep) & used
        return made, nearly_all_lost(ratios, used - strays), bool(strays)

    count = len(burst.frames)
    reference = choose_reference(burst.reference, count, exposure, sharpness)
    others = _others(count, reference, fast=fast)
    found, lost, torn = merged(reference, others)
    if not lost or fast or burst.mode in AVERAGED:
        return found
    best = _best_alone(burst, reference)
    witness = best[0] if best is not None else others[0]
    if not torn and only_blurred(read(witness), read(reference), threads=threads):
        return _told(found, f"{found.used} of {count} frames fit")
    if best is not None:
        found, _, _ = merged(*best)
    return _told(found, f"the scene changed, {found.used} of {count} frames fit")


def _best_alone(burst: Burst, reference: int) -> tuple[int, list[int]] | None:
    """A brighter frame that makes a better picture than the reference, and those to go with it."""
    exposures = [frame.metadata.exposure or 0.0 for frame in burst.frames]
    if not all(exposures):
        return None
    base = exposures[burst.reference]
    best = best_alone({i: burst.push - log2(own / base) for i, own in enumerate(exposures)})
    if exposures[best] <= ALIKE * exposures[reference]:
        return None
    least = exposures[best] / ALIKE
    return best, [i for i, own in enumerate(exposures) if i != best and own >= least]


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
        return _product(exposures[index])

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

    def frame(index: int) -> Frame:
        negative = read(index)
        _check_fits(paths[index], negative, paths[reference], whole)
        if fast:
            with stages.timed("read"):
                negative = halved(negative, threads)
        ratio = _brighter(_product(exposures[index]), _product(exposures[reference]))
        return Frame(negative.mosaic, ratio, negative.noise)

    steps = [others]
    if whole.info.mode in STEPPED:
        base = _product(exposures[reference])
        told = {i: _product(_told_exposure(paths[i])) for i in others}
        steps = merge_steps({i: _brighter(told[i], base) for i in others})
    manner = _manner(whole.info.mode, stages, threads)
    merged, reports, owed = _merge(first, steps, frame, manner)
    first = replace(first, push=first.push + owed)
    in_order = tuple(exposures[i] for i in sorted(exposures))
    left_out = _left_out(others, steps, _rejected(reports))
    used = 1 + len(others) - len(left_out)
    count = sum(frames[i] for i in frames if i not in left_out)
    return _merged(first, merged, in_order, reference, left_out, used, count)


def _merged(
    first: Negative,
    merged: native.Merged,
    exposures: tuple[Exposure, ...],
    reference: int,
    left_out: tuple[int, ...],
    used: int,
    frames: int,
) -> MergedNegative:
    granted = tuple((time or 0.0, gain or 0.0) for time, gain in exposures)
    info = replace(first.info, frames_merged=frames, exposures=granted)
    if info.mode in AVERAGED and all(time for time, _ in granted):
        info = replace(info, exposure_time=sum(time for time, _ in granted))
    negative = replace(
        first, mosaic=merged.mosaic, format=merged.format, noise=merged.noise, info=info
    )
    return MergedNegative(negative, exposures, left_out, reference, used)


def _told(found: MergedNegative, what: str) -> MergedNegative:
    """With this in the plan that the picture tells."""
    info = found.negative.info
    told = replace(info, plan=f"{info.plan}; {what}" if info.plan else what)
    return replace(found, negative=replace(found.negative, info=told))


def _left_out(
    others: Sequence[int], steps: Sequence[Sequence[int]], rejected: set[int]
) -> tuple[int, ...]:
    """Those that did not fit, and those too long or too short to be in any step."""
    merged = {index for step in steps for index in step} - rejected
    return tuple(index for index in others if index not in merged)


def _manner(mode: str | None, stages: Stages, threads: int | None) -> Manner:
    return Manner(stages, threads, average=mode in AVERAGED, wide=mode in STEPPED)


def _merge(
    reference: Negative,
    steps: Sequence[Sequence[int]],
    read: Read,
    manner: Manner,
) -> tuple[native.Merged, dict[int, native.FrameReport], float]:
    """Streams the others into the reference, step by step; what became of them; EV owed.

    A lone frame is kept as it is, unshrunk. Between steps nothing is shrunk either: what the next
    frames show clearly is not to be judged before. A coefficient of the reference whose noise
    passes for motion would stay as a tick of stripes: steps before the last tolerate more.
    """
    if manner.average:
        return _averaged(reference, [i for step in steps for i in step], read, manner), {}, 0.0
    stages, alone = manner.stages, not any(steps)
    calming = (len(steps[-1]) + _CALMING if len(steps) > 1 else 1) if manner.wide and steps else 0
    parts = _parts(stages, sum(2 + len(step) for step in steps or [[]]), calming)
    reports: dict[int, native.FrameReport] = {}
    frames = ready_frames(reference, steps, read, manner)
    merged = native.Merged(frames.first, frames.format, reference.noise, 1.0)
    for step in steps or [[]]:
        final = step is (steps or [step])[-1]
        with stages.timed("merge"):
            merger = native.Merger(
                merged.mosaic,
                merged.format,
                merged.noise,
                robustness=_ROBUST if final else _ROBUST_BETWEEN,
                shrink=1.0 if final and not alone else 0.0,
                frame_noise=_noise_over(reference.noise, merged.noise),
                threads=manner.threads,
                progress=next(parts),
            )
        with merger:
            for index in step:
                frame = frames.ready(index)
                report = merger.add(
                    frame,
                    exposure=frames.ratios[index],
                    gain=frames.gains[index],
                    progress=next(parts),
                )
                stages.add("align", report.align_seconds)
                stages.add("merge", report.merge_seconds)
                reports[index] = report
            with stages.timed("merge"):
                merged = merger.finish(progress=next(parts))
        frames.lamp.merged(merged.mosaic, merged.format, max((1.0, *frames.ratios.values())))
    used = [i for i, report in reports.items() if not report.rejected]
    if manner.wide and used:
        with stages.timed("merge"):
            frames.calm(merged, used, [i for i in steps[-1] if i in used], next(parts))
    told = tuple(reports.values())
    if used and not defects_judged(told):
        with stages.timed("defects"):
            native.correct_defects(
                merged.mosaic, merged.format, merged.noise, threads=manner.threads
            )
    return merged, reports, frames.owes(used)


def _rejected(reports: Mapping[int, native.FrameReport]) -> set[int]:
    return {index for index, report in reports.items() if report.rejected}


def _noise_over(frame: native.MosaicNoise, merged: native.MosaicNoise) -> float:
    """A frame's noise variance over a merge's, at a tenth of white, where neither part is alone."""
    own, left = (0.1 * sum(n.shot) + sum(n.read) for n in (frame, merged))
    return min(max(own / left, 1.0), 64.0) if left > 0.0 else 1.0


def _averaged(
    reference: Negative,
    others: Sequence[int],
    read: Read,
    manner: Manner,
) -> native.Merged:
    """The mean of frames as they are, without hot pixels."""
    merged = average(reference, (read(i).mosaic for i in others), 1 + len(others), manner.stages)
    with manner.stages.timed("defects"):
        native.correct_defects(merged.mosaic, merged.format, merged.noise, threads=manner.threads)
    return merged


def defects_judged(reports: Sequence[native.FrameReport]) -> bool:
    """Whether the frames moved enough for the merge to have told defects from detail.

    It convicts on the word of two frames that moved by 1.5 pixels where the defect is, which one
    or another place need not have done in a frame that moved by 2 on the whole. Frames that moved
    alike, as after a knock at a tripod, say the same and count once.
    """
    moved: list[tuple[float, float]] = []
    for report in reports:
        x, y = report.shift
        alike = any(hypot(x - u, y - v) < _APART for u, v in moved)
        if not report.rejected and hypot(x, y) >= _MOVED and not alike:
            moved.append((x, y))
    return len(moved) >= _WITNESSES


def _parts(stages: Stages, count: int, last: int) -> Iterator[Progress]:
    """The progress of so many parts of a merge, each as long, and of a last one of many times."""
    whole = partial(stages.report, "merge")
    for part in range(count):
        yield part_of(whole, part / (count + last), (part + 1) / (count + last))
    yield part_of(whole, count / (count + last), 1.0)


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


def _told_exposure(path: Path) -> Exposure:
    """What a file's metadata tell, before its pixels are read."""
    info = read_shot_info(path)
    return info.exposure_time, None if info.iso is None else info.iso / 100


def _product(exposure: Exposure) -> float | None:
    time, gain = exposure
    return time and time * (gain or 1.0)


def _brighter(own: float | None, base: float | None) -> float:
    """How many times, of seconds times gain; 1 where either is not told."""
    return own / base if own and base else 1.0
