"""A striped linen cloth on the table."""

import numpy as np

from capture.scenes.paint import cloud, fade, mix, over, sample, smooth
from capture.scenes.scene import Floats

_CENTRE = (0.72, -0.52)
_TURN = 0.42
_HALF = (0.62, 0.34)
_THREADS = 130.0  # to a unit


def paint_cloth(canvas: Floats, x: Floats, z: Floats, light: Floats, pixel: float) -> None:
    """Lays the cloth over the table's colours, in place.

    Args:
        canvas: (3, h, w).
        x: places on the table, world units, (h, w).
        z: likewise, (h, 1).
        light: on the table, (h, w).
        pixel: of the view, frame units.
    """
    near = (z[:, 0] > _CENTRE[1] - 0.75) & (z[:, 0] < _CENTRE[1] + 0.75)
    if not near.any():
        return
    rows = slice(int(np.argmax(near)), len(near) - int(np.argmax(near[::-1])))
    c, s = np.float32(np.cos(_TURN)), np.float32(np.sin(_TURN))
    px, pz = x[rows] - np.float32(_CENTRE[0]), z[rows] - np.float32(_CENTRE[1])
    u, v = px * c + pz * s, pz * c - px * s
    wave = sample(cloud(61, 1.6), u * 0.35, v * 0.35)
    edge = np.maximum(np.abs(u + 0.010 * wave) - _HALF[0], np.abs(v - 0.012 * wave) - _HALF[1])
    cover = smooth(edge, 0.004, -0.004)
    folds = np.sin(v * 21.0 + 2.2 * wave + 3.0 * u) * smooth(np.abs(v), 0.02, 0.3)
    folds = folds * 0.5 + np.sin(u * 13.0 - 1.3 * wave + 1.0) * 0.35 + 0.3 * wave
    shade = 1.0 + 0.16 * folds
    weave = fade(1.0 / _THREADS, pixel * 1.2)
    if weave > 0.0:
        warp, weft = np.sin(u * (np.pi * _THREADS)), np.sin(v * (np.pi * _THREADS))
        uneven = sample(cloud(62, 0.3), u * 0.9, v * 0.9)
        shade = shade * (1.0 + weave * (0.16 * warp * weft + 0.05 * uneven))
    stripe = smooth(np.abs(np.mod(u, 0.31) - 0.155), 0.034, 0.030)
    thin = smooth(np.abs(np.mod(u, 0.31) - 0.235), 0.009, 0.006)
    hem = smooth(edge, -0.020, -0.024)
    colour = mix((0.58, 0.555, 0.50), (0.055, 0.105, 0.24), np.maximum(stripe, 0.8 * thin))
    shade = shade * (0.86 + 0.14 * hem)
    colour *= light[rows] * np.clip(shade, 0.3, 1.6) * np.float32(1.05)
    ground = canvas[:, rows]
    ground *= 1.0 - 0.5 * smooth(edge, 0.05, 0.0)  # it lies a little above the wood
    over(ground, colour, cover)
