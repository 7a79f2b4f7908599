"""A head and shoulders in window light before a garden out of focus, with a depth map."""

import numpy as np

from capture.scenes.figure import EYES, body_height, hair_height, head_height, neck_height
from capture.scenes.paint import cloud, fade, inside, mix, over, sample, smooth
from capture.scenes.scene import Floats, Layer, Scene, View

_SUBJECT, _GARDEN = 0.9, 0.12  # dioptres
_LIGHT = np.array([-0.62, -0.42, 0.66]) / np.linalg.norm([-0.62, -0.42, 0.66])  # x, y down, z near
_RIM = np.array([0.85, -0.35, -0.25]) / np.linalg.norm([0.85, -0.35, -0.25])
_SKIN = (0.46, 0.268, 0.182)
_FLUSH = (0.47, 0.190, 0.130)
_LIP = (0.36, 0.105, 0.090)
_HAIR = (0.085, 0.040, 0.019)
_WOOL = (0.060, 0.120, 0.150)


def scene() -> Scene:
    """The portrait in daylight of 5600 K, 450 lux, with a lens of long focal length."""
    layers = (Layer(_garden, _GARDEN), Layer(_person, _SUBJECT))
    return Scene("portrait", 5600.0, 450.0, layers, focus=_SUBJECT, defocus=0.035)


def depth_map(view: View) -> Floats:
    """The scene's true depth, (h, w) float32 dioptres."""
    cover = _person(view)[3]
    return np.where(cover > 0.5, np.float32(_SUBJECT), np.float32(_GARDEN))


def _garden(view: View) -> Floats:
    """Trees, a path and sun through leaves; sharp, the lens blurs it."""
    tall = sample(cloud(151, 1.5), view.x * 0.5, view.y * 0.35)
    leaf = sample(cloud(152, 0.9), view.x * 1.6, view.y * 1.6)
    shade = np.clip(0.45 + 0.28 * tall + 0.10 * leaf, 0.0, 1.0)
    canvas = mix((0.020, 0.035, 0.012), (0.30, 0.36, 0.10), shade * shade)
    sky = smooth(-view.y + 0.10 * tall - 0.25 * view.x, 0.20, 0.55)
    canvas = mix(canvas, (0.85, 0.95, 1.02), sky * smooth(leaf, -0.8, 0.6))
    path = smooth(view.y - 0.15 + 0.1 * tall, 0.0, 0.25)
    canvas = mix(canvas, (0.26, 0.21, 0.15), 0.8 * path)
    sparkle = sample(cloud(153, 0.15), view.x * 1.1, view.y * 1.1)
    return canvas + (26.0 * smooth(sparkle, 3.05, 3.25) * (1.0 - path))


def _person(view: View) -> Floats:
    """Body, neck, head and hair, back to front; colours times coverage, and coverage."""
    # Paint a border more than is asked for, so that slopes do not depend on what is asked.
    x = _wider(view.x[0], view.pixel)[None, :]
    y = _wider(view.y[:, 0], view.pixel)[:, None]
    out = np.zeros((4, *view.shape), np.float32)
    if view.y[-1, 0] < -0.45 or view.x[0, -1] < -0.5 or view.x[0, 0] > 0.5:
        return out
    body, neck, head, hair = (
        height(x, y) for height in (body_height, neck_height, head_height, hair_height)
    )
    face_free = _outline(head, view.pixel, -0.02)
    _lay(out, _wool(view, body), _outline(body, view.pixel, -0.13))
    _lay(out, _skin(view, neck, _under_chin(view)), _outline(neck, view.pixel, -0.06))
    _lay(out, _face(view, head), face_free)
    front = hair - np.maximum(head, 0.0)
    cover = _outline(hair, view.pixel, -0.03) * np.where(
        face_free > 0.0, smooth(_inner(front), -0.012, 0.004), 1.0
    )
    _lay(out, _hair(view, hair), cover)
    return out


def _wider(axis: Floats, pixel: float) -> Floats:
    step = np.float32(pixel)
    return np.concatenate([axis[:1] - step, axis, axis[-1:] + step]).astype(np.float32)


def _inner(z: Floats) -> Floats:
    return z[1:-1, 1:-1]


def _outline(z: Floats, pixel: float, base: float) -> Floats:
    """Coverage of the parts of a relief above a base, by their distance from the outline."""
    dy, dx = _slopes(z, pixel)
    steep = np.sqrt(dx * dx + dy * dy) + np.float32(0.3)
    return inside(-(_inner(z) - np.float32(base)) / steep, pixel)


def _slopes(z: Floats, pixel: float) -> tuple[Floats, Floats]:
    scale = np.float32(0.5 / pixel)
    return (z[2:, 1:-1] - z[:-2, 1:-1]) * scale, (z[1:-1, 2:] - z[1:-1, :-2]) * scale


def _normals(z: Floats, pixel: float) -> tuple[Floats, Floats, Floats]:
    dy, dx = _slopes(z, pixel)
    length = np.sqrt(1.0 + dx * dx + dy * dy)
    return -dx / length, -dy / length, 1.0 / length


def _light(z: Floats, pixel: float, wrap: float, rim: float) -> tuple[Floats, Floats]:
    """Light on a relief, a window's and a garden's, and the window's soft mirror."""
    nx, ny, nz = _normals(z, pixel)
    key = nx * np.float32(_LIGHT[0]) + ny * np.float32(_LIGHT[1]) + nz * np.float32(_LIGHT[2])
    key = np.clip((key + wrap) / (1.0 + wrap), 0.0, 1.0)
    back = np.clip(nx * _RIM[0] + ny * _RIM[1] + nz * _RIM[2], 0.0, 1.0) ** 2
    sky = 0.5 - 0.5 * ny
    light = 0.92 * key**1.3 + 0.14 * sky + 0.07 + rim * back
    half = _LIGHT + np.array([0.0, 0.0, 1.0])
    half = half / np.linalg.norm(half)
    mirror = np.clip(nx * half[0] + ny * half[1] + nz * half[2], 0.0, 1.0) ** 26
    return light.astype(np.float32), mirror.astype(np.float32)


def _skin(view: View, z: Floats, shade: Floats | float = 1.0) -> Floats:
    light, mirror = _light(z, view.pixel, 0.22, 0.35)
    pore = sample(cloud(161, 0.5), view.x * 3.1, view.y * 3.1) * fade(0.003, view.pixel)
    blotch = sample(cloud(162, 1.4), view.x * 1.3, view.y * 1.3)
    colour = mix(_SKIN, _FLUSH, np.clip(0.22 + 0.14 * blotch, 0.0, 1.0))
    red = np.array([1.06, 0.99, 0.95], np.float32)[:, None, None]
    soft = light ** np.float32(0.92) * red  # light that went through skin is redder in shadow
    colour *= soft * shade * (1.0 + np.float32(0.030) * pore)
    return np.asarray(colour + 0.055 * mirror * shade * (1.0 + 0.2 * pore), np.float32)


def _under_chin(view: View) -> Floats:
    return np.asarray(0.30 + 0.60 * smooth(view.y + 0.4 * np.abs(view.x), 0.06, 0.20), np.float32)


def _face(view: View, z: Floats) -> Floats:
    x, y = view.x, view.y
    colour = _skin(view, z, _hair_shadow(view))
    light, _ = _light(z, view.pixel, 0.2, 0.2)
    cheek = np.exp(-(((np.abs(x) - 0.080) / 0.040) ** 2) - ((y + 0.058) / 0.034) ** 2)
    colour = mix(colour, np.array(_FLUSH, np.float32)[:, None, None] * light, 0.35 * cheek)
    mouth = np.maximum(
        1.0 - (x / 0.044) ** 2 - ((y + 0.0165) / 0.0115) ** 2,
        1.0 - (x / 0.040) ** 2 - ((y - 0.0030) / 0.0135) ** 2,
    )
    lips = np.array(_LIP, np.float32)[:, None, None] * (light + 0.05)
    colour = mix(colour, lips, 0.85 * smooth(mouth, 0.0, 0.35))
    line = np.exp(-(((y + 0.0052 - 0.08 * x * x) / 0.0022) ** 2)) * smooth(np.abs(x), 0.042, 0.03)
    over(colour, (0.045, 0.012, 0.010), 0.85 * line)
    for side in (-1.0, 1.0):
        nostril = np.hypot((x - side * 0.0125) / 0.0065, (y + 0.0505) / 0.0036)
        over(colour, (0.040, 0.014, 0.010), smooth(nostril, 1.2, 0.5) * np.float32(0.8))
        _eye(colour, view, side, light)
        _brow(colour, view, side)
    return colour


def _eye(colour: Floats, view: View, side: float, light: Floats) -> None:
    ex, ey = EYES[0] if side < 0 else EYES[1]
    x, y = view.x - np.float32(ex), view.y - np.float32(ey)
    upper = y + 0.0125 - 9.5 * x * x
    lower = 0.0075 - y - 6.5 * x * x
    opened = inside(-np.minimum(upper, lower), view.pixel, 0.0015)
    r = np.hypot(x, y + 0.0015)
    white = np.array((0.62, 0.60, 0.58), np.float32)[:, None, None] * (0.35 + 0.6 * light)
    fibre = sample(cloud(163, 0.6), np.arctan2(y, x) * 0.5, r * 4.0)
    iris = mix((0.020, 0.055, 0.070), (0.09, 0.17, 0.17), np.clip(0.5 + 0.3 * fibre, 0.0, 1.0))
    ball = mix(white, iris, inside(r - 0.0115, view.pixel, 0.001))
    over(ball, (0.004, 0.004, 0.005), inside(r - 0.0050, view.pixel, 0.0008))
    ball *= 0.40 + 0.60 * smooth(upper, 0.0, 0.010)  # the lid's shadow
    glint = inside(np.maximum(np.abs(x + 0.0042) - 0.0017, np.abs(y + 0.0058) - 0.0022), view.pixel)
    over(ball, (2.6, 2.7, 2.8), glint)
    over(colour, ball, opened)
    lash = np.exp(-((upper / 0.0020) ** 2)) * smooth(np.abs(x), 0.036, 0.028)
    over(colour, (0.012, 0.008, 0.006), 0.92 * lash)
    crease = np.exp(-(((upper + 0.0085) / 0.0022) ** 2)) * smooth(np.abs(x), 0.036, 0.020)
    over(colour, (0.15, 0.070, 0.045), 0.45 * crease)


def _brow(colour: Floats, view: View, side: float) -> None:
    x = (view.x * np.float32(side) - 0.060) / 0.040
    y = view.y + 0.168 + 0.010 * (1.0 - x * x)
    hairs = sample(cloud(164, 0.5), view.x * 4.0 + view.y * side * 2.0, view.y * 1.0)
    thick = 0.0062 - 0.0030 * x
    shape = smooth(np.abs(y), thick + 0.002, thick - 0.003) * smooth(np.abs(x), 1.0, 0.75)
    over(colour, _HAIR, shape * np.clip(0.62 + 0.22 * hairs, 0.0, 1.0))


def _hair_shadow(view: View) -> Floats:
    """The hair throws a soft shadow on the forehead and the far cheek."""
    fringe = smooth(view.y + 0.10 * view.x, -0.275, -0.205)
    side = smooth(view.x, 0.145, 0.095)
    return np.asarray((0.45 + 0.55 * fringe) * (0.55 + 0.45 * side), np.float32)


def _hair(view: View, z: Floats) -> Floats:
    light, _ = _light(z, view.pixel, 0.25, 0.9)
    along = view.x + 0.35 * view.x * smooth(view.y, -0.30, 0.05)
    strand = sample(cloud(165, 0.55), along * 4.6, view.y * 0.13) * fade(0.002, view.pixel)
    lock = sample(cloud(166, 1.1), along * 1.7, view.y * 0.10)
    colour = mix(_HAIR, (0.20, 0.105, 0.050), np.clip(0.30 + 0.16 * lock + 0.14 * strand, 0.0, 1.0))
    colour *= light * (1.0 + np.float32(0.30) * np.tanh(strand))
    band = np.exp(-(((view.y + 0.265 - 0.5 * view.x * view.x) / 0.040) ** 2))
    sheen = band * np.clip(0.5 + 0.4 * strand + 0.3 * lock, 0.0, 2.0) * light
    return np.asarray(colour + 0.075 * sheen, np.float32)


def _wool(view: View, z: Floats) -> Floats:
    light, _ = _light(z, view.pixel, 0.3, 0.35)
    rows, columns = view.y * 78.0, view.x * 62.0
    knit = np.abs(np.mod(columns, 1.0) - 0.5)
    loops = np.sin(2.0 * np.pi * (rows + 1.6 * knit))
    depth = (0.55 + 0.45 * loops) * smooth(knit, 0.0, 0.14) * smooth(0.5 - knit, 0.0, 0.06)
    fuzz = sample(cloud(167, 0.4), view.x * 3.3, view.y * 3.3)
    detail = np.float32(fade(0.013, view.pixel))
    colour = np.array(_WOOL, np.float32)[:, None, None] * light
    texture = 1.0 + detail * (0.75 * (depth - 0.5) + 0.10 * fuzz)
    collar = np.hypot(view.x / 0.105, (view.y - 0.118) / 0.062)
    shade = 0.55 + 0.45 * smooth(collar, 1.0, 1.7)
    return np.asarray(colour * np.clip(texture, 0.2, 2.0) * shade, np.float32)


def _lay(out: Floats, colour: Floats, cover: Floats) -> None:
    out *= 1.0 - cover
    out[:3] += colour * cover
    out[3] += cover
