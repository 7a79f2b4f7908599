"""A negative: a mosaic and all that is needed to develop it, now or in ten years."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from app.pictures.position import Position
from capture.frames import ByHand, ColourCalibration
from native import MosaicFormat, MosaicNoise, Warp


@dataclass(frozen=True, slots=True)
class ShotInfo:
    """What the files tell of a shot. Unknown things are None and are left out of the files.

    Attributes:
        make, model: of the camera; model doubles as UniqueCameraModel.
        taken: local time with its offset.
        time_source: where that time came from: "network", "rtc", "telephone"
            or "unknown".
        exposure_time: of the reference frame, seconds.
        iso: gain times 100.
        f_number: of the lens.
        focal_length: millimetres; focal_length_35mm: its equivalent.
        lens: its name.
        frames_merged: how many frames the picture is made of.
        style: the look the shot was taken in.
        style_version: of the look's file format.
        software: name and version.
        position: where it was taken.
        raw_format: in which the camera handed the frames out ("SRGGB16"), "lossy" if it drops
            detail.
        mode: that the shot was planned by.
        plan: what was planned, in one line.
        exposures: what was granted: seconds and gain of each frame, in time order, 0 if unknown.
        by_hand: what a person has set; None unknown.
        subject_distance: metres that the lens was focused on, infinite beyond its scale.
        negative: file name of the DNG that a picture was made of later; None for the shot's own.
    """

    make: str = "Raspberry Pi"
    model: str = "Unknown camera"
    taken: datetime | None = None
    time_source: str | None = None
    exposure_time: float | None = None
    iso: float | None = None
    f_number: float | None = None
    focal_length: float | None = None
    focal_length_35mm: float | None = None
    lens: str | None = None
    frames_merged: int = 1
    style: str | None = None
    style_version: int = 1
    software: str = "Baryta"
    position: Position | None = None
    negative: str | None = None
    raw_format: str | None = None
    mode: str | None = None
    plan: str | None = None
    exposures: tuple[tuple[float, float], ...] = ()
    by_hand: ByHand | None = None
    subject_distance: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Negative:
    """A mosaic and how to read it.

    Attributes:
        mosaic: (height, width) uint16, the full active area.
        format: scale and colours of its samples.
        noise: noise model of its samples.
        calibrations: one or two, the warmer first; empty for a mono sensor.
        neutral: camera RGB of white in this shot's light, green 1.
        shading: (4, rows, columns) float32 gains by site, corner to corner; None for none.
        warp: the lens's distortion and lateral colour, to be taken out; None for none.
        push: EV that development adds (BaselineExposure).
        crop: pixels to leave out at each edge in the picture.
        orientation: EXIF orientation, 1..8.
        info: the shot's story.
    """

    mosaic: npt.NDArray[np.uint16]
    format: MosaicFormat
    noise: MosaicNoise
    calibrations: tuple[ColourCalibration, ...]
    neutral: tuple[float, float, float]
    shading: npt.NDArray[np.float32] | None = None
    warp: Warp | None = None
    push: float = 0.0
    crop: int = 8
    orientation: int = 1
    info: ShotInfo = field(default_factory=ShotInfo)
