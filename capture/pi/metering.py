"""What the raw and the live stream tell of the light."""

import numpy as np
import numpy.typing as npt

from capture.frames import FrameMetadata, SensorProfile
from capture.plan import Metering
from capture.source import Point

_CLIPPED = 0.98  # of the range
_MANY = 1e-3  # share of samples that counts as just clipping
_GREY = 0.18  # linear level of what a person points at
_SPOT = 0.05  # of the picture's sides, half of what counts
_MOST = 3.0  # EV

Samples = npt.NDArray[np.uint16]
Box = tuple[int, int, int, int]


def every_eighth(samples: Samples) -> Samples:
    """Every eighth cell of rows that came in pairs, whole, so that every colour is seen."""
    columns = samples.shape[1] // 16
    cells = samples[:, : 16 * columns].reshape(samples.shape[0], columns, 8, 2)
    return np.ascontiguousarray(cells[:, :, 0, :]).reshape(samples.shape[0], 2 * columns)


def metered(samples: Samples, profile: SensorProfile, metadata: FrameMetadata) -> Metering:
    """The exposure of a frame and the highlights of its raw.

    What is clipped is not known; the share that is clipped stands for how far: a thousandth counts
    as just clipping, ten times as much as a stop more.

    Args:
        samples: (rows, columns) uint16 of whole cells, right-justified.
        profile: their scale.
        metadata: libcamera's digital gain is the brightness that the raw lacks.
    """
    cell = np.array(profile.black_level, np.float32).reshape(2, 2)
    black = np.tile(cell, (samples.shape[0] // 2, samples.shape[1] // 2))
    levels = (samples.astype(np.float32) - black) / (profile.white_level - black)
    highlight = float(np.quantile(levels, 0.999))
    clipped = float((levels > _CLIPPED).mean())
    if clipped > _MANY:
        highlight = float((clipped / _MANY) ** np.log10(2.0))
    return Metering(
        metadata.exposure_time or 1.0 / 60.0,
        metadata.analogue_gain or 1.0,
        highlight,
        float(metadata.libcamera.get("DigitalGain") or 1.0),
    )


def visible(crop: object, area: Box | None) -> tuple[float, float, float, float]:
    """The part of the raw that the live stream shows: left, top, right, bottom, 0..1.

    Args:
        crop: ScalerCrop of a frame's metadata, (left, top, width, height); all where it is unknown.
        area: the whole of the sensor, in the same pixels.
    """
    if area is None or not isinstance(crop, tuple | list) or len(crop) != 4 or min(area[2:]) <= 0:
        return (0.0, 0.0, 1.0, 1.0)
    left, top = (float(crop[0]) - area[0]) / area[2], (float(crop[1]) - area[1]) / area[3]
    right, bottom = left + float(crop[2]) / area[2], top + float(crop[3]) / area[3]
    if not (0.0 <= left < right <= 1.0 and 0.0 <= top < bottom <= 1.0):
        return (0.0, 0.0, 1.0, 1.0)
    return (left, top, right, bottom)


def spot_correction(pixels: npt.NDArray[np.uint8], at: Point) -> float:
    """EV that make the place a person points at a middle grey.

    libcamera's automatic exposure on a Pi has a spot in the picture's centre only.

    Args:
        pixels: (height, width, 4) uint8, sRGB, of a frame of the live stream.
        at: the place.
    """
    height, width, _ = pixels.shape
    x, y = at[0] * width, at[1] * height
    part = pixels[
        max(0, int(y - _SPOT * height)) : int(y + _SPOT * height) + 1,
        max(0, int(x - _SPOT * width)) : int(x + _SPOT * width) + 1,
        :3,
    ]
    light = (part / 255.0) ** 2.2
    mean = float((light @ np.array([0.2126, 0.7152, 0.0722])).mean())
    return float(np.clip(np.log2(_GREY / max(mean, 1e-4)), -_MOST, _MOST))
