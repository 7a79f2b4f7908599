"""The lens on the camera, as it changes while pictures wait."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import ui
from app.drive import Drive
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
from app.main import main
from app.pictures.shot_info import read_shot_info
from capture.simulated import SimulatedSource

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


def written(folder: Path, book: LensBook, when: datetime) -> None:
    """Somebody else writes the book, at a time."""
    write_book(folder, book)
    os.utime(folder / "lenses.toml", (when.timestamp(), when.timestamp()))


def test_a_ring_that_is_turned_on_the_command_line_is_seen(folder: Path) -> None:
    """What was taken since the book was written is told so, what was taken before is not."""
    mount, stopped_down = Mount(folder, WIDE), replace(WIDE, f_number=8.0)
    mount.look(START)
    assert (mount.lens, mount.lenses) == (WIDE, (TELE, WIDE, NORMAL))
    book = LensBook((stopped_down, TELE), used="Wide")
    written(folder, book, START + timedelta(minutes=2))
    mount.look(START + timedelta(minutes=5))
    assert (mount.lens, mount.lenses) == (stopped_down, (stopped_down, TELE))
    minutes = (-1, 1, 2, 6)
    told = [mount.at(START + timedelta(minutes=each)) for each in minutes]
    assert told == [WIDE, WIDE, stopped_down, stopped_down]


@pytest.mark.parametrize(("odd", "since"), [(-60, 0), (60, 5)], ids=["long ago", "to come"])
def test_a_file_with_an_odd_date_is_of_between_the_looks(
    folder: Path, odd: int, since: int
) -> None:
    """A book that was copied with its date, or by a clock that is wrong."""
    mount = Mount(folder, WIDE)
    mount.look(START)
    written(folder, LensBook((TELE,), used="Tele"), START + timedelta(minutes=odd))
    mount.look(START + timedelta(minutes=5))
    edge = START + timedelta(minutes=since)
    assert mount.at(edge - timedelta(seconds=1)) == WIDE
    assert (mount.at(edge), mount.lens) == (TELE, TELE)


def test_a_book_damaged_meanwhile_changes_nothing(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once, however often it is looked at; mended, it counts."""
    mount = Mount(folder, WIDE)
    (folder / "lenses.toml").write_text("lens = 3")
    for _ in range(3):
        mount.look(START)
    assert (mount.lens, mount.lenses) == (WIDE, (TELE, WIDE, NORMAL))
    assert len(caplog.records) == 1
    write_book(folder, LensBook((TELE,), used="Tele"))
    mount.look(START)
    assert (mount.lens, mount.lenses) == (TELE, (TELE,))


def test_without_one_of_the_book_the_settings_tell_the_lens(folder: Path) -> None:
    """As after a restart, whoever chose so; a book that is gone has none either."""
    mount = Mount(folder, WIDE, NORMAL)
    mount.use("", START)
    assert mount.lens == NORMAL
    write_book(folder, LensBook((TELE,), used="Tele"))
    mount.look(START)
    assert mount.lens == TELE
    (folder / "lenses.toml").unlink()
    mount.look(START)
    assert (mount.lens, mount.lenses) == (NORMAL, ())


def test_its_own_choice_is_no_news(folder: Path) -> None:
    """A choice on the screen is not overturned by the look that follows it."""
    mount = Mount(folder, WIDE)
    mount.use("Tele", START)
    mount.look(START - timedelta(minutes=1))
    assert mount.at(START - timedelta(seconds=1)) == WIDE
    assert mount.lens == TELE


def test_the_running_app_hears_of_the_command_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ring that is turned while the app runs is told by the next picture."""
    camera = SimulatedSource("still-life", size=(128, 96), preview_size=(32, 24))
    monkeypatch.setattr("app.main.open_source", lambda _name: camera)
    figures = ("--focal-length", "50", "--f-number", "1.4")
    assert main(["lens", "add", "Fast", *figures]) == 0
    assert main(["lens", "use", "fast"]) == 0

    def run(drive: Drive, *_: object) -> int:
        session = drive.session
        session.start()
        until(session.shoot)
        until(lambda: session.status.last_picture is not None)
        assert main(["lens", "use", "fast", "--f-number", "8"]) == 0
        until(session.shoot)
        return session.stop()

    monkeypatch.setattr(ui, "run", run)
    assert main(["--source", "simulated"]) == 0
    pictures = sorted(home.rglob("BARY*.JPG"))
    assert [read_shot_info(picture).f_number for picture in pictures] == [1.4, 8.0]


def until(met: Callable[[], bool]) -> None:
    """Waits for it, and not for ever."""
    deadline = time.monotonic() + 60.0
    while not met():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)
