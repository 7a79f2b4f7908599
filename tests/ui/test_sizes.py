"""The screens at three panels: nothing overlaps, no text is cut, everything can be hit."""

from typing import Any

import numpy as np
import pytest

from app.clock import local_time
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.ui.panels import panel
from capture.source import CameraError
from tests.ui.test_layout import scroller

SIZES = [(800, 480), (720, 1280), (480, 320)]
LONG = CameraError(
    "the camera imx477 sends no frames; check that its ribbon cable sits straight "
    "in both connectors and that the latches are closed, then try again"
)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_screen_fits_its_panel(
    stage: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Main screen while busy, review, and failure screen, one after the other."""
    monkeypatch.setattr("app.camera.BackOff.due", False)  # what has failed stays so
    screen = stage.open(*size)
    stage.slow = True
    screen.expose(-4)
    for number in range(2):
        stage.until(lambda: stage.session.status.can_shoot)
        screen.fire()
        stage.until(lambda: stage.session.status.queued == number + 1)  # noqa: B023 - run at once
    stage.frames(3)
    parts = list(screen.children)
    assert len(parts) == 6
    for part in parts:
        _inside(part, (0, 0, *size))
        for other in parts:
            assert part is other or not _overlap(part, other), f"{part} over {other}"
    _texts_fit(screen)
    _reachable(screen, size)

    stage.camera.fault = LONG
    stage.until(lambda: screen.troubles.page is not None)
    stage.frames(3)
    _texts_fit(screen.troubles.page)
    buttons = screen.troubles.page.ids
    _inside(buttons.again, (0, 0, *size))
    scale = panel(*size).pixels_per_mm
    assert min(buttons.again.size) >= 9.0 * scale
    assert not _overlap(buttons.remedy, buttons.again)
    assert not _overlap(buttons.cause, buttons.remedy)
    stage.slow = False


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_page_of_the_library_fits_its_panel(stage: Any, size: tuple[int, int]) -> None:
    """Contact sheet, viewer, story, comparison and restyling, one after the other."""
    pixels = np.full((240, 320, 3), 120, np.uint8)
    for number in range(2):
        info = ShotInfo(style="High-contrast monochrome", taken=local_time(), frames_merged=8)
        stage.library.workshop.store.save(encode_jpeg(pixels, info), b"no DNG" * number or None)
    screen = stage.open(*size)
    screen.gallery.open_library()
    page = screen.pages.top
    stage.until(lambda: page.shots)
    screen.gallery.shelf.deleted.append(17)
    screen.gallery.shelf.dispatch("on_change")
    stage.until(lambda: page.undoable)
    _page_fits(stage, page, size)
    stage.tap(page.ids.grid.cells[0])
    viewer = screen.pages.top
    stage.until(lambda: min(viewer.ids.picture.natural) > 0)
    viewer.undoable = True
    viewer.tell("Protected: take the mark away first")
    _page_fits(stage, viewer, size)
    for opener in ("compare", "restyle"):
        viewer.dispatch(f"on_{opener}")
        if opener == "restyle":
            stage.until(lambda: "not a raw file" in screen.pages.top.hint)
        _page_fits(stage, screen.pages.top, size)
        screen.pages.close()
    stage.tap(viewer.ids.info)
    stage.until(lambda: viewer.ids.story.complete)
    stage.frames(3)
    for line in viewer.ids.story.ids.box.children:
        assert line.ids.value.texture_size[0] <= line.ids.value.width + 1
        texts = (line.ids.label, line.ids.value)
        assert line.height == max(text.texture_size[1] for text in texts)
        assert {round(text.top) for text in texts} == {round(line.top)}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_drawer_settings_and_first_questions_fit(stage: Any, size: tuple[int, int]) -> None:
    """With every tool on, and the address of a hand-over."""
    screen = stage.open(*size)
    drawer = screen.drawer
    for opener in (drawer.open_tools, drawer.open_settings, drawer.open_welcome):
        opener()
        _page_fits(stage, screen.pages.top, size)
        screen.pages.clear()
    drawer.open_send()
    screen.pages.top.url = "http://192.168.178.123:54321/abcdefghijklmnopqrstuv/"
    screen.pages.top.hint = "Open this address in a browser on the same network."
    _page_fits(stage, screen.pages.top, size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_whole_picture_is_shown_in_its_shape(stage: Any, size: tuple[int, int]) -> None:
    """The preview is letterboxed, neither cropped nor stretched, within a pixel."""
    screen = stage.open(*size)
    view = screen.ids.viewfinder
    _, _, width, height = view.picture
    assert abs(width / height - 320 / 240) < 0.01
    assert width <= view.width + 1
    assert height <= view.height + 1
    assert width >= view.width - 1 or height >= view.height - 1


def _page_fits(stage: Any, page: Any, size: tuple[int, int]) -> None:
    """All that can be touched is large enough, on the panel, and clear of the rest."""
    stage.frames(3)
    _texts_fit(page)
    least = 9.0 * panel(*size).pixels_per_mm - 0.01
    controls = [widget for widget in _walk(page) if hasattr(widget, "focused") and widget.shown]
    assert controls
    for control in controls:
        assert min(control.size) >= least, f"{control} is {control.size}"
    fixed = [control for control in controls if scroller(control) is None]
    for control in fixed:
        _inside(control, (0, 0, *size))
        for other in fixed:
            assert control is other or not _overlap(control, other), f"{control} over {other}"


def _walk(widget: Any) -> list[Any]:
    return list(widget.walk(restrict=True))


def _texts_fit(root: Any) -> None:
    """All of them, once those that are waiting for a frame of theirs have been fitted."""
    from kivy.base import EventLoop

    from app.ui.theme import fitting

    while fitting.waiting:
        EventLoop.idle()
    texts = [widget for widget in _walk(root) if hasattr(widget, "fits") and widget.text]
    assert texts
    for text in texts:
        assert text.fits(), f"{text.text!r} is cut at {text.size}"
        assert text.texture_size[0] <= text.width + 1, text.text
        assert text.texture_size[1] <= text.height + 1, text.text


def _reachable(screen: Any, size: tuple[int, int]) -> None:
    scale = panel(*size).pixels_per_mm
    parts = screen.ids
    assert min(parts.shutter.size) >= 16.0 * scale
    targets = [*parts.exposure.children, *parts.styles.tiles.values(), parts.last_picture]
    for target in targets:
        assert min(target.size) >= 9.0 * scale - 0.01, f"{target} is {target.size}"


def _inside(widget: Any, box: tuple[float, float, float, float]) -> None:
    slack = 0.5
    assert widget.x >= box[0] - slack, widget
    assert widget.y >= box[1] - slack, widget
    assert widget.right <= box[2] + slack, widget
    assert widget.top <= box[3] + slack, widget


def _overlap(one: Any, two: Any) -> bool:
    slack = 0.5
    return (
        one.x < two.right - slack
        and two.x < one.right - slack
        and one.y < two.top - slack
        and two.y < one.top - slack
    )
