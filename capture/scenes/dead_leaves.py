"""Coloured dead leaves: discs that hide one another, their sizes spread as a power law.

A texture with the statistics of natural pictures at every scale (Lee, Mumford and Huang 2001;
Cao, Guichard and Hornung 2009 for measuring cameras with it): the hardest test of a demosaic, as
colour changes at every edge.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from capture.scenes.paint import box_window, inside
from capture.scenes.scene import Floats, Layer, Scene, View

_GROUND, _DISCS = 500, 26000
_SMALLEST, _LARGEST = 0.004, 0.16  # radii, frame units
_WIDE, _HIGH = 1.25, 0.72  # half the area covered
_GREY = 0.18


def scene() -> Scene:
    """Dead leaves in daylight of 5500 K, 800 lux."""
    return Scene("dead-leaves", 5500.0, 800.0, (Layer(paint, 1.0),), focus=1.0)


def paint(view: View) -> Floats:
    """The leaves, (3, h, w)."""
    canvas = np.full((3, *view.shape), _GREY, np.float32)
    discs = _discs()
    reach = discs[:, 2] + np.float32(view.pixel)
    near = (discs[:, 0] > view.x[0, 0] - reach) & (discs[:, 0] < view.x[0, -1] + reach)
    near &= (discs[:, 1] > view.y[0, 0] - reach) & (discs[:, 1] < view.y[-1, 0] + reach)
    for x, y, radius, *colour in discs[near].tolist():
        margin = radius + view.pixel
        window = box_window(view.x, view.y, (x - margin, y - margin, x + margin, y + margin))
        if window is None:
            continue
        rows, columns = window
        dx, dy = view.x[:, columns] - np.float32(x), view.y[rows] - np.float32(y)
        distance = np.sqrt(dx * dx + dy * dy)
        distance -= np.float32(radius)
        cover = inside(distance, view.pixel)
        target = canvas[:, rows, columns]
        for plane, level in enumerate(colour):
            target[plane] += (np.float32(level) - target[plane]) * cover
    return canvas


@cache
def _discs() -> npt.NDArray[np.float32]:
    """(n, 6): x, y, radius and colour, farthest first."""
    random = np.random.default_rng(0xDEAD)
    count = _GROUND + _DISCS
    share = random.random(count)
    # Radii with density r^-3, by inversion of the distribution.
    a, b = _SMALLEST**-2, _LARGEST**-2
    radius = (a + share * (b - a)) ** -0.5
    radius[:_GROUND] = random.uniform(0.06, _LARGEST, _GROUND)  # so that no gap is left
    x = random.uniform(-_WIDE, _WIDE, count)
    y = random.uniform(-_HIGH, _HIGH, count)
    level = random.uniform(0.03, 0.75, count)
    tint = np.exp(random.normal(0.0, 0.45, (count, 3)))
    tint /= tint.mean(axis=1, keepdims=True)
    colour = np.clip(level[:, None] * tint, 0.01, 0.9)
    return np.column_stack([x, y, radius, colour]).astype(np.float32)
