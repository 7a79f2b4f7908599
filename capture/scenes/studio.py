"""A table by a window: the camera, the light and the round things the still life is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from capture.scenes.paint import box_window, inside, over, smooth
from capture.scenes.scene import Floats, View

Vector = tuple[float, float, float]

EYE = (0.0, 0.62, -2.1)  # the camera, in units of about 30 cm; the table is y = 0
FOCAL = 1.5  # frame heights
_PITCH = np.deg2rad(12.0)
_SIN, _COS = float(np.sin(_PITCH)), float(np.cos(_PITCH))

_WINDOW = np.array([-0.66, 0.60, -0.45])
LIGHT: Vector = tuple((_WINDOW / np.linalg.norm(_WINDOW)).tolist())
_SIDE = np.cross(LIGHT, (0.0, 1.0, 0.0))
_SIDE = _SIDE / np.linalg.norm(_SIDE)
_RISE = np.cross(_SIDE, LIGHT)
_SOFTNESS = 0.24  # half the window's size over its distance
KEY, FILL = 0.78, 0.25  # of a white surface: from the window, from the room
_GLARE = 30.0  # the window's own luminance
# The room's light next to the window's.
_WARM = np.array([1.05, 0.98, 0.90], np.float32)[:, None, None]


@dataclass(frozen=True, slots=True)
class Ball:
    """Something round on the table.

    Attributes:
        centre: world units.
        radius: world units.
        skin: colour of the surface, (3, h, w), from its normal; and the relief, (h, w), a factor
            on the light.
        gloss: how sharp the window is mirrored, 0 dull to 1.
    """

    centre: Vector
    radius: float
    skin: Callable[[Floats, Floats, Floats, float], tuple[Floats, Floats]]
    gloss: float = 0.6


def ray(view: View) -> tuple[Floats, Floats, Floats]:
    """Directions of the pixels' rays, not of unit length: x (1, w), y (h, 1), z (h, 1)."""
    dy = -view.y * np.float32(_COS) - np.float32(FOCAL * _SIN)
    dz = -view.y * np.float32(_SIN) + np.float32(FOCAL * _COS)
    return view.x, dy, dz


def project(point: Sequence[float]) -> tuple[float, float, float]:
    """Where a point of the world appears, frame units, and frame units per world unit there."""
    x, y, z = (point[i] - EYE[i] for i in range(3))
    depth = -y * _SIN + z * _COS
    up = y * _COS + z * _SIN
    return FOCAL * x / depth, -FOCAL * up / depth, FOCAL / depth


def shadow(x: Floats, y: Floats, z: Floats, balls: Sequence[Ball], skip: int = -1) -> Floats:
    """The share of the window that balls leave open at points: 1 lit, 0 in full shadow."""
    lit = np.ones(np.broadcast_shapes(x.shape, y.shape, z.shape), np.float32)
    fx, fy, fz = (_thinned(a) for a in (x, y, z))
    for index, ball in enumerate(balls):
        if index != skip and _open(fx, fy, fz, ball).min() < 1.0:
            lit *= _open(x, y, z, ball)
    return lit


def _open(x: Floats, y: Floats, z: Floats, ball: Ball) -> Floats:
    """The share of the window that one ball leaves open."""
    lx, ly, lz = (np.float32(c) for c in LIGHT)
    cx, cy, cz = (np.float32(c) for c in ball.centre)
    ox, oy, oz = cx - x, cy - y, cz - z
    along = ox * lx + oy * ly
    along = along + oz * lz
    square = ox * ox + oy * oy
    square = square + oz * oz
    square -= along * along
    apart = np.sqrt(np.maximum(square, 0.0))
    apart -= np.float32(ball.radius)
    apart /= np.maximum(along, 0.05) * np.float32(_SOFTNESS) + np.float32(0.004)
    apart[along <= 0.0] = 1.0
    return smooth(apart, -1.0, 1.0)


def closeness(x: Floats, z: Floats, balls: Sequence[Ball]) -> Floats:
    """What balls leave of the room's light on the table (Quilez: occlusion by a sphere)."""
    left = np.ones(np.broadcast_shapes(x.shape, z.shape), np.float32)
    fx, fz = (_thinned(a) for a in (x, z))
    for ball in balls:
        if _hidden(fx, fz, ball).max() > 0.004:
            left *= 1.0 - _hidden(x, z, ball)
    return left


def _hidden(x: Floats, z: Floats, ball: Ball) -> Floats:
    cx, cy, cz = (np.float32(c) for c in ball.centre)
    square = (cx - x) ** 2 + (cy * cy + (cz - z) ** 2)
    part = cy * np.float32(ball.radius**2) / (square * np.sqrt(square))
    # Down to nothing at a level that nobody sees, so that leaving it out shows no edge.
    return np.clip(part - np.float32(0.004), 0.0, 0.98)


def _thinned(a: Floats) -> Floats:
    """Every eighth row and column, and the last ones: enough to see that a soft thing is absent."""
    rows = np.unique(np.r_[0 : a.shape[0] : 8, a.shape[0] - 1])
    columns = np.unique(np.r_[0 : a.shape[1] : 8, a.shape[1] - 1])
    return np.asarray(a[np.ix_(rows, columns)])


def window_glare(nx: Floats, ny: Floats, nz: Floats, view: Vector, gloss: float) -> Floats:
    """The mirrored window on a glossy surface, a cross of bars in it, by Schlick's Fresnel law."""
    vx, vy, vz = (np.float32(c) for c in view)
    facing = nx * vx + ny * vy + nz * vz
    rx, ry, rz = (2.0 * facing * n - v for n, v in ((nx, vx), (ny, vy), (nz, vz)))
    a = rx * np.float32(_SIDE[0]) + ry * np.float32(_SIDE[1]) + rz * np.float32(_SIDE[2])
    b = rx * np.float32(_RISE[0]) + ry * np.float32(_RISE[1]) + rz * np.float32(_RISE[2])
    front = rx * np.float32(LIGHT[0]) + ry * np.float32(LIGHT[1]) + rz * np.float32(LIGHT[2])
    blur = 0.30 - 0.27 * gloss
    pane = smooth(np.abs(a), 0.24 + blur / 2, 0.24 - blur / 2)
    pane = pane * smooth(np.abs(b), 0.32 + blur / 2, 0.32 - blur / 2)
    if gloss > 0.5:
        pane = pane * smooth(np.minimum(np.abs(a), np.abs(b)), 0.008, 0.008 + blur)
    fresnel = 0.04 + 0.96 * np.clip(1.0 - facing, 0.0, 1.0) ** 5
    strength = np.float32(_GLARE * (0.08 + 0.92 * gloss * gloss))
    return np.asarray(pane * (front > 0.0) * fresnel * strength, np.float32)


def surface_light(
    nx: Floats, ny: Floats, nz: Floats, lit: Floats, table: Sequence[float], height: Floats
) -> Floats:
    """Light on a surface near the table: window, room, and what the table throws back."""
    key = nx * np.float32(LIGHT[0]) + ny * np.float32(LIGHT[1]) + nz * np.float32(LIGHT[2])
    key = np.clip((key + 0.18) / 1.18, 0.0, 1.0) ** 1.25
    sky = 0.55 + 0.35 * ny - 0.20 * nx
    near = np.clip(0.35 + height, 0.0, 1.0)  # the gap under a round thing is dark
    light = (np.float32(FILL) * sky * near) * _WARM + np.float32(KEY) * key * lit
    bounce = np.clip(0.5 - 0.5 * ny, 0.0, 1.0) * np.clip(height + 0.15, 0.0, 1.0)
    thrown = np.asarray(table, np.float32)[:, None, None] * np.float32(0.55)
    return np.asarray(light + bounce * thrown, np.float32)


def paint_ball(
    canvas: Floats, view: View, balls: Sequence[Ball], index: int, table: Sequence[float]
) -> None:
    """Paints one of the balls onto a canvas (3, h, w), in place."""
    ball = balls[index]
    px, py, scale = project(ball.centre)
    reach = ball.radius * scale * 1.12
    window = box_window(view.x, view.y, (px - reach, py - reach, px + reach, py + reach))
    if window is None:
        return
    rows, columns = window
    part = View(view.x[:, columns], view.y[rows], view.pixel)
    dx, dy, dz = ray(part)
    length = np.sqrt(dx * dx + dy * dy + dz * dz)
    dx, dy, dz = dx / length, dy / length, dz / length
    ox, oy, oz = (np.float32(ball.centre[i] - EYE[i]) for i in range(3))
    along = dx * ox + dy * oy + dz * oz
    apart = np.sqrt(np.maximum(ox * ox + oy * oy + oz * oz - along * along, 0.0))
    radius = np.float32(ball.radius)
    coverage = inside((apart - radius) * np.float32(scale), view.pixel)
    if not coverage.any():
        return
    t = along - np.sqrt(np.maximum(radius * radius - apart * apart, 0.0))
    x, y, z = t * dx - ox, t * dy - oy, t * dz - oz
    nx, ny, nz = x / radius, y / radius, z / radius
    lit = shadow(x + ball.centre[0], y + ball.centre[1], z + ball.centre[2], balls, index)
    colour, relief = ball.skin(nx, ny, nz, view.pixel / (ball.radius * scale))
    light = surface_light(nx, ny, nz, lit, table, y + np.float32(ball.centre[1]))
    light *= relief
    colour = colour * light
    eye = tuple((-np.array([ox, oy, oz]) / np.linalg.norm([ox, oy, oz])).tolist())
    colour += window_glare(nx, ny, nz, eye, ball.gloss) * lit
    over(canvas[:, rows, columns], colour, coverage)
