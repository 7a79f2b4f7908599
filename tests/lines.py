"""A sheet of straight lines through a lens that bends them: what a warp is to undo."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app.pictures.negative import Negative, ShotInfo
from capture.colour import neutral_at, white_xy
from capture.profiles import profile
from native import MosaicFormat, MosaicNoise, Warp

Array = npt.NDArray[np.float64]

WIDTH, HEIGHT = 960, 720
AT = tuple(range(96, WIDTH, 96))  # of the lines across, pixels of the straight picture
DOWN = tuple(range(72, HEIGHT, 72))
BENT = Warp(  # a barrel of 3.5 % in the corners, and lateral colour of 1.4 pixels to either side
    (
        (0.9623, 0.0300, 0.0030, 0.0014),
        (0.9600, 0.0300, 0.0030, 0.0014),
        (0.9577, 0.0300, 0.0030, 0.0014),
    )
)
_BLACK, _WHITE = 256.0, 4095.0
_LIGHT, _DARK, _SIGMA = 0.5, 0.1, 2.0  # levels; a line's width, pixels


@dataclass(frozen=True, slots=True)
class Bent:
    """What is left of a picture's lines, pixels.

    Attributes:
        bow: the most by which a line is off a straight one, in green.
        colour: the most by which red or blue is off green.
    """

    bow: float
    colour: float


def sheet() -> Negative:
    """The mosaic that the lens gives of the sheet, without noise."""
    sensor = profile("imx477")
    neutral = neutral_at(sensor.calibrations, white_xy(5000.0))
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    mosaic = np.empty((HEIGHT, WIDTH))
    for site, colour in enumerate((0, 1, 1, 2)):
        rows, columns = slice(site // 2, None, 2), slice(site % 2, None, 2)
        u, v = _straight(x[rows, columns], y[rows, columns], BENT.radial[colour])
        mosaic[rows, columns] = neutral[colour] * _level(u, v)
    samples = np.rint(_BLACK + mosaic * (_WHITE - _BLACK)).astype(np.uint16)
    return Negative(
        samples,
        MosaicFormat((0, 1, 1, 2), (_BLACK,) * 4, _WHITE),
        MosaicNoise((1e-5,) * 4, (1e-8,) * 4),
        sensor.calibrations,
        neutral,
        info=ShotInfo(model=sensor.model),
        warp=BENT,
    )


def _straight(x: Array, y: Array, k: tuple[float, ...]) -> tuple[Array, Array]:
    """Where in the straight picture a place of the lens's lies: the warp's inverse, by Newton."""
    cx, cy = (WIDTH - 1) / 2.0, (HEIGHT - 1) / 2.0
    far = float(np.hypot(cx, cy))
    bent = np.maximum(np.hypot(x - cx, y - cy) / far, 1e-9)
    r = bent.copy()
    for _ in range(20):
        s = r * r
        value = r * (k[0] + s * (k[1] + s * (k[2] + s * k[3])))
        slope = k[0] + s * (3.0 * k[1] + s * (5.0 * k[2] + s * 7.0 * k[3]))
        r -= (value - bent) / slope
    return cx + (x - cx) * r / bent, cy + (y - cy) * r / bent


def _level(u: Array, v: Array) -> Array:
    """The sheet's light at a place: dark lines of a soft profile."""
    lines = [np.exp(-0.5 * np.square((u - at) / _SIGMA)) for at in AT]
    lines += [np.exp(-0.5 * np.square((v - at) / _SIGMA)) for at in DOWN]
    return _LIGHT - (_LIGHT - _DARK) * np.max(lines, axis=0)


def measure(picture: Array) -> Bent:
    """What is bent in a development of the sheet, linear, that may be cropped all round."""
    height, width = picture.shape[:2]
    left, top = (WIDTH - width) / 2.0, (HEIGHT - height) / 2.0
    bow, colour = 0.0, 0.0
    for image, at, across, off, along in (
        (picture, AT, DOWN, left, top),
        (picture.swapaxes(0, 1), DOWN, AT, top, left),
    ):
        for line in at:
            places, found = _line(image, line - off, [place - along for place in across])
            assert len(places) >= 5, f"no line at {line}"
            straight = np.polyval(np.polyfit(places, found[:, 1], 1), places)
            bow = max(bow, float(np.abs(found[:, 1] - straight).max()))
            colour = max(colour, float(np.abs(found - found[:, 1:2]).max()))
    return Bent(bow, colour)


def _line(image: Array, line: float, across: list[float]) -> tuple[Array, Array]:
    """Where a line is between those it crosses: places along it, and (n, 3) its middle there."""
    reach = 24
    places: list[float] = []
    found: list[Array] = []
    for first, second in pairwise(across):
        place = round((first + second) / 2.0)
        start = round(line) - reach
        if not (8 <= place < image.shape[0] - 8 and 8 <= start < image.shape[1] - 2 * reach - 9):
            continue
        part = image[place - 4 : place + 5, start : start + 2 * reach + 1].mean(0)
        dark = np.maximum(0.75 * np.median(part, axis=0) - part, 0.0)
        if (dark.sum(0) <= 0.0).any():
            continue
        offsets = np.arange(2 * reach + 1)[:, None]
        places.append(float(place))
        found.append(start + (dark * offsets).sum(0) / dark.sum(0))
    return np.array(places), np.array(found).reshape(-1, 3)
