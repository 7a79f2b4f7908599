"""Words in pictures: a font that has their letters, and words that fit a width."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_WIDE = str(Path(__file__).parent / "fonts" / "DejaVuSans.ttf")
_NOTHING = "\uffff"  # no font has a letter for it


def lettering(text: str, size: int) -> tuple[str, Font]:
    """A font for a text, and the text as far as the font has its letters.

    Pillow carries a font of the Latin alphabet without accents (Aileron, CC0). Texts with other
    letters are set in DejaVu Sans, which Baryta carries for Latin, Greek and Cyrillic; what neither
    has loses its accents or becomes "?".

    Args:
        text: one line.
        size: of the font, pixels.
    """
    own = _font("", size)
    if own is not None and not _missing(text, own):
        return text, own
    wide = _font(_WIDE, size)
    if wide is not None and not _missing(text, wide):
        return text, wide
    font = own or ImageFont.load_default()
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(letter)
    )
    lost = _missing(bare, own) if own else {letter for letter in bare if not letter.isascii()}
    return "".join("?" if letter in lost else letter for letter in bare), font


def fitted(text: str, font: Font, width: float) -> str:
    """The text, or as much of its beginning as fits a width in pixels, and an ellipsis."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}...") > width:
        text = text[:-1].rstrip()
    return f"{text}..."


@lru_cache(maxsize=16)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont | None:
    try:
        font = ImageFont.truetype(name, size) if name else ImageFont.load_default(size)
    except OSError:
        return None
    return font if isinstance(font, ImageFont.FreeTypeFont) else None


def _missing(text: str, font: ImageFont.FreeTypeFont) -> set[str]:
    """The letters that a font shows as an empty box."""
    box = bytes(font.getmask(_NOTHING))
    return {letter for letter in set(text) if bytes(font.getmask(letter)) == box}
