"""The lens on the camera, as it changes while pictures wait."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.lenses import (
    NO_LENS,
    Lens,
    LensBook,
    LensError,
    Mount,
    other_lenses,
    read_book,
    write_book,
)

START = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
WIDE, NORMAL, TELE = (
    Lens("Wide", 21.0, 3.4, "M"),
    Lens("Normal", 50.0, 2.0, "M"),
    Lens("Tele", 135.0, 4.0, "M"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book of three lenses, the wide one on the camera."""
    write_book(tmp_path, LensBook((TELE, WIDE, NORMAL), used="Wide"))
    return tmp_path


def test_a_picture_keeps_the_lens_it_was_taken_through(folder: Path) -> None:
    """What was taken before a change still has the lens from before."""
    mount = Mount(folder, WIDE)
    mount.use("Tele", START)
    mount.use("", START + timedelta(minutes=5))
    minutes = (-1, 0, 4, 5)
    told = [mount.at(START + timedelta(minutes=each)) for each in minutes]
    assert told == [WIDE, TELE, TELE, NO_LENS]
    assert mount.lens == NO_LENS


def test_the_choice_is_written_into_the_book(folder: Path) -> None:
    """So that it is still on the camera after a restart, and the command line knows it."""
    Mount(folder, WIDE).use("Tele", START)
    assert read_book(folder).used == "Tele"
    with pytest.raises(LensError, match="no lens is called"):
        Mount(folder).use("Fisheye", START)
    assert read_book(folder).used == "Tele"


def test_framelines_are_of_longer_lenses(folder: Path) -> None:
    """The picture holds their view, the shortest first; without a focal length there are none."""
    mount = Mount(folder, WIDE)
    assert other_lenses(mount) == (NORMAL, TELE)
    mount.use("Normal", START)
    assert other_lenses(mount) == (TELE,)
    mount.use("", START)
    assert other_lenses(mount) == ()


def test_a_book_that_cannot_be_read_leaves_the_camera_working(tmp_path: Path) -> None:
    """Pictures come first: there is nothing to choose from, and the lens set stays."""
    (tmp_path / "lenses.toml").write_text("lens = 3")
    mount = Mount(tmp_path, NORMAL)
    assert (mount.lens, mount.lenses) == (NORMAL, ())
    nothing = Mount(None)
    nothing.use("Tele", START)
    assert nothing.lens == NO_LENS
