"""What lies over the upper corners of the live picture: histogram, the loupe's button and picture.

Pure functions, no Kivy; all of it is between the picture's top and what comes from below.
"""

import math
from dataclasses import dataclass

from app.ui.layout import LEAST, Rect

NOWHERE = Rect(0.0, 0.0, 0.0, 0.0)
GAP = 1.0  # mm
BUTTON = (11.0, 10.0)  # mm, where there is room
HISTOGRAM = 30.0  # mm it is wide at most, and 0.45 of the picture
HIGH, LOW = 11.0, 4.0  # mm: the histogram's height, and the least that tells anything
LEGEND = 2.8  # mm below it
HISTOGRAM_FOOT = GAP + HIGH + LEGEND + 0.2  # mm below the picture's top
MOST = 16.0  # mm of a small picture's longer side
SHARE = 1 / 8  # of the area that a small picture lies over


@dataclass(frozen=True, slots=True)
class Corners:
    """The boxes, pixels; NOWHERE for what there is no room for."""

    histogram: Rect
    button: Rect
    navigator: Rect


def corners(
    picture: tuple[float, float, float, float],
    sides: tuple[float, float],
    floor: float,
    mm: float,
    *,
    histogram: bool,
    left_handed: bool,
) -> Corners:
    """Places them.

    Args:
        picture: x, y, width and height of what is drawn, pixels.
        sides: left and right of what it is fitted into.
        floor: what lies below reaches up to here.
        mm: pixels a millimetre.
        histogram: whether it is wanted.
        left_handed: the hand that holds the device is on the left.
    """
    top = picture[1] + picture[3]
    left, right = sides[0] + GAP * mm, sides[1] - GAP * mm
    inner = max(left, picture[0] + GAP * mm)  # what tells of the picture lies on it
    shares = _histogram(picture[2], inner, top, floor, mm) if histogram else NOWHERE
    if not button_fits(top - floor, mm):
        return Corners(shares, NOWHERE, NOWHERE)
    height = min(BUTTON[1] * mm, top - floor)
    wide = BUTTON[0] * mm
    button = Rect(right - wide, top - _margin(height, top - floor, mm) - height, wide, height)
    aspect, ground = picture[2] / max(picture[3], 1), picture[2] * picture[3]
    foot = button.y if not left_handed else shares.y - LEGEND * mm if shares.width else top
    room = foot - GAP * mm - floor
    if room >= LEAST * mm:  # in the hand's corner, below what is there
        across, up = small(aspect, ground, (right - left, room), mm)
        x = left if left_handed else right - across
        return Corners(shares, button, Rect(x, foot - GAP * mm - up, across, up))
    first, last = shares.right + GAP * mm if shares.width else left, button.x - GAP * mm
    if last - first < LEAST * mm:
        return Corners(shares, button, NOWHERE)
    across, up = small(aspect, ground, (last - first, top - floor), mm)
    x = first if left_handed else last - across
    return Corners(shares, button, Rect(x, top - _margin(up, top - floor, mm) - up, across, up))


def button_fits(height: float, mm: float) -> bool:
    """Whether so much of the picture's height, pixels, holds the loupe's button.

    Args:
        height: from what comes from below up to the picture's top.
        mm: pixels a millimetre.
    """
    return height >= LEAST * mm


def small(
    aspect: float, ground: float, room: tuple[float, float], mm: float
) -> tuple[float, float]:
    """Width and height of the control that shows all of an enlarged picture, pixels.

    In the picture's shape, an eighth of what it lies over and 16 mm at most; but never too small
    to touch.

    Args:
        aspect: the picture's width / height.
        ground: area of what it lies over.
        room: width and height there is for it.
        mm: pixels a millimetre.
    """
    high = min(
        MOST * mm / max(aspect, 1.0),
        math.sqrt(max(ground, 0.0) * SHARE / aspect),
        room[0] / aspect,
        room[1],
    )
    return max(high * aspect, LEAST * mm), max(high, LEAST * mm)


def histogram_width(picture: float, unit: float) -> float:
    """In pixels, of a picture so wide."""
    return min(HISTOGRAM * unit, 0.45 * picture)


def _histogram(wide: float, left: float, top: float, floor: float, mm: float) -> Rect:
    high = min(HIGH * mm, top - floor - (HISTOGRAM_FOOT - HIGH) * mm)
    if high < LOW * mm:
        return NOWHERE
    return Rect(left, top - GAP * mm - high, histogram_width(wide, mm), high)


def _margin(height: float, room: float, mm: float) -> float:
    """Above what is so high: the usual, or half of what is left."""
    return min(GAP * mm, (room - height) / 2)
