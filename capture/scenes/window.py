"""A room against its window: a sunlit wall outside, a bare bulb, a shelf in the dark: 18 stops."""

import numpy as np

from capture.scenes.lettering import Line, text_cover
from capture.scenes.paint import cloud, fade, inside, over, sample, smooth
from capture.scenes.scene import Floats, Layer, Scene, View

_PANES = (-0.30, -0.40, 0.14, 0.08)  # left, top, right, bottom, frame units
_BULB = (0.36, -0.24, 0.035)  # x, y, radius
# Light as it is painted below, 1 a white wall beside the window.
_BULB_LIGHT, _LEAST = 500.0, 0.002  # 18 stops
_SILL = 1.0 / 8.0
_SHELF = (0.20, 0.02, 0.64, 0.44)
_SPINE = 0.037  # width of a book's
_PAPER = (-0.60, 0.16, -0.22, 0.42)
_LINES: tuple[Line, ...] = tuple(
    (-0.57, 0.20 + 0.045 * i, 0.024, text)
    for i, text in enumerate(
        (
            "Expose for the shadows,",
            "develop for the lights:",
            "here both are asked for,",
            "and held.",
        )
    )
)


def scene() -> Scene:
    """The room by its window, 5500 K. White paper on the sill is painted as 1: 480 lux."""
    return Scene("window", 5500.0, 480.0, (Layer(_paint, 0.5),), focus=0.5)


def _paint(view: View) -> Floats:
    x, y, pixel = view.x, view.y, view.pixel
    grain = sample(cloud(211, 1.2), x * 0.7, y * 0.7)
    fine = sample(cloud(212, 0.6), x * 4.0, y * 4.0) * fade(0.004, pixel)
    # The wall round the window is lit by what comes in, less the farther away.
    away = np.hypot(
        np.maximum(np.abs(x + 0.08) - 0.22, 0.0), np.maximum(np.abs(y + 0.16) - 0.24, 0.0)
    )
    light = 0.6 * np.exp(-away * 7.0) + 0.12
    wall = light * (0.6 + 0.08 * grain + 0.06 * fine)
    canvas = wall[None] * np.array((1.0, 0.93, 0.82), np.float32)[:, None, None]
    canvas = np.asarray(canvas, np.float32)
    _shelf(canvas, view, fine)
    _paper(canvas, view)
    _outside(canvas, view, grain, fine)
    _bulb(canvas, view)
    return np.asarray(np.maximum(canvas, _LEAST) * _SILL, np.float32)


def _box(view: View, box: tuple[float, float, float, float]) -> Floats:
    """Coverage of a rectangle."""
    left, top, right, bottom = box
    across = np.abs(view.x - (left + right) / 2.0) - (right - left) / 2.0
    down = np.abs(view.y - (top + bottom) / 2.0) - (bottom - top) / 2.0
    return inside(np.maximum(across, down), view.pixel)


def _shelf(canvas: Floats, view: View, fine: Floats) -> None:
    """Books in the dark: 0.002 to 0.1."""
    place = (view.x - _SHELF[0]) / _SPINE
    book = np.floor(place)
    hue = np.sin(book * np.array((2.1, 3.7, 5.3))[:, None, None]) * 0.5 + 0.5
    round_ = 1.0 - 0.7 * np.square(2.0 * (place - book) - 1.0)
    band = 1.0 + 1.5 * (np.abs(np.sin(view.y * 60.0 + book * 1.7)) > 0.93)
    depth = 0.006 + 0.05 * smooth(view.x - view.y, 0.65, -0.1)
    spines = depth * round_ * band * (1.0 + 0.25 * fine) * (0.3 + 0.7 * hue)
    board = np.abs((view.y - 0.02) % 0.21) < 0.012
    spines = np.where(board, 0.004, spines)
    over(canvas, np.asarray(spines, np.float32), _box(view, _SHELF))


def _paper(canvas: Floats, view: View) -> None:
    """A printed sheet in half shade."""
    over(canvas, (0.4, 0.395, 0.37), _box(view, _PAPER))
    over(canvas, (0.03, 0.03, 0.032), text_cover(view, _LINES))


def _outside(canvas: Floats, view: View, grain: Floats, fine: Floats) -> None:
    """Sky, a sunlit wall of bricks and leaves, through four panes."""
    x, y = view.x, view.y
    row = np.floor(y / 0.022)
    mortar = ((y / 0.022) % 1.0 < 0.14) | ((x / 0.05 + 0.5 * (row % 2.0)) % 1.0 < 0.06)
    bricks = np.where(mortar, 44.0, 30.0 + 6.0 * np.sin(row * 7.7 + np.floor(x / 0.05 + row / 2)))
    colour = bricks * np.array((1.0, 0.62, 0.45), np.float32)[:, None, None] * (1.0 + 0.1 * fine)
    sky = np.array((55.0, 75.0, 100.0), np.float32)[:, None, None] * (1.0 + 0.06 * grain)
    colour = np.where(y < -0.24 + 0.01 * grain, sky, colour)
    leaves = smooth(sample(cloud(213, 0.9), x * 1.4, y * 1.4) + 3.0 * (x - 0.05), 0.2, 0.5)
    green = np.array((7.0, 14.0, 3.0), np.float32)[:, None, None] * (1.0 + 0.4 * fine)
    colour = colour + (green - colour) * leaves
    frame = np.minimum(np.abs(x + 0.08), np.abs(y + 0.16)) - 0.008
    bars = _box(view, _PANES) * (1.0 - inside(np.asarray(frame, np.float32), view.pixel))
    over(canvas, (0.05, 0.045, 0.04), _box(view, (-0.325, -0.425, 0.165, 0.105)))
    over(canvas, np.asarray(colour, np.float32), bars)


def _bulb(canvas: Floats, view: View) -> None:
    """A frosted bulb with its maker's mark, hanging from a cord."""
    x0, y0, radius = _BULB
    over(canvas, (0.004, 0.004, 0.004), _box(view, (x0 - 0.004, -1.0, x0 + 0.004, y0 - radius)))
    distance = np.hypot(view.x - x0, view.y - y0)
    glass = _BULB_LIGHT * (0.7 + 0.3 * np.clip(1.0 - np.square(distance / radius), 0.0, 1.0))
    mark = text_cover(view, ((x0 - 0.021, y0, 0.02, "60 W"),))
    glass = glass * (1.0 - 0.6 * mark)
    warm = glass * np.array((1.0, 0.8, 0.5), np.float32)[:, None, None]
    over(canvas, np.asarray(warm, np.float32), inside(np.asarray(distance - radius), view.pixel))
