"""That a picture is being taken is seen and heard, whatever is open and whoever pressed."""

from threading import Event
from typing import Any

import numpy as np
import pytest

from app.buttons import Pins, attached
from app.preferences import Preferences
from app.status import State
from tests.ui.speaker import Speaker

PAGES = ["open_library", "open_trash", "open_send", "open_settings", "open_welcome"]


def heard(stage: Any, monkeypatch: pytest.MonkeyPatch) -> Speaker:
    """A loudspeaker, and sounds wanted."""
    from kivy.core.audio import SoundLoader

    speaker = Speaker()
    monkeypatch.setattr(SoundLoader, "load", lambda _path: speaker)
    stage.preferences = Preferences(welcomed=True, sounds=True)
    return speaker


def edges(stage: Any) -> Any:
    """The window's four edges, half a millimetre in."""
    picture = stage.picture().astype(int)
    height, width = picture.shape[:2]
    at = 2
    middle = picture[height // 2, [at, width - 1 - at]]
    return np.concatenate([picture[[at, height - 1 - at], width // 2], middle])


@pytest.mark.parametrize("way", PAGES)
def test_a_button_on_wires_is_told_on_every_page(
    stage: Any, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The page is framed for a moment, however short the burst was, and the shutter heard."""
    from gpiozero import Device
    from gpiozero.pins.mock import MockFactory

    speaker = heard(stage, monkeypatch)
    monkeypatch.setattr("app.ui.shot_sign.LEAST", 1000.0)  # seconds: long enough to look at it
    screen = stage.open()
    owner = screen.gallery if hasattr(screen.gallery, way) else screen.drawer
    getattr(owner, way)()
    stage.frames(5)
    stage.until(lambda: stage.session.status.can_shoot)
    quiet = edges(stage)
    monkeypatch.setattr(Device, "pin_factory", MockFactory())
    with attached(stage.session, stage.drive, Pins(shutter=(17,))):
        pin = Device.pin_factory.pin(17)
        pin.drive_low()
        stage.until(lambda: stage.session.status.shots == 1)
        pin.drive_high()
    stage.until(lambda: screen.framed)
    framed = edges(stage)
    assert np.abs(framed - quiet).max(axis=1).min() > 60, "all four edges"
    assert speaker.played == 1


def test_the_sign_goes_and_a_run_is_heard_picture_by_picture(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the drawer the picture is framed that is seen above it; the next press begins anew."""
    speaker = heard(stage, monkeypatch)
    screen = stage.open()
    screen.drawer.open_tools()
    for count in (1, 2):
        stage.until(lambda: stage.session.status.can_shoot)
        assert stage.drive.press()
        stage.until(lambda: screen.ids.viewfinder.blink)
        assert not screen.framed
        assert speaker.played == count
        stage.until(lambda: not screen.ids.viewfinder.blink)


def test_a_picture_in_a_change_of_language_is_heard_once(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screen that is made behind the other follows the session too, and says nothing."""
    from app.ui.screen import CameraScreen

    speaker = heard(stage, monkeypatch)
    screen = stage.open()
    stage.until(lambda: stage.session.status.can_shoot)
    stage.choices.change(stage.bridge.background, language="de")
    renewal, begun = stage.root.renewal, []
    monkeypatch.setattr(CameraScreen, "begin", telling(CameraScreen.begin, begun))
    stage.until(lambda: begun)
    screen.fire()
    stage.bridge.look()
    assert renewal.pending
    assert begun[0].sign.shown
    assert speaker.played == 1
    stage.until(lambda: not renewal.pending)
    assert stage.screen is begun[0]
    assert speaker.played == 1


def test_the_picture_is_there_after_a_change_of_language_in_a_long_exposure(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last frame, framed, thumbnails and the picture itself: the stream rests meanwhile."""
    over, capture = Event(), stage.camera.capture

    def long(*arguments: Any, **named: Any) -> Any:
        over.wait(60.0)
        return capture(*arguments, **named)

    monkeypatch.setattr(stage.camera, "capture", long)
    before = stage.open()
    stage.until(lambda: stage.session.status.can_shoot)
    before.fire()
    stage.until(lambda: stage.session.status.state is State.CAPTURING)
    stage.choices.change(stage.bridge.background, language="de")
    stage.until(lambda: stage.screen is not before)
    stage.frames(2)
    finder, screen = stage.screen.ids.viewfinder, stage.screen
    assert finder.texture is not None
    assert finder.blink
    assert min(finder.picture[2:]) > 100
    assert screen.thumbnail is not None
    last = screen.ids.last_picture
    assert last.developing
    screen.gallery.open_last()
    assert screen.pages.top.texture is last.texture is not None
    screen.pages.clear()
    over.set()
    stage.until(lambda: not finder.blink)
    stage.until(lambda: last.path is not None and not last.developing)


def telling(call: Any, told: list[Any]) -> Any:
    """The same method, with a list of those it was called of."""

    def called(one: Any) -> None:
        call(one)
        told.append(one)

    return called
