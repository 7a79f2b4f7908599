"""Finished pictures in sRGB, for previews and thumbnails that may not be wider.

Source of the conversion between profiles of primaries: ICC.1:2022, F.3; the numbers are those that
our profiles hold, and tables and matrix those of lcms 2, so that it would give the same picture.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from app.pictures import icc
from native import Conversion, convert

Picture = npt.NDArray[np.uint8]


def to_srgb(picture: Picture) -> Picture:
    """A picture in Display P3, (height, width, 3) uint8, in sRGB; colours outside are clipped."""
    return convert(np.ascontiguousarray(picture), _conversion())


@cache
def _conversion() -> Conversion:
    one = Conversion.ONE
    gamma, scale, offset, slope, border = icc.srgb_curve()
    encoded = np.arange(256) / 255.0
    light = np.where(encoded >= border, (scale * encoded + offset) ** gamma, slope * encoded)
    out = np.arange(one + 1) / one
    curved = (out ** (1.0 / gamma) - offset) / scale
    shown = np.clip(np.where(out >= slope * border, curved, out / slope), 0.0, 1.0)
    words = np.floor(shown * 65535.0 + 0.5).astype(np.int64)  # lcms knows tables of 16 bit
    return Conversion(
        np.floor(light * one + 0.5).astype(np.int32),
        np.floor(icc.p3_to_srgb() * one + 0.5).astype(np.int32),
        ((words * 65281 + (1 << 23)) >> 24).astype(np.uint8),  # by 257, rounded
    )
