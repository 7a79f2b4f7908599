"""The trash on the screen: what was deleted comes back, or goes for good to make room."""

import time
from typing import Any

import numpy as np
import pytest

from app.library import Library
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.store.trash import delete, deleted
from tests.ui.test_library import KEYS

SIZES = [(800, 480), (720, 1280), (480, 320)]


def fill(stage: Any, count: int, gone: int) -> None:
    """Saves pictures, and deletes the first of them, in an earlier session as it were."""
    store = stage.library.workshop.store
    for number in range(count):
        picture = np.full((120, 160, 3), 60 + 40 * number, np.uint8)
        store.save(encode_jpeg(picture, ShotInfo(style="Neutral")), None)
    for number in range(1, gone + 1):
        delete(store, number)


def trash_of(stage: Any) -> Any:
    """The page, opened by touch."""
    stage.screen.gallery.open_library()
    stage.frames(3)
    stage.tap(stage.screen.pages.top.ids.trash)
    page = stage.screen.pages.top
    stage.until(lambda: page.shots)
    stage.frames(3)
    return page


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_picture_deleted_before_the_start_comes_back(stage: Any, size: tuple[int, int]) -> None:
    """The last deleted one is first, with its thumbnail; a touch marks it, another restores it."""
    from tests.ui.test_layout import faults

    fill(stage, 3, gone=2)
    screen = stage.open(*size)
    page = trash_of(stage)
    cells = page.ids.grid.cells
    stage.until(lambda: all(cell.texture is not None for cell in cells.values()))
    assert [cells[at].number for at in range(2)] == ["0002", "0001"]
    assert page.title == "2 deleted"
    assert not page.ids.bring_back.shown
    stage.tap(cells[0])
    stage.frames(3)
    assert page.ids.bring_back.shown
    assert not faults(page, size)
    stage.tap(page.ids.bring_back)
    stage.until(lambda: page.title == "1 deleted")
    assert deleted(stage.library.workshop.store) == [1]
    stage.tap(page.ids.back)
    library = screen.pages.top
    stage.until(lambda: library.title == "2 pictures")
    assert [shot.id for shot in library.shots] == ["0003", "0002"]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_trash_is_emptied_after_a_question_only(stage: Any, size: tuple[int, int]) -> None:
    """No is an answer; yes deletes for good, and the room is told at once."""
    from tests.ui.test_layout import faults

    fill(stage, 3, gone=2)
    room = iter([0, 0, 7])
    stage.open(*size)
    stage.session._saving._free_pictures = lambda: next(room, 7)  # noqa: SLF001 - a full card
    stage.session.look_at_space()
    page = trash_of(stage)
    stage.tap(page.ids.empty)
    stage.frames(3)
    assert page.question == "Delete 2 pictures for good? There is no way back."
    assert not faults(page, size)
    stage.tap(page.ids.grid)
    stage.tap(page.ids.keep)
    assert len(deleted(stage.library.workshop.store)) == 2
    stage.tap(page.ids.empty)
    stage.tap(page.ids.sure)
    stage.until(lambda: page.title == "The trash is empty")
    assert deleted(stage.library.workshop.store) == []
    assert [shot.id for shot in stage.library.shots()] == ["0003"]
    assert not page.ids.empty.shown
    stage.until(lambda: stage.session.status.free_pictures == 7)


def test_keys_reach_everything_of_the_trash(stage: Any) -> None:
    """Tab and enter lead there; arrows and enter bring one back; escape answers no, then leaves."""
    fill(stage, 4, gone=3)
    screen = stage.open(480, 320)
    screen.gallery.open_library()
    library = screen.pages.top
    stage.until(lambda: library.shots)
    press(screen, library.ids.trash)
    page = screen.pages.top
    stage.until(lambda: len(page.shots) == 3)
    for key in ("right", "right", "enter"):
        screen.key(KEYS[key])
    stage.until(lambda: len(page.shots) == 2)
    assert [shot.id for shot in page.shots] == ["0003", "0001"]
    press(screen, page.ids.empty)
    assert page.question
    screen.key(KEYS["escape"])
    assert not page.question
    assert screen.pages.top is page
    press(screen, page.ids.empty)
    press(screen, page.ids.sure)
    stage.until(lambda: page.title == "The trash is empty")
    screen.key(KEYS["escape"])
    assert screen.pages.top is library


def test_no_more_is_emptied_than_was_asked_about(stage: Any) -> None:
    """What the page showed the last time is no question's number, and a change takes it back."""
    fill(stage, 4, gone=1)
    screen = stage.open()
    page = trash_of(stage)
    screen.pages.clear()
    for shot in stage.library.shots()[1:]:
        stage.library.delete(shot)
    screen.gallery.open_trash()
    page.ask()
    assert not page.question
    stage.until(lambda: len(page.shots) == 3)
    page.ask()
    assert page.question
    stage.library.delete(stage.library.shots()[0])
    page.load()
    stage.until(lambda: len(page.shots) == 4)
    assert not page.question


def press(screen: Any, control: Any) -> None:
    """Frames a control by tab, and presses it."""
    page = screen.pages.top
    for _ in range(20):
        screen.key(KEYS["tab"])
        if page.focus.at is control.__self__:
            screen.key(KEYS["enter"])
            return
    pytest.fail("the keys do not reach it")


def test_a_trash_that_cannot_be_read_or_emptied_says_so(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line stands where the number of pictures would."""
    from app.pictures.errors import StoreError

    fill(stage, 1, gone=1)
    stage.open()
    page = trash_of(stage)

    def refuse(_: Library) -> int:
        raise StoreError("/card: cannot empty the trash (read-only file system); make it writable")

    monkeypatch.setattr(Library, "empty_trash", refuse)
    page.ask()
    page.empty()
    stage.until(lambda: "cannot empty the trash" in page.title)
    assert len(page.shots) == 1


def test_the_last_picture_goes_with_what_is_deleted(stage: Any) -> None:
    """Its thumbnail gives way to the picture before, to none with the last, and comes back."""
    from app.ui.viewer import DOUBLE_TAP

    fill(stage, 2, gone=0)
    screen = stage.open()
    last = screen.ids.last_picture
    stage.until(lambda: last.path is not None)
    stage.tap(last)
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    viewer.key(KEYS["delete"])
    stage.until(lambda: last.path.stem == "BARY0001")
    stage.until(lambda: viewer.shot.id == "0001")
    time.sleep(DOUBLE_TAP)
    viewer.key(KEYS["delete"])
    stage.until(lambda: last.texture is None)
    stage.until(lambda: not viewer.shots)
    stage.frames(3)
    assert not viewer.ids.magnify.shown, "of no picture"
    stage.tap(viewer.ids.back)
    stage.tap(last)
    assert screen.pages.top is None
    screen.gallery.open_library()
    page = screen.pages.top
    stage.until(lambda: page.undoable)
    stage.tap(page.ids.undo)
    stage.until(lambda: last.path is not None and last.path.stem == "BARY0001")
    assert last.texture is not None


def test_the_last_picture_stays_that_in_the_making(stage: Any) -> None:
    """Deleting an older one meanwhile does not show the one before in its place."""
    fill(stage, 2, gone=0)
    screen = stage.open()
    last = screen.ids.last_picture
    stage.until(lambda: last.path is not None)
    stage.slow = True
    screen.fire()
    stage.until(lambda: stage.session.status.stage == "merge")
    shown = last.texture
    shelf = screen.gallery.shelf
    shelf.delete(stage.library.shots()[0], pytest.fail)
    stage.until(lambda: last.path.stem == "BARY0001")
    assert last.developing
    assert last.texture is shown
    stage.slow = False
    stage.until(lambda: last.path.stem == "BARY0003")
    assert not last.developing
