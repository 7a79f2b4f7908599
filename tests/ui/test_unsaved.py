"""What is not saved: pictures that wait in memory, and settings."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from app.preferences import Preferences
from app.status import Failure, Fate, SessionStatus
from app.ui.language import LANGUAGES
from tests.ui.test_layout import faults

SIZES = [(800, 480), (720, 1280), (480, 320), (320, 480)]
ENTER, ESCAPE = 13, 27
FULL = OSError("cannot save (no space left on device); try again, or give the picture up")


def unsaved(stage: Any) -> Any:
    """The failure screen of a picture."""
    stage.save_fault = FULL
    screen = stage.screen
    screen.fire()
    stage.until(lambda: screen.troubles.page is not None)
    stage.frames(3)
    return screen.troubles.page


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_and_what_waits_fit(stage: Any, language: str, size: tuple[int, int]) -> None:
    """In large type, for one picture and for several."""
    stage.preferences = Preferences(welcomed=True, language=language, large_text=True)
    stage.open(*size)
    page = unsaved(stage)
    for count in (1, 12):
        status = SessionStatus(unsaved=count, problem=Failure(page.cause, page.remedy))
        stage.screen.troubles._word(page, status, Fate.NONE)  # noqa: SLF001
        for asking in (False, True):
            page.asking = asking
            stage.frames(3)
            assert not faults(page, size)


def test_a_picture_that_waits_is_given_up_by_an_answer_only(stage: Any) -> None:
    """A double tap keeps it; so do escape and enter; framing the first button discards it."""
    screen = stage.open()
    page = unsaved(stage)
    assert page.give_up == "Discard the picture"
    assert page.remedy == "Try again, or discard the picture."
    answers: tuple[Callable[[], object], ...] = (
        lambda: stage.tap(page.ids.give_up),
        lambda: screen.key(ENTER),
        lambda: screen.key(ESCAPE),
    )
    for answer in answers:
        stage.tap(page.ids.give_up)
        assert page.asking
        assert page.ids.cause.text == "This picture is not saved yet. Discard it for good?"
        answer()
        assert not page.asking
        assert stage.session.status.unsaved == 1
    page.focus.frame(page.ids.give_up)
    screen.key(ENTER)
    assert page.asking
    assert page.focus.at is None
    page.focus.frame(page.ids.again)
    screen.key(ENTER)
    stage.until(lambda: stage.session.status.unsaved == 0 and screen.troubles.page is None)


def test_how_many_wait_is_told_and_a_question_is_of_those_it_named(stage: Any) -> None:
    """Another one that fails takes the question back; all are saved once there is room."""
    screen = stage.open()
    page = unsaved(stage)
    page.asking = True
    stage.until(lambda: stage.session.status.can_shoot)
    stage.session.shoot()
    stage.until(lambda: stage.session.status.unsaved == 2)
    stage.until(lambda: screen.troubles.page and "2" in screen.troubles.page.give_up)
    page = screen.troubles.page
    assert not page.asking
    assert page.safe == "2 pictures wait in memory: without power they are lost."
    stage.save_fault = None
    stage.tap(page.ids.again)
    stage.until(lambda: len(stage.library.shots()) == 2 and screen.troubles.page is None)


def test_a_picture_that_fails_after_the_question_is_not_discarded(stage: Any) -> None:
    """The answer comes before the screen has looked once more."""
    screen = stage.open()
    page = unsaved(stage)
    page.asking = True
    stage.until(lambda: stage.session.status.can_shoot)
    (asked,) = stage.session.unsaved
    stage.session.shoot()
    end = time.monotonic() + 10.0
    while stage.session.status.unsaved < 2 and time.monotonic() < end:
        time.sleep(0.01)  # nothing is drawn
    assert page.asking
    page.first()
    (left,) = stage.session.unsaved
    assert left != asked
    assert stage.session.status.problem is not None
    stage.save_fault = None
    stage.session.save_again()
    stage.until(lambda: len(stage.library.shots()) == 1 and screen.troubles.page is None)


def test_a_picture_on_the_card_is_not_told_as_lost_without_power(stage: Any) -> None:
    """Only what is in memory is; and the failed camera tells of both."""
    del stage  # Kivy is imported once its window is there
    from app.ui.troubles import safe_words

    status = SessionStatus(unsaved=2, on_card=2)
    assert safe_words(status, Fate.NONE) == "Pictures already taken are kept."
    told = safe_words(SessionStatus(unsaved=1), Fate.LOST)
    assert told.splitlines() == [
        "This picture was not taken.",
        "This picture waits in memory: without power it is lost.",
    ]


def test_the_second_try_shows_the_picture_again(stage: Any) -> None:
    """The thumbnail has it from the preview until it is saved, as the first time."""
    screen = stage.open()
    page = unsaved(stage)
    last = screen.ids.last_picture
    assert last.texture is None
    stage.save_fault, stage.slow = None, True
    stage.tap(page.ids.again)
    stage.until(lambda: last.developing and last.texture is not None)
    assert last.compiled is not None
    stage.slow = False
    stage.until(lambda: not last.developing and last.texture is not None)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_that_cannot_be_kept_are_told_once(
    stage: Any, language: str, size: tuple[int, int]
) -> None:
    """They hold for now; the words fit, go by a touch, and come again only after one was kept."""
    from app.ui.language import tr
    from app.ui.main_window import UNKEPT

    stage.preferences = Preferences(welcomed=True, language=language, large_text=True)
    screen = stage.open(*size)
    notice, path = stage.root.notice, stage.folder / "screen.json"
    path.unlink()
    path.mkdir()
    stage.choices.change(stage.bridge.background, grid="thirds")
    stage.until(lambda: notice.text)
    assert notice.text.startswith(tr(UNKEPT))
    assert "screen.json" in notice.text
    stage.frames(3)
    assert all(part.fits() for part in notice.walk() if hasattr(part, "fits"))
    assert screen.ids.viewfinder.grid == "thirds"
    picture = stage.picture()
    stage.tap(notice)
    assert notice.text == ""
    assert (stage.picture()[:20] != picture[:20]).any()
    stage.choices.change(stage.bridge.background, grid="squares")
    stage.until(lambda: stage.bridge.idle)
    assert notice.text == ""
    path.rmdir()
    stage.choices.change(stage.bridge.background, grid="none")
    stage.until(lambda: stage.bridge.idle and path.is_file())
    path.unlink()
    path.mkdir()
    stage.choices.change(stage.bridge.background, grid="thirds")
    stage.until(lambda: notice.text)


def test_first_questions_that_cannot_be_kept_say_so(stage: Any) -> None:
    """The language changes with the screen; the words stay over the new one."""
    stage.preferences = Preferences()
    screen = stage.open()
    folder = stage.folder / "state"
    folder.write_text("a file in the way")
    stage.choices._path = folder / "screen.json"  # noqa: SLF001
    screen.pages.top.next_language()
    stage.until(lambda: stage.root.notice.text and not stage.root.renewal.pending)
    assert stage.screen is not screen
    assert stage.root.children[0] is stage.root.notice
