"""A contact sheet: pictures of one size side by side, each with its name below."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from app.pictures.lettering import fitted, lettering

Picture = npt.NDArray[np.uint8]

_PAGE = (28, 28, 28)  # neutral, dark enough for night pictures and light enough for black to show
_INK = (222, 222, 222)
_ASPECT = 1.6  # of the page, width to height, that columns are chosen for
_PIXELS = 8e6  # of all pictures together
_LONGEST, _SHORTEST = 720, 240  # of a picture's longer side
_LETTERS = 0.05  # height of the letters, of the square root of a picture's area


def cell_size(count: int, width: int, height: int) -> tuple[int, int]:
    """Width and height that pictures of a given shape should have on a sheet of so many.

    The longer side has at most 720 pixels, fewer with many pictures.
    """
    aspect = width / height
    area = _PIXELS / count
    longest = math.sqrt(area * max(aspect, 1.0 / aspect))
    longest = min(max(longest, _SHORTEST), _LONGEST, max(width, height))
    scale = longest / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def columns_of(count: int, width: int, height: int) -> int:
    """How many pictures of a given shape lie side by side: a page near 16:10 with few gaps."""

    def cost(columns: int) -> float:
        rows = -(-count // columns)
        aspect = columns * width / (rows * height)
        return abs(math.log(aspect / _ASPECT)) + 0.7 * (rows * columns - count) / count

    return min(range(1, count + 1), key=cost)


def contact_sheet(pictures: Sequence[tuple[str, Picture]]) -> Picture:
    """Lays pictures out on a page, from left to right and from top to bottom.

    Args:
        pictures: at least one; name and (height, width, 3) uint8, all of one size.

    Returns:
        (height, width, 3) uint8 in the pictures' colours; the page is neutral grey.

    Raises:
        ValueError: without a picture, or if sizes differ.
    """
    if len({picture.shape for _, picture in pictures}) != 1:
        raise ValueError("a contact sheet is made of one or more pictures of one size")
    height, width = pictures[0][1].shape[:2]
    columns = columns_of(len(pictures), width, height)
    rows = -(-len(pictures) // columns)
    letters = max(11, round(_LETTERS * math.sqrt(width * height)))
    gap, band = round(0.6 * letters), round(1.7 * letters)
    across, down = width + gap, height + band + gap
    page = Image.new("RGB", (columns * across + gap, rows * down + gap), _PAGE)
    draw = ImageDraw.Draw(page)
    for index, (name, picture) in enumerate(pictures):
        left, top = gap + index % columns * across, gap + index // columns * down
        page.paste(Image.fromarray(picture, "RGB"), (left, top))
        text, font = lettering(name, letters)
        at = (left, top + height + band // 2)
        draw.text(at, fitted(text, font, width), _INK, font, anchor="lm")
    return np.asarray(page)
