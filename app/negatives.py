"""A frame of a burst as a negative of its own, just as the sensor delivered it."""

from collections.abc import Iterator
from dataclasses import replace
from math import isfinite, log2

import native
from app.pictures.negative import Negative, ShotInfo
from capture.cells import zone_colours
from capture.colour import neutral_curve, temperature_of, white_of
from capture.distance import metres
from capture.frames import Burst, CfaPattern, FrameMetadata, RawFrame, SensorProfile
from capture.shading import shading_at
from capture.white_balance import estimate_neutral
from native import Mosaic

_DAYLIGHT = 5000.0  # kelvin; for shading while no light is known


def burst_negatives(burst: Burst, *, threads: int | None = None) -> Iterator[Negative]:
    """Each frame of a burst as a negative of its own, as bright as the burst's picture."""
    base: float | None = None
    if burst.reference != 0:
        base = burst.frames[burst.reference].metadata.exposure
    for index, frame in enumerate(burst.frames):
        own = frame.metadata.exposure
        base = own if index == burst.reference else base
        negative = frame_negative(burst, frame.metadata, unpack_frame(frame, threads))
        owed = burst.push - log2(own / base) if own and base else burst.push
        yield replace(negative, push=owed)


def unpack_frame(frame: RawFrame, threads: int | None = None) -> Mosaic:
    """A frame's samples, (height, width) uint16, right-justified."""
    return native.unpack(
        frame.data[: frame.height], frame.packing, frame.width, shift=frame.shift, threads=threads
    )


def frame_negative(burst: Burst, shot: FrameMetadata, mosaic: Mosaic) -> Negative:
    """A frame of a burst as it came from the sensor."""
    profile = burst.profile
    neutral = burst.scene_neutral or _neutral(shot, profile, mosaic)
    temperature = _DAYLIGHT
    if profile.calibrations:
        temperature = temperature_of(white_of(profile.calibrations, neutral))
    return Negative(
        mosaic=mosaic,
        format=frame_format(profile),
        noise=frame_noise(profile, shot),
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
            iso=100.0 * _gain(shot),
            raw_format=burst.raw_format or None,
            mode=burst.mode or None,
            plan=burst.plan or None,
            by_hand=burst.by_hand,
            subject_distance=_distance(shot.lens_position),
        ),
    )


def frame_format(profile: SensorProfile) -> native.MosaicFormat:
    """The scale of a sensor's samples."""
    return native.MosaicFormat(profile.cfa.colours, profile.black_level, profile.white_level)


def frame_noise(profile: SensorProfile, shot: FrameMetadata) -> native.MosaicNoise:
    """The noise of a frame at its gain."""
    noise = profile.noise(_gain(shot))
    return native.MosaicNoise(noise.shot, noise.read)


def _distance(dioptres: float | None) -> float | None:
    """Metres; lenses go beyond infinity, and what is no number costs no picture."""
    if dioptres is None or not isfinite(dioptres):
        return None
    return metres(max(dioptres, 0.0))


def _gain(shot: FrameMetadata) -> float:
    return (shot.analogue_gain or 1.0) * (shot.digital_gain or 1.0)


def _neutral(
    metadata: FrameMetadata, profile: SensorProfile, mosaic: Mosaic
) -> tuple[float, float, float]:
    """Camera RGB of white as the camera's white balance saw it; an estimate if it did not say."""
    if metadata.colour_gains is not None:
        red, blue = metadata.colour_gains
        return (1.0 / red, 1.0, 1.0 / blue)
    if profile.cfa is CfaPattern.MONO:
        return (1.0, 1.0, 1.0)
    curve = profile.neutral_curve or neutral_curve(profile.calibrations)
    zones = zone_colours(
        mosaic,
        profile.cfa.colours,
        profile.black_level,
        float(profile.white_level),
        shading_at(profile.shading, _DAYLIGHT),
    )
    return estimate_neutral(zones, curve)
