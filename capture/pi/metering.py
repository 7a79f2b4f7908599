"""What the raw and the live stream tell of the light."""

from dataclasses import replace
from math import inf, log2

import numpy as np
import numpy.typing as npt

from capture.aim import asked, levels
from capture.frames import FrameMetadata, SensorProfile
from capture.pi.protected import Lifted
from capture.plan import Metering
from capture.plans.histogram import RawHistogram

_MANY = 1e-3  # share of samples that counts as just clipping
_GUESS = np.log10(2.0)
_BRIGHT_ENDS = 0.98  # level from which the brightest part of a frame says nothing of how bright

Samples = npt.NDArray[np.uint16]
Box = tuple[int, int, int, int]


def every_eighth(samples: Samples) -> Samples:
    """Every eighth cell of rows that came in pairs, whole, so that every colour is seen."""
    columns = samples.shape[1] // 16
    cells = samples[:, : 16 * columns].reshape(samples.shape[0], columns, 8, 2)
    return np.ascontiguousarray(cells[:, :, 0, :]).reshape(samples.shape[0], 2 * columns)


def metered(
    samples: Samples,
    profile: SensorProfile,
    metadata: FrameMetadata,
    lifted: Lifted | None = None,
) -> Metering:
    """The exposure of a frame, the histogram and the highlights of its raw.

    How far a frame clips is not seen in it; the share that is clipped stands for that: a thousandth
    counts as just clipping, ten times as much as a stop more. app/raw_meter.py takes a look.

    Args:
        samples: (rows, columns) uint16 of whole cells, right-justified.
        profile: their scale.
        metadata: libcamera's digital gain is the brightness that the raw lacks.
        lifted: what the frame lacks; the metering is then of the exposure wanted, and knows lights
            that would clip there.
    """
    cell = np.array(profile.black_level, np.float32).reshape(2, 2)
    black = np.tile(cell, (samples.shape[0] // 2, samples.shape[1] // 2))
    levels = (samples.astype(np.float32) - black) / (profile.white_level - black)
    histogram = RawHistogram.of(levels)
    clipped = histogram.clipped_share
    seen = clipped <= _MANY
    highlight = float(np.quantile(levels, 1.0 - _MANY) if seen else (clipped / _MANY) ** _GUESS)
    if lifted is not None:
        wanted = lifted.wanted
        darker = wanted.exposure_time * wanted.analogue_gain / (metadata.exposure or 1.0)
        return replace(
            wanted,
            highlight=highlight * darker,
            histogram=RawHistogram.of(levels * np.float32(darker)),
            highlight_seen=seen,
        )
    return Metering(
        metadata.exposure_time or 1.0 / 60.0,
        metadata.analogue_gain or 1.0,
        highlight,
        float(metadata.libcamera.get("DigitalGain") or 1.0),
        histogram,
        seen,
    )


def aimed(samples: Samples, profile: SensorProfile, metadata: FrameMetadata) -> float:
    """EV from a frame's exposure to what an automatic one would be, which is off.

    Where the brightest part clips the mean alone tells, too little the more of the frame clips:
    -2.6 EV at most. An automatic exposure would look again after each step.

    Args:
        samples: as metered() has them.
        profile: their scale.
        metadata: of the frame, with its white balance.
    """
    rows, columns = (side // 2 for side in samples.shape)
    black = np.array(profile.black_level, np.float32).reshape(1, 2, 1, 2)
    cells = samples.reshape(rows, 2, columns, 2).astype(np.float32) - black
    cells /= np.float32(profile.white_level) - black
    mean, brightest = levels(cells, profile.cfa.colours, metadata.colour_gains)
    return log2(asked(mean, brightest if brightest < _BRIGHT_ENDS else inf))


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
