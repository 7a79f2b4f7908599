"""The buildings, windows, signs and lamps of the night street."""

from functools import cache

import numpy as np
import numpy.typing as npt

from capture.scenes.lettering import text_cover
from capture.scenes.paint import box_window, cloud, inside, mix, over, sample, smooth
from capture.scenes.scene import Floats, View

GROUND = 0.17  # y where the pavement begins
# Left, right, top of each house, far to near, and its brick.
_HOUSES = (
    (-0.30, 0.02, -0.16, (0.030, 0.026, 0.028)),
    (0.00, 0.26, -0.22, (0.034, 0.028, 0.024)),
    (-0.62, -0.24, -0.34, (0.045, 0.028, 0.022)),
    (0.22, 0.60, -0.38, (0.028, 0.030, 0.036)),
    (-1.40, -0.52, -0.62, (0.040, 0.034, 0.030)),
    (0.52, 1.40, -0.60, (0.044, 0.030, 0.026)),
)
_WINDOW_STEP = (0.062, 0.088)
# x, y, size (frame units), power, colour: lamps are hundreds of whites bright.
LAMPS = (
    (-0.20, -0.095, 0.0085, 260.0, (1.00, 0.62, 0.26)),
    (0.115, -0.045, 0.0050, 160.0, (1.00, 0.64, 0.28)),
    (-0.085, -0.005, 0.0032, 90.0, (1.00, 0.66, 0.30)),
    (0.33, -0.175, 0.0120, 300.0, (0.95, 0.72, 0.45)),
    (-0.035, 0.118, 0.0058, 220.0, (1.00, 0.90, 0.74)),  # a car's lights
    (0.012, 0.118, 0.0058, 220.0, (1.00, 0.90, 0.74)),
    (0.098, 0.125, 0.0045, 30.0, (1.00, 0.05, 0.03)),  # and another's tail
    (0.130, 0.125, 0.0045, 30.0, (1.00, 0.05, 0.03)),
)
# Text, left, middle, height, power and colour of neon signs.
_SIGNS = (
    ("HOTEL", -0.60, -0.19, 0.066, 9.0, (1.0, 0.10, 0.12)),
    ("CAFE", 0.37, 0.005, 0.052, 8.0, (0.15, 0.85, 1.0)),
    ("open all night", 0.375, 0.050, 0.020, 5.0, (1.0, 0.62, 0.20)),
    ("FILM", 0.055, -0.135, 0.030, 7.0, (0.65, 0.30, 1.0)),
)


def paint_above(view: View) -> Floats:
    """Sky, houses, signs and lamps above the pavement, (3, h, w); y may run below it too."""
    canvas = _sky(view)
    for index, house in enumerate(_HOUSES):
        _house(canvas, view, index, house)
    _car(canvas, view)
    _glow(canvas, view)
    for text, x, y, height, power, colour in _SIGNS:
        _sign(canvas, view, (x, y, height, text), power, colour)
    for x, y, size, power, colour in LAMPS:
        window = box_window(view.x, view.y, (x - 0.03, y - 0.03, x + 0.03, y + 0.03))
        if window is not None:
            rows, columns = window
            r = np.hypot(view.x[:, columns] - x, view.y[rows] - y).astype(np.float32)
            over(canvas[:, rows, columns], np.array(colour) * power, inside(r - size, view.pixel))
    return canvas


def _sky(view: View) -> Floats:
    haze = smooth(view.y, -0.6, 0.15) * np.ones_like(view.x)
    clouds = sample(cloud(111, 1.7), view.x * 0.25, view.y * 0.4)
    canvas = mix((0.004, 0.006, 0.013), (0.034, 0.026, 0.022), haze)
    canvas *= 1.0 + np.float32(0.25) * clouds
    return canvas


def _house(
    canvas: Floats,
    view: View,
    index: int,
    house: tuple[float, float, float, tuple[float, float, float]],
) -> None:
    left, right, top, brick = house
    window = box_window(view.x, view.y, (left - 0.01, top - 0.01, right + 0.01, 9.0))
    if window is None:
        return
    rows, columns = window
    x, y = view.x[:, columns], view.y[rows]
    cover = inside(np.maximum(np.maximum(left - x, x - right), top - y), view.pixel)
    courses = smooth(np.abs(np.mod(y * 150.0, 1.0) - 0.5), 0.40, 0.48)
    rough = sample(cloud(112 + index, 1.1), x * 0.9, y * 0.9)
    wall = np.array(brick, np.float32)[:, None, None] * (1.0 + 0.22 * rough)
    wall *= 1.0 - 0.35 * courses
    wall *= 0.35 + 1.5 * np.exp(-np.abs(y - GROUND) * 5.0)  # the street lights its lower floors
    wide, high = _WINDOW_STEP
    u, v = (x - left - 0.012) / wide, (y - top - 0.030) / high
    column, row = np.floor(u), np.floor(v)
    lights = _windows(index)
    i = np.clip(row, 0, lights.shape[1] - 1).astype(np.int64)
    j = np.clip(column, 0, lights.shape[2] - 1).astype(np.int64)
    across, down = u - column - 0.5, v - row - 0.5
    pane = inside(np.maximum(np.abs(across) - 0.27, np.abs(down) - 0.33), view.pixel / wide)
    pane = pane * inside(0.022 - np.abs(across), view.pixel / wide)
    pane = pane * inside(0.016 - np.abs(down + 0.08), view.pixel / high)
    pane = pane * (y < GROUND - 0.075) * (x < right - 0.030)
    lit = lights[:, i, j]
    curtain = 0.55 + 0.45 * smooth(np.abs(across), 0.04, 0.24)
    inner = 0.75 + 0.10 * sample(cloud(120, 1.3), x * 3.0 + row, y * 3.0 + column)
    over(wall, lit * (curtain * inner * (0.75 - 0.6 * down)), pane)
    over(canvas[:, rows, columns], wall, cover)


@cache
def _windows(index: int) -> npt.NDArray[np.float32]:
    """(3, rows, columns) light of a house's windows: few are lit, each by its own lamp."""
    random = np.random.default_rng((0x21, index))
    shape = (12, 16)
    lit = random.random(shape) < 0.33
    power = np.where(lit, random.lognormal(-0.2, 0.7, shape), 0.012)
    warmth = random.random(shape)[None]
    warm = np.array([1.0, 0.62, 0.28])[:, None, None]
    cool = np.array([0.80, 0.92, 1.0])[:, None, None]
    colour = np.where(warmth < 0.8, warm, cool)
    return np.asarray(colour * power, np.float32)


def _car(canvas: Floats, view: View) -> None:
    """A dark car behind its lights."""
    window = box_window(view.x, view.y, (-0.07, 0.07, 0.05, GROUND + 0.01))
    if window is None:
        return
    rows, columns = window
    x, y = view.x[:, columns], view.y[rows]
    body = np.maximum(np.abs(x + 0.0115) - 0.046, np.abs(y - 0.128) - 0.024)
    roof = np.maximum(np.abs(x + 0.0115) - 0.034 + (0.105 - y) * 0.35, np.abs(y - 0.096) - 0.014)
    cover = inside(np.minimum(body, roof), view.pixel)
    over(canvas[:, rows, columns], (0.006, 0.007, 0.010), cover)
    glass = np.maximum(np.abs(x + 0.0115) - 0.029 + (0.105 - y) * 0.35, np.abs(y - 0.096) - 0.009)
    over(canvas[:, rows, columns], (0.020, 0.022, 0.028), inside(glass, view.pixel))


def _glow(canvas: Floats, view: View) -> None:
    """Light that mist and lens scatter around the lamps."""
    for x, y, size, power, colour in LAMPS:
        square = (view.x - np.float32(x)) ** 2 + (view.y - np.float32(y)) ** 2
        spread = np.float32(size * size * power * 0.010) / (square + np.float32(size * size))
        wide = np.float32(power * size * 0.006) * np.exp(-square * np.float32(60.0))
        canvas += (spread + wide) * np.array(colour, np.float32)[:, None, None]


def _sign(
    canvas: Floats,
    view: View,
    line: tuple[float, float, float, str],
    power: float,
    colour: tuple[float, float, float],
) -> None:
    x, y, height, text = line
    width = height * 0.62 * len(text)
    box = (x - 4 * height, y - 4 * height, x + width + 4 * height, y + 4 * height)
    window = box_window(view.x, view.y, box)
    if window is None:
        return
    rows, columns = window
    part = View(view.x[:, columns], view.y[rows], view.pixel)
    away = np.maximum(np.abs(part.x - x - width / 2) - width / 2, 0.0)
    square = away**2 + np.maximum(np.abs(part.y - y) - height * 0.3, 0.0) ** 2
    halo = np.exp(-square / np.float32((1.1 * height) ** 2)) * np.float32(power * 0.022)
    target = canvas[:, rows, columns]
    target += halo * np.array(colour, np.float32)[:, None, None]
    cover = text_cover(part, (line,))
    tube = np.array(colour) * power + 0.12 * power  # the tube's core is nearly white
    over(target, tube, cover)
