"""What the raw and the live stream tell of the light."""

import numpy as np
import numpy.typing as npt

from capture.frames import FrameMetadata, SensorProfile
from capture.plan import Metering

_CLIPPED = 0.98  # of the range
_MANY = 1e-3  # share of samples that counts as just clipping

Samples = npt.NDArray[np.uint16]


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

