"""The main screen under touch and keys, on a real window."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.status import Failure, Fate, State
from capture.source import CameraError

RED = (218, 0, 26)  # what Display P3 (200, 40, 40) is in sRGB, clipped
# Kivy's key codes; Kivy itself is imported only once the display is set up.
KEYS = {"enter": 13, "escape": 27, "spacebar": 32, "q": 113, "up": 273, "right": 275, "left": 276}


def test_pressing_the_shutter_takes_a_picture(stage: Any) -> None:
    """A touch leads to a shot; the thumbnail shows the preview at once and then the file."""
    screen = stage.open()
    last = screen.ids.last_picture
    assert last.texture is None
    stage.slow = True
    stage.tap(screen.ids.shutter)
    stage.until(lambda: last.developing)
    assert last.texture is not None
    assert last.compiled is screen.ids.viewfinder.compiled, "shown in the look of the shot"
    stage.until(lambda: screen.ids.status.activity == "Merging")
    stage.slow = False
    stage.until(lambda: not last.developing)
    assert (stage.camera.bursts, last.path.name, last.compiled) == (1, "BARY0001.JPG", None)
    x, y = (round(value) for value in last.center)
    shown = stage.picture()[480 - y, x].astype(int)
    assert np.abs(shown - RED).max() <= 4, "the developed picture is on the screen"


def test_a_press_before_the_first_frame_has_its_review_with_that(stage: Any) -> None:
    """The camera takes it; what there is to see of it comes with the first frame."""
    screen = stage.open()
    stage.slow = True
    screen._frame = None  # noqa: SLF001 - as before the camera's first
    screen.fire()
    last = screen.ids.last_picture
    stage.until(lambda: last.developing)
    assert (last.number, last.texture is not None) == (1, True)


def test_the_shutter_answers_before_the_finger_is_lifted(stage: Any) -> None:
    """The burst begins with the press, not with the release."""
    from kivy.tests.common import UnitTestTouch

    screen = stage.open()
    finger = UnitTestTouch(*screen.ids.shutter.center)
    finger.touch_down()
    assert stage.session.status.shots == 1
    assert screen.ids.shutter.pressed
    finger.touch_up()
    assert not screen.ids.shutter.pressed


def test_tapping_a_style_chooses_it_for_preview_and_session(stage: Any) -> None:
    """The chosen style is marked by frame and bold type, not by colour alone."""
    screen = stage.open()
    tiles = screen.ids.styles.tiles
    stage.tap(tiles["Vibrant"])
    stage.until(lambda: screen.ids.styles.chosen == "Vibrant")
    assert stage.session.status.style == "Vibrant"
    assert screen.ids.viewfinder.compiled is screen.shelf.ready["Vibrant"]
    weights = {name: _label(tile).bold for name, tile in tiles.items()}
    assert weights == {name: name == "Vibrant" for name in tiles}


def test_swiping_over_the_picture_changes_the_style(stage: Any) -> None:
    """To the left comes the next style, to the right the one before; one a swipe."""
    screen = stage.open()
    x, y = screen.ids.viewfinder.center
    stage.touch(x, y, (x - 40, y), (x - 90, y + 5), (x - 250, y))
    stage.until(lambda: screen.ids.styles.chosen == "Vibrant")
    stage.touch(x, y, (x + 90, y))
    stage.until(lambda: screen.ids.styles.chosen == "Authentic")
    assert stage.session.status.exposure_value == 0.0


def test_dragging_up_brightens_and_the_buttons_do_the_same(stage: Any) -> None:
    """Exposure compensation goes in thirds, reaches the camera and is shown."""
    screen = stage.open()
    x, y = screen.ids.viewfinder.center
    stage.touch(x, y, (x, y + 40), (x, y + 65))
    assert round(stage.session.status.exposure_value, 3) == 0.667
    minus, plus = sorted(screen.ids.exposure.children, key=lambda button: button.plus)
    for _ in range(3):
        stage.tap(minus)
    stage.until(lambda: screen.ids.status.exposure == "\N{MINUS SIGN}0.3 EV")
    stage.until(lambda: round(stage.camera.controls.exposure_value, 3) == -0.333)
    stage.tap(plus)
    assert stage.session.status.exposure_value == 0.0
    assert stage.session.status.style == "Authentic"


def test_keys_do_what_fingers_do(stage: Any) -> None:
    """Space and enter fire, the arrows set style and exposure, escape leaves."""
    screen = stage.open()
    quits: list[object] = []
    screen.bind(on_quit=quits.append)
    assert screen.key(KEYS["right"])
    assert stage.session.status.style == "Vibrant"
    stage.frames(3)
    assert screen.key(KEYS["left"])
    assert stage.session.status.style == "Authentic"
    assert screen.key(KEYS["up"])
    assert round(stage.session.status.exposure_value, 3) == 0.333
    for number, key in enumerate(("spacebar", "enter")):
        stage.until(lambda: stage.session.status.can_shoot)
        assert screen.key(KEYS[key])
        assert stage.session.status.shots == number + 1
    assert not screen.key(KEYS["q"])
    assert screen.key(KEYS["escape"])
    assert len(quits) == 1


def test_the_last_picture_opens_over_the_screen_and_closes(stage: Any) -> None:
    """A tap shows it large, the way back leads to the viewfinder; nothing below is touched."""
    screen = stage.open()
    screen.gallery.open_last()
    assert screen.pages.top is None, "there is none yet"
    screen.fire()
    stage.until(lambda: stage.session.status.last_picture is not None)
    stage.until(lambda: not screen.ids.last_picture.developing)
    stage.tap(screen.ids.last_picture)
    viewer = screen.pages.top
    stage.until(lambda: viewer.caption == "0001  ·  Authentic")
    stage.until(lambda: min(viewer.ids.picture.natural) > 0)
    shown = stage.picture()[200, 300].astype(int)
    assert np.abs(shown - RED).max() <= 4
    stage.tap(screen.ids.shutter)
    assert stage.session.status.shots == 1
    stage.tap(viewer.ids.back)
    assert screen.pages.top is None
    stage.tap(screen.ids.last_picture)
    screen.key(KEYS["escape"])
    assert screen.pages.top is None


@pytest.mark.parametrize(
    ("fate", "told"),
    [
        (Fate.NONE, "Pictures already taken are kept."),
        (Fate.SAVED, "This picture is made of the frames before."),
        (Fate.LOST, "This picture was not taken."),
    ],
)
def test_what_became_of_the_press_is_told(stage: Any, fate: Fate, told: str) -> None:
    """A camera that is lost at a press says whether there will be a picture of it."""
    screen = stage.open(480, 320)
    failure = Failure("No frames come.", "Push the cable home.", fate)
    status = stage.session._telling  # noqa: SLF001  (a status of the test's own)
    status.change(state=State.FAILED, failure=failure)
    stage.until(lambda: screen.troubles.page is not None)
    stage.frames(3)
    assert screen.troubles.page.safe == told
    texts = [
        widget for widget in screen.troubles.page.walk(restrict=True) if hasattr(widget, "fits")
    ]
    assert texts
    assert all(not text.text or text.fits() for text in texts)


def test_a_lost_camera_is_told_and_retried(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure screen names cause and remedy; its button opens the camera again."""
    monkeypatch.setattr("app.camera.BackOff.due", False)  # what has failed stays so
    screen = stage.open()
    stage.camera.fault = CameraError("no frames come; push the cable home")
    stage.until(lambda: screen.troubles.page is not None)
    assert (screen.troubles.page.cause, screen.troubles.page.remedy) == (
        "No frames come.",
        "Push the cable home.",
    )
    stage.tap(screen.ids.shutter)
    assert stage.session.status.shots == 0, "what lies below is out of reach"
    stage.frames(3)
    stage.tap(screen.troubles.page.ids.again)
    stage.until(lambda: screen.troubles.page is None)
    stage.until(lambda: stage.session.status.state is State.READY)


def test_a_picture_that_is_not_saved_is_told_and_saved_again(stage: Any) -> None:
    """A full disk offers two ways on; trying again saves the picture."""
    screen = stage.open()
    stage.save_fault = OSError("the disk is full; free some space")
    screen.fire()
    stage.until(lambda: screen.troubles.page is not None)
    assert screen.troubles.page.give_up
    stage.frames(3)
    stage.save_fault = None
    stage.tap(screen.troubles.page.ids.again)
    stage.until(lambda: stage.session.status.last_picture is not None)
    stage.until(lambda: screen.troubles.page is None)


def test_a_picture_can_be_given_up(stage: Any) -> None:
    """The second button asks, the first one drops it then; the thumbnail no longer pretends."""
    screen = stage.open()
    stage.save_fault = OSError("the disk is gone")
    screen.fire()
    stage.until(lambda: screen.troubles.page is not None)
    stage.frames(3)
    page = screen.troubles.page
    assert page.safe == "This picture waits in memory: without power it is lost."
    stage.tap(page.ids.give_up)
    assert page.asking
    assert stage.session.status.unsaved == 1
    stage.tap(page.ids.again)
    stage.until(lambda: screen.troubles.page is None)
    assert stage.session.status.unsaved == 0
    stage.until(lambda: screen.ids.last_picture.texture is None)


def _label(tile: Any) -> Any:
    return next(child for child in tile.children if hasattr(child, "fits"))


def test_the_card_s_trouble_is_told_before_the_shot(stage: Any) -> None:
    """What is wrong stands in the line, and that shots wait in memory; full memory says so."""
    from app.ui.status_line import activity, space

    ready = replace(stage.open() and stage.session.status, state=State.READY, queued=0)
    assert (activity(ready), space(ready)) == ("Ready", "1234 left")
    gone = replace(ready, card="Card gone", free_pictures=None)
    assert (activity(gone), space(gone)) == ("Not saving", "Card gone")
    last = replace(ready, free_pictures=0)
    assert (activity(last), space(last)) == ("Ready", "Nearly full"), "as far as can be reckoned"
    full = replace(ready, free_pictures=0, unsaved=ready.capacity)
    assert (activity(full), space(full)) == ("Buffer full", "Disk full")
    assert activity(replace(ready, queued=ready.capacity)) == "Wait: buffer full"
