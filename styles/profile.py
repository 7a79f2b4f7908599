"""A look as the tone curve and the look table of a DNG camera profile.

Source: DNG specification 1.7, chapter 6 and the tags ProfileToneCurve, ProfileLookTableData. A
reader takes linear ProPhoto RGB (ROMM, D50), clipped at 1, through the table in HSV, then through
the tone curve: the largest and the smallest channel by the curve itself, the middle one so that it
keeps its share of the way between them. The table is fitted node by node: what the look makes of a
node's colour, taken backwards through the curve, less what went in.

What such a profile can carry: tone, and any change of hue, saturation and brightness by colour,
filtered monochromes included. What it cannot: a tint of neutrals (the table must leave greys as
they are), light above 1, and everything spatial.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from styles.errors import StyleError
from styles.reference import render_colour
from styles.spaces import P3_TO_REC2020, REC2020_LUMINANCE, Array, srgb_decode, srgb_encode
from styles.style import SplitTone, Style
from styles.white import white_share

HUES, SATURATIONS, VALUES = 36, 16, 16  # divisions of the table
_POINTS: Final = 129  # of the curve; readers join them with a spline
_FINE: Final = 8193  # points of the curve that is inverted
_TINT: Final = 0.004  # Rec.2020, of neutrals: what can be seen

# Linear Rec.2020 (D65) to linear ProPhoto (ROMM, ISO 22028-2, D50), Bradford-adapted; from the
# primaries, as tests/unit/styles/test_profile.py derives it.
REC2020_TO_PROPHOTO: Final = np.array(
    [
        (0.835248840620099, 0.048828990572892, 0.115922168807009),
        (0.054026408749091, 0.928919642736802, 0.017053948514107),
        (-0.002343899600016, 0.036347254171913, 0.965996645428103),
    ]
)


@dataclass(frozen=True, slots=True)
class ProfileTables:
    """What a profile holds of a look.

    Attributes:
        curve: (n, 2) float32, linear light in and out, from (0, 0) to (1, 1).
        table: (values, hues, saturations, 3) float32: turn of the hue in degrees, factors on
            saturation and value; value is sRGB-encoded.
        tinted: whether the look tints neutrals, which is left out.
    """

    curve: npt.NDArray[np.float32]
    table: npt.NDArray[np.float32]
    tinted: bool


def profile_tables(style: Style) -> ProfileTables:
    """Fits a look.

    Raises:
        StyleError: for a table whose greys do not rise with the light (a negative).
    """
    ramp = render_colour(style, np.linspace(0.0, 1.0, 65)[:, None] * np.ones(3))
    tinted = bool(np.ptp(ramp, axis=-1).max() > _TINT)
    plain = replace(style, split_tone=SplitTone())
    curve = _Curve(plain)
    return ProfileTables(curve.points(), _table(plain, curve), tinted)


class _Curve:
    """The look's tone on neutrals, from (0, 0) to (1, 1), and backwards."""

    def __init__(self, style: Style) -> None:
        self._light = np.linspace(0.0, 1.0, _FINE) ** 3
        shown = srgb_decode(render_colour(style, self._light[:, None] * np.ones(3)))
        tone = shown @ P3_TO_REC2020.T @ REC2020_LUMINANCE
        if np.diff(tone).min() < -1e-6 or tone[-1] - tone[0] < 0.1:
            raise StyleError(
                f"the greys of {style.name} do not rise with the light, and a camera profile's "
                "must; export it as .cube"
            )
        tone = tone + (1.0 - tone[-1]) * white_share(self._light)
        tone[0] = 0.0
        # Strictly rising, so that there is one way back.
        self._tone = np.maximum.accumulate(tone) + 1e-9 * np.arange(_FINE)
        self._tone /= self._tone[-1]

    def points(self) -> npt.NDArray[np.float32]:
        """The curve's samples, denser in the shadows."""
        light = np.linspace(0.0, 1.0, _POINTS) ** 2
        tone = np.interp(light, self._light, self._tone)
        return np.stack([light, tone], -1).astype(np.float32)

    def undo(self, shown: Array) -> Array:
        """The colour (n, 3) that the curve makes this of."""
        return tone_outer(shown, self._tone, self._light)


def tone_outer(rgb: Array, light: Array, tone: Array) -> Array:
    """A tone curve as DNG applies it: (n, 3) to (n, 3).

    The largest and the smallest channel go by the curve through the points (light, tone), the
    middle one keeps its share of the way between them. Light and tone exchanged undo it.
    """
    order = np.argsort(rgb, axis=-1)
    low, middle, high = np.take_along_axis(rgb, order, -1).T
    share = (middle - low) / np.maximum(high - low, 1e-12)
    bottom, top = (np.interp(x, light, tone) for x in (low, high))
    result = np.empty_like(rgb)
    values = np.stack([bottom, bottom + share * (top - bottom), top], -1)
    np.put_along_axis(result, order, values, -1)
    return result


def _table(style: Style, curve: _Curve) -> npt.NDArray[np.float32]:
    value, hue, saturation = np.meshgrid(
        srgb_decode(np.linspace(0.0, 1.0, VALUES)),
        np.arange(HUES) * 6.0 / HUES,
        np.linspace(0.0, 1.0, SATURATIONS),
        indexing="ij",
    )
    nodes = np.stack([hue, saturation, value], -1)[1:, :, 1:]  # black and greys follow below
    scene = np.maximum(from_hsv(nodes.reshape(-1, 3)) @ np.linalg.inv(REC2020_TO_PROPHOTO).T, 0.0)
    shown = srgb_decode(render_colour(style, scene)) @ (REC2020_TO_PROPHOTO @ P3_TO_REC2020).T
    wanted = to_hsv(curve.undo(np.clip(shown, 0.0, 1.0))).reshape(nodes.shape)
    turn = (wanted[..., 0] - nodes[..., 0] + 3.0) % 6.0 - 3.0
    inside = np.stack(
        [
            np.where(wanted[..., 1] > 1e-3, 60.0 * turn, 0.0),
            wanted[..., 1] / nodes[..., 1],
            srgb_encode(wanted[..., 2]) / srgb_encode(nodes[..., 2]),
        ],
        -1,
    )
    table = np.ones((VALUES, HUES, SATURATIONS, 3), np.float32)
    table[1:, :, 1:] = inside
    table[1:, :, 0, :2] = inside[:, :, 0, :2]  # a grey's value stays, as the specification asks
    table[0] = table[1]
    return table


def to_hsv(rgb: Array) -> Array:
    """RGB (n, 3), 0 or more, to hue in [0, 6), saturation and value."""
    high, low = rgb.max(-1), rgb.min(-1)
    gap = np.maximum(high - low, 1e-12)
    red, green, blue = rgb.T
    hue = np.where(
        high == red,
        (green - blue) / gap % 6.0,
        np.where(high == green, 2.0 + (blue - red) / gap, 4.0 + (red - green) / gap),
    )
    return np.stack([hue, (high - low) / np.maximum(high, 1e-12), high], -1)


def from_hsv(hsv: Array) -> Array:
    """The inverse of to_hsv."""
    hue, saturation, value = hsv.T
    way = np.abs((hue[:, None] - np.array([0.0, 2.0, 4.0])) % 6.0 - 3.0)
    rgb: Array = value[:, None] * (1.0 - saturation[:, None] * (1.0 - np.clip(way - 1.0, 0.0, 1.0)))
    return rgb
