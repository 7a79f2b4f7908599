import time
from collections.abc import Iterator
from typing import Any

import pytest
from gpio_camera import Camera, at_work, session_of, until
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin

from app.buttons import Pins, attached, lamp_of, parse_pins, turn_ev
from app.drive import Drive
from app.modes import Wish
from app.session import Session
from app.settings import SettingsError
from app.status import SessionStatus, State
from capture.source import Controls

ALL = parse_pins("shutter=17 focus=27 style=5,6 ev=23,24 led=22")


@pytest.fixture(name="pins")
def _pins() -> Iterator[MockFactory]:
    """Pins that tests press; the factory before is put back."""
    before, Device.pin_factory = Device.pin_factory, MockFactory()
    try:
        yield Device.pin_factory
    finally:
        Device.pin_factory.reset()
        Device.pin_factory = before


def press(pin: MockPin) -> None:
    """Closes a contact to ground for longer than it may chatter."""
    pin.drive_low()
    time.sleep(0.05)


def release(pin: MockPin) -> None:
    """Opens it."""
    pin.drive_high()
    time.sleep(0.05)


def turn(first: MockPin, second: MockPin) -> None:
    """One step of a dial: the first contact leads."""
    for pin, low in ((first, True), (second, True), (first, False), (second, False)):
        pin.drive_low() if low else pin.drive_high()


@pytest.fixture(name="camera")
def _camera() -> Camera:
    return Camera()


@pytest.fixture(name="session")
def _session(camera: Camera) -> Iterator[Session]:
    with at_work(session_of(camera, ["Authentic", "Neutral", "Night"])) as session:
        yield session


def test_the_ev_dial_turns_nothing_where_no_meter_is_asked(
    pins: MockFactory, session: Session
) -> None:
    """Shutter and gain set by hand: what it turned unseen would be in the next mode's pictures."""
    with attached(session, Drive(session), ALL):
        until(lambda: session.status.state is State.READY)
        session.set_wish(Wish("manual", shutter=1 / 125, gain=2.0))
        turn(pins.pin(23), pins.pin(24))
        turn_ev(session, 1)
        assert session.status.exposure_value == 0.0
        session.set_wish(Wish("manual", shutter=1 / 125))
        turn_ev(session, 1)
        assert session.status.exposure_value == pytest.approx(1 / 3)


def test_the_shutter_takes_a_picture(pins: MockFactory, session: Session) -> None:
    """Each press is one picture, however long it is held; the lamp tells."""
    with attached(session, Drive(session), ALL):
        shutter = pins.pin(17)
        for number in (1, 2):
            press(shutter)
            release(shutter)
            until(lambda n=number: session.status.shots == n and session.status.can_shoot)
        until(lambda: session.status.queued == 0)
    press(shutter)
    assert session.status.shots == 2  # detached: nothing listens


def test_half_a_press_holds_focus_and_exposure(
    pins: MockFactory, session: Session, camera: Camera
) -> None:
    """The first contact searches for focus; while it is closed the automatics hold, then go on."""
    with attached(session, Drive(session), ALL):
        press(pins.pin(27))
        until(lambda: session.status.focused is True)
        held = camera.told[-1]
        assert (held.focus_held, held.exposure_locked, held.colour_locked) == (True, True, True)
        session.set_exposure_value(1.0)
        until(lambda: camera.told[-1].exposure_value == 1.0)
        assert camera.told[-1].exposure_locked
        release(pins.pin(27))
        until(lambda: camera.told[-1] == Controls(exposure_value=1.0))


@pytest.mark.parametrize(
    "before",
    [
        {"lens_position": 2.0},
        {"focus_at": (0.2, 0.3), "focus_held": True, "meter_at": (0.2, 0.3)},
        {"focus_held": True, "exposure_locked": True, "colour_locked": True},
    ],
    ids=["by hand", "on a point", "locked"],
)
def test_half_a_press_leaves_what_was_set(
    pins: MockFactory, session: Session, camera: Camera, before: dict[str, Any]
) -> None:
    """Nothing is searched for, all is held, and afterwards it is as it was before."""
    session.set_controls(**before)
    searches = camera.searches
    with attached(session, Drive(session), ALL):
        press(pins.pin(27))
        until(lambda: camera.told[-1].exposure_locked and camera.told[-1].colour_locked)
        assert camera.told[-1].lens_position == before.get("lens_position")
        release(pins.pin(27))
        until(lambda: camera.told[-1] == Controls(**before))
    assert camera.searches == searches


def test_a_point_that_is_touched_during_half_a_press_stays(
    pins: MockFactory, session: Session, camera: Camera
) -> None:
    """A finger on the screen says more than the contact that opens."""
    point = (0.2, 0.3)
    with attached(session, Drive(session), ALL):
        press(pins.pin(27))
        until(lambda: camera.told[-1].exposure_locked)
        session.touch(point)
        until(lambda: camera.told[-1].focus_at == point)
        release(pins.pin(27))
        touched = Controls(focus_at=point, focus_held=True, meter_at=point)
        until(lambda: camera.told[-1] == touched)
        press(pins.pin(27))
        session.release()
        release(pins.pin(27))
        until(lambda: camera.told[-1] == Controls())


def test_dials_turn_looks_and_brightness(pins: MockFactory, session: Session) -> None:
    """Looks go round, brightness goes by thirds and ends at three stops."""
    with attached(session, Drive(session), ALL):
        turn(pins.pin(5), pins.pin(6))
        assert session.status.style == "Neutral"
        for _ in range(2):
            turn(pins.pin(6), pins.pin(5))
        assert session.status.style == "Night"
        turn(pins.pin(23), pins.pin(24))
        assert session.status.exposure_value == pytest.approx(1 / 3)
        for _ in range(15):
            turn(pins.pin(23), pins.pin(24))
        assert session.status.exposure_value == pytest.approx(3.0)


def test_the_lamp_tells_what_the_camera_does() -> None:
    """Lit for frames, slow for work, fast for trouble; dark when all is done."""
    ready = SessionStatus(state=State.READY)
    assert lamp_of(ready) == "off"
    assert lamp_of(SessionStatus(state=State.CAPTURING, queued=2)) == "on"
    assert lamp_of(SessionStatus(state=State.READY, queued=1)) == "slow"
    for trouble in ({"state": State.FAILED}, {"unsaved": 1}, {"card": "card full"}):
        assert lamp_of(SessionStatus(**({"state": State.READY} | trouble))) == "fast"


def test_without_a_camera_nothing_is_held() -> None:
    """Half a press before the camera is open is answered, and does nothing."""
    idle = session_of(Camera(), ["A"])
    assert not idle.lock()
    idle.release()
    assert idle.status.controls == Controls()


def test_pins_that_cannot_be_had_cost_the_buttons_only(
    session: Session, pins: MockFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """Where a pin is taken, the app goes on without buttons and says so."""
    with (
        attached(session, Drive(session), Pins(shutter=(17,))),
        attached(session, Drive(session), Pins(led=(22,), shutter=(17,))),
    ):
        assert "no buttons" in caplog.text
        press(pins.pin(17))
        until(lambda: session.status.shots == 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trigger=17", "is none of shutter=PIN"),
        ("shutter=17 shutter=18", "once each"),
        ("style=5", "style takes 2 pin numbers"),
        ("shutter=x", "takes 1 pin numbers"),
        ("shutter=" + "9" * 5000, "takes 1 pin numbers"),
        ("shutter=17 led=17", "each used once"),
        ("shutter=40", "0 to 27"),
    ],
)
def test_pins_that_are_none_are_told(text: str, said: str) -> None:
    """One line that names the word."""
    with pytest.raises(SettingsError, match=said):
        parse_pins(text)
    assert parse_pins("") == Pins()
