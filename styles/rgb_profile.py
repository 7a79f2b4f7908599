"""A look as the tone curve and the RGB table of a DNG camera profile.

Source: DNG specification 1.7, the tags ProfileToneCurve and RGBTables. A reader takes linear
ProPhoto RGB, clipped at 1, through the tone curve (the outer channels by the curve itself, the
middle one between them), then, in Rec.2020 as sRGB encodes it, through a table of RGB to RGB. The
table is computed node by node: what the look makes of the light that the curve brings there.

Unlike a look table (styles/profile.py) this one may tint neutrals, and the curve holds the push of
a shot exposed for its highlights: 1 is where the raw file clips, however much brighter development
makes it. The table does not depend on the push, so a look is fitted once.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from styles.profile import REC2020_TO_PROPHOTO, tone_outer
from styles.reference import render_colour
from styles.spaces import P3_TO_REC2020, REC2020_LUMINANCE, Array, srgb_decode, srgb_encode
from styles.style import Style
from styles.white import white_share

DIVISIONS: Final = 32  # nodes a side, the most that the specification allows
LIGHT: Final = 2.0**2.5  # scene light of the table's end: what clips, pushed as far as plans go
_POINTS: Final = 241  # of the curve
_FINE: Final = 4097
# The curve has the look's tone, so that readers who do not know the table show it at least; but a
# share of a shaper keeps it from flattening where the table still has to tell lights apart.
_SHAPER_SHARE: Final = 0.4
_SHAPER_SCALE: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class RgbProfile:
    """What a profile holds of a look.

    Attributes:
        light: (n,) float64, scene light from 0 to LIGHT.
        tone: (n,) float64, what the curve makes of it, sRGB-encoded, from 0 to 1.
        table: (DIVISIONS, DIVISIONS, DIVISIONS, 3) uint16, indexed [red, green, blue]; Rec.2020,
            sRGB-encoded.
    """

    light: Array
    tone: Array
    table: npt.NDArray[np.uint16]

    def curve(self, push: float) -> npt.NDArray[np.float32]:
        """The tone curve for a shot that development brightens by a push.

        Args:
            push: EV.

        Returns:
            (n, 2) float32, linear light in and out, from (0, 0) to (1, 1), never falling. Before
            it reaches what clips, light is led to white, whatever room above the look has.
        """
        raw = np.linspace(0.0, 1.0, _POINTS) ** 3
        tone = np.interp(raw * 2.0**push, self.light, self.tone)
        tone = tone + (1.0 - tone[-1]) * white_share(raw)
        return np.stack([raw, srgb_decode(tone)], -1).astype(np.float32)


@lru_cache(maxsize=64)
def rgb_profile(style: Style) -> RgbProfile:
    """Fits a look; a second call returns the same object."""
    light = LIGHT * np.linspace(0.0, 1.0, _FINE) ** 3
    tone = _tone(style, light)
    mesh = np.meshgrid(*[srgb_decode(np.linspace(0.0, 1.0, DIVISIONS))] * 3, indexing="ij")
    nodes = np.stack(mesh, -1).reshape(-1, 3)
    shown = np.clip(nodes @ REC2020_TO_PROPHOTO.T, 0.0, 1.0)
    scene = tone_outer(shown, srgb_decode(tone), light) @ np.linalg.inv(REC2020_TO_PROPHOTO).T
    picture = srgb_encode(srgb_decode(render_colour(style, scene)) @ P3_TO_REC2020.T)
    table = np.rint(picture * 65535.0).astype(np.uint16).reshape(*[DIVISIONS] * 3, 3)
    table.flags.writeable = False  # shared by all who ask for this look
    return RgbProfile(light, tone, table)


def _tone(style: Style, light: Array) -> Array:
    """What the curve makes of light, sRGB-encoded, strictly rising from 0 to 1."""
    shaper: Array = np.arcsinh(light / _SHAPER_SCALE) / np.arcsinh(LIGHT / _SHAPER_SCALE)
    greys = srgb_decode(render_colour(style, light[:, None] * np.ones(3)))
    own = greys @ P3_TO_REC2020.T @ REC2020_LUMINANCE
    own = np.maximum.accumulate(own) - own[0]
    if own[-1] < 0.1:  # a negative: its greys do not rise with the light
        return shaper
    mixed: Array = shaper + (1.0 - _SHAPER_SHARE) * (srgb_encode(own / own[-1]) - shaper)
    return mixed
