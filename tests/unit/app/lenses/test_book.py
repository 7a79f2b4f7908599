import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lenses import Lens, LensBook, LensError, equivalent, frameline, read_book, write_book
from app.lenses.book import BOOK

FIFTY = Lens("Fast fifty", 50.0, 1.0, "M")
TELE = Lens("Telephoto 135", 135.0, 4.0, "M")


def test_a_book_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Names of any letters, figures and the one in use survive the file."""
    odd = Lens('A "quoted" \\ lens, 1½ in — №7', 38.1)
    book = LensBook().add(FIFTY).add(TELE).add(odd).use("tele")
    assert book.lens == TELE
    write_book(tmp_path / "new", book)
    assert read_book(tmp_path / "new") == book
    assert read_book(tmp_path / "none") == LensBook()


def test_lenses_are_found_by_their_beginning() -> None:
    """A name in any capitals, or enough of it; what is unclear is told with what there is."""
    book = LensBook().add(FIFTY).add(Lens("Fast ninety", 90.0))
    assert book.find("FAST FIFTY") == FIFTY
    assert book.find("fast f") == FIFTY
    with pytest.raises(LensError, match="more than one"):
        book.find("fast")
    with pytest.raises(LensError, match="the book has Fast fifty, Fast ninety"):
        book.find("slow")
    assert book.use("fast f").remove("fast f").used == ""
    assert book.use("fast f").use("none").lens is None
    assert book.use("fast f").use("NONE").lens is None


@pytest.mark.parametrize(
    ("lens", "said"),
    [
        (Lens("", 50.0), "has a name"),
        (Lens("none", 50.0), "not 'none'"),
        (Lens("None", 50.0), "not 'none'"),
        (Lens("x" * 81), "plain text"),
        (Lens("two\nlines"), "plain text"),
        (Lens("long", 2e4), "0.1 to 10000 mm"),
        (Lens("odd", 50.0, 0.01), "0.1 to 128"),
        (Lens("FAST FIFTY"), "there is a lens called"),
    ],
    ids=lambda value: None if isinstance(value, str) else value.name[:8] or "nameless",
)
def test_what_is_no_lens_is_refused(lens: Lens, said: str) -> None:
    """Names and figures out of range never get into the book."""
    with pytest.raises(LensError, match=said):
        LensBook().add(FIFTY).add(lens)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[lens]\n", "not valid TOML"),
        ("colour = 1\n", "unknown key 'colour'"),
        ('[[lens]]\nname = "a"\nlength = 3\n', "unknown key 'length'"),
        ("[[lens]]\nname = 3\n", "lens 1: name is text in quotes, not '3'; mend the file"),
        ('[[lens]]\nname = "a"\n[[lens]]\nname = "A"\n', "lens 'A': is there twice.*; mend"),
        (
            '[[lens]]\nname = "b"\nfocal_length = "50"\n',
            "lens 'b': focal_length is a number",
        ),
        ('[[lens]]\nname = "b"\nfocal_length = -50\n', "lens 'b': a focal length is 0.1.*; mend"),
        ("lens = 3\n", r"\[\[lens\]\]"),
        ('used = "b"\n[[lens]]\nname = "a"\n', "no lens is called"),
        ("used = 1\n", "in quotes"),
        ("x = 1\n" * 100_000, "too large"),
        ("\x00", "not valid TOML"),
    ],
    ids=[
        "toml",
        "key",
        "lens-key",
        "type",
        "twice",
        "text",
        "range",
        "table",
        "used",
        "used-type",
        "large",
        "nul",
    ],
)
def test_a_damaged_book_is_told(tmp_path: Path, text: str, said: str) -> None:
    """The file's path and what is wrong, in one line."""
    (tmp_path / "lenses.toml").write_text(text)
    with pytest.raises(LensError, match=said) as error:
        read_book(tmp_path)
    assert str(tmp_path) in str(error.value)


def test_what_is_no_file_is_no_book(tmp_path: Path) -> None:
    """A pipe would be waited for, for ever."""
    os.mkfifo(tmp_path / BOOK)
    with pytest.raises(LensError, match="is no file; remove it"):
        read_book(tmp_path)


def test_a_book_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    """As Windows' editor saves it."""
    (tmp_path / "lenses.toml").write_text('[[lens]]\r\nname = "a"\r\n', encoding="utf-8-sig")
    assert read_book(tmp_path).lenses == (Lens("a"),)


@given(st.floats(4.0, 400.0), st.floats(1.0, 8.0))
def test_framelines_are_centred_and_shrink(taking: float, times: float) -> None:
    """A lens twice as long sees half the width and height; a wider one cannot be framed."""
    box = frameline(taking, taking * times)
    assert box is not None
    left, top, right, bottom = box
    assert (left, top) == pytest.approx((1.0 - right, 1.0 - bottom))
    assert right - left == pytest.approx(1.0 / times)
    assert 0.0 <= left <= right <= 1.0
    if times > 1.01:
        assert frameline(taking * times, taking) is None


def test_a_sensor_s_crop_makes_lenses_longer() -> None:
    """A fifty on a half-inch sensor sees what 275 mm see on film."""
    assert equivalent(50.0, 7.857) == pytest.approx(275.3, abs=0.5)
    assert equivalent(50.0, 43.2666) == pytest.approx(50.0, abs=0.01)


@pytest.mark.parametrize("name", ["", " ", "b"])
def test_what_names_no_lens_finds_none(name: str) -> None:
    """Not even where there is only one, which an empty name would begin."""
    with pytest.raises(LensError, match="no lens is called"):
        LensBook((Lens("a"),)).remove(name)
