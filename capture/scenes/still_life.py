"""Fruit, a vase, a cloth and a colour chart on a table by a window: the default scene.

The chart stands upright and evenly lit, so that its patches have one true colour each.
"""

import numpy as np

from capture.scenes import fruit
from capture.scenes.chart import paint_chart, patches
from capture.scenes.cloth import paint_cloth
from capture.scenes.paint import box_window, cloud, fade, mix, sample, smooth
from capture.scenes.scene import Floats, Layer, Scene, View
from capture.scenes.studio import EYE, FILL, KEY, Ball, closeness, paint_ball, ray, shadow
from capture.scenes.vase import VASE_BALLS, paint_vase

_WALL = 1.5  # z where the table ends
_CHART = (-0.585, -0.335, 0.46)  # left, top, width of the patches, frame units
_CHART_LIGHT = 0.82
_CHART_FOOT = 0.52  # z where it stands
_TABLE = (0.26, 0.15, 0.075)  # its mean colour, for what it throws back

_BALLS = (
    Ball((0.50, 0.205, 0.34), 0.205, fruit.apple, 0.85),
    Ball((0.13, 0.185, 0.30), 0.185, fruit.orange, 0.55),
    Ball((0.33, 0.150, -0.06), 0.150, fruit.lemon, 0.55),
    Ball((-0.06, 0.130, -0.10), 0.130, fruit.lime, 0.60),
    *(
        Ball((0.66 + x, y, -0.02 + z), 0.058, fruit.grape, 0.75)
        for x, y, z in (
            (0.00, 0.058, 0.10),
            (0.11, 0.058, 0.12),
            (0.06, 0.058, 0.01),
            (-0.05, 0.058, 0.00),
            (0.16, 0.058, 0.03),
            (0.01, 0.058, -0.09),
            (0.11, 0.058, -0.08),
            (0.05, 0.148, 0.06),
            (0.10, 0.145, -0.01),
            (0.00, 0.145, -0.02),
        )
    ),
)
_ORDER = (0, 1, 4, 5, 8, 7, 6, 10, 9, 11, 13, 12, 2, 3)  # far to near


def scene() -> Scene:
    """The still life in daylight of 5000 K, 600 lux."""
    layers = (Layer(_paint, 1.5),)
    marks = patches(*_CHART, light=_CHART_LIGHT)
    return Scene("still-life", 5000.0, 600.0, layers, focus=1.5, defocus=0.0022, patches=marks)


def _paint(view: View) -> Floats:
    canvas = np.empty((3, *view.shape), np.float32)
    _, dy, dz = ray(view)
    horizon = int(np.count_nonzero(EYE[1] * dz / np.maximum(-dy, 1e-3) > _WALL + 0.02 - EYE[2]))
    if horizon:
        canvas[:, :horizon] = _wall(View(view.x, view.y[:horizon], view.pixel))
    if horizon < view.shape[0]:
        canvas[:, horizon:] = _table(View(view.x, view.y[horizon:], view.pixel))
    _stand_chart(canvas, view)
    paint_vase(canvas, view, _BALLS, _TABLE)
    for index in _ORDER:
        paint_ball(canvas, view, _BALLS, index, _TABLE)
    return canvas


def _wall(view: View) -> Floats:
    """A plastered wall, lit from the left, with the soft shadows of what stands before it."""
    dx, dy, dz = ray(view)
    t = np.float32(_WALL - EYE[2]) / dz
    x, y = t * dx, np.maximum(EYE[1] + t * dy, 0.0).astype(np.float32)
    plaster = sample(cloud(1, 1.5), x * 0.25, y * 0.25 + 0.5)
    grain = sample(cloud(2, 0.6), x * 1.1, y * 1.1)
    light = 0.62 - 0.13 * x - 0.10 * (y - 0.4) ** 2
    light = light * (1.0 + 0.035 * plaster + 0.012 * grain)
    shade = shadow(x, y, np.full((1, 1), _WALL, np.float32), (*_BALLS[:2], *VASE_BALLS))
    light *= 0.45 + 0.55 * shade
    light *= 1.0 - 0.45 * smooth(y, 0.22, 0.0)
    tone = mix((0.30, 0.335, 0.345), (0.40, 0.41, 0.39), np.clip(0.5 + 0.3 * plaster, 0.0, 1.0))
    tone *= light
    return tone


def _table(view: View) -> Floats:
    """The bare table with its cloth and its shadows."""
    dx, dy, dz = ray(view)
    t = EYE[1] / -dy
    x = (t * dx).astype(np.float32)
    z = (EYE[2] + t * dz).astype(np.float32)
    wood = _wood(x, z, float((view.pixel * t).mean()))
    light = _table_light(x, z)
    wood *= light
    wood += _sheen(x, z, light)
    paint_cloth(wood, x, z, light, view.pixel)
    return wood


def _stand_chart(canvas: Floats, view: View) -> None:
    left, top, width = _CHART
    margin = 0.06 * width + view.pixel
    box = (left - margin, top - margin, left + width + margin, top + width * 2 / 3 + margin)
    window = box_window(view.x, view.y, box)
    if window is not None:
        rows, columns = window
        part = View(view.x[:, columns], view.y[rows], view.pixel)
        chart = paint_chart(part, left, top, width, _CHART_LIGHT)
        target = canvas[:, rows, columns]
        target *= 1.0 - chart[3]
        target += chart[:3]


def _table_light(x: Floats, z: Floats) -> Floats:
    """Window and room on the table, with shadows and the dark of contact."""
    ground = np.zeros((1, 1), np.float32)
    balls = (*_BALLS, *VASE_BALLS)
    key = KEY * 0.72 * shadow(x, ground, z, balls) * (1.04 - 0.10 * x)
    room = FILL * closeness(x, z, balls)
    # The chart: a board at its foot that hides a part of the room, and of the window behind it.
    board = smooth(np.abs(x + 0.54), 0.75, 0.45) * smooth(np.abs(z - _CHART_FOOT), 0.30, 0.0)
    behind = smooth(x + 0.95 - 0.9 * (z - _CHART_FOOT), -0.25, 0.25)
    behind = behind * smooth(0.45 + 0.9 * (z - _CHART_FOOT) - x, -0.30, 0.30)
    behind = behind * smooth(z, _CHART_FOOT - 0.01, _CHART_FOOT + 0.08)
    wall = 1.0 - 0.5 * smooth(z, _WALL - 0.30, _WALL)
    return np.asarray((key * (1.0 - 0.75 * behind) + room * (1.0 - 0.6 * board)) * wall, np.float32)


def _wood(x: Floats, z: Floats, footprint: float) -> Floats:
    """Planks along the room, with grain, knots and joints."""
    width = np.float32(0.42)
    plank = np.floor((x + 0.11) / width)
    across = (x + 0.11) / width - plank
    shift = plank * np.float32(0.37)
    warp = sample(cloud(3, 1.8), z * 0.11 + shift, x * 0.5)
    rings = sample(cloud(4, 0.8), x * 0.9 + 0.02 * warp + shift, z * 0.035 + shift)
    fibre = sample(cloud(5, 0.45), x * 3.1, z * 0.09 + shift) * fade(0.01, footprint)
    pores = sample(cloud(6, 0.3), x * 8.3, z * 0.31 + shift) * fade(0.004, footprint)
    tone = 0.5 + 0.42 * np.tanh(0.55 * rings + 0.25 * warp + 0.28 * fibre + 0.22 * pores)
    colour = mix((0.135, 0.066, 0.027), (0.38, 0.235, 0.125), tone)
    colour *= 1.0 + np.float32(0.10) * np.sin(plank * np.float32(2.4))
    gap = np.minimum(across, 1.0 - across) * width
    colour *= 1.0 - 0.75 * smooth(gap, 0.006, 0.001)
    return colour


def _sheen(x: Floats, z: Floats, light: Floats) -> Floats:
    """The window's dull glow on the varnish, broken by the grain."""
    glow = np.exp(-((x + 0.30 + 0.35 * z) ** 2) / 0.5) * smooth(z, -0.6, 1.4)
    grain = 1.0 + 0.35 * sample(cloud(5, 0.45), x * 1.3, z * 0.06)
    return np.asarray(0.055 * glow * grain * np.clip(light / 0.6, 0.0, 1.2), np.float32)
