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
    letters are set in DejaVu Sans, which Baryta carries for Latin, Greek and Cyrillic. A letter
    that the font lacks loses its accents or becomes "?"; the others stay as they are.

    Args:
        text: one line.
        size: of the font, pixels.
    """
    fonts = [font for name in ("", _WIDE) if (font := _font(name, size)) is not None]
    if not fonts:  # a Pillow without FreeType
        lost = {letter for letter in text if not letter.isascii()}
        return _shown(text, lost), ImageFont.load_default()
    font = min(fonts, key=lambda font: len(_missing(text, font)))
    return _shown(text, _missing(text, font), font), font


def _shown(text: str, lost: set[str], font: ImageFont.FreeTypeFont | None = None) -> str:
    """The text; the lost letters without their accents, or as "?" if that does not help."""
    return "".join(_substitute(letter, font) if letter in lost else letter for letter in text)


def _substitute(letter: str, font: ImageFont.FreeTypeFont | None) -> str:
    parts = unicodedata.normalize("NFKD", letter)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    known = bare.isascii() if font is None else not _missing(bare, font)
    return bare if known else "?"


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
