"""Where everything goes, in millimetres of the real panel; pure functions, no Kivy.

A rail beside the picture in landscape, a thumb zone below it in portrait. The sizes follow the
rules for fingers: 9 mm at least, 16 mm or more for the shutter.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

TARGET = 9.5  # mm, what is touched often
LEAST = 9.0  # mm, the least of anything to touch
ROW = 9.6  # mm over the picture's lower edge: the readout, a dial, a row of chips
SHUTTER = 16.5  # mm, the least diameter of the shutter
TALL = 80.0  # mm: a rail this high has room for the styles
CHIP = 25.0  # mm: width of a style with its name beside the thumbnail
TILE = 21.0  # mm: width of a style with its name below


class Strip(StrEnum):
    """How the styles lie."""

    ROWS = "rows"  # one below the other: thumbnail beside the name
    TILES = "tiles"  # side by side, the name below the thumbnail
    CHIPS = "chips"  # side by side, the name beside the thumbnail


@dataclass(frozen=True, slots=True)
class Rect:
    """A box in pixels; y counts upwards from the bottom edge, as Kivy's does."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.y + self.height

    def overlaps(self, other: "Rect") -> bool:
        """True if the two share area; touching edges do not."""
        slack = 1e-6
        return (
            self.x < other.right - slack
            and other.x < self.right - slack
            and self.y < other.top - slack
            and other.y < self.top - slack
        )


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The boxes of the main screen."""

    viewfinder: Rect
    status: Rect
    styles: Rect
    strip: Strip
    exposure: Rect
    shutter: Rect
    last_picture: Rect


def fit(aspect: float, box: Rect) -> Rect:
    """The largest rectangle of this aspect (width / height) in the middle of a box."""
    width = min(box.width, box.height * aspect)
    height = width / aspect
    return Rect(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)


def arrange(
    width: float, height: float, mm: float, aspect: float, *, left_handed: bool = False
) -> Arrangement:
    """Arranges the main screen.

    Args:
        width: of the window, pixels.
        height: of the window, pixels.
        mm: pixels a millimetre.
        aspect: of the picture, width / height.
        left_handed: whether the controls lie on the left.
    """
    if width < height:
        places = _portrait(width, height, mm)
    elif height >= TALL * mm:
        places = _rail(width, height, mm, aspect)
    else:
        places = _small(width, height, mm, aspect)
    return _mirrored(places, width) if left_handed else places


def _mirrored(places: Arrangement, width: float) -> Arrangement:
    """Left and right exchanged."""

    def turned(box: Rect) -> Rect:
        return replace(box, x=width - box.right)

    return Arrangement(
        turned(places.viewfinder),
        turned(places.status),
        turned(places.styles),
        places.strip,
        turned(places.exposure),
        turned(places.shutter),
        turned(places.last_picture),
    )


def _rail(width: float, height: float, mm: float, aspect: float) -> Arrangement:
    """Picture at full height on the left, everything else in a rail on the right."""
    gap = 1.6 * mm
    rail = min(max(width - height * aspect, 28.5 * mm), 38.0 * mm)
    x, inner = width - rail + gap, rail - 2 * gap
    diameter = min(17.0 * mm, inner)
    shutter = Rect(x + (inner - diameter) / 2, gap, diameter, diameter)
    exposure = Rect(x, shutter.top + gap, inner, TARGET * mm)
    status = Rect(x, height - gap - TARGET * mm, inner, TARGET * mm)
    picture = 11.0 * mm
    last = Rect(x, status.y - gap - picture, inner, picture)
    bottom = exposure.top + gap
    styles = Rect(x, bottom, inner, last.y - gap - bottom)
    viewfinder = Rect(0.0, 0.0, width - rail, height)
    return Arrangement(viewfinder, status, styles, Strip.ROWS, exposure, shutter, last)


def _small(width: float, height: float, mm: float, aspect: float) -> Arrangement:
    """A low landscape panel: the styles move below the picture.

    On a still lower one the last picture lies beside the shutter.
    """
    gap = 1.0 * mm
    strip = TARGET * mm
    left = height - strip - 2 * gap
    low = height < (SHUTTER + 3 * LEAST) * mm + 5 * gap
    least = (SHUTTER + LEAST) * mm + 3 * gap if low else 2 * TARGET * mm + 3 * gap
    rail = min(max(width - left * aspect, least), 30 * mm)
    x, inner = width - rail + gap, rail - 2 * gap
    side = (inner - SHUTTER * mm) * (1.0 if low else 0.5)
    shutter = Rect(x + side, gap, SHUTTER * mm, SHUTTER * mm)
    exposure = Rect(x, shutter.top + gap, inner, LEAST * mm)
    bottom = exposure.top + gap
    if low:
        last = Rect(x, gap + (SHUTTER - LEAST) / 2 * mm, side - gap, LEAST * mm)
        status = Rect(x, bottom, inner, height - gap - bottom)
    else:
        last = Rect(x, height - gap - LEAST * mm, inner, LEAST * mm)
        status = Rect(x, bottom, inner, last.y - gap - bottom)
    styles = Rect(gap, gap, width - rail - gap, strip)
    viewfinder = Rect(0.0, strip + 2 * gap, width - rail, left)
    return Arrangement(viewfinder, status, styles, Strip.CHIPS, exposure, shutter, last)


def _portrait(width: float, height: float, mm: float) -> Arrangement:
    """Picture on top, the thumb zone in the lowest third."""
    roomy = height >= 120.0 * mm and width >= 48.0 * mm
    gap = (2.5 if roomy else 1.2) * mm
    diameter = (20.0 if roomy else SHUTTER) * mm
    status = Rect(gap, height - gap / 2 - TARGET * mm, width - 2 * gap, TARGET * mm)
    tile = (19.0 if roomy else TARGET) * mm
    zone = max(height / 3 - tile - gap if roomy else 0.0, 2 * TARGET * mm + 3 * gap)
    shutter = Rect((width - diameter) / 2, (zone - diameter) / 2, diameter, diameter)
    side = shutter.x - 2 * gap
    low = (1.2 * TARGET if side >= (2 * TARGET + 1) * mm else 2 * TARGET + 1) * mm
    picture = min(15.0 * mm, zone - 2 * gap)
    last = Rect(gap, (zone - picture) / 2, side, picture)
    exposure = Rect(shutter.right + gap, (zone - low) / 2, side, low)
    styles = Rect(gap, zone, width - 2 * gap, tile)
    bottom = styles.top + gap
    viewfinder = Rect(0.0, bottom, width, status.y - gap / 2 - bottom)
    strip = Strip.TILES if roomy else Strip.CHIPS
    return Arrangement(viewfinder, status, styles, strip, exposure, shutter, last)
