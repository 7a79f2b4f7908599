"""Level, shutter sound, and copying to a medium, on a real window."""

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.export import FOLDER, Volume
from app.level import Accelerometer, Level
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.preferences import Preferences
from tests.ui.speaker import Speaker


def sensor(folder: Path, *counts: int) -> Accelerometer:
    """A sensor of 100 counts to a metre a second squared."""
    for axis, count in zip("xyz", counts, strict=True):
        (folder / f"in_accel_{axis}_raw").write_text(str(count), "ascii")
    return Accelerometer(folder, 0.01)


def test_the_level_follows_the_device(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turned clockwise its line runs anticlockwise; level it is one golden line; off, none."""
    import app.ui.level_line
    from app.ui.theme import paint

    found = sensor(stage.folder, -170, 966, 0)
    monkeypatch.setattr(app.ui.level_line, "find_accelerometer", lambda: found)
    stage.camera.pixels = np.zeros((240, 320, 4), np.uint8)
    stage.preferences = Preferences(welcomed=True, level=True)
    screen = stage.open()
    finder = screen.ids.viewfinder
    line = finder.ids.level
    stage.until(lambda: line.level is not None and abs(line.level.roll - 10.0) < 0.2)
    stage.uncover()
    left, bottom, width, height = (round(value) for value in finder.picture)
    top = stage.window.height - bottom - height

    def lit() -> Any:
        part = stage.picture()[top : top + height, left : left + width].astype(int)
        return np.argwhere(part.max(axis=2) > 180) - (height // 2, width // 2)

    bright = lit()
    assert len(bright) > 20
    right = bright[bright[:, 1] > 20]
    assert (right[:, 0] < 0).mean() > 0.9, "its right side is up, as level is for who holds it so"
    sensor(stage.folder, 0, 981, 0)
    stage.until(lambda: abs(line.level.roll) < 0.1)
    bright = lit()
    assert np.abs(bright[:, 0]).max() <= 3
    row, column = bright[len(bright) // 2] + (height // 2 + top, width // 2 + left)
    shown = stage.picture()[row, column] / 255.0
    assert np.abs(shown - np.array(paint.accent[:3])).max() < 0.2
    stage.choices.change(stage.bridge.background, level=False)
    stage.frames(3)
    assert line.level is None
    assert len(lit()) == 0


def test_a_device_without_a_sensor_shows_no_level(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for and not there: nothing is drawn, and one that swings shows none either."""
    import app.ui.level_line

    monkeypatch.setattr(app.ui.level_line, "find_accelerometer", lambda: None)
    stage.preferences = Preferences(welcomed=True, level=True)
    line = stage.open().ids.viewfinder.ids.level
    stage.frames(20)
    assert line.level is None
    line.show(Level(3.0, 0.0))
    line.show(None)
    assert line.level is None


def test_the_shutter_is_heard_if_wanted(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off until it is turned on; then each picture clicks, and a refused press does not."""
    from kivy.core.audio import SoundLoader

    speaker, asked = Speaker(), []
    monkeypatch.setattr(SoundLoader, "load", lambda path: asked.append(path) or speaker)
    screen = stage.open()
    screen.fire()
    assert not asked
    stage.until(lambda: stage.session.status.can_shoot)
    stage.choices.change(stage.bridge.background, sounds=True)
    stage.tap(screen.ids.shutter)
    assert speaker.played == 1
    with wave.open(asked[0]) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, 44100)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert 0.05 < len(samples) / 44100 < 0.15
    assert 8000 < np.abs(samples).max() < 20000
    stage.until(lambda: stage.session.status.can_shoot)
    monkeypatch.setattr(stage.session, "shoot", lambda: False)
    screen.fire()
    assert speaker.played == 1


def test_a_device_without_a_loudspeaker_stays_silent(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No driver, or one that raises: pictures are taken as ever."""
    from kivy.core.audio import SoundLoader

    def broken(_path: str) -> None:
        raise OSError("no such device")

    monkeypatch.setattr(SoundLoader, "load", broken)
    stage.preferences = Preferences(welcomed=True, sounds=True)
    screen = stage.open()
    screen.fire()
    assert stage.session.status.shots == 1


@pytest.mark.parametrize("size", [(800, 480), (720, 1280), (480, 320)], ids=str)
def test_pictures_are_copied_to_a_medium(
    stage: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Send offers what is plugged in, by name; a touch copies, and says how it ended."""
    import app.ui.send_page
    from tests.ui.test_sizes import _page_fits

    stick = stage.folder / "STICK"
    stick.mkdir()
    plugged = [Volume("STICK", stick)]
    monkeypatch.setattr(app.ui.send_page, "volumes", lambda _: tuple(plugged))
    monkeypatch.setattr(app.ui.send_page, "local_networks", lambda: ())
    picture = np.full((240, 320, 3), 90, np.uint8)
    for _ in range(3):
        stage.library.workshop.store.save(encode_jpeg(picture, ShotInfo(style="Neutral")), None)
    screen = stage.open(*size)
    screen.drawer.open_send()
    send = screen.pages.top
    stage.until(lambda: send.volumes)
    _page_fits(stage, send, size)
    stage.tap(send.ids.stick)
    page = screen.pages.top
    assert page.volume.name == "STICK"
    _page_fits(stage, page, size)
    stage.tap(page.ids.last)
    stage.until(lambda: page.hint == "1 file copied and compared")
    stage.tap(page.ids.all)
    stage.until(lambda: page.hint == "2 files copied and compared")
    stage.tap(page.ids.all)
    stage.until(lambda: page.hint == "All of them are there already")
    _page_fits(stage, page, size)
    stage.tap(page.ids.protected)
    stage.until(lambda: page.hint == "No picture is protected")
    assert len(list((stick / FOLDER).iterdir())) == 3
    page.volume = Volume("GONE", stage.folder / "GONE")
    stage.tap(page.ids.few)
    stage.until(lambda: page.hint.startswith("GONE: cannot be copied to"))
    _page_fits(stage, page, size)
    stage.tap(page.ids.back)
    plugged.clear()
    screen.drawer.open_send()
    stage.frames(6)
    assert screen.pages.top.volumes == ()
    assert not screen.pages.top.ids.stick.shown


@pytest.mark.parametrize("size", [(800, 480), (720, 1280), (480, 320)], ids=str)
def test_a_touch_goes_on_to_the_next_medium(
    stage: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several that are plugged in each can be copied to."""
    import app.ui.send_page
    from tests.ui.test_sizes import _page_fits

    plugged = [Volume(name, stage.folder / name) for name in ("STICK", "CARD")]
    for volume in plugged:
        volume.path.mkdir()
    monkeypatch.setattr(app.ui.send_page, "volumes", lambda _: tuple(plugged))
    monkeypatch.setattr(app.ui.send_page, "local_networks", lambda: ())
    stage.library.workshop.store.save(
        encode_jpeg(np.full((240, 320, 3), 90, np.uint8), ShotInfo()), None
    )
    screen = stage.open(*size)
    screen.drawer.open_send()
    stage.until(lambda: screen.pages.top.volumes)
    stage.tap(screen.pages.top.ids.stick)
    page = screen.pages.top
    assert (page.volume.name, page.other) == ("STICK", "CARD")
    _page_fits(stage, page, size)
    stage.tap(page.ids.other)
    assert (page.volume.name, page.other) == ("CARD", "STICK")
    stage.tap(page.ids.last)
    stage.until(lambda: page.hint == "1 file copied and compared")
    assert len(list((plugged[1].path / FOLDER).iterdir())) == 1
    assert not (plugged[0].path / FOLDER).exists()


def test_a_code_to_scan_is_red_at_night(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the largest bright thing that the app itself draws."""
    import app.ui.send_page
    from app.ui.send_page import code_pixels, code_texture

    monkeypatch.setattr(app.ui.send_page, "local_networks", lambda: ())
    stage.preferences = Preferences(welcomed=True, theme="night")
    screen = stage.open(800, 480)
    screen.drawer.open_send()
    send = screen.pages.top
    stage.until(lambda: send.hint)
    send.code = code_texture(code_pixels("http://192.0.2.1:8080/token"))
    stage.frames(3)
    shown = stage.picture()
    assert (shown[..., 0] > 200).mean() > 0.02, "the paper"
    assert shown[..., 1:].max() < 90
