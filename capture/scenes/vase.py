"""A glazed vase with a few dry stems: a body turned about a vertical axis."""

from collections.abc import Sequence

import numpy as np

from capture.scenes import fruit
from capture.scenes.paint import box_window, cloud, inside, mix, over, sample, smooth
from capture.scenes.scene import Floats, View
from capture.scenes.studio import Ball, project, shadow, surface_light, window_glare

_FOOT = (0.82, 0.0, 0.86)
_HEIGHT = 0.62
_LEAN = 0.24  # how round its rims look from the camera's height

# What it hides from the light, as balls.
VASE_BALLS = (
    Ball((0.82, 0.18, 0.86), 0.205, fruit.porcelain),
    Ball((0.82, 0.40, 0.86), 0.15, fruit.porcelain),
    Ball((0.82, 0.56, 0.86), 0.085, fruit.porcelain),
)


def _radius(h: Floats) -> Floats:
    """The profile: radius at a height share of 0 (foot) to 1 (rim)."""
    return np.interp(h, _SHARES, _RADII).astype(np.float32)


def _turned() -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    """The profile through its knots, smoothed as a potter's hand would."""
    knots = (0.0, 0.05, 0.18, 0.34, 0.52, 0.70, 0.82, 0.90, 0.96, 1.0)
    radii = (0.118, 0.135, 0.185, 0.210, 0.190, 0.130, 0.088, 0.074, 0.082, 0.096)
    share = np.linspace(-0.1, 1.1, 241)
    radius = np.interp(share, knots, radii)
    kernel = np.hanning(27)
    smoothed = np.convolve(np.pad(radius, 13, mode="edge"), kernel / kernel.sum(), "valid")
    return share, smoothed


_SHARES, _RADII = _turned()


def paint_vase(canvas: Floats, view: View, balls: Sequence[Ball], table: Sequence[float]) -> None:
    """Paints the vase onto a canvas (3, h, w), in place."""
    px, py, scale = project(_FOOT)
    box = (px - 0.3 * scale, py - 0.75 * scale, px + 0.3 * scale, py + 0.1 * scale)
    window = box_window(view.x, view.y, box)
    if window is None:
        return
    rows, columns = window
    x = (view.x[:, columns] - np.float32(px)) / np.float32(scale)
    y = (np.float32(py) - view.y[rows]) / np.float32(scale)
    pixel = view.pixel / scale
    # A point on the front is lower in the picture than the axis by lean * r * cos(azimuth).
    share = np.clip(np.broadcast_to(y / _HEIGHT, np.broadcast_shapes(x.shape, y.shape)), 0.0, 1.0)
    for _ in range(3):
        r = _radius(share)
        front = np.sqrt(np.clip(1.0 - (x / r) ** 2, 0.0, 1.0))
        share = np.clip((y + _LEAN * r * front) / _HEIGHT, 0.0, 1.0)
    r = _radius(share)
    across = np.clip(x / r, -1.0, 1.0)
    front = np.sqrt(1.0 - across * across)
    step = np.float32(0.01)
    slope = (_radius(share - step) - _radius(share + step)) / (2.0 * step * _HEIGHT)
    length = np.sqrt(1.0 + slope * slope)
    nx, ny, nz = across / length, slope / length, -front / length
    top = y + _LEAN * r * front - _HEIGHT
    bottom = -(y + _LEAN * r * front)
    coverage = inside(np.maximum(np.maximum(np.abs(x) - r, top), bottom), pixel)
    wx, wz = x + _FOOT[0], np.float32(_FOOT[2]) - front * r
    lit = shadow(wx.astype(np.float32), share * _HEIGHT, wz.astype(np.float32), balls)
    tone = sample(cloud(71, 1.6), across * 0.2, share * 0.3)
    run = smooth(share + 0.03 * sample(cloud(72, 1.2), across * 0.35, share * 0.02), 0.56, 0.64)
    glaze = mix((0.030, 0.135, 0.150), (0.060, 0.205, 0.205), np.clip(0.5 + 0.3 * tone, 0.0, 1.0))
    glaze = mix(glaze, (0.42, 0.40, 0.33), run)
    colour = glaze * surface_light(nx, ny, nz, lit, table, share * _HEIGHT)
    colour += window_glare(nx, ny, nz, (-0.24, 0.1, -0.96), 0.8) * lit
    target = canvas[:, rows, columns]
    over(target, colour, coverage)
    # The dark mouth.
    mouth = np.hypot(x / _radius(np.ones(1, np.float32)), (y - _HEIGHT) / (_LEAN * 0.094))
    hole = inside((mouth - 0.86).astype(np.float32) * 0.05, pixel)
    rim = inside((mouth - 1.0).astype(np.float32) * 0.05, pixel)
    over(target, (0.16, 0.155, 0.13), rim)
    over(target, (0.008, 0.012, 0.012), hole)
