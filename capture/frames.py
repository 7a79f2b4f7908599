"""What a camera delivers: raw frames, their metadata, and the sensor they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import hypot
from typing import Any, Self

import numpy as np
import numpy.typing as npt


class Packing(StrEnum):
    """How samples lie in a frame's rows."""

    U16 = "u16"  # little-endian 16-bit words
    CSI2P10 = "csi2p10"  # MIPI CSI-2 RAW10: 4 samples in 5 bytes
    CSI2P12 = "csi2p12"  # MIPI CSI-2 RAW12: 2 samples in 3 bytes
    CSI2P14 = "csi2p14"  # MIPI CSI-2 RAW14: 4 samples in 7 bytes
    PISP_COMP1 = "pisp_comp1"  # the Pi 5's compressed raw: 8 samples in 8 bytes, lossy

    def row_bytes(self, width: int) -> int:
        """Bytes that the samples of a row take, padding apart."""
        size, count = {
            Packing.U16: (2, 1),
            Packing.CSI2P10: (5, 4),
            Packing.CSI2P12: (3, 2),
            Packing.CSI2P14: (7, 4),
            Packing.PISP_COMP1: (8, 8),
        }[self]
        return -(-width // count) * size


class CfaPattern(StrEnum):
    """Colours of the 2x2 cell, row-major from the top left sample."""

    RGGB = "RGGB"
    BGGR = "BGGR"
    GRBG = "GRBG"
    GBRG = "GBRG"
    MONO = "MONO"

    @property
    def colours(self) -> tuple[int, int, int, int]:
        """By site: 0 red, 1 green, 2 blue; all green on a mono sensor."""
        if self is CfaPattern.MONO:
            return (1, 1, 1, 1)
        r, g, b, x = ("RGB".index(letter) for letter in self.value)
        return (r, g, b, x)


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """Variance of a normalised sample x in [0, 1]: shot * max(x, 0) + read, by CFA site."""

    shot: tuple[float, float, float, float]
    read: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ColourCalibration:
    """The sensor's colour under one illuminant, in the terms of the DNG specification 1.7.

    Attributes:
        temperature: correlated colour temperature, kelvin.
        colour_matrix: 3x3, XYZ (of this illuminant's white) to camera RGB.
        forward_matrix: 3x3, white-balanced camera RGB to XYZ D50; maps (1, 1, 1) to D50 white.
    """

    temperature: float
    colour_matrix: npt.NDArray[np.float64]
    forward_matrix: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ShadingTable:
    """Lens shading gains for one colour temperature.

    Attributes:
        temperature: kelvin.
        gain: (4, rows, columns) float32 by CFA site, at least 1; nodes spread evenly from corner
            to corner of the frame, bilinear between.
    """

    temperature: float
    gain: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SensorProfile:
    """What is known of a sensor before the shot.

    Attributes:
        name: the sensor's driver name ("imx477").
        model: the camera's name for people and UniqueCameraModel.
        width, height: of the full-resolution raw, samples.
        pixel_pitch: millimetres, for the sensor's size and the crop factor.
        cfa: as mounted and read out.
        bit_depth: of a sample.
        black_level: by CFA site, sample units.
        white_level: clipping level, sample units, pedestal included.
        calibrations: two, the warmer first.
        shot_noise, read_noise: NoiseModel figures at gain 1 (shot scales with gain, read with
            its square).
        shading: by colour temperature, warmer first; empty if unknown.
        neutral_curve: (temperature, r/g, b/g) of a neutral surface, the white-balance prior.
        control_delay: frames until exposure, gain and frame length take effect.
        min_gain, max_gain: limits of the analogue gain.
        min_exposure, max_exposure: seconds.
        make: the camera's maker, for people.
        crop: samples at each edge that the picture leaves out.
        frame_time: seconds from one frame to the next at the fastest, as it is read out.
    """

    name: str
    model: str
    width: int
    height: int
    pixel_pitch: float
    cfa: CfaPattern
    bit_depth: int
    black_level: tuple[float, float, float, float]
    white_level: int
    calibrations: tuple[ColourCalibration, ...]
    shot_noise: float
    read_noise: float
    shading: tuple[ShadingTable, ...] = ()
    neutral_curve: tuple[tuple[float, float, float], ...] = ()
    control_delay: tuple[int, int, int] = (2, 2, 2)
    min_gain: float = 1.0
    max_gain: float = 16.0
    min_exposure: float = 1e-5
    max_exposure: float = 10.0
    make: str = "Raspberry Pi"
    crop: int = 8
    frame_time: float = 1.0 / 30.0

    @property
    def margin(self) -> tuple[float, float]:
        """The crop as shares of width and height."""
        return self.crop / self.width, self.crop / self.height

    @property
    def diagonal(self) -> float:
        """Of the sensor, millimetres; 0 if its size is not known."""
        return hypot(self.width, self.height) * self.pixel_pitch

    def noise(self, gain: float) -> NoiseModel:
        """The noise of a frame at a total (analogue times digital) gain."""
        shot, read = self.shot_noise * gain, self.read_noise * gain * gain
        return NoiseModel((shot,) * 4, (read,) * 4)


@dataclass(frozen=True, slots=True)
class FrameMetadata:
    """A frame's metadata. Any field may be unknown (None): libcamera promises none of them.

    Attributes:
        timestamp: nanoseconds of a monotonic clock: of the exposure's start, or of the
            reading's on a Pi (capture.ring.middle).
        exposure_time: seconds.
        analogue_gain, digital_gain: factors.
        colour_gains: red and blue white-balance gains, green 1.
        colour_temperature: kelvin.
        lux: scene illuminance.
        lens_position: dioptres.
        sensor_temperature: degrees Celsius.
        libcamera: the whole metadata under libcamera's names.
    """

    timestamp: int | None = None
    exposure_time: float | None = None
    analogue_gain: float | None = None
    digital_gain: float | None = None
    colour_gains: tuple[float, float] | None = None
    colour_temperature: float | None = None
    lux: float | None = None
    lens_position: float | None = None
    sensor_temperature: float | None = None
    libcamera: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_libcamera(cls, values: Mapping[str, Any]) -> Self:
        """Reads libcamera's names and units (microseconds become seconds)."""
        microseconds = values.get("ExposureTime")
        gains = values.get("ColourGains")
        return cls(
            timestamp=values.get("SensorTimestamp"),
            exposure_time=None if microseconds is None else microseconds / 1e6,
            analogue_gain=values.get("AnalogueGain"),
            digital_gain=values.get("DigitalGain"),
            colour_gains=None if gains is None else (float(gains[0]), float(gains[1])),
            colour_temperature=values.get("ColourTemperature"),
            lux=values.get("Lux"),
            lens_position=values.get("LensPosition"),
            sensor_temperature=values.get("SensorTemperature"),
            libcamera=dict(values),
        )

    @property
    def exposure(self) -> float | None:
        """Exposure time times total gain, seconds; the frame's brightness for a given scene."""
        if self.exposure_time is None:
            return None
        return self.exposure_time * (self.analogue_gain or 1.0) * (self.digital_gain or 1.0)


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One raw frame as the sensor delivered it.

    Attributes:
        data: (height, stride) uint8 for packed rows, or (height, width) uint16. Never written to.
        packing: how samples lie in data.
        width, height: samples.
        metadata: of this very frame.
        shift: low bits to drop from each 16-bit word (4 for left-justified 12 bit).
    """

    data: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
    packing: Packing
    width: int
    height: int
    metadata: FrameMetadata
    shift: int = 0


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person has set of a picture and not left to the camera.

    Attributes:
        shutter: whether the time was set.
        gain: whether the gain was set.
        white_balance: whether the light's colour was set.
        compensation: brightening that was asked of the meter, EV.
    """

    shutter: bool = False
    gain: bool = False
    white_balance: bool = False
    compensation: float = 0.0


@dataclass(frozen=True, slots=True)
class Burst:
    """Frames of one press, and what they were meant to be.

    Attributes:
        frames: in time order; may load lazily, so take each only once.
        profile: the sensor.
        reference: index of the frame nearest the press.
        push: brightening in EV that development owes (the plan's protection of highlights).
        scene_neutral: camera RGB of white, green 1, if the camera measured it.
        orientation: how the camera was held, as EXIF numbers it, 1..8.
        taken: when, if that was not now: of what is replayed, as far as its files tell.
        time_source: where that time came from: "network", "rtc" or "unknown".
        raw_format: of the frames as the camera handed them out, in its words; empty if unknown.
        mode: the mode that planned it, "replay" for files that do not tell; "" unknown.
        plan: what was planned, in one line; "" unknown.
        by_hand: what a person has set; None unknown.
    """

    frames: Sequence[RawFrame]
    profile: SensorProfile
    reference: int = 0
    push: float = 0.0
    scene_neutral: tuple[float, float, float] | None = None
    orientation: int = 1
    taken: datetime | None = None
    time_source: str = "unknown"
    raw_format: str = ""
    mode: str = ""
    plan: str = ""
    by_hand: ByHand | None = None


@dataclass(frozen=True, slots=True)
class RawSample:
    """Some rows of a raw frame of the live stream, for statistics.

    Attributes:
        frame: pairs of rows, evenly spread from the top to the bottom of the sensor's frame.
        profile: the sensor.
        seen: the part that the live stream shows: left, top, right, bottom, 0..1 of the frame.
    """

    frame: RawFrame
    profile: SensorProfile
    seen: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class PreviewFrame:
    """A processed frame of the live stream.

    Attributes:
        pixels: (height, width, 4) uint8, bytes R, G, B, X: sRGB-encoded (libcamera XBGR8888).
        metadata: of this very frame.
        raw: of the stream's raw, at most a quarter of a second older; the same object until there
            is a newer one. None from a camera that gives none.
    """

    pixels: npt.NDArray[np.uint8]
    metadata: FrameMetadata
    raw: RawSample | None = None
