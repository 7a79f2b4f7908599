"""Colour spaces: linear RGB to linear RGB, and the sRGB transfer function.

Matrices follow from the primaries of ITU-R BT.2020, SMPTE EG 432-1 (Display P3) and IEC 61966-2-1
(sRGB) and of Adobe RGB (1998), all with white D65 at x = 0.3127, y = 0.3290;
tests/unit/styles/test_spaces.py derives them anew. All arrays are (..., 3) float64.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

REC2020_TO_P3: Final = np.array(
    [
        (1.343578252584332, -0.282179670526136, -0.061398582058196),
        (-0.065297452789119, 1.075787915848574, -0.010490463059455),
        (0.002821787261701, -0.019598494524494, 1.016776707262793),
    ]
)
P3_TO_REC2020: Final = np.linalg.inv(REC2020_TO_P3)
REC2020_TO_SRGB: Final = np.array(
    [
        (1.660491002108434, -0.587641138788550, -0.072849863319885),
        (-0.124550474521590, 1.132899897125960, -0.008349422604369),
        (-0.018150763354905, -0.100578898008007, 1.118729661362913),
    ]
)
SRGB_TO_REC2020: Final = np.linalg.inv(REC2020_TO_SRGB)
ADOBE_RGB_TO_REC2020: Final = np.array(
    [
        (0.877333841663657, 0.077493706515720, 0.045172451820623),
        (0.096622591466204, 0.891527320244180, 0.011850088289616),
        (0.022921062702848, 0.043036685010679, 0.934042252286472),
    ]
)
REC2020_LUMINANCE: Final = np.array((0.262700212011267, 0.677998071518871, 0.059301716469862))


_LINEAR_END: Final = 0.0031308  # where the transfer function's straight part ends


def srgb_encode(linear: Array) -> Array:
    """Linear [0, 1] to encoded [0, 1] (IEC 61966-2-1); what lies outside is clipped."""
    x = np.clip(linear, 0.0, 1.0)
    root = np.maximum(x, _LINEAR_END) ** (1.0 / 2.4)
    encoded: Array = np.where(x <= _LINEAR_END, 12.92 * x, 1.055 * root - 0.055)
    return encoded


def srgb_decode(encoded: Array) -> Array:
    """The inverse of srgb_encode."""
    x = np.clip(encoded, 0.0, 1.0)
    linear: Array = np.where(x <= 12.92 * _LINEAR_END, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    return linear
