"""A camera that fails takes nothing away but the viewfinder."""

import time
from pathlib import Path
from typing import Any

import pytest

from app.preferences import Preferences
from capture.plans.schedule import Schedule
from capture.source import CameraError
from tests.ui.test_library import fill

FAULT = CameraError("the camera sends no frames; check its cable, then try again")
L, M, P, ESCAPE = 108, 109, 112, 27


@pytest.fixture(autouse=True)
def _for_good(monkeypatch: pytest.MonkeyPatch, stage: Any) -> None:
    """What has failed stays so until somebody tries again."""
    del stage  # Kivy is imported once its window is there
    monkeypatch.setattr("app.camera.BackOff.due", False)


def failed(stage: Any) -> None:
    """The camera fails."""
    stage.camera.fault = FAULT
    stage.until(lambda: stage.session.status.failure is not None)
    stage.frames(3)


def test_the_first_questions_are_asked_without_a_camera_too(stage: Any) -> None:
    """Language and rotation can be chosen, the camera's answer is there, then comes the failure."""
    from app.ui.welcome_page import WelcomePage

    stage.preferences = Preferences()
    screen = stage.open()
    failed(stage)
    page = screen.pages.top
    assert isinstance(page, WelcomePage)
    assert page.camera == "The camera sends no frames."
    page.next_language()
    stage.until(lambda: not stage.root.renewal.pending)
    screen = stage.screen
    assert isinstance(screen.pages.top, WelcomePage)
    screen.pages.top.done()
    stage.until(lambda: screen.troubles.page is not None)
    assert stage.choices.now.welcomed


def test_a_page_that_is_open_stays_and_the_failure_comes_behind_it(stage: Any) -> None:
    """Copying goes on, and so does everything else; a sheet over the dead picture goes."""
    fill(stage, 2)
    screen = stage.open()
    screen.gallery.open_library()
    page = screen.pages.top
    failed(stage)
    assert screen.pages.top is page
    screen.pages.close(page)
    stage.until(lambda: screen.troubles.page is not None)
    stage.tap(screen.troubles.page.ids.again)
    stage.until(lambda: screen.troubles.page is None and stage.session.status.can_shoot)
    screen.drawer.open_tools()
    failed(stage)
    assert screen.pages.top is screen.troubles.page is not None


@pytest.mark.parametrize("size", [(800, 480), (720, 1280), (480, 320)])
def test_pictures_and_drawer_are_within_reach_while_the_camera_fails(
    stage: Any, size: tuple[int, int]
) -> None:
    """By a button and a key each; what is closed gives way to the failure again."""
    fill(stage, 2)
    screen = stage.open(*size)
    stage.until(lambda: screen.ids.last_picture.texture is not None)
    failed(stage)
    for name, kind in (("library", "LibraryPage"), ("tools", "ToolsPage")):
        stage.tap(screen.troubles.page.ids[name])
        assert type(screen.pages.top).__name__ == kind
        screen.key(ESCAPE)
        stage.until(lambda: screen.troubles.page is not None)
    for key, kind in ((L, "LibraryPage"), (M, "ToolsPage"), (P, "Viewer")):
        assert screen.key(key)
        stage.frames(2)
        assert type(screen.pages.top).__name__ == kind
        screen.key(ESCAPE)
        stage.until(lambda: screen.troubles.page is not None)
    quits: list[object] = []
    screen.bind(on_quit=quits.append)
    screen.key(ESCAPE)
    assert quits == [screen]


def test_a_self_timer_whose_camera_is_lost_says_that_it_took_nothing(stage: Any) -> None:
    """On the failure screen, when the time is over; and no longer once the camera is back."""
    stage.open()
    stage.drive.schedule = Schedule(delay=0.5)
    stage.drive.press()
    failed(stage)
    page = stage.screen.troubles.page
    stage.until(lambda: page.safe == "This picture was not taken.")
    stage.tap(page.ids.again)
    stage.until(lambda: stage.session.status.can_shoot and stage.screen.troubles.page is None)
    failed(stage)
    stage.until(lambda: stage.screen.troubles.page is not None)
    assert stage.screen.troubles.page.safe == "Pictures already taken are kept."
    assert stage.session.status.shots == 0


def test_a_copy_survives_the_camera(stage: Any, tmp_path: Path) -> None:
    """What is being copied to a stick when the cable slips off gets there."""
    from app.export import Volume
    from app.ui.export_page import ExportPage

    fill(stage, 3)
    screen = stage.open()
    stick = tmp_path / "stick"
    stick.mkdir()
    page = ExportPage(stage.library, stage.bridge, (Volume("STICK", stick),))
    screen.pages.open(page)
    page.copy("all")
    failed(stage)
    stage.until(lambda: not page.copying)
    assert screen.pages.top is page
    assert len(list((stick / "Baryta").rglob("*.JPG"))) == 3


def test_a_screen_that_is_closed_looks_no_more(stage: Any) -> None:
    """Whatever is still wrong: it opened its failure screen for good, and was never freed."""
    from app.ui.troubles import AGAIN

    screen = stage.open()
    failed(stage)
    stage.until(lambda: screen.troubles.page is not None)
    screen.close()
    stage.frames(3)
    time.sleep(2 * AGAIN)
    stage.frames(3)
    assert screen.troubles.page is None


def test_one_key_takes_no_unsaved_picture_away(stage: Any) -> None:
    """Escape asks first; who opens something else in between is asked anew."""
    stage.save_fault = OSError("cannot save (no space left on device); delete pictures")
    screen = stage.open()
    quits: list[object] = []
    screen.bind(on_quit=quits.append)
    screen.fire()
    stage.until(lambda: screen.troubles.page is not None)
    for _ in range(2):
        page = screen.troubles.page
        assert page.safe == "This picture waits in memory: without power it is lost."
        screen.key(ESCAPE)
        time.sleep(0.3)
        stage.frames(5)
        assert page.safe == "Escape once more ends the app: what is not saved is lost."
        assert not quits
        screen.key(L)
        screen.key(ESCAPE)
        stage.until(lambda: screen.troubles.page is not None)
    screen.key(ESCAPE)
    screen.key(ESCAPE)
    assert quits == [screen]
