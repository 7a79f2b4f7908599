"""The viewer under hasty fingers, with its story open, and while pictures are being taken."""

import time
from threading import Event
from typing import Any

import numpy as np
import pytest

from app.jobs import JobCancelled
from app.networks import Network
from app.preferences import Preferences
from app.proofs import Proof
from app.store.trash import deleted
from tests.ui.test_library import KEYS, fill, viewer_of
from tests.ui.test_trash import fill as fill_quickly

WAIT = 60.0  # seconds
SIZES = [(800, 480), (720, 1280), (480, 320)]


def name_of(size: tuple[int, int]) -> str:
    """Of a test's case."""
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_undo_can_be_touched_while_the_story_is_open(stage: Any, size: tuple[int, int]) -> None:
    """Notice and undo lie clear of the story, which gives way; a touch brings the picture back."""
    fill_quickly(stage, 2, gone=0)
    stage.open(*size)
    viewer = viewer_of(stage)
    stage.tap(viewer.ids.info)
    stage.until(lambda: viewer.ids.story.complete)
    stage.tap(viewer.ids.delete)
    stage.until(lambda: viewer.undoable and len(viewer.shots) == 1)
    stage.frames(3)
    assert viewer.telling
    assert viewer.ids.story.opacity == 1
    for part in (viewer.ids.undo, viewer.ids.notice):
        assert not part.collide_widget(viewer.ids.story), part
    assert not viewer.ids.undo.collide_widget(viewer.ids.notice)
    stage.tap(viewer.ids.undo)
    stage.until(lambda: len(viewer.shots) == 2)
    assert deleted(stage.library.workshop.store) == []
    assert viewer.notice == ""


def test_a_double_tap_deletes_one_picture(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither while the first goes nor as the next one comes is another tap heard."""
    monkeypatch.setattr("app.ui.viewer.DOUBLE_TAP", WAIT)  # on a busy machine taps are slow
    fill_quickly(stage, 3, gone=0)
    stage.open()
    viewer = viewer_of(stage)
    for _ in range(2):
        stage.tap(viewer.ids.delete)
    stage.until(lambda: viewer.shot is not None and viewer.shot.id == "0002")
    stage.tap(viewer.ids.delete)
    stage.frames(10)
    assert deleted(stage.library.workshop.store) == [3]
    assert viewer.notice == "0003 deleted"


def delete_two(stage: Any, viewer: Any) -> None:
    """Taps Delete twice, the second time on the next picture, as two deletions."""
    from app.ui.viewer import DOUBLE_TAP

    for left in (len(viewer.shots) - 1, len(viewer.shots) - 2):
        stage.tap(viewer.ids.delete)
        stage.until(lambda left=left: len(viewer.shots) == left)
        time.sleep(DOUBLE_TAP)


def test_undo_brings_back_all_that_its_notice_tells_of(stage: Any) -> None:
    """Two pictures deleted one after the other are told together, and come back together."""
    fill_quickly(stage, 4, gone=1)
    stage.open()
    viewer = viewer_of(stage)
    delete_two(stage, viewer)
    assert viewer.notice == "2 deleted"
    stage.tap(viewer.ids.undo)
    stage.until(lambda: len(viewer.shots) == 3)
    assert deleted(stage.library.workshop.store) == [1], "that of an earlier day stays there"


@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_undo_stays_for_its_time_whatever_else_is_told(
    stage: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notice that comes meanwhile stands beside what can be undone; a touch still undoes it."""
    from app.ui import viewer as viewers
    from tests.ui.test_layout import faults

    monkeypatch.setattr(viewers, "NOTICE", WAIT)
    fill_quickly(stage, 2, gone=0)
    stage.open(*size)
    viewer = viewer_of(stage)
    stage.tap(viewer.ids.delete)
    stage.until(lambda: viewer.undoable and len(viewer.shots) == 1)
    viewer.tell("")
    assert (viewer.notice, viewer.undoable) == ("0002 deleted", True)
    stage.tap(viewer.ids.protect)
    stage.until(lambda: viewer.shot.protected)
    time.sleep(viewers.DOUBLE_TAP)
    stage.tap(viewer.ids.delete)
    assert viewer.notice.splitlines() == ["0002 deleted", "Protected: take the mark away first"]
    stage.frames(10)
    assert not faults(viewer, size)
    stage.tap(viewer.ids.undo)
    stage.until(lambda: len(viewer.shots) == 2)
    assert viewer.notice == "Protected: take the mark away first"
    assert not viewer.undoable


def test_what_was_told_before_takes_no_time_from_undo(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is offered for its whole time, and a notice that came later is not taken with it."""
    from kivy.clock import Clock

    from app.ui import viewer as viewers

    monkeypatch.setattr(viewers, "NOTICE", 2.0)
    fill_quickly(stage, 3, gone=0)
    stage.open()
    viewer = viewer_of(stage)
    told: list[float] = []
    viewer.bind(notice=lambda *_: told.append(Clock.get_time()))
    stage.tap(viewer.ids.delete)
    stage.until(lambda: viewer.undoable and len(viewer.shots) == 2)
    first = told[-1]
    stage.until(lambda: Clock.get_time() > first + 1.0)
    stage.tap(viewer.ids.delete)
    stage.until(lambda: viewer.notice == "2 deleted" or not viewer.undoable)
    second = told[-1]
    stage.until(lambda: not viewer.undoable)
    assert told[-1] - second >= 1.9
    assert viewer.notice == ""


def test_an_undo_that_fails_shows_what_came_back_all_the_same(stage: Any) -> None:
    """The last of two has been brought back elsewhere: that is told, and both are seen again."""
    fill_quickly(stage, 3, gone=0)
    stage.open()
    viewer = viewer_of(stage)
    delete_two(stage, viewer)
    stage.library.restore(2)
    viewer.undo()
    stage.until(lambda: len(viewer.shots) == 3)
    assert viewer.notice


def test_a_new_screen_knows_what_was_deleted_and_chosen(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change of language the library undoes, and hand-over is on the network it was on."""
    from app.ui import send_page

    networks = (Network("wlan0", "127.0.0.2"), Network("eth0", "127.0.0.3"))
    monkeypatch.setattr(send_page, "local_networks", lambda: networks)
    fill_quickly(stage, 2, gone=0)
    screen = stage.open()
    viewer = viewer_of(stage)
    viewer.key(KEYS["delete"])
    stage.until(lambda: viewer.undoable)
    screen.pages.clear()
    screen.drawer.open_send()
    stage.until(lambda: screen.pages.top.network == "Wi-Fi")
    screen.pages.top.next_network()
    screen.pages.clear()
    stage.choices.change(stage.bridge.background, language="de")
    stage.until(lambda: stage.screen is not screen)
    stage.screen.drawer.open_send()
    page = stage.screen.pages.top
    stage.until(lambda: page.url.startswith("http://127.0.0.3:"))
    stage.screen.pages.clear()
    stage.screen.gallery.open_library()
    page = stage.screen.pages.top
    stage.until(lambda: page.undoable)
    page.undo()
    stage.until(lambda: len(page.shots) == 2)


def test_a_shot_is_shown_where_the_newest_was(stage: Any) -> None:
    """Pressed under the last picture, the shutter's new one takes its place, then its file."""
    fill_quickly(stage, 2, gone=0)
    screen = stage.open()
    stage.until(lambda: screen.ids.last_picture.path is not None)
    stage.tap(screen.ids.last_picture)
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    stage.slow = True
    stage.drive.press()  # as a GPIO button does
    stage.until(lambda: viewer.developing)
    stage.until(lambda: stage.session.status.stage == "merge")
    stage.frames(3)
    assert viewer.ids.caption.text == "Merging"
    assert viewer.texture is screen.ids.last_picture.texture is not None
    stage.slow = False
    stage.until(lambda: viewer.shot is not None and viewer.shot.id == "0003")


def test_the_first_picture_has_none_beside_it_while_it_is_made(stage: Any) -> None:
    """Nothing older is offered, neither to a finger nor to a key; then its file is seen."""
    screen = stage.open()
    stage.slow = True
    screen.fire()
    stage.until(lambda: stage.session.status.stage == "merge")
    screen.gallery.open_last()
    viewer = screen.pages.top
    stage.frames(20)
    assert not viewer.ids.older.shown
    viewer.key(KEYS["right"])
    assert viewer.developing
    stage.slow = False
    stage.until(lambda: viewer.shot is not None and viewer.shot.id == "0001")


def test_who_turns_over_as_a_picture_is_saved_finds_it(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on the card, but its small picture is still to be read: no later moment tells of it."""
    fill_quickly(stage, 1, gone=0)
    screen = stage.open()
    stage.until(lambda: screen.ids.last_picture.path is not None)
    from app.ui import last_picture

    gate, real = Event(), last_picture.load_picture

    def late(*args: Any) -> Any:
        gate.wait(WAIT)
        return real(*args)

    monkeypatch.setattr(last_picture, "load_picture", late)
    stage.slow = True
    screen.fire()
    stage.until(lambda: stage.session.status.stage == "merge")
    screen.gallery.open_last()
    viewer = screen.pages.top
    stage.until(lambda: len(viewer.shots) == 1)
    stage.slow = False
    stage.until(lambda: stage.session.status.last_picture is not None)
    stage.frames(5)
    assert viewer.developing
    viewer.step(1)
    gate.set()
    stage.until(lambda: len(viewer.shots) == 2)
    viewer.step(-1)
    assert viewer.shot.id == "0002"


@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_a_shot_is_told_over_another_picture(stage: Any, size: tuple[int, int]) -> None:
    """Who looks at an older one keeps it, framed while the burst is taken, with what is in work."""
    from tests.ui.test_layout import faults

    fill_quickly(stage, 2, gone=0)
    screen = stage.open(*size)
    viewer = viewer_of(stage, 1)
    shot, quiet = viewer.shot, stage.picture()
    taking = Event()
    capture = stage.camera.capture

    def held(*args: Any, **kwargs: Any) -> Any:
        taking.wait(60.0)
        return capture(*args, **kwargs)

    stage.camera.capture = held
    stage.slow = True
    assert screen.key(KEYS["enter"])
    stage.until(lambda: screen.framed)
    stage.frames(3)
    foot = np.s_[size[1] - 6 : size[1], 60:160]
    assert np.abs(stage.picture()[foot].astype(int) - quiet[foot]).max() > 60, "it is framed"
    taking.set()
    stage.until(lambda: not screen.framed and stage.session.status.stage == "merge")
    stage.until(lambda: viewer.ids.work.text == "Merging")
    stage.frames(3)
    assert viewer.shot == shot
    assert viewer.progress > 0.0
    assert not faults(viewer, size)
    stage.slow = False
    stage.until(lambda: viewer.ids.work.text == "" and viewer.progress == 0.0)
    assert viewer.shot == shot


def test_a_new_picture_joins_those_that_are_turned_over(stage: Any) -> None:
    """An older one stays seen as it is, newer and older ones are where they belong."""
    fill_quickly(stage, 3, gone=0)
    screen = stage.open()
    viewer = viewer_of(stage, 1)
    shown: list[Any] = []
    viewer.ids.picture.bind(shot=lambda _, shot: shown.append(shot))
    assert screen.key(KEYS["enter"])
    stage.until(lambda: len(viewer.shots) == 4)
    assert viewer.shot.id == "0002"
    assert viewer.index == 2
    assert all(shot.id == "0002" for shot in shown), "no other one was seen for a moment"
    stage.tap(viewer.ids.delete)
    stage.until(lambda: len(viewer.shots) == 3)
    assert viewer.shot.id == "0001"
    viewer.step(-1)
    viewer.step(-1)
    assert viewer.shot.id == "0004"


def test_a_tap_as_a_new_picture_comes_does_not_delete_it(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was meant for the one before, whose place the new one has taken."""
    monkeypatch.setattr("app.ui.viewer.DOUBLE_TAP", WAIT)  # on a busy machine taps are slow
    fill_quickly(stage, 1, gone=0)
    screen = stage.open()
    viewer = viewer_of(stage)
    assert screen.key(KEYS["enter"])
    stage.until(lambda: viewer.shot is not None and viewer.shot.id == "0002")
    viewer.delete()
    stage.frames(10)
    assert deleted(stage.library.workshop.store) == []


def restyled(stage: Any) -> Any:
    """The page that restyles, with its first look shown."""
    fill(stage, 1)
    stage.open()
    stage.tap(viewer_of(stage).ids.restyle)
    page = stage.screen.pages.top
    stage.until(lambda: page.ids.after.texture is not None)
    return page


def test_of_quick_taps_on_looks_only_the_last_is_developed(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits is not begun, and what is in work ends."""
    page = restyled(stage)
    begun, ended = [], []
    first, gate = Event(), Event()
    real = Proof.printed

    def printed(self: Proof, look: Any, *args: Any, **kwargs: Any) -> Any:
        begun.append(look)
        first.set()
        gate.wait(60.0)
        try:
            picture = real(self, look, *args, **kwargs)
        except JobCancelled:
            ended.append("cancelled")
            raise
        ended.append("developed")
        return picture

    monkeypatch.setattr(Proof, "printed", printed)
    before = page.ids.after.texture
    names = [name for name in page.buttons if name != page.style]
    stage.tap(page.buttons[names[0]])
    stage.until(first.is_set)
    for name in names[1:]:
        stage.tap(page.buttons[name])
    gate.set()
    stage.until(lambda: page.ids.after.texture is not before)
    assert begun == [page.looks.ready[name][0] for name in (names[0], names[-1])]
    assert ended == ["cancelled", "developed"]
    assert page.style == names[-1]
    assert page.hint == ""


def test_a_look_that_cannot_be_developed_is_told(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says why, and the look can be touched again."""
    page = restyled(stage)
    name = next(name for name in page.buttons if name != page.style)

    def refused(*_: Any, **__: Any) -> Any:
        raise MemoryError("no memory for the picture; close other programs")

    monkeypatch.setattr(Proof, "printed", refused)
    page.try_on(name)
    stage.until(lambda: "no memory" in page.hint)
    assert page.style == ""
    monkeypatch.undo()
    before = page.ids.after.texture
    page.try_on(name)
    stage.until(lambda: page.ids.after.texture is not before)


@pytest.mark.parametrize("theme", ["sunlight", "night"])
def test_the_words_of_what_cannot_be_touched_have_the_theme_s_colour(
    stage: Any, theme: str
) -> None:
    """Kivy would draw them white: unseen in sunlight, and no red at night."""
    from app.ui.theme import PALETTES, Text

    stage.preferences = Preferences(welcomed=True, theme=theme)
    fill_quickly(stage, 1, gone=0)
    stage.open()
    viewer = viewer_of(stage)
    compare = viewer.ids.compare
    assert compare.disabled
    stage.frames(5)
    word = next(part for part in compare.children if isinstance(part, Text))
    assert tuple(word.paint) == PALETTES[theme].line
    x, y = (round(side) for side in word.to_window(*word.pos))
    seen = stage.picture()[480 - y - round(word.height) : 480 - y, x : x + round(word.width)]
    ground = seen[0, 0].astype(int)
    line = np.array(PALETTES[theme].line[:3]) * 255
    off = np.abs(seen.reshape(-1, 3).astype(int) - ground).max(axis=0)
    assert np.all(off <= np.abs(line - ground) + 4), "no colour beyond the theme's"
    assert off.max() > 10, "it is seen"
