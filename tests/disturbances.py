"""What befalls a burst besides the hand's shake: warps and overlays for bursts.make_burst."""

import numpy as np
from bursts import Overlay, Sites, Warp, sample
from scenes import Floats


def wobble(amplitude: float, period: float = 150.0) -> Warp:
    """A rolling shutter on a vibrating hand: rows displaced by so many pixels, sinusoidally.

    The reference wobbles as well, each frame with phases of its own.
    """

    def warp(i: int, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        along = 2 * np.pi * y / period
        across = x + np.float32(amplitude) * np.sin(along + 2.4 * i)
        return across, y + np.float32(0.5 * amplitude) * np.cos(along + 4.1 * i)

    return warp


def knocked(frame: int, degrees: float, dx: float, dy: float) -> Warp:
    """One frame is turned about the picture's corner and shifted, further than any hand does."""
    angle = np.float32(np.deg2rad(degrees))

    def warp(i: int, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        if i != frame:
            return x, y
        u, v = x - np.float32(dx), y - np.float32(dy)
        cosine, sine = np.cos(angle), np.sin(angle)
        return cosine * u + sine * v, cosine * v - sine * u

    return warp


def foreground(layer: Floats, vx: float, vy: float) -> Overlay:
    """Parallax: winding bars of another scene, 80 pixels wide, that move by (vx, vy) a frame."""

    def overlay(i: int, light: Floats, x: Floats, y: Floats, channel: Sites) -> Floats:
        u, v = x - vx * i, y - vy * i
        inside = 40.0 - np.abs((u + 60.0 * np.sin(v / 47.0)) % 170.0 - 85.0)
        cover = np.clip(inside, 0, 1).astype(np.float32)
        return light * (1 - cover) + sample(layer, u, v, channel) * cover

    return overlay


def passer_by(width: int, height: int, speed: float, skin: float = 0.12) -> Overlay:
    """Who walks past, a third of the picture wide, patterned, of so much light: pixels a frame."""

    def overlay(i: int, light: Floats, x: Floats, y: Floats, channel: Sites) -> Floats:
        del channel
        u, v = x - np.float32(0.25 * width + speed * i), y - np.float32(0.6 * height)
        outside = (u / (0.16 * width)) ** 2 + (v / (0.5 * height)) ** 2
        cover = np.clip((1 - outside) * 12, 0, 1).astype(np.float32)
        cloth = skin * (1 + 0.5 * np.sin(u / 1.7) * np.sin(v / 2.1))
        return light * (1 - cover) + cloth.astype(np.float32) * cover

    return overlay


def elsewhere(frame: int, other: Floats) -> Overlay:
    """One frame shows another scene altogether: the tripod was knocked."""

    def overlay(i: int, light: Floats, x: Floats, y: Floats, channel: Sites) -> Floats:
        return sample(other, x, y, channel) if i == frame else light

    return overlay


def flash(frame: int, gain: float) -> Overlay:
    """One frame is lit by another camera's flash: by 1 + gain at most, falling off around."""

    def overlay(i: int, light: Floats, x: Floats, y: Floats, channel: Sites) -> Floats:
        del channel
        distance2 = (x - 100) ** 2 + (y - 200) ** 2
        lit = light * (1 + gain / (1 + distance2 / 200.0**2))
        return lit if i == frame else light

    return overlay


def sparks(
    places: list[tuple[float, float]], radius: float, vx: float, vy: float, light_of: float = 3.0
) -> Overlay:
    """Specular highlights: clipped discs that move by (vx, vy) a frame."""

    def overlay(i: int, light: Floats, x: Floats, y: Floats, channel: Sites) -> Floats:
        del channel
        cover = np.zeros_like(light)
        for cx, cy in places:
            distance = np.hypot(x - cx - vx * i, y - cy - vy * i)
            cover = np.maximum(cover, np.clip(radius + 0.5 - distance, 0, 1))
        return light * (1 - cover) + np.float32(light_of) * cover

    return overlay
