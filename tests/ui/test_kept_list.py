"""A large library on a slow card: what is known of it is shown and changed without reading it."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from app.library import Library
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.store.trash import deleted
from tests.ui.test_library import KEYS
from tests.ui.test_trash import fill

WAIT = 60.0


class Card:
    """Reading the whole library waits for as long as the gate is shut.

    Attributes:
        reads: how often all of it was asked for.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads, self.gate, read = 0, Event(), Library.shots

        def shots(library: Library) -> Any:
            self.reads += 1
            self.gate.wait(WAIT)
            return read(library)

        self.gate.set()
        monkeypatch.setattr(Library, "shots", shots)


@pytest.fixture
def card(stage: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Card]:
    """Before the stage, so that it is open when that is cleared."""
    del stage
    card = Card(monkeypatch)
    yield card
    card.gate.set()


def wide(stage: Any, count: int) -> None:
    """Fills the library with pictures that are larger than their thumbnails."""
    for number in range(count):
        picture = np.full((480, 640, 3), 60 + 40 * number, np.uint8)
        stage.library.workshop.store.save(encode_jpeg(picture, ShotInfo(style="Neutral")), None)


def seen(stage: Any, viewer: Any) -> int:
    """Grey level in the middle of the picture."""
    stage.frames(2)
    x, y = (round(value) for value in viewer.ids.picture.to_window(*viewer.ids.picture.center))
    return int(stage.picture()[-y, x].mean())


def test_the_last_picture_is_there_with_the_tap(stage: Any, card: Card) -> None:
    """With its words, and as sharp as the screen is, before library or file are read again."""
    wide(stage, 3)
    screen = stage.open()
    stage.until(lambda: screen.ids.last_picture.path is not None)
    card.gate.clear()
    stage.tap(screen.ids.last_picture)
    viewer = screen.pages.top
    assert viewer.caption.startswith("0003")
    assert viewer.ids.picture.texture.width > 160
    assert abs(seen(stage, viewer) - 140) < 6
    viewer.key(KEYS["right"])
    assert viewer.shot.id == "0002"
    viewer.key(KEYS["left"])
    assert viewer.ids.picture.texture.width > 160, "it is still held"


def test_a_picture_is_seen_while_the_library_is_being_read(stage: Any, card: Card) -> None:
    """The first press after a start is done before a large library is: its picture is there."""
    fill(stage, 2, gone=0)
    card.gate.clear()
    screen = stage.open()
    assert screen.key(KEYS["enter"])
    last = screen.ids.last_picture
    stage.until(lambda: last.path is not None and not last.developing)
    stage.tap(last)
    viewer = screen.pages.top
    assert viewer.ids.caption.text == "Looking for pictures"
    assert not viewer.ids.cancel.shown
    assert seen(stage, viewer) > 60, "not an empty page"
    card.gate.set()
    stage.until(lambda: viewer.shot is not None)
    assert [shot.id for shot in viewer.shots] == ["0003", "0002", "0001"]


def test_the_last_picture_is_opened_though_the_list_lacks_it_yet(stage: Any, card: Card) -> None:
    """Saved while the library's thread is busy: the tap opens that one, not the one before."""
    fill(stage, 2, gone=0)
    screen = stage.open()
    last = screen.ids.last_picture
    stage.until(lambda: last.path is not None)
    card.gate.clear()
    screen.gallery.shelf.load()
    assert screen.key(KEYS["enter"])
    stage.until(lambda: last.path.stem.endswith("0003") and not last.developing)
    stage.tap(last)
    viewer = screen.pages.top
    assert viewer.texture is last.texture
    assert viewer.shot is None
    card.gate.set()
    stage.until(lambda: viewer.shot is not None)
    assert viewer.shot.id == "0003"
    assert [shot.id for shot in viewer.shots] == ["0003", "0002", "0001"]


def test_a_picture_saved_while_another_goes_stays_the_last(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the list had when it was looked at, the file before, does not take its place."""
    from app.ui import gallery

    remove, find, load = Library.delete, Library.shot, gallery.load_picture
    card, looked, slow = Event(), Event(), Event()

    def deleting(library: Library, shot: Any) -> Any:
        card.wait(WAIT)
        return remove(library, shot)

    def listing(library: Library, number: int) -> Any:
        looked.wait(WAIT)
        return find(library, number)

    def loading(path: Path, *box: int) -> Any:
        looked.set()
        slow.wait(WAIT)
        return load(path, *box)

    fill(stage, 2, gone=0)
    screen = stage.open()
    last, shelf = screen.ids.last_picture, screen.gallery.shelf
    stage.until(lambda: last.path is not None)
    monkeypatch.setattr(Library, "delete", deleting)
    monkeypatch.setattr(Library, "shot", listing)
    monkeypatch.setattr(gallery, "load_picture", loading)
    shelf.delete(shelf.shots[0], pytest.fail)
    assert screen.key(KEYS["enter"])
    stage.until(lambda: last.path.stem.endswith("0003") and not last.developing)
    newest = last.texture
    card.set()
    stage.until(lambda: looked.is_set() and not shelf.coming)
    told: list[str] = []
    last.bind(saved=lambda _, saved: told.append(saved[0].stem[-4:]))
    slow.set()
    stage.until(lambda: told != [])
    assert told == ["0003"]
    assert last.texture is not newest, "the file's own, as it is after every change"


def test_the_thumbnail_is_the_newest_file_s_whoever_made_or_took_it(stage: Any) -> None:
    """Another program deletes the last picture, and another number comes, as Restyle gives one."""
    fill(stage, 3, gone=0)
    screen = stage.open()
    last, shelf = screen.ids.last_picture, screen.gallery.shelf
    stage.until(lambda: last.path is not None)
    assert shelf.library.number_of(last.path) == 3
    last.path.unlink()
    screen.gallery.open_library()
    stage.until(lambda: shelf.library.number_of(last.path) == 2)
    assert shelf.newest[0] == last.path
    screen.pages.clear()
    screen.gallery.open_last()
    jpeg = encode_jpeg(np.full((120, 160, 3), 90, np.uint8), ShotInfo())
    path = stage.library.workshop.store.save(jpeg, None)[0]
    screen.pages.top.expect(path)
    stage.until(lambda: last.path == path)
    assert shelf.newest[0] == path


def test_what_is_gone_is_told_and_nothing_is_deleted_in_its_place(stage: Any) -> None:
    """A number that the list lacks: its picture is not silently another one."""
    fill(stage, 3, gone=0)
    screen = stage.open()
    stage.until(lambda: screen.ids.last_picture.path is not None)
    screen.gallery.open_last()
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    viewer.turn_to(7)
    assert viewer.notice == "0007 is not there any more"
    viewer.delete()
    stage.frames(5)
    assert [shot.id for shot in viewer.shots] == ["0003", "0002", "0001"]


def test_deleting_shows_the_next_picture_with_its_notice(stage: Any, card: Card) -> None:
    """What is gone does not stay on the screen until all others have been read."""
    fill(stage, 3, gone=0)
    screen = stage.open()
    stage.until(lambda: screen.ids.last_picture.path is not None)
    card.gate.clear()
    stage.tap(screen.ids.last_picture)
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    told: list[str] = []
    viewer.bind(notice=lambda *_: told.append(viewer.shot.id))
    viewer.key(KEYS["delete"])
    stage.until(lambda: viewer.notice == "0003 deleted")
    assert told == ["0002"], "shown as it was told"
    assert viewer.caption.startswith("0002")
    stage.tap(viewer.ids.undo)
    stage.until(lambda: viewer.shot.id == "0003")
    assert deleted(stage.library.workshop.store) == []
    assert card.reads == 1, "at the start"


def test_nothing_that_is_done_here_reads_the_whole_library(stage: Any, card: Card) -> None:
    """Deleting, undoing, protecting and new pictures change the list that is there."""
    from app.ui.viewer import DOUBLE_TAP

    fill(stage, 4, gone=1)
    screen = stage.open()
    stage.until(lambda: screen.ids.last_picture.path is not None)
    screen.gallery.open_library()
    library = screen.pages.top
    stage.until(lambda: card.reads == 2)
    stage.tap(library.ids.grid.cells[1])
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None and viewer.shot.id == "0003")
    stage.tap(viewer.ids.protect)
    stage.until(lambda: viewer.shot.protected)
    viewer.step(1)
    time.sleep(DOUBLE_TAP)
    stage.tap(viewer.ids.delete)
    stage.until(lambda: len(viewer.shots) == 2)
    assert screen.key(KEYS["enter"])
    stage.until(lambda: len(viewer.shots) == 3)
    stage.tap(viewer.ids.undo)
    stage.until(lambda: len(viewer.shots) == 4)
    stage.tap(viewer.ids.back)
    screen.gallery.open_trash()
    trash = screen.pages.top
    stage.until(lambda: trash.shots)
    trash.ids.grid.at = 0
    trash.bring_back()
    stage.until(lambda: len(library.shots) == 5)
    assert [shot.id for shot in library.shots] == ["0005", "0004", "0003", "0002", "0001"]
    assert [shot.protected for shot in library.shots] == [False, False, True, False, False]
    assert card.reads == 2, "at the start, and as the library was opened"
    assert library.shots == Library.shots(stage.library), "the card has them so"


def test_what_others_change_is_seen_when_the_library_is_opened(stage: Any) -> None:
    """What came and went without the screen; and a picture that cannot go is looked for."""
    fill(stage, 2, gone=0)
    screen = stage.open()
    stage.until(lambda: screen.ids.last_picture.path is not None)
    stage.library.delete(stage.library.shot(1))
    stage.library.workshop.store.save(
        encode_jpeg(np.full((120, 160, 3), 90, np.uint8), ShotInfo()), None
    )
    screen.gallery.open_library()
    page = screen.pages.top
    stage.until(lambda: [shot.id for shot in page.shots] == ["0003", "0002"])
    stage.library.delete(stage.library.shot(3))
    stage.tap(page.ids.grid.cells[0])
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    viewer.delete()
    stage.until(lambda: [shot.id for shot in viewer.shots] == ["0002"])
    assert viewer.notice


def test_a_picture_that_comes_moves_neither_mark_nor_finger_to_another(stage: Any) -> None:
    """The frame of the keys, and a finger that is down, stay with what they were put on."""
    from kivy.tests.common import UnitTestTouch

    fill(stage, 4, gone=0)
    screen = stage.open()
    screen.gallery.open_library()
    page = screen.pages.top
    stage.until(lambda: len(page.shots) == 4)
    stage.frames(3)
    grid, picked = page.ids.grid, []

    def one_more(count: int) -> None:
        jpeg = encode_jpeg(np.full((120, 160, 3), 90, np.uint8), ShotInfo())
        screen.gallery.shelf.add(stage.library.workshop.store.save(jpeg, None)[0])
        stage.until(lambda: len(page.shots) == count)
        stage.frames(2)

    page.bind(on_pick=lambda _, index: picked.append(page.shots[index].id))
    page.key(KEYS["right"])
    page.key(KEYS["right"])
    assert page.shots[grid.at].id == "0003"
    one_more(5)
    assert page.shots[grid.at].id == "0003"
    assert [cell.number for cell in grid.cells.values() if cell.focused] == ["0003"]
    cell = grid.cells[1]
    finger = UnitTestTouch(*cell.to_window(*cell.center))
    finger.touch_down()
    stage.until(lambda: cell.state == "down")
    one_more(6)
    finger.touch_up()
    stage.until(lambda: picked != [])
    assert picked == ["0004"]


def test_a_shot_is_found_by_its_number(tmp_path: Path) -> None:
    """As it stands in the list, whatever folder; none where there is none."""
    from app.store import Store, find_shot, list_shots

    for store in (Store.library(tmp_path / "a"), Store(tmp_path / "b", dcim=False)):
        for _ in range(2):
            store.save(encode_jpeg(np.zeros((48, 64, 3), np.uint8), ShotInfo()), None)
        assert [find_shot(store, number) for number in (1, 2)] == list_shots(store)
        assert find_shot(store, 3) is None
        assert find_shot(store, 10**9) is None
