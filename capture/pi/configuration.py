"""The one configuration: preview and full-size raw, asked for whole, checked as granted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from capture.frames import SensorProfile
from capture.pi.formats import NO_RAW, RawStream, granted, is_raw, raw_format, unpacked
from capture.pi.library import translated
from capture.profiles import generic_profile, measured, profile
from capture.source import CameraError

_DEEPEST = 12  # bits, of a sensor nothing is known of
_PREVIEW_WIDTH = 1280


@dataclass(frozen=True, slots=True)
class Configured:
    """A configured camera.

    Attributes:
        profile: of the sensor, in the mode that was granted.
        raw: the raw stream.
        shift: low bits to drop for the profile's depth.
        readout: seconds from the first row's reading to the last's.
    """

    profile: SensorProfile
    raw: RawStream
    shift: int
    readout: float = 0.0


def configure(
    camera: Any,  # noqa: ANN401  (untyped library)
    preview_size: tuple[int, int] | None,
    buffers: int,
) -> Configured:
    """Configures an open camera.

    An unpacked raw is asked for: CSI-2 rows, if one asks for them, come compressed on a Pi 5.

    Args:
        camera: a Picamera2.
        preview_size: pixels; None for 1280 wide in the sensor's aspect.
        buffers: of each stream.

    Raises:
        CameraError: if the camera refuses, or grants a raw that cannot be read.
    """
    with translated("configured"):
        name = str(camera.camera_properties.get("Model", "unknown"))
        if not is_raw(camera.sensor_format):
            raise CameraError(NO_RAW)
        order, depth, _ = raw_format(camera.sensor_format)
        known = profile(name) if measured(name) else None
        depth = known.bit_depth if known else min(depth, _DEEPEST)
        size = camera.sensor_resolution
        camera.configure(
            camera.create_preview_configuration(
                main={"format": "XBGR8888", "size": preview_size or _fitting(size)},
                raw={"format": unpacked(order, depth), "size": size},
                sensor={"output_size": size, "bit_depth": depth},
                buffer_count=buffers,
            )
        )
        raw = granted(camera.camera_configuration()["raw"])
    base = known or generic_profile(name, (raw.width, raw.height), raw.cfa, depth)
    sensor = replace(
        base,
        width=raw.width,
        height=raw.height,
        cfa=raw.cfa,
        pixel_pitch=base.pixel_pitch * base.width / raw.width * _covered(camera),
    )
    if raw.depth < depth:
        sensor = _shallower(sensor, raw.depth)
    with translated("configured"):
        offered = camera.camera_controls
        sensor = limited(sensor, offered, known=known is not None)
        frames = _range(offered.get("FrameDurationLimits"))  # the fastest is read without a pause
    readout = 0.0 if frames is None else frames[0] * 1e-6
    return Configured(sensor, raw, raw.depth - sensor.bit_depth, readout)


def limited(sensor: SensorProfile, offered: Mapping[str, Any], *, known: bool) -> SensorProfile:
    """A sensor with the limits that libcamera tells for the mode.

    Args:
        sensor: as its profile has it.
        offered: (least, most, usual) of each of the camera's controls, microseconds.
        known: whether that profile is the sensor's own; then what both allow counts.
    """
    gains = _range(offered.get("AnalogueGain"))
    times = _range(offered.get("ExposureTime"))
    frames = _range(offered.get("FrameDurationLimits"))
    if gains is not None:
        if known:  # the IMX296's gain is told as up to 251, and ends at 15.7
            gains = max(gains[0], sensor.min_gain), min(gains[1], sensor.max_gain)
        if gains[0] <= gains[1]:
            sensor = replace(sensor, min_gain=gains[0], max_gain=gains[1])
    if times is not None:
        shortest, longest = times[0] * 1e-6, times[1] * 1e-6
        if known:
            shortest = max(shortest, sensor.min_exposure)
            longest = min(longest, sensor.max_exposure)
        if shortest <= longest:
            sensor = replace(sensor, min_exposure=shortest, max_exposure=longest)
    if frames is not None and frames[0] > 0:
        sensor = replace(sensor, frame_time=frames[0] * 1e-6)
    return sensor


def _range(told: Any) -> tuple[float, float] | None:  # noqa: ANN401
    """Least and most of a control; None if they are not told, or make no sense."""
    if told is None or told[0] is None or told[1] is None:
        return None
    least, most = float(told[0]), float(told[1])
    return (least, most) if 0.0 < least < most < inf else None


def _covered(camera: Any) -> float:  # noqa: ANN401
    """Share of the sensor's width that the mode reads out: 1 if it bins, less if it crops."""
    about = camera.camera_properties
    area, whole = about.get("ScalerCropMaximum"), about.get("PixelArraySize")
    return 1.0 if area is None or whole is None else min(area[2] / whole[0], 1.0)


def _shallower(sensor: SensorProfile, depth: int) -> SensorProfile:
    """A sensor that reads out fewer bits than it can."""
    scale = 2.0 ** (depth - sensor.bit_depth)
    a, b, c, d = (level * scale for level in sensor.black_level)
    white = (1 << depth) - 1
    return replace(sensor, bit_depth=depth, black_level=(a, b, c, d), white_level=white)


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """A preview size of the sensor's aspect."""
    return _PREVIEW_WIDTH, round(_PREVIEW_WIDTH * size[1] / size[0] / 2) * 2
