"""Skins of fruit: colour and relief of a sphere's surface from its normal."""

import numpy as np

from capture.scenes.paint import cloud, fade, mix, sample, smooth
from capture.scenes.scene import Floats

Skin = tuple[Floats, Floats]


def _around(nx: Floats, ny: Floats, nz: Floats, tilt: float) -> tuple[Floats, Floats, Floats]:
    """Longitude and latitude in turns about an axis tilted to the right, and the axis's height."""
    c, s = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
    up = ny * c + nx * s
    side = nx * c - ny * s
    longitude = np.arctan2(side, -nz) * np.float32(0.5 / np.pi)
    latitude = np.arcsin(np.clip(up, -1.0, 1.0)) * np.float32(1.0 / np.pi)
    return longitude.astype(np.float32), latitude.astype(np.float32), up.astype(np.float32)


def _relief(seed: int, u: Floats, v: Floats, strength: float, slope: float) -> Floats:
    """A factor on the light of a rough skin lit from the upper left."""
    tile = cloud(seed, slope)
    step = np.float32(1.5 / 512.0)
    return np.asarray(1.0 + strength * (sample(tile, u, v) - sample(tile, u - step, v - step)))


def orange(nx: Floats, ny: Floats, nz: Floats, pixel: float) -> Skin:
    """An orange: pores, and a pale star where the stalk was."""
    u, v, up = _around(nx, ny, nz, 0.5)
    tone = sample(cloud(11, 1.6), u * 1.3, v * 1.3)
    colour = mix((0.56, 0.21, 0.022), (0.66, 0.30, 0.035), np.clip(0.5 + 0.25 * tone, 0.0, 1.0))
    stalk = smooth(up, 0.972, 0.985)
    colour = mix(colour, (0.20, 0.19, 0.06), stalk)
    strength = 0.16 * fade(0.03, pixel)
    return colour, _relief(12, u * 2.2, v * 2.2, strength, 0.35)


def apple(nx: Floats, ny: Floats, nz: Floats, pixel: float) -> Skin:
    """A red apple: streaks from stalk to flower, yellow where the sun did not reach."""
    u, v, up = _around(nx, ny, nz, -0.25)
    streak = sample(cloud(21, 0.9), u * 3.0, v * 0.25)
    ground = sample(cloud(22, 1.7), u * 0.8 + 0.3, v * 0.7)
    red = np.clip(0.80 + 0.22 * streak + 0.35 * ground - 0.5 * smooth(up, 0.55, 0.95), 0.0, 1.0)
    colour = mix((0.48, 0.36, 0.06), (0.34, 0.026, 0.022), red)
    dots = smooth(sample(cloud(23, 0.2), u * 1.7, v * 1.7), 2.2, 2.9) * fade(0.02, pixel)
    colour = mix(colour, (0.55, 0.42, 0.22), 0.5 * dots)
    hollow = 1.0 - 0.75 * smooth(up, 0.90, 0.99)
    return colour, hollow.astype(np.float32)


def lemon(nx: Floats, ny: Floats, nz: Floats, pixel: float) -> Skin:
    """A lemon's skin: paler and more evenly pored than an orange's."""
    u, v, _ = _around(nx, ny, nz, 1.2)
    tone = sample(cloud(31, 1.5), u, v)
    colour = mix((0.66, 0.50, 0.03), (0.72, 0.60, 0.06), np.clip(0.5 + 0.3 * tone, 0.0, 1.0))
    return colour, _relief(32, u * 1.8, v * 1.8, 0.13 * fade(0.03, pixel), 0.4)


def lime(nx: Floats, ny: Floats, nz: Floats, pixel: float) -> Skin:
    """A lime: green, a little yellow on one side."""
    u, v, up = _around(nx, ny, nz, -1.1)
    tone = sample(cloud(41, 1.5), u, v)
    share = np.clip(0.35 + 0.2 * tone + 0.3 * up, 0.0, 1.0)
    colour = mix((0.075, 0.19, 0.016), (0.27, 0.36, 0.03), share)
    return colour, _relief(42, u * 1.8, v * 1.8, 0.13 * fade(0.03, pixel), 0.4)


def grape(nx: Floats, ny: Floats, nz: Floats, _pixel: float) -> Skin:
    """A dark grape with its bloom."""
    u, v, up = _around(nx, ny, nz, 0.3)
    bloom = np.clip(0.25 + 0.2 * sample(cloud(51, 1.4), u, v) + 0.25 * up, 0.0, 0.8)
    colour = mix((0.022, 0.008, 0.030), (0.12, 0.10, 0.19), bloom)
    return colour, np.ones_like(up)


def porcelain(nx: Floats, ny: Floats, nz: Floats, _pixel: float) -> Skin:
    """A glazed white-blue bead."""
    del nx, nz
    return mix((0.62, 0.66, 0.68), (0.70, 0.72, 0.72), np.clip(ny, 0.0, 1.0)), np.ones_like(ny)
