"""A finished picture in its look's frame."""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from app.pictures.lettering import fitted, lettering
from app.pictures.negative import ShotInfo
from styles import Frame
from styles.spaces import REC2020_TO_P3, SRGB_TO_REC2020, srgb_decode, srgb_encode

Picture = npt.NDArray[np.uint8]

_LETTERS = 0.011  # height of the letters, of the diagonal
_ROOM = 3.2  # height of the base that holds a line, in letters
_BETWEEN = "   "
_SLOWEST_FRACTION = 0.3  # seconds: from there on times are told in decimals


def framed(picture: Picture, frame: Frame, info: ShotInfo) -> Picture:
    """A picture with its frame.

    Args:
        picture: (height, width, 3) uint8, upright, Display P3 with the sRGB transfer function.
        frame: how wide and of which colour; a caption makes the base high enough for its line.
        info: what the caption is made of; what is unknown is left out.

    Returns:
        (height, width, 3) uint8, larger than the picture, whose own pixels are unchanged.
    """
    height, width = picture.shape[:2]
    diagonal = math.hypot(height, width)
    side = round(frame.width * diagonal)
    base = side + round(frame.base * diagonal)
    text = caption_of(info, frame.caption)
    letters = max(8, round(_LETTERS * diagonal))
    if text:
        base = max(base, round(_ROOM * letters))
    colour = _in_p3(frame.colour)
    page = Image.new("RGB", (width + 2 * side, height + side + base), colour)
    page.paste(Image.fromarray(picture, "RGB"), (side, side))
    if text:
        text, font = lettering(text, letters)
        light = sum(colour) > 3 * 110
        middle = (page.width / 2, side + height + base / 2)
        ink = (54, 54, 54) if light else (205, 205, 205)
        ImageDraw.Draw(page).text(middle, fitted(text, font, width), ink, font, anchor="mm")
    return np.asarray(page)


def framed_gain(
    gain: npt.NDArray[np.uint8], picture: tuple[int, int], page: tuple[int, int]
) -> npt.NDArray[np.uint8]:
    """A gain map for a framed picture: the frame itself gains nothing.

    Args:
        gain: (rows, columns) uint8, of the picture, at half its size.
        picture: its height and width.
        page: those of the framed one.

    Returns:
        (rows, columns) uint8, of the page, at half its size.
    """
    whole = np.zeros((page[0] // 2, page[1] // 2), np.uint8)
    edge = (page[1] - picture[1]) // 4  # half of a side
    whole[edge : edge + gain.shape[0], edge : edge + gain.shape[1]] = gain
    return whole


def caption_of(info: ShotInfo, items: tuple[str, ...]) -> str:
    """The line below the picture; empty if nothing of it is known."""
    known = {
        "camera": info.model,
        "lens": info.lens,
        "exposure": _exposure(info),
        "date": info.taken and info.taken.strftime("%Y-%m-%d"),
        "look": info.style,
    }
    return _BETWEEN.join(text for item in items if (text := known[item]))


def _exposure(info: ShotInfo) -> str:
    """Focal length, aperture, time and sensitivity, as photographers write them."""
    parts = []
    if info.focal_length:
        parts.append(f"{info.focal_length:.3g} mm")
    if info.f_number:
        parts.append(f"f/{info.f_number:.2g}")
    if time := info.exposure_time:
        quick = time < _SLOWEST_FRACTION
        parts.append(f"1/{round(1 / time)} s" if quick else f"{time:.2g} s")
    if info.iso:
        parts.append(f"ISO {round(info.iso)}")
    return _BETWEEN.join(parts)


def _in_p3(colour: str) -> tuple[int, int, int]:
    """An sRGB colour, "#rrggbb", in the picture's 8-bit Display P3."""
    srgb = srgb_decode(np.array([int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]))
    red, green, blue = np.rint(255.0 * srgb_encode(REC2020_TO_P3 @ SRGB_TO_REC2020 @ srgb))
    return int(red), int(green), int(blue)
