"""A printed page: text of all sizes, a slanted edge, Siemens stars and line gratings."""

import numpy as np

from capture.scenes.lettering import Line, text_cover
from capture.scenes.paint import cloud, fade, inside, mix, over, sample, smooth
from capture.scenes.scene import Floats, Layer, Patch, Scene, View

_PAPER, _INK = (0.80, 0.785, 0.75), (0.022, 0.021, 0.023)
_RED = (0.36, 0.030, 0.028)
_PAGE = (-0.615, -0.455, 0.615, 0.455)  # left, top, right, bottom
_STAR = (0.36, -0.20, 0.165)  # middle and radius
_SMALL_STAR = (0.525, 0.02, 0.055)
_SPOKES = 36
_EDGE = (0.40, 0.255, 0.115)  # middle and half a side
EDGE_SLANT = np.deg2rad(5.0)  # of the slanted edge (ISO 12233)
_GREYS = (0.02, 0.06, 0.12, 0.25, 0.45, 0.70)
_WORDS = (
    "The shutter opens, and for a sixtieth of a second the light of the",
    "room falls upon a few million wells of silicon. Each counts what it",
    "is given. Eight such counts, taken while the hand drifts by a hair,",
    "hold more than any one of them: where one saw a red grain the next",
    "sees a green, and what was noise in each is quiet in their sum. The",
    "picture was there all along. It only had to be asked eight times.",
)


def _lines() -> tuple[Line, ...]:
    rows: list[Line] = [(-0.56, -0.375, 0.075, "Baryta"), (-0.56, -0.312, 0.022, _HEADING)]
    y = -0.262
    for height in (0.0185, 0.0135, 0.0095):
        for words in _WORDS:
            rows.append((-0.56, y, height, words))
            y += height * 1.42
        y += height * 0.8
    for height in (0.0075, 0.006, 0.005, 0.004):
        rows.append((-0.56, y, height, " ".join(_WORDS[:3])))
        y += height * 1.7
    return tuple(rows)


_HEADING = "On taking one picture out of many"
_TEXT = _lines()
_RULES: tuple[Line, ...] = (
    (0.26, -0.385, 0.018, "N 36   1 : 1"),
    (0.26, 0.425, 0.012, "5 degrees"),
)


def scene() -> Scene:
    """The page in lamp light of 4000 K, 500 lux."""
    greys = []
    for index, level in enumerate(_GREYS):
        x = -0.56 + index * 0.085
        box = (x + 0.012, 0.372, x + 0.063, 0.418)
        greys.append(Patch(f"grey {level:g}", box, (level, level, level)))
    return Scene("print", 4000.0, 500.0, (Layer(paint, 2.5),), focus=2.5, patches=tuple(greys))


def paint(view: View) -> Floats:
    """The page on a dark desk, (3, h, w)."""
    shape = view.shape
    x, y = np.broadcast_to(view.x, shape), np.broadcast_to(view.y, shape)
    desk = sample(cloud(81, 0.9), view.x * 0.3, view.y * 1.7)
    canvas = mix((0.030, 0.022, 0.017), (0.085, 0.058, 0.040), np.clip(0.5 + 0.25 * desk, 0, 1))
    left, top, right, bottom = _PAGE
    edge = np.maximum(np.maximum(left - x, x - right), np.maximum(top - y, y - bottom))
    shade = np.maximum(
        np.maximum(left - x, x - right - 0.012), np.maximum(top - y, y - bottom - 0.014)
    )
    canvas *= 1.0 - 0.75 * smooth(shade, 0.02, -0.01)
    fibre = sample(cloud(82, 0.5), view.x * 2.3, view.y * 2.3) * fade(0.004, view.pixel)
    page = np.empty_like(canvas)
    page[:] = np.array(_PAPER, np.float32)[:, None, None]
    page *= 1.0 + np.float32(0.012) * fibre
    ink = _ink(view, x, y)
    over(page, _INK, ink)
    over(page, _RED, text_cover(view, ((-0.30, -0.375, 0.075, "8"),)))
    _grey_steps(page, x, y, view.pixel)
    over(canvas, page, inside(edge, view.pixel))
    return canvas


def _ink(view: View, x: Floats, y: Floats) -> Floats:
    """All that is black: coverage, (h, w)."""
    ink = text_cover(view, _TEXT)
    np.maximum(ink, text_cover(view, _RULES), out=ink)
    np.maximum(ink, _star(x, y, _STAR, view.pixel), out=ink)
    np.maximum(ink, _star(x, y, _SMALL_STAR, view.pixel), out=ink)
    np.maximum(ink, _slanted_square(x, y, view.pixel), out=ink)
    np.maximum(ink, _gratings(x, y, view.pixel), out=ink)
    return ink


def _star(x: Floats, y: Floats, star: tuple[float, float, float], pixel: float) -> Floats:
    """A Siemens star; spokes finer than two pixels are their mean."""
    cx, cy, radius = star
    dx, dy = x - np.float32(cx), y - np.float32(cy)
    near = (np.abs(dx) < radius + pixel) & (np.abs(dy) < radius + pixel)
    out = np.zeros(x.shape, np.float32)
    if not near.any():
        return out
    dx, dy = dx[near], dy[near]
    r = np.hypot(dx, dy)
    turn = np.arctan2(dy, dx) * np.float32(_SPOKES / (2.0 * np.pi))
    phase = np.abs(turn - np.floor(turn) - 0.5)  # 0 at the middle of a dark spoke, 0.5 of a gap
    width = 2.0 * np.pi * np.maximum(r, pixel) / _SPOKES  # of a period
    sharp = np.clip(0.5 + (0.25 - phase) * width / pixel, 0.0, 1.0)
    lost = np.clip(width / pixel - 1.0, 0.0, 1.0)
    out[near] = (0.5 + (sharp - 0.5) * lost) * inside(r - np.float32(radius), pixel)
    return out


def _slanted_square(x: Floats, y: Floats, pixel: float) -> Floats:
    cx, cy, half = _EDGE
    c, s = np.float32(np.cos(EDGE_SLANT)), np.float32(np.sin(EDGE_SLANT))
    u, v = (x - cx) * c + (y - cy) * s, (y - cy) * c - (x - cx) * s
    return inside(np.maximum(np.abs(u), np.abs(v)) - np.float32(half), pixel)


def _gratings(x: Floats, y: Floats, pixel: float) -> Floats:
    """Upright and level lines that get finer to the right and downward."""
    out = np.zeros(x.shape, np.float32)
    for index in range(6):
        period = 0.012 / 1.45**index
        left = -0.03 + 0.052 * (index % 3)
        top = 0.165 + 0.095 * (index // 3)
        block = np.maximum(np.abs(x - left - 0.02) - 0.02, np.abs(y - top - 0.0225) - 0.0225)
        level = np.maximum(np.abs(x - left - 0.02) - 0.02, np.abs(y - top - 0.0675) - 0.0175)
        for area, along in ((block, x), (level, y)):
            phase = np.abs(np.mod(along / np.float32(period), 1.0) - 0.5)
            bars = np.clip(0.5 + (0.25 - phase) * period / pixel, 0.0, 1.0)
            bars = 0.5 + (bars - 0.5) * np.clip(period / pixel - 1.0, 0.0, 1.0)
            np.maximum(out, bars * inside(area, pixel), out=out)
    return out


def _grey_steps(page: Floats, x: Floats, y: Floats, pixel: float) -> None:
    for index, level in enumerate(_GREYS):
        left = -0.56 + index * 0.085
        box = np.maximum(np.abs(x - left - 0.0375) - 0.0375, np.abs(y - 0.395) - 0.033)
        over(page, (level, level, level), inside(box, pixel))
