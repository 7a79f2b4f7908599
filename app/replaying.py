"""Negatives from files as frames to replay."""

from collections.abc import Sequence
from math import fsum
from pathlib import Path

from app.pictures.read_dng import read_dng
from capture.frames import CfaPattern, FrameMetadata, SensorProfile, ShadingTable
from capture.replay import ReplayFrame

_CFA = {pattern.colours: pattern for pattern in CfaPattern}


def read_frame(path: Path) -> ReplayFrame:
    """Reads a raw file as a frame of a burst, with a profile of its own.

    Raises:
        PictureError: if it cannot be read.
    """
    negative = read_dng(path)
    height, width = negative.mosaic.shape
    info = negative.info
    gain = 1.0 if info.iso is None else info.iso / 100.0
    shading: tuple[ShadingTable, ...] = ()
    if negative.shading is not None:
        shading = (ShadingTable(5000.0, negative.shading),)
    profile = SensorProfile(
        name="replay",
        model=info.model,
        width=width,
        height=height,
        pixel_pitch=0.0,
        cfa=_CFA[negative.format.colours],
        bit_depth=int(negative.format.white).bit_length(),
        black_level=negative.format.black,
        white_level=int(negative.format.white),
        calibrations=negative.calibrations,
        shot_noise=_mean(negative.noise.shot) / gain,
        read_noise=_mean(negative.noise.read) / gain**2,
        shading=shading,
        make=info.make,
        crop=negative.crop,
    )
    metadata = FrameMetadata(
        exposure_time=info.exposure_time,
        analogue_gain=gain,
        lens_position=1.0 / info.subject_distance if info.subject_distance else None,
    )
    return ReplayFrame(
        mosaic=negative.mosaic,
        profile=profile,
        metadata=metadata,
        scene_neutral=negative.neutral,
        push=negative.push,
        orientation=negative.orientation,
        taken=info.taken,
        time_source=info.time_source or "unknown",
        raw_format=info.raw_format or "",
        mode=info.mode or "",
        plan=info.plan or "",
        by_hand=info.by_hand,
    )


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
