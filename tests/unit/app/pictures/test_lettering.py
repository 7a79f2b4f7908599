import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.pictures import lettering as module
from app.pictures.lettering import fitted, lettering


def drawn(text: str, size: int = 24) -> bytes:
    """The pixels of a text in the font that is chosen for it."""
    shown, font = lettering(text, size)
    image = Image.new("L", (400, 40))
    ImageDraw.Draw(image).text((0, 20), shown, 255, font, anchor="lm")
    return np.asarray(image).tobytes()


def test_plain_letters_need_no_font_of_the_system() -> None:
    """Pillow's own font has the plain alphabet."""
    text, font = lettering("Chrome slide 2", 20)
    assert text == "Chrome slide 2"
    assert "Aileron" in font.getname()


@pytest.mark.parametrize("text", ["Café Zürich", "Ψυχή", "Юпитер-9", "Łódź · 50 mm ƒ/1,8 - 2 €"])
def test_other_alphabets_need_none_either(text: str) -> None:
    """The font that comes with Baryta has accents, Greek and Cyrillic."""
    shown, font = lettering(text, 20)
    assert shown == text
    assert "DejaVu" in font.getname()[0]


def test_accents_are_shown_or_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a font that has them, accented letters lose the accent and strange ones become ?"""
    monkeypatch.setattr(module, "_WIDE", "no such font.ttf")
    assert lettering("Café Zürich 夜", 20)[0] == "Cafe Zurich ?"


def test_one_strange_letter_costs_no_other() -> None:
    """Beside a letter that no font has, accents and other alphabets stay as they are."""
    shown, font = lettering("Café 夜 Юпитер", 20)
    assert shown == "Café ? Юпитер"
    assert "DejaVu" in font.getname()[0]
    assert "Aileron" in lettering("Night 夜", 20)[1].getname()


def test_different_names_look_different() -> None:
    """Two names never come out as the same pixels."""
    assert drawn("Flügel") != drawn("Flamme")


def test_text_is_cut_to_its_width() -> None:
    """What fits stays; what does not is cut and says so."""
    text, font = lettering("High-contrast monochrome", 20)
    assert fitted(text, font, 1000) == text
    cut = fitted(text, font, 120)
    assert cut.endswith("...")
    assert font.getlength(cut) <= 120
