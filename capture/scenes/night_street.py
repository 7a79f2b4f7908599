"""A wet street at night: lamps far beyond clipping, neon, lit windows, deep shadows."""

import numpy as np

from capture.scenes.paint import cloud, fade, sample, smooth
from capture.scenes.scene import Floats, Layer, Scene, View
from capture.scenes.street import GROUND, paint_above

_REACH = 0.04  # frame units that ripples throw light aside, at most


def scene() -> Scene:
    """The street under lamps of 3200 K. A white paper under a lamp is painted as 1: 12 lux."""
    return Scene("night-street", 3200.0, 12.0, (Layer(paint, 0.1),), focus=0.1)


def paint(view: View) -> Floats:
    """The street, (3, h, w)."""
    split = int(np.count_nonzero(view.y[:, 0] < GROUND))
    out = np.empty((3, *view.shape), np.float32)
    if split:
        out[:, :split] = paint_above(View(view.x, view.y[:split], view.pixel))
    if split < view.shape[0]:
        out[:, split:] = _pavement(View(view.x, view.y[split:], view.pixel))
    return out


def _pavement(view: View) -> Floats:
    """Wet asphalt: the street upside down, drawn out and broken up, and dry stone between."""
    down = view.y - np.float32(GROUND)
    depth = 0.06 / (down + np.float32(0.035))  # distance, for the perspective of the texture
    u, v = view.x * depth * 1.5, depth * 2.2
    wet = smooth(sample(cloud(131, 1.5), u * 0.22, v * 0.22), -0.5, 0.9)
    rough = sample(cloud(132, 0.8), u * 1.1, v * 0.9)
    extra = int(np.ceil(_REACH / view.pixel))
    wide = np.arange(-extra, view.shape[1] + extra, dtype=np.float32) * np.float32(view.pixel)
    wide = wide[None, :] + view.x[:, :1]
    total = np.zeros((3, view.shape[0], wide.shape[1]), np.float32)
    # The mirror image of each row, smeared up and down as waves of water do.
    shares = ((-0.35, 0.14), (-0.12, 0.26), (0.0, 0.28), (0.18, 0.20), (0.45, 0.12))
    for offset, share in shares:
        y = np.float32(GROUND) - down * np.float32(1.05 + 0.55 * offset)
        mirrored = paint_above(View(wide, y[::-1], view.pixel * 2.0))[:, ::-1]
        # No brighter than this, and of its own colour still.
        most = np.maximum(mirrored.max(0), np.float32(120.0))
        total += np.float32(share) * mirrored * (np.float32(120.0) / most)
    aside = np.clip(rough * np.float32(0.012) * smooth(down, 0.0, 0.2), -_REACH, _REACH)
    total = _shifted(total, aside / np.float32(view.pixel), extra)
    grain = sample(cloud(133, 0.3), u * 5.0, v * 5.0) * fade(0.004, view.pixel)
    stone = np.array((0.020, 0.019, 0.020), np.float32)[:, None, None] * (
        1.0 + 0.35 * rough + 0.25 * grain
    )
    fresnel = 0.05 + 0.30 * np.exp(-down * 6.0)
    return np.asarray(stone + total * (fresnel * (0.12 + 0.88 * wet)), np.float32)


def _shifted(image: Floats, pixels: Floats, extra: int) -> Floats:
    """Each sample taken so many columns aside, from an image wider by `extra` on both sides."""
    columns = np.arange(pixels.shape[1]) + extra + np.rint(pixels).astype(np.int64)
    return np.stack([np.take_along_axis(plane, columns, axis=1) for plane in image])
