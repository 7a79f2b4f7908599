"""The library's pages under touch and keys, on a real window."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shooting import workshop_for

from app.clock import local_time
from app.looks import look_named
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.pipeline import make_picture
from app.stages import Stages
from app.store.trash import deleted
from capture.frames import Burst
from capture.plan import plan_auto
from capture.simulated import SimulatedSource

KEYS = {"enter": 13, "escape": 27, "right": 275, "left": 276, "down": 274, "tab": 9, "delete": 127}


@cache
def burst() -> Burst:
    """Three frames of a still life."""
    camera = SimulatedSource("still-life", size=(320, 240), threads=1, preview_size=(32, 24))
    camera.start()
    taken = camera.capture(plan_auto(camera.metering(), camera.profile, frames=3))
    camera.stop()
    return taken


def fill(stage: Any, count: int = 4) -> None:
    """Puts pictures with negatives into the library, each in another grey."""
    look = look_named("Neutral", Path("none"), 17)
    for number in range(count):
        kept = replace(workshop_for(stage.folder), keep_burst=number == 0)
        make_picture(burst(), look, kept, Stages(), taken=local_time(), time_source="network")


def viewer_of(stage: Any, index: int = 0) -> Any:
    """Opens the library, and a picture by touch."""
    stage.screen.gallery.open_library()
    page = stage.screen.pages.top
    stage.until(lambda: page.shots)
    stage.frames(3)
    stage.tap(page.ids.grid.cells[index])
    viewer = stage.screen.pages.top
    stage.until(lambda: viewer is not page and viewer.shot is not None)
    stage.until(lambda: min(viewer.ids.picture.natural) > 0)
    stage.frames(2)
    return viewer


def test_the_library_shows_all_pictures_the_newest_first(stage: Any) -> None:
    """Each cell has its thumbnail, its number and which files there are."""
    fill(stage, 3)
    screen = stage.open()
    screen.gallery.open_library()
    page = screen.pages.top
    stage.until(lambda: page.title == "3 pictures")
    cells = page.ids.grid.cells
    stage.until(lambda: all(cell.texture is not None for cell in cells.values()))
    told = [(cells[i].number, cells[i].marks) for i in range(3)]
    assert told == [("0003", "RAW"), ("0002", "RAW"), ("0001", "BURST")]
    assert cells[0].texture.width == 160, "from the file's own small picture"


def test_thumbnails_are_upright(stage: Any) -> None:
    """What is above in the picture is above in its cell, in a recycled one too."""
    pixels = np.full((120, 160, 3), 30, np.uint8)
    pixels[:60] = 200
    for _ in range(30):
        stage.library.workshop.store.save(encode_jpeg(pixels, ShotInfo()), None)
    screen = stage.open(480, 320)
    screen.gallery.open_library()
    page = screen.pages.top
    stage.until(lambda: page.shots)
    grid = page.ids.grid
    for place in (1.0, 0.4):
        grid.scroll_y = place
        stage.until(lambda: all(cell.texture for cell in grid.cells.values()))
        shown = stage.picture()
        inside = [cell for cell in grid.cells.values() if is_whole(cell, grid)]
        assert inside
        for cell in inside:
            x, y = (round(value) for value in cell.to_window(cell.center_x, cell.top))
            assert shown[320 - y + 12, x].min() > 150
            assert shown[320 - y + 60, x].max() < 80


def is_whole(cell: Any, grid: Any) -> bool:
    """Whether all of a cell is seen."""
    bottom, top = cell.to_window(0, cell.y)[1], cell.to_window(0, cell.top)[1]
    return bool(bottom >= grid.y and top <= grid.top)


def test_thousands_of_pictures_take_a_screen_full_of_cells(stage: Any) -> None:
    """Only what is seen exists, wherever one scrolls; thumbnails come for what is seen last."""
    fill(stage, 1)
    screen = stage.open()
    screen.gallery.open_library()
    page = screen.pages.top
    stage.until(lambda: page.shots)
    grid = page.ids.grid
    shot = page.shots[0]
    grid.shots = tuple(replace(shot, id=f"{number:04d}") for number in range(5000, 0, -1))
    stage.frames(3)
    made = set(map(id, grid.cells.values()))
    for place in np.linspace(1.0, 0.0, 41):
        grid.scroll_y = float(place)
        stage.frames(1)
        made |= set(map(id, grid.cells.values()))
        seen = [cell for cell in grid.cells.values() if cell.to_window(*cell.center)[1] > 0]
        assert len(seen) >= grid.columns
    assert len(made) <= 48
    stage.frames(3)  # some pictures a frame
    assert max(grid.cells) == 4999
    stage.until(lambda: grid.cells[4999].texture is not None)
    assert grid.cells[4999].number == "0001"


def test_a_swipe_turns_over_and_the_way_back_leads_through_the_library(stage: Any) -> None:
    """To the left comes the older picture; back closes the viewer, then the library."""
    fill(stage, 3)
    screen = stage.open()
    viewer = viewer_of(stage)
    x, y = viewer.ids.picture.center
    assert viewer.shot.id == "0003"
    stage.touch(x, y, (x - 60, y), (x - 150, y))
    assert viewer.shot.id == "0002"
    stage.touch(x, y, (x + 150, y))
    stage.touch(x, y, (x + 150, y))
    assert viewer.shot.id == "0003", "there is none before the newest"
    stage.tap(viewer.ids.back)
    stage.tap(screen.pages.top.ids.back)
    assert screen.pages.top is None


def test_two_fingers_enlarge_up_to_the_pictures_own_pixels(stage: Any) -> None:
    """At 100 % a pixel of the picture is a pixel of the screen, and it is the right one."""
    from kivy.tests.common import UnitTestTouch

    rng = np.random.default_rng(3)
    pixels = rng.integers(60, 190, (150, 200, 1), np.uint8).repeat(10, 0).repeat(10, 1)
    pixels = pixels.repeat(3, 2)
    stage.library.workshop.store.save(encode_jpeg(pixels, ShotInfo()), None)
    stage.open()
    viewer = viewer_of(stage)
    picture = viewer.ids.picture
    x, y = picture.center
    one, two = UnitTestTouch(x - 30, y), UnitTestTouch(x + 30, y)
    one.touch_down()
    two.touch_down()
    one.touch_move(x - 120, y)
    two.touch_move(x + 300, y)
    one.touch_up()
    two.touch_up()
    assert picture.zoom == pytest.approx(picture.limit)
    stage.until(lambda: picture._detail is not None)  # noqa: SLF001 - what it waits for
    left, top, right, bottom = picture.seen()
    assert (right - left, bottom - top) == (round(picture.width), round(picture.height))
    shown = stage.picture().astype(int)
    window = shown.shape[0]
    row, column = window - round(picture.top) + 60, round(picture.x) + 300
    wanted = pixels[top + 60 : top + 120, left + 300 : left + 360].astype(int)
    assert np.abs(shown[row : row + 60, column : column + 60] - wanted).mean() < 4.0
    stage.tap(viewer.ids.magnify)
    assert picture.zoom == 1.0


def test_keys_move_what_is_enlarged(stage: Any) -> None:
    """In viewer and comparison alike; not enlarged, the arrows turn over."""
    pixels = np.full((1200, 1600, 3), 90, np.uint8)
    for _ in range(2):
        stage.library.workshop.store.save(encode_jpeg(pixels, ShotInfo()), None)
    screen = stage.open()
    viewer = viewer_of(stage)
    picture = viewer.ids.picture
    picture.toggle()
    middle = list(picture.centre)
    for key in ("right", "down"):
        screen.key(KEYS[key])
    assert picture.centre[0] > middle[0]
    assert picture.centre[1] > middle[1], "it counts from the top"
    assert viewer.shot.id == "0002"
    for key in ("left", "left", "left"):
        screen.key(KEYS[key])
    assert picture.centre[0] < middle[0]
    picture.toggle()
    screen.key(KEYS["right"])
    assert viewer.shot.id == "0001"
    viewer.dispatch("on_compare")
    page = screen.pages.top
    left, right = page.ids.left, page.ids.right
    stage.until(lambda: min(*left.natural, *right.natural) > 0)
    stage.tap(page.ids.magnify)
    screen.key(KEYS["right"])
    assert left.centre[0] == right.centre[0] > 0.5


def test_a_deleted_picture_comes_back(stage: Any) -> None:
    """Delete moves it into the trash and says so; undo brings it back and shows it."""
    fill(stage, 2)
    stage.open()
    viewer = viewer_of(stage)
    stage.tap(viewer.ids.delete)
    stage.until(lambda: len(viewer.shots) == 1)
    assert deleted(stage.library.workshop.store) == [2]
    assert viewer.shot.id == "0001"
    assert viewer.notice == "0002 deleted"
    stage.tap(viewer.ids.undo)
    stage.until(lambda: len(viewer.shots) == 2)
    assert viewer.shot.id == "0002"
    assert deleted(stage.library.workshop.store) == []


def test_the_library_undoes_too(stage: Any) -> None:
    """Its undo is there as long as something is deleted, and no longer."""
    fill(stage, 2)
    screen = stage.open()
    viewer = viewer_of(stage)
    viewer.key(KEYS["delete"])
    stage.until(lambda: len(viewer.shots) == 1)
    stage.tap(viewer.ids.back)
    page = screen.pages.top
    stage.until(lambda: page.title == "1 picture" and page.undoable)
    stage.tap(page.ids.undo)
    stage.until(lambda: page.title == "2 pictures")
    assert not page.undoable


def test_a_protected_picture_stays(stage: Any) -> None:
    """Protect marks the files; delete then says why it does nothing, until the mark is gone."""
    fill(stage, 1)
    stage.open()
    viewer = viewer_of(stage)
    stage.tap(viewer.ids.protect)
    stage.until(lambda: viewer.shot.protected)
    stage.tap(viewer.ids.delete)
    assert viewer.notice.startswith("Protected")
    assert len(stage.library.shots()) == 1
    stage.tap(viewer.ids.protect)
    stage.until(lambda: not viewer.shot.protected)


def test_the_story_tells_frames_exposure_and_gain(stage: Any) -> None:
    """What the burst was, as the files have it."""
    fill(stage, 1)
    stage.open()
    viewer = viewer_of(stage)
    stage.tap(viewer.ids.info)
    stage.until(lambda: viewer.ids.story.complete)
    lines = dict(viewer.ids.story.lines)
    assert lines["Exposure"].startswith("3 \N{MULTIPLICATION SIGN} 1/")
    assert "dB  ISO" in lines["Gain"]
    assert lines["Merge"] == "3 frames, up to 5 dB less noise"
    assert lines["Look"] == "Neutral"
    assert [line.split()[0] for line in lines["Files"].splitlines()] == [
        "BARY0001.JPG",
        "BARY0001.DNG",
        "BARY0001.BURST",
    ]


def test_restyling_shows_both_and_makes_a_new_picture(stage: Any) -> None:
    """The negative is developed small beside the picture; saving makes one more, and shows it."""
    fill(stage, 1)
    screen = stage.open()
    viewer = viewer_of(stage)
    stage.tap(viewer.ids.restyle)
    page = screen.pages.top
    stage.until(lambda: page.ids.after.texture is not None)
    stage.tap(page.buttons["Monochrome"])
    stage.until(lambda: page.style == "Monochrome")
    assert page.buttons["Monochrome"].chosen
    stage.tap(page.ids.save)
    stage.until(lambda: screen.pages.top is viewer)
    stage.until(lambda: viewer.shot.id == "0002")
    assert viewer.shot.style == "Monochrome"
    assert viewer.shot.paths[0].name == "BARY0002.JPG"
    stage.until(lambda: screen.ids.last_picture.path == viewer.shot.paths[0])
    assert screen.ids.last_picture.texture is screen.ids.last_picture.saved[1], "the newest"


def test_a_picture_without_negative_is_told_when_restyling(stage: Any) -> None:
    """The page says why nothing can be tried, and saves nothing."""
    jpeg = encode_jpeg(np.full((96, 128, 3), 90, np.uint8), ShotInfo())
    stage.library.workshop.store.save(jpeg, None)
    screen = stage.open()
    viewer = viewer_of(stage)
    stage.tap(viewer.ids.restyle)
    page = screen.pages.top
    stage.until(lambda: "has no negative" in page.hint)
    stage.tap(page.ids.save)
    assert len(stage.library.shots()) == 1


def test_compared_pictures_move_together(stage: Any) -> None:
    """Enlarging one enlarges the other at the same place; a swipe turns the other one over."""
    fill(stage, 3)
    screen = stage.open(480, 320)
    viewer = viewer_of(stage)
    stage.tap(viewer.ids.compare)
    page = screen.pages.top
    left, right = page.ids.left, page.ids.right
    stage.until(lambda: min(*left.natural, *right.natural) > 0)
    assert (left.shot.id, right.shot.id) == ("0003", "0002")
    stage.tap(page.ids.magnify)
    assert left.zoom == right.zoom > 1.0
    left.pan(-20, 10)
    assert left.centre == right.centre != [0.5, 0.5]
    stage.tap(page.ids.magnify)
    x, y = right.center
    stage.touch(x, y, (x - 100, y))
    assert (left.shot.id, right.shot.id) == ("0003", "0001")
    assert (page.ids.before.disabled, page.ids.after.disabled) == (False, True)
    stage.tap(page.ids.swap)
    assert (left.shot.id, right.shot.id) == ("0001", "0003")
    page.step(1)
    assert right.shot.id == "0002"
    assert (page.ids.before.disabled, page.ids.after.disabled) == (False, True), "kept: the oldest"


def test_the_librarys_newest_picture_is_the_last_one_after_a_start(stage: Any) -> None:
    """It is a tap away before anything is taken, and gives way to what is."""
    fill(stage, 2)
    screen = stage.open()
    last = screen.ids.last_picture
    stage.until(lambda: last.path is not None)
    assert last.path.stem == "BARY0002"
    stage.tap(last)
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    assert viewer.shot.id == "0002"
    screen.pages.clear()
    stage.until(lambda: stage.session.status.can_shoot)
    screen.fire()
    stage.until(lambda: last.path.stem == "BARY0003")


def test_the_last_picture_is_there_at_once_and_developed_later(stage: Any) -> None:
    """The review shows the viewfinder's picture in its look, then the file, without a touch."""
    screen = stage.open()
    stage.slow = True
    stage.tap(screen.ids.shutter)
    stage.until(lambda: screen.ids.last_picture.developing)
    stage.tap(screen.ids.last_picture)
    viewer = screen.pages.top
    assert viewer.developing
    assert viewer.compiled is screen.shelf.ready["Authentic"]
    stage.until(lambda: viewer.progress == 0.5)
    assert viewer.ids.caption.text == "Merging"
    stage.slow = False
    stage.until(lambda: not viewer.developing and viewer.shot is not None)
    assert viewer.shot.id == "0001"


def test_the_last_picture_is_what_was_seen_without_an_upload(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A megabyte takes milliseconds; what was seen stays as it is, and the stream goes on."""
    screen = stage.open()
    last, image = screen.ids.last_picture, screen.ids.viewfinder.ids.image
    monkeypatch.setattr("app.ui.last_picture.upload", None)
    stage.slow = True
    seen = image.texture
    before = bytes(seen.pixels)
    screen.fire()
    assert last.texture is seen
    stage.camera.pixels = np.full((240, 320, 4), 200, np.uint8)
    stage.until(lambda: image.texture is not seen)
    stage.frames(3)
    assert last.texture is seen
    assert bytes(seen.pixels) == before
    assert bytes(image.texture.pixels) != before
    shown = image.texture
    stage.frames(3)
    assert image.texture is shown, "one more texture a press, not a frame"
    monkeypatch.undo()
    stage.slow = False
    stage.until(lambda: last.path is not None)


def test_a_picture_in_the_making_can_be_cancelled(stage: Any) -> None:
    """Cancel gives it up: no file comes of it, and the camera goes on."""
    screen = stage.open()
    stage.slow = True
    stage.tap(screen.ids.shutter)
    stage.until(lambda: stage.session.status.stage == "merge")
    stage.tap(screen.ids.last_picture)
    viewer = screen.pages.top
    stage.tap(viewer.ids.cancel)
    stage.until(lambda: stage.session.status.queued == 0)
    stage.until(lambda: not viewer.developing)
    assert stage.library.shots() == ()
    assert stage.session.status.can_shoot
    assert stage.session.status.unsaved == 0


def test_cancel_gives_up_the_picture_that_is_shown_and_not_the_one_in_work(stage: Any) -> None:
    """Of two presses the second is shown, waiting; its own progress is, and the first is saved."""
    screen = stage.open()
    stage.slow = True
    stage.tap(screen.ids.shutter)
    stage.until(lambda: stage.session.status.stage == "merge" and stage.session.status.can_shoot)
    stage.tap(screen.ids.shutter)
    stage.until(lambda: stage.session.status.queued == 2)
    stage.tap(screen.ids.last_picture)
    viewer = screen.pages.top
    assert (viewer.progress, viewer.stage) == (0.0, "2 pictures in the making")
    assert screen.ids.last_picture.progress == 0.0
    stage.tap(viewer.ids.cancel)
    stage.until(lambda: not viewer.developing)
    assert stage.session.status.in_work == 1
    stage.slow = False
    stage.until(lambda: stage.session.status.queued == 0)
    assert stage.session.status.last_picture.shot == 1
    stage.until(lambda: screen.ids.last_picture.path is not None)
    assert len(stage.library.shots()) == 1


def test_keys_reach_every_button_of_the_library(stage: Any) -> None:
    """The arrows choose a picture, enter opens it, tab frames the buttons one after the other."""
    fill(stage, 3)
    screen = stage.open()
    screen.gallery.open_library()
    page = screen.pages.top
    stage.until(lambda: page.shots)
    for key in ("right", "right", "enter"):
        assert screen.key(KEYS[key])
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    assert viewer.shot.id == "0002"
    screen.key(KEYS["right"])
    assert viewer.shot.id == "0001"
    framed = []
    for _ in range(8):
        screen.key(KEYS["tab"])
        framed.append(viewer.focus.at)
    names = ("back", "newer", "grid", "info", "protect", "compare", "restyle", "delete")
    assert set(framed) == {viewer.ids[name].__self__ for name in names}
    for _ in range(8):
        if viewer.focus.at is not viewer.ids.info.__self__:
            screen.key(KEYS["tab"])
    screen.key(KEYS["enter"])
    assert viewer.telling
    screen.key(KEYS["escape"])
    screen.key(KEYS["escape"])
    assert screen.pages.top is None
