"""A board of leaves and prints with balls and a cart that cross it while the frames are taken."""

from collections.abc import Callable

import numpy as np

from capture.scenes import dead_leaves
from capture.scenes.paint import cloud, inside, mix, sample, smooth
from capture.scenes.scene import Floats, Layer, Mover, Scene, View

_RATE = 30.0  # frames a second that the speeds below are meant at


def scene() -> Scene:
    """Four things that move 2, 4, 8 and 12 pixels a frame, at any size of the picture."""
    movers = (
        Mover(_ball((0.52, 0.06, 0.04), 101, 0.085), 0.085, _path(-0.30, -0.22, 2.0, 20.0)),
        Mover(_ball((0.05, 0.22, 0.42), 102, 0.075), 0.075, _path(0.34, -0.10, 4.0, 160.0)),
        Mover(_ball((0.60, 0.46, 0.05), 103, 0.065), 0.065, _path(-0.10, 0.10, 8.0, 75.0)),
        Mover(_wheel, 0.095, _path(0.18, 0.26, 12.0, 185.0)),
    )
    return Scene("moving", 5500.0, 700.0, (Layer(_ground, 1.0),), movers, focus=1.0)


def _ground(view: View) -> Floats:
    """Leaves above, a plastered wall and a tiled floor below."""
    canvas = dead_leaves.paint(view)
    tone = sample(cloud(104, 1.4), view.x * 0.5, view.y * 0.5)
    wall = mix((0.30, 0.31, 0.29), (0.46, 0.45, 0.41), np.clip(0.5 + 0.25 * tone, 0.0, 1.0))
    below = smooth(view.y + 0.02 * np.sin(view.x * 5.0), -0.12, -0.12 + 2.0 * view.pixel)
    canvas += (wall - canvas) * below
    tiles = np.maximum(
        smooth(np.abs(np.mod(view.x * 6.0 + view.y * 2.0, 1.0) - 0.5), 0.47, 0.49),
        smooth(np.abs(np.mod(view.y * 6.0 - view.x * 1.2, 1.0) - 0.5), 0.47, 0.49),
    )
    floor = smooth(view.y, 0.16, 0.16 + 2.0 * view.pixel)
    canvas *= 1.0 - 0.5 * tiles * floor
    return canvas


def _path(
    x: float, y: float, speed: float, degrees: float
) -> Callable[[float, float], tuple[float, float]]:
    """From a place, so many pixels a frame in a direction, turning back at the frame's edge."""
    dx, dy = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))

    def place(time: float, unit: float) -> tuple[float, float]:
        way = speed * _RATE * time / unit
        return _folded(x + dx * way, 0.56), _folded(y + dy * way, 0.40)

    return place


def _folded(value: float, limit: float) -> float:
    """A coordinate that bounces between -limit and limit."""
    turn = (value + limit) % (4.0 * limit)
    return float(turn - limit if turn < 2.0 * limit else 3.0 * limit - turn)


def _ball(colour: tuple[float, float, float], seed: int, radius: float) -> Callable[[View], Floats]:
    """A shaded ball with a pattern."""

    def paint(view: View) -> Floats:
        r = np.hypot(view.x, view.y)
        height = np.sqrt(np.clip(1.0 - (r / radius) ** 2, 0.0, 1.0))
        pattern = sample(cloud(seed, 0.7), view.x * 1.5, view.y * 1.5)
        rings = np.sin(view.x * (170.0 / (seed - 99)) + 3.0 * view.y / radius)
        tone = np.clip(0.5 + 0.3 * pattern + 0.3 * smooth(rings, -0.2, 0.2), 0.0, 1.0)
        light = 0.25 + 0.85 * np.clip(0.6 * height - 0.45 * (view.x + view.y) / radius, 0.0, 1.0)
        out = np.empty((4, *view.shape), np.float32)
        out[3] = inside(r - np.float32(radius), view.pixel)
        out[:3] = mix(colour, (0.75, 0.74, 0.70), tone) * (light * out[3])
        return out

    return paint


def _wheel(view: View) -> Floats:
    """A wheel of bright sectors."""
    r = np.hypot(view.x, view.y)
    turn = np.arctan2(view.y, view.x) * np.float32(4.0 / np.pi)
    sector = smooth(np.abs(np.mod(turn, 2.0) - 1.0), 0.48, 0.52)
    out = np.empty((4, *view.shape), np.float32)
    out[3] = inside(r - np.float32(0.095), view.pixel)
    colour = mix((0.03, 0.03, 0.035), (0.78, 0.70, 0.12), sector)
    colour = mix((0.62, 0.04, 0.04), colour, smooth(r, 0.028, 0.030))
    out[:3] = colour * out[3]
    return out
