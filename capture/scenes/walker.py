"""The night street with somebody who walks past under the lamps."""

from dataclasses import replace

import numpy as np

from capture.scenes import night_street
from capture.scenes.paint import cloud, inside, over, sample
from capture.scenes.scene import Floats, Mover, Scene, View

_SIZE = 0.55  # frame units to one of the figure's, which is 0.4 tall
_TALL = 0.20  # of the figure's units, from the middle to the soles
_SPEED = 0.35  # frame units a second: a walk past at some metres


def scene() -> Scene:
    """The street, 3200 K, and a walker from the left."""
    return replace(
        night_street.scene(), name="walker", movers=(Mover(_paint, 1.1 * _SIZE * _TALL, _place),)
    )


def _place(time: float, _unit: float) -> tuple[float, float]:
    """From the left edge to the right one, and back again."""
    way = (_SPEED * time + 0.15) % 2.0
    return (-0.5 + min(way, 2.0 - way), 0.20)


def _paint(view: View) -> Floats:
    """A light coat, a dark hat and trousers, a red bag."""
    x, y, pixel = view.x / _SIZE, view.y / _SIZE, view.pixel / _SIZE
    canvas = np.zeros((4, *view.shape), np.float32)
    weave = 1.0 + 0.15 * sample(cloud(221, 0.6), x * 3.0, y * 3.0)

    def part(colour: tuple[float, float, float], distance: Floats) -> None:
        cover = inside(np.asarray(distance, np.float32), pixel)
        lit = (
            np.array(colour, np.float32)[:, None, None] * weave * (0.5 + 2.5 * np.maximum(-y, 0.0))
        )
        over(canvas[:3], np.asarray(lit, np.float32), cover)
        canvas[3] += (1.0 - canvas[3]) * cover

    for foot in (-0.03, 0.03):
        slope = np.abs(x - foot * (0.3 + 3.5 * y / _TALL * 0.3)) - 0.016
        part((0.04, 0.04, 0.06), np.maximum(slope, np.abs(y - 0.12) - 0.08))
    part((0.55, 0.45, 0.32), np.hypot(x / 0.055, (y + 0.01) / 0.105) * 0.055 - 0.055)
    part((0.50, 0.05, 0.05), np.maximum(np.abs(x + 0.05), np.abs(y - 0.02)) - 0.022)
    part((0.45, 0.30, 0.22), np.hypot(x - 0.008, y + 0.135) - 0.026)
    part((0.03, 0.03, 0.03), np.maximum(np.abs(x), np.abs(y + 0.165) * 2.5) - 0.034)
    return canvas
