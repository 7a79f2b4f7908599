"""A head and shoulders as a relief: height over the picture's plane, towards the camera."""

import numpy as np

from capture.scenes.paint import cloud, sample
from capture.scenes.scene import Floats

# x, y, z of the middle and the three radii, frame units: the head and what joins into it.
_HEAD = (0.0, -0.115, 0.0, 0.150, 0.205, 0.170)
_PARTS = (
    (0.0, -0.010, 0.045, 0.088, 0.085, 0.095),  # jaw
    (0.0, 0.048, 0.062, 0.036, 0.030, 0.045),  # chin
    (0.0, -0.215, 0.040, 0.128, 0.100, 0.125),  # forehead
    (-0.060, -0.062, 0.066, 0.062, 0.066, 0.066),  # cheeks
    (0.060, -0.062, 0.066, 0.062, 0.066, 0.066),
    (-0.055, -0.158, 0.120, 0.046, 0.018, 0.036),  # brows
    (0.055, -0.158, 0.120, 0.046, 0.018, 0.036),
)
_NOSE = (
    (0.0, -0.108, 0.146, 0.0150, 0.060, 0.034),
    (0.0, -0.066, 0.160, 0.0175, 0.0175, 0.030),
    (-0.0165, -0.060, 0.152, 0.0110, 0.0105, 0.016),
    (0.0165, -0.060, 0.152, 0.0110, 0.0105, 0.016),
)
EYES = ((-0.058, -0.128), (0.058, -0.128))
_LIPS = ((0.0, -0.0145, 0.1475, 0.043, 0.0095, 0.020), (0.0, 0.0035, 0.146, 0.037, 0.012, 0.022))
_NECK = (0.0, 0.10, -0.055, 0.092, 0.17, 0.075)


def _dome(x: Floats, y: Floats, part: tuple[float, ...]) -> Floats:
    """Height of a rounded thing's front; falls away ever more steeply, beyond its outline too."""
    cx, cy, cz, rx, ry, rz = (np.float32(v) for v in part)
    q = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2
    return np.asarray(cz + rz * (1.0 - q * (0.6 + 0.4 * q)), np.float32)


def _join(a: Floats, b: Floats, radius: float) -> Floats:
    """The higher of two heights, the crease between them filled (a polynomial smooth maximum)."""
    r = np.float32(radius)
    fill = np.maximum(r - np.abs(a - b), 0.0)
    # Nothing of the lower height, which may be far down, rounds the higher one: light would show.
    return np.asarray(np.maximum(a, b) + fill * fill * (0.25 / r), np.float32)


def head_height(x: Floats, y: Floats) -> Floats:
    """The bare head's relief with its features, frame units."""
    z = _dome(x, y, _HEAD)
    for part in _PARTS:
        z = _join(z, _dome(x, y, part), 0.055)
    for ex, ey in EYES:
        socket = np.exp(-(((x - ex) / 0.042) ** 2) - ((y - ey) / 0.026) ** 2)
        z = z - np.float32(0.020) * socket
        z = _join(z, _dome(x, y, (ex, ey, 0.098, 0.026, 0.017, 0.026)), 0.008)  # the lids
    for part in _NOSE:
        z = _join(z, _dome(x, y, part), 0.020)
    for part in _LIPS:
        z = _join(z, _dome(x, y, part), 0.006)
    parting = np.exp(-(((x) / 0.040) ** 2)) * np.exp(-(((y + 0.0052) / 0.0034) ** 2))
    groove = np.exp(-((x / 0.006) ** 2) - ((y + 0.033) / 0.012) ** 2)
    return np.asarray(z - np.float32(0.010) * parting - np.float32(0.003) * groove, np.float32)


def hair_height(x: Floats, y: Floats) -> Floats:
    """The hair's relief: a bob to the jaw, parted on one side."""
    cap = _dome(x, y, (0.0, -0.160, -0.015, 0.180, 0.205, 0.190))
    left = _dome(x, y, (-0.146, -0.075, -0.010, 0.060, 0.165, 0.105))
    right = _dome(x, y, (0.146, -0.075, -0.010, 0.060, 0.165, 0.105))
    z = _join(_join(cap, left, 0.05), right, 0.05)
    # The face is left free, below a slanted fringe.
    open_face = _dome(x, y, (0.012, -0.055, 0.06, 0.120, 0.210, 0.30))
    z = z - np.float32(0.9) * np.clip(open_face - 0.05, 0.0, 0.4)
    lock = sample(cloud(141, 1.0), x * 2.3 + 0.4 * y * y, y * 0.12)
    return np.asarray(z + np.float32(0.0045) * lock, np.float32)


def neck_height(x: Floats, y: Floats) -> Floats:
    """The neck's relief."""
    return _dome(x, y, _NECK)


def body_height(x: Floats, y: Floats) -> Floats:
    """Shoulders and chest in a knitted pullover with a round collar."""
    chest = _dome(x, y, (0.0, 0.475, -0.10, 0.330, 0.345, 0.200))
    left = _dome(x, y, (-0.235, 0.410, -0.13, 0.185, 0.235, 0.165))
    right = _dome(x, y, (0.235, 0.410, -0.13, 0.185, 0.235, 0.165))
    z = _join(_join(chest, left, 0.10), right, 0.10)
    ring = np.hypot(x / 0.105, (y - 0.118) / 0.062)
    z = z + np.float32(0.022) * np.exp(-(((ring - 1.06) / 0.13) ** 2))
    z = np.where(ring < 1.0, z - (1.0 - ring) * np.float32(0.5), z)
    fold = sample(cloud(142, 1.7), x * 0.6, y * 0.45)
    return np.asarray(z + np.float32(0.004) * fold, np.float32)
