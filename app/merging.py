"""Many frames to one negative: a burst from the camera, or negatives from files."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

import native
from app.pictures.negative import Negative, ShotInfo
from app.pictures.read_dng import PictureError, read_dng
from app.stages import Stages
from capture.colour import grey_world_neutral, temperature_of, white_of
from capture.frames import Burst, CfaPattern, FrameMetadata, RawFrame, SensorProfile
from capture.shading import shading_at

Mosaic = npt.NDArray[np.uint16]
Exposure = tuple[float | None, float | None]  # seconds, gain

_DAYLIGHT = 5000.0  # kelvin; for the shading of a sensor that sees no colour
_CLIPPING = 0.98  # of the white level: samples above are taken for clipped
_LEAST = 1e-3  # sample units: a colour that was not seen at all


@dataclass(frozen=True, slots=True, eq=False)
class MergedNegative:
    """A negative and the story of its merge.

    Attributes:
        negative: the result.
        exposures: seconds and gain of each frame, in time order.
        used: frames that were merged, the reference among them.
        reports: of the other frames, in the order they were added.
    """

    negative: Negative
    exposures: tuple[Exposure, ...]
    used: int
    reports: tuple[native.FrameReport, ...]


def merge_burst(burst: Burst, stages: Stages, *, threads: int | None = None) -> MergedNegative:
    """Merges a burst around its reference frame.

    Raises:
        NativeError: if frames differ in size or cannot be merged.
    """
    order = _reference_first(len(burst.frames), burst.reference)
    metadata: dict[int, FrameMetadata] = {}

    def mosaics() -> Iterable[tuple[Mosaic, float]]:
        base: float | None = None
        for index in order:
            frame = burst.frames[index]
            metadata[index] = frame.metadata
            with stages.timed("read"):
                mosaic = unpack_frame(frame, threads)
            exposure = frame.metadata.exposure
            base = base or exposure
            yield mosaic, (exposure / base if exposure and base else 1.0)

    frames = iter(mosaics())
    reference, _ = next(frames)
    unmerged = _frame_negative(burst, metadata[order[0]], reference)
    merged, reports = _merge(unmerged, frames, len(order), stages, threads)
    used = 1 + sum(not report.rejected for report in reports)
    exposures = tuple(
        (metadata[i].exposure_time, metadata[i].analogue_gain) for i in sorted(metadata)
    )
    return MergedNegative(_merged_negative(unmerged, merged, used), exposures, used, reports)


def burst_negatives(burst: Burst, *, threads: int | None = None) -> Iterator[Negative]:
    """Each frame of a burst as a negative of its own."""
    for frame in burst.frames:
        yield _frame_negative(burst, frame.metadata, unpack_frame(frame, threads))


def merge_files(
    paths: Sequence[Path], stages: Stages, *, reference: int = 0, threads: int | None = None
) -> MergedNegative:
    """Merges raw files of one burst around the one with the given index.

    Raises:
        PictureError: if a file cannot be read or does not fit the reference.
    """
    order = _reference_first(len(paths), reference)
    exposures: dict[int, Exposure] = {}

    def read(index: int) -> Negative:
        with stages.timed("read"):
            negative = read_dng(paths[index])
        gain = None if negative.info.iso is None else negative.info.iso / 100
        exposures[index] = (negative.info.exposure_time, gain)
        return negative

    first = read(order[0])

    def mosaics() -> Iterable[tuple[Mosaic, float]]:
        for index in order[1:]:
            negative = read(index)
            _check_fits(paths[index], negative, paths[order[0]], first)
            yield negative.mosaic, _exposure_ratio(exposures[index], exposures[order[0]])

    merged, reports = _merge(first, mosaics(), len(order), stages, threads)
    used = 1 + sum(not report.rejected for report in reports)
    in_order = tuple(exposures[i] for i in sorted(exposures))
    return MergedNegative(_merged_negative(first, merged, used), in_order, used, reports)


def unpack_frame(frame: RawFrame, threads: int | None = None) -> Mosaic:
    """A frame's samples, (height, width) uint16, right-justified."""
    return native.unpack(
        frame.data[: frame.height], frame.packing, frame.width, shift=frame.shift, threads=threads
    )


def _frame_negative(burst: Burst, shot: FrameMetadata, mosaic: Mosaic) -> Negative:
    """A frame of a burst as it came from the sensor."""
    profile = burst.profile
    gain = (shot.analogue_gain or 1.0) * (shot.digital_gain or 1.0)
    noise = profile.noise(gain)
    neutral = burst.scene_neutral or _neutral(shot, profile, mosaic)
    temperature = _DAYLIGHT
    if profile.calibrations:
        temperature = temperature_of(white_of(profile.calibrations, neutral))
    return Negative(
        mosaic=mosaic,
        format=native.MosaicFormat(profile.cfa.colours, profile.black_level, profile.white_level),
        noise=native.MosaicNoise(noise.shot, noise.read),
        calibrations=profile.calibrations,
        neutral=neutral,
        shading=shading_at(profile.shading, temperature),
        push=burst.push,
        crop=profile.crop,
        orientation=burst.orientation,
        info=ShotInfo(
            make=profile.make,
            model=profile.model,
            exposure_time=shot.exposure_time,
            iso=100.0 * gain,
        ),
    )


def _merged_negative(unmerged: Negative, merged: native.Merged, used: int) -> Negative:
    return replace(
        unmerged,
        mosaic=merged.mosaic,
        format=merged.format,
        noise=merged.noise,
        info=replace(unmerged.info, frames_merged=used),
    )


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
    return merged, tuple(reports)


def _frame_progress(stages: Stages, index: int, count: int) -> Callable[[float], None]:
    return lambda fraction: stages.report("merge", (index + fraction) / count)


def _reference_first(count: int, reference: int) -> list[int]:
    if not 0 <= reference < count:
        raise PictureError(f"there is no frame {reference}: choose a reference of 0 to {count - 1}")
    return [reference, *(index for index in range(count) if index != reference)]


def _neutral(
    metadata: FrameMetadata, profile: SensorProfile, mosaic: Mosaic
) -> tuple[float, float, float]:
    """Camera RGB of white as the camera's white balance saw it; a guess if it did not say."""
    if metadata.colour_gains is not None:
        red, blue = metadata.colour_gains
        return (1.0 / red, 1.0, 1.0 / blue)
    if profile.cfa is CfaPattern.MONO:
        return (1.0, 1.0, 1.0)
    return grey_world_neutral(_means(profile, mosaic), profile.neutral_curve)


def _means(profile: SensorProfile, mosaic: Mosaic) -> list[float]:
    """Mean of red, green and blue above black, over every fourth cell that clips nowhere."""
    height, width = (side & ~1 for side in mosaic.shape)
    sites = np.stack(
        [mosaic[site // 2 : height : 8, site % 2 : width : 8] for site in range(4)]
    ).astype(np.float32)
    whole = (sites < _CLIPPING * profile.white_level).all(axis=0)
    black = np.array(profile.black_level, np.float32)
    levels = sites[:, whole].mean(axis=1) - black if whole.any() else np.ones(4)
    colours = np.array(profile.cfa.colours)
    return [max(float(levels[colours == colour].mean()), _LEAST) for colour in range(3)]


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
