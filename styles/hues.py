"""Colour changes in Oklab: global, by lightness, by hue; and split toning."""

import numpy as np

from styles.oklab import Polar
from styles.spaces import Array
from styles.style import HUES, Colour, SplitTone

_PALE = 0.12  # Oklab chroma: where vibrance fades out and density sets in


def smoothstep(low: float, high: float, x: Array) -> Array:
    """0 below low, 1 above high, with level ends between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    smooth: Array = t * t * (3.0 - 2.0 * t)
    return smooth


def by_hue(hue: Array, values: Array) -> Array:
    """Values given at HUES (8, n), at a hue angle (...), radians: (n, ...).

    Raised cosines join neighbouring centres: there are no kinks as the hue goes round.
    """
    centres = np.array(list(HUES.values()))
    gaps = np.diff(centres, append=centres[0] + 360.0)
    degrees = (np.rad2deg(hue) - centres[0]) % 360.0 + centres[0]
    lower = np.searchsorted(centres, degrees, side="right") - 1
    upper = (lower + 1) % len(centres)
    share = 0.5 - 0.5 * np.cos(np.pi * (degrees - centres[lower]) / gaps[lower])
    return np.stack([v[lower] + share * (v[upper] - v[lower]) for v in values.T])


def adjust(polar: Polar, colour: Colour) -> Polar:
    """Applies the colour part of a look."""
    lightness, chroma, hue = polar
    strong = chroma**2 / (chroma**2 + _PALE**2)  # level at 0: no cone round the neutrals

    bands = [getattr(colour, name) for name in HUES]
    values = np.array([(np.deg2rad(b.hue), b.chroma, b.lightness) for b in bands])
    turn, factor, lift = by_hue(hue, values)

    factor *= colour.chroma * (1.0 + colour.vibrance * np.exp(-((chroma / _PALE) ** 2)))
    factor *= colour.shadows + (1.0 - colour.shadows) * smoothstep(0.0, 0.5, lightness)
    factor *= 1.0 + (colour.highlights - 1.0) * smoothstep(0.55, 1.0, lightness)

    # Lightness changes vanish at black and at white.
    room = smoothstep(0.0, 0.4, lightness) * smoothstep(0.0, 0.25, 1.0 - lightness)
    lightness = lightness * (1.0 - colour.density * strong) + lift * strong * room
    return Polar(lightness, chroma * factor, hue + turn)


def split_tone(lab: Array, tone: SplitTone) -> Array:
    """Tints shadows and highlights of Oklab (..., 3); black and white stay neutral."""
    lightness = np.clip(lab[..., 0], 0.0, 1.0)
    border = 0.5 - 0.35 * tone.balance
    high = smoothstep(border - 0.35, border + 0.35, lightness)
    inside = (1.0 - np.exp(-lightness / 0.18)) * (1.0 - np.exp((lightness - 1.0) / 0.05))
    tinted = lab.copy()
    for share, hue, strength in (
        (1.0 - high, tone.shadow_hue, tone.shadow_strength),
        (high, tone.highlight_hue, tone.highlight_strength),
    ):
        angle = np.deg2rad(hue)
        tinted[..., 1] += strength * np.cos(angle) * share * inside
        tinted[..., 2] += strength * np.sin(angle) * share * inside
    return tinted
