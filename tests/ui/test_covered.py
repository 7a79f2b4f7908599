"""Nothing is drawn that is not seen, and nothing is drawn for the first time in mid-use."""

import threading
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def drawings() -> list[object]:
    """The widgets that counted() was told of, as often as each was drawn."""
    return []


def counted(widget: Any, drawings: list[object]) -> None:
    """From now on a widget's drawing is noted."""
    from kivy.graphics import Callback

    with widget.canvas:
        Callback(lambda _: drawings.append(widget))


def drawn(stage: Any, drawings: list[object]) -> list[object]:
    """What is drawn in one drawing of the window."""
    drawings.clear()
    stage.window.canvas.ask_update()
    stage.frames(1)
    return list(drawings)


def test_what_a_page_covers_is_not_drawn(stage: Any, drawings: list[object]) -> None:
    """The viewfinder and what stands beside it, but under a sheet the viewfinder is."""
    screen = stage.open()
    finder, strip = screen.ids.viewfinder, screen.ids.styles
    for part in (finder, strip):
        counted(part, drawings)
    assert set(drawn(stage, drawings)) == {finder, strip}
    screen.drawer.open_settings()
    assert drawn(stage, drawings) == []
    screen.pages.clear()
    assert set(drawn(stage, drawings)) == {finder, strip}
    screen.drawer.open_tools()
    assert drawn(stage, drawings) == [finder]


def test_a_page_below_another_is_not_drawn(stage: Any, drawings: list[object]) -> None:
    """The library behind the settings, and it is when they have gone."""
    from app.ui.library_page import LibraryPage
    from app.ui.settings_page import SettingsPage

    pages = stage.open().pages
    library, settings = (pages.kept(kind) for kind in (LibraryPage, SettingsPage))
    for page in (library, settings):
        counted(page, drawings)
        pages.open(page)
    assert drawn(stage, drawings) == [settings]
    pages.close()
    assert drawn(stage, drawings) == [library]


def test_a_covered_viewfinder_takes_no_frames_and_shows_the_newest_after(stage: Any) -> None:
    """The picture stands still under a page, and is the camera's present one when it goes."""
    screen = stage.open()
    stage.uncover()
    screen.drawer.open_settings()
    seen = []
    screen.ids.viewfinder.show = seen.append
    stage.camera.pixels = np.full((240, 320, 4), 255, np.uint8)
    told: list[Any] = []
    screen.bridge.bind(on_frame=lambda _, frame, _fitted: told.append(frame))
    stage.until(lambda: len(told) > 3)
    assert seen == []
    del screen.ids.viewfinder.show
    newest = told[-1]
    assert newest.pixels.min() == 255
    screen.pages.clear()
    x, y, width, height = (round(side) for side in screen.ids.viewfinder.picture)
    assert stage.picture()[480 - y - height // 2, x + width // 2].min() > 200


def test_shaders_are_drawn_in_before_the_first_frame(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the camera starts the viewfinder has each compiled by the driver, out of sight."""
    from app.ui.styled_image import SHADERS, StyledImage

    ready = threading.Event()
    answers: list[bool] = []
    plain = StyledImage.rehearse

    def told(self: StyledImage) -> bool:
        answers.append(plain(self))
        if not answers[-1]:
            ready.set()
        return answers[-1]

    monkeypatch.setattr(StyledImage, "rehearse", told)
    send = stage.camera.preview

    def late() -> Any:
        assert ready.wait(60.0)
        return send()

    monkeypatch.setattr(stage.camera, "preview", late)
    stage.open()
    assert answers[: len(SHADERS) + 1] == [True] * len(SHADERS) + [False]


def test_a_page_is_drawn_before_it_is_opened(stage: Any, drawings: list[object]) -> None:
    """Once, out of sight: the window looks as before while it is."""
    from app.ui.pages import Pages
    from app.ui.settings_page import SettingsPage

    screen = stage.open()
    stage.until(lambda: screen.pages.ready)
    before = stage.picture()
    pages = Pages(screen, lambda: None, lambda: True)
    pictures: list[Any] = []

    def make() -> Any:
        page = screen.pages.make(SettingsPage)
        counted(page, drawings)
        return page

    pages.keep(SettingsPage, make)

    def finished() -> bool:
        if drawings and not pictures and not pages.ready:
            pictures.append(stage.picture())
        return pages.ready

    stage.until(finished)
    assert drawings
    assert all(np.array_equal(before, picture) for picture in pictures)
    drawings.clear()
    assert drawn(stage, drawings) == []
    pages.end()


def test_a_screen_that_was_made_anew_draws_each_part_once(stage: Any) -> None:
    """After a change of language as after the start, and nothing of it under a page."""
    from app.ui.screen import BESIDE

    def drawn() -> list[int]:
        parts = stage.screen.ids
        names = ("viewfinder", *BESIDE)
        return [stage.screen.canvas.children.count(parts[name].canvas) for name in names]

    stage.open(480, 800)
    stage.until(lambda: drawn() == [1] * 6)
    for language in ("de", "en"):
        before = stage.screen
        stage.choices.change(stage.bridge.background, language=language)
        stage.until(lambda before=before: stage.screen is not before)
        assert drawn() == [1] * 6
        stage.frames(10)
        assert drawn() == [1] * 6
        stage.screen.drawer.open_tools()
        stage.frames(2)
        assert drawn() == [1, 0, 0, 0, 0, 0]
        stage.screen.pages.clear()
        stage.screen.gallery.open_library()
        stage.frames(2)
        assert drawn() == [0] * 6
        stage.screen.pages.clear()
