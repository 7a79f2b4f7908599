"""A lens's shading measured at the screen: what to do, how it goes, how it ended."""

from pathlib import Path
from typing import Any

import pytest

from app.lenses import Lens, LensBook, Mount, load_flat, write_book
from app.preferences import Preferences
from app.ui.language import LANGUAGES
from app.ui.messages import read_messages
from capture.frames import Burst
from capture.scenes import Scene
from capture.simulated import SimulatedSource
from capture.source import CameraError
from tests.ui.test_sizes import _texts_fit
from tests.white_wall import WALL

LENS = Lens("Fast fifty", 50.0, 1.0, "M")
LOCALE = Path(__file__).parents[2] / "app" / "ui" / "locale"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a slow camera is no dead one."""
    monkeypatch.setattr("app.camera.FRAME_LIMIT", 100.0)


def opened(stage: Any, scene: str | Scene, size: tuple[int, int] = (800, 480)) -> Any:
    """The page that measures, with a lens on the simulated camera before a scene."""
    folder = Path(stage.folder) / "lenses"
    write_book(folder, LensBook((LENS,), LENS.name))
    stage.mount = Mount(folder, LENS)
    if stage.source is None:
        stage.source = lambda: SimulatedSource(
            scene, size=(512, 384), preview_size=(320, 240), threads=1
        )
    screen = stage.open(*size)
    stage.until(lambda: stage.session.status.planned is not None)
    screen.drawer.open_tools()
    stage.frames(3)
    stage.tap(screen.pages.top.ids.shading)
    stage.frames(3)
    return screen.pages.top


def measured(stage: Any, page: Any) -> None:
    """Taps the button and waits for the end."""
    stage.tap(page.ids.measure)
    assert page.measuring
    assert page.ids.measure.disabled
    stage.until(lambda: not page.measuring)
    stage.frames(3)


def test_a_white_wall_is_measured(stage: Any) -> None:
    """The profile lies in the book's folder, under the simulated sensor's name; no picture does."""
    page = opened(stage, WALL)
    assert page.hint == ""
    _texts_fit(page)
    held: list[int] = []
    stage.session.subscribe(lambda status: held.append(status.held))
    measured(stage, page)
    assert page.hint.startswith("The corners get ")
    assert page.progress > 0.0
    folder = stage.mount.folder
    assert load_flat(folder, LENS, "imx477_simulated") is not None
    assert load_flat(folder, LENS, "imx477") is None
    assert stage.session.status.shots == 0
    assert stage.session.status.held == 0
    assert 1 in held, "memory was counted while it was measured"
    assert not stage.library.shots()
    page.dispatch("on_close")
    assert stage.screen.pages.top is None


@pytest.mark.parametrize("size", [(480, 320), (320, 480)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_white_wall_is_told_with_the_remedy(
    stage: Any, language: str, size: tuple[int, int]
) -> None:
    """One cause and one remedy, whole on the smallest panels in the largest type."""
    stage.preferences = Preferences(welcomed=True, language=language, large_text=True)
    page = opened(stage, "still-life", size)
    _texts_fit(page)
    assert page.sheet.height < (0.55 if page.wide else 0.6) * page.height, (
        "the rest is to be filled"
    )
    measured(stage, page)
    cause, remedy = "the light on the surface is uneven", "turn it, or take another wall"
    if language != "en":
        told = read_messages(LOCALE / f"{language}.po").gettext
        cause, remedy = told(cause), told(remedy)
    assert cause.lower() in page.hint.lower()
    assert remedy.lower() in page.hint.lower()
    _texts_fit(page)
    assert not list(Path(stage.mount.folder).glob("*.json"))


def test_a_camera_that_fails_ends_it(stage: Any) -> None:
    """No picture is told to be lost, for none was taken; the page can begin anew."""

    class Failing(SimulatedSource):
        def capture(self, *_given: object, **_named: object) -> Burst:
            raise CameraError("the camera sends no frames; check its cable, then try again")

    stage.source = lambda: Failing(WALL, size=(512, 384), preview_size=(320, 240), threads=1)
    page = opened(stage, WALL)
    stage.tap(page.ids.measure)
    stage.until(lambda: page.hint == "The camera gave no frames; try again.")
    assert not page.measuring
    failure = stage.session.status.failure
    assert failure is None or not failure.shot


def test_without_a_lens_there_is_nothing_to_measure(stage: Any) -> None:
    """The button comes with a lens of the book, and the wait for pictures is told."""
    page = opened(stage, WALL)
    page.dispatch("on_close")
    stage.screen.drawer.open_tools()
    stage.frames(3)
    drawer = stage.screen.pages.top
    assert drawer.ids.shading.shown
    drawer._mount = Mount(None)  # noqa: SLF001 - another lens book of the test's own
    drawer._tell()  # noqa: SLF001 - as above
    assert not drawer.ids.shading.shown
    stage.screen.pages.clear()
    status = stage.session._telling  # noqa: SLF001 - a status of the test's own
    status.change(queued=1)
    page.measure()
    assert page.hint.startswith("Wait until the pictures are made")
    status.change(queued=0)
