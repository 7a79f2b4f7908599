"""Text, drawn at the size it is needed in."""

from functools import cache
from threading import Lock

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from capture.scenes.scene import Floats, View

_lock = Lock()

Line = tuple[float, float, float, str]
"""Left, middle and height in frame units, and the text."""


def text_cover(view: View, lines: tuple[Line, ...]) -> Floats:
    """The coverage of a view by lines of text, (h, w). Pillow's own font (Aileron, CC0)."""
    with _lock:
        sheet, left, top = _sheet(lines, view.pixel)
    if sheet.size == 0:
        return np.zeros(view.shape, np.float32)
    height, width = sheet.shape
    j = np.floor((view.x[0] - left) / view.pixel).astype(np.int64)
    i = np.floor((view.y[:, 0] - top) / view.pixel).astype(np.int64)
    out = np.zeros(view.shape, np.float32)
    columns = np.flatnonzero((j >= 0) & (j < width))
    rows = np.flatnonzero((i >= 0) & (i < height))
    if len(rows) and len(columns):
        part = sheet[np.ix_(i[rows], j[columns])]
        out[np.ix_(rows, columns)] = part.astype(np.float32) / np.float32(255.0)
    return out


@cache
def _sheet(
    lines: tuple[Line, ...], pixel: float
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.uint8]], float, float]:
    """All lines on one sheet: its samples, and the frame place of its top left corner."""
    left = min(x for x, _, _, _ in lines) - 0.01
    top = min(y - h for _, y, h, _ in lines) - 0.01
    bottom = max(y + h for _, y, h, _ in lines) + 0.01
    right = left
    placed = []
    for x, y, height, text in lines:
        font = ImageFont.load_default(max(height / pixel, 1.0))
        placed.append((x, y, text, font))
        right = max(right, x + font.getlength(text) * pixel + 0.02)
    size = (max(int((right - left) / pixel), 1), max(int((bottom - top) / pixel), 1))
    sheet = Image.new("L", size)
    draw = ImageDraw.Draw(sheet)
    for x, y, text, font in placed:
        draw.text(((x - left) / pixel, (y - top) / pixel), text, 255, font, anchor="lm")
    return np.asarray(sheet), left, top
