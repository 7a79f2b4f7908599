"""Oklab, a space of lightness L, and a and b, whose polar form is chroma and hue.

Source: B. Ottosson, "A perceptual color space for image processing", 2020. The matrix from linear
Rec.2020 is his from XYZ with each row scaled so that white gives exactly (1, 1, 1): neutrals then
have a = b = 0.
"""

from typing import Final, NamedTuple, Self

import numpy as np

from styles.spaces import Array

REC2020_TO_LMS: Final = np.array(
    [
        (0.616755787941657, 0.360198402067318, 0.023045809991025),
        (0.265133060273208, 0.635839371432745, 0.099027568294047),
        (0.100102631279357, 0.203906520490664, 0.695990848229979),
    ]
)
_ROOTS_TO_LAB: Final = np.array(
    [
        (0.2104542553, 0.7936177850, -0.0040720403),  # sums to 1
        (1.9779984951, -2.4285922050, 0.4505937099),  # sums to 0
        (0.0259040371, 0.7827717662, -0.8086758033),  # sums to 0
    ]
)
LMS_TO_REC2020: Final = np.linalg.inv(REC2020_TO_LMS)
LAB_TO_ROOTS: Final = np.linalg.inv(_ROOTS_TO_LAB)


def to_oklab(rgb: Array) -> Array:
    """Linear Rec.2020 (..., 3) to Oklab (..., 3); L is 1 for white."""
    lab: Array = np.cbrt(rgb @ REC2020_TO_LMS.T) @ _ROOTS_TO_LAB.T
    return lab


def from_oklab(lab: Array) -> Array:
    """Oklab (..., 3) to linear Rec.2020 (..., 3)."""
    roots = lab @ LAB_TO_ROOTS.T
    rgb: Array = roots * roots * roots @ LMS_TO_REC2020.T  # numpy's power takes ten times as long
    return rgb


class Polar(NamedTuple):
    """Oklab in polar form, each (...): lightness, chroma and hue in radians."""

    lightness: Array
    chroma: Array
    hue: Array

    @classmethod
    def of(cls, lab: Array) -> Self:
        """From Oklab (..., 3); the hue of neutrals is 0."""
        a, b = lab[..., 1], lab[..., 2]
        return cls(lab[..., 0], np.hypot(a, b), np.arctan2(b, a))

    def lab(self) -> Array:
        """Oklab (..., 3)."""
        a, b = self.chroma * np.cos(self.hue), self.chroma * np.sin(self.hue)
        return np.stack([self.lightness, a, b], -1)
