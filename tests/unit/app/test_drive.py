"""Self timer, intervalometer, continuous drive and bulb on a whole session."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cameras import Cameras
from app.drive import AT_ONCE, ENDLESS, Drive
from app.modes import Wish, plan_wish
from app.session import Session
from app.shot_queue import Shot
from app.status import State
from capture.frames import Burst, PreviewFrame
from capture.plans.schedule import Schedule
from capture.simulated import SimulatedSource
from capture.source import CameraError
from tests.blind_camera import Blind
from tests.shooting import session_for

WAIT = 60.0  # seconds for what is bound to happen on a busy machine


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session with the simulated camera, ready."""
    session = session_for(tmp_path / "card", lambda _: None)
    session.start()
    until(lambda: session.status.planned is not None)
    yield session
    session.stop(WAIT)


BURSTS: list[Burst] = []


@dataclass(frozen=True)
class _Saved:
    """A picture that is nowhere."""

    paths: tuple[Path, ...] = (Path("a.jpg"),)


@pytest.fixture
def dark() -> Iterator[Session]:
    """A session in a street at night, which keeps its bursts."""

    def process(shot: Shot, report: object) -> _Saved:
        del report
        BURSTS.append(shot.burst)
        return _Saved()

    BURSTS.clear()
    street = SimulatedSource("night-street", size=(128, 96), threads=1, preview_size=(64, 48))
    session = Session(Cameras.one(lambda: street), plan_wish, process, ("Neutral",))
    session.start()
    until(lambda: session.status.planned is not None)
    yield session
    session.stop(WAIT)


def until(condition: Callable[[], bool]) -> None:
    """Waits for what is bound to happen."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.002)


def test_a_press_takes_a_picture_at_once(session: Session) -> None:
    """Without a schedule there is no run."""
    drive = Drive(session)
    assert drive.schedule == AT_ONCE
    assert drive.press()
    assert (session.status.shots, drive.run) == (1, None)


def test_the_self_timer_counts_down_and_takes_one(session: Session) -> None:
    """Nothing is taken before its time; afterwards the run is over."""
    drive = Drive(session)
    drive.schedule = Schedule(delay=0.3)
    assert drive.press()
    run = drive.run
    assert run is not None
    assert 0.0 < run.wait <= 0.3
    assert session.status.shots == 0
    until(lambda: drive.run is None)
    assert session.status.shots == 1


def test_a_second_press_ends_the_countdown(session: Session) -> None:
    """And no picture is taken, then or later."""
    drive = Drive(session)
    drive.schedule = Schedule(delay=1000.0)
    drive.press()
    assert drive.press()
    drive.join(WAIT)
    assert (drive.run, session.status.shots) == (None, 0)
    assert not drive.stop(), "there is nothing left to end"


@pytest.mark.parametrize("schedule", [Schedule(delay=0.2), Schedule(interval=0.2, count=ENDLESS)])
def test_a_camera_that_comes_back_takes_what_is_due_then_only(
    session: Session, monkeypatch: pytest.MonkeyPatch, schedule: Schedule
) -> None:
    """A self timer that ran out meanwhile takes nothing any more, an interval goes on."""
    preview = SimulatedSource.preview

    def unplugged(self: SimulatedSource) -> PreviewFrame:
        del self
        raise CameraError("the camera sends no frames; check its cable")

    drive = Drive(session)
    drive.schedule = schedule
    monkeypatch.setattr("app.camera.BackOff.due", False)
    monkeypatch.setattr(SimulatedSource, "preview", unplugged)
    until(lambda: session.status.failure is not None)
    assert drive.press()
    if not schedule.interval:
        until(lambda: drive.run is None)
        assert drive.missed == session.status.failure
    monkeypatch.setattr(SimulatedSource, "preview", preview)
    session.retry()
    until(lambda: session.status.can_shoot or session.status.shots > 0)
    time.sleep(0.3)
    assert (session.status.shots > 0) is (schedule.interval > 0)
    drive.stop()
    drive.join(WAIT)


def test_an_interval_goes_on_until_it_is_ended(session: Session) -> None:
    """It counts; lifting the finger does not end it, a press does."""
    drive = Drive(session)
    drive.schedule = Schedule(interval=0.05, count=ENDLESS)
    drive.press()
    until(lambda: session.status.shots >= 3)
    drive.lift()
    run = drive.run
    assert run is not None
    assert run.taken >= 2
    drive.press()
    drive.join(WAIT)
    taken = session.status.shots
    time.sleep(0.2)
    assert session.status.shots == taken


def test_continuous_drive_ends_with_the_finger(session: Session) -> None:
    """One picture after another while the shutter is held."""
    drive = Drive(session)
    drive.schedule = Schedule(count=ENDLESS)
    drive.press()
    until(lambda: session.status.shots >= 2)
    drive.lift()
    drive.join(WAIT)
    assert drive.run is None


def test_a_tap_takes_one_picture_in_continuous_drive(session: Session) -> None:
    """However soon the finger is lifted: press and lift may reach the app in one go."""
    drive = Drive(session)
    drive.schedule = Schedule(count=ENDLESS)
    for taken in (1, 2, 3):
        until(lambda: session.status.can_shoot)
        assert drive.press()
        drive.lift()
        drive.join(WAIT)
        assert (session.status.shots, drive.run) == (taken, None)


def test_bulb_lasts_from_press_to_press(dark: Session) -> None:
    """The second press ends the exposure long before its limit, and one picture comes of it."""
    dark.set_wish(Wish("bulb"))
    until(lambda: dark.status.planned is not None)
    planned = dark.status.planned
    assert planned is not None
    drive = Drive(dark)
    assert drive.press()
    until(lambda: dark.status.capture_progress > 0.0)
    assert dark.status.state is State.CAPTURING
    assert drive.press()
    until(lambda: len(BURSTS) == 1)
    until(lambda: dark.status.state is State.READY)
    assert dark.status.shots == 1
    assert dark.status.capture_progress == 1.0
    assert len(BURSTS[-1].frames) < len(planned.frames) == 24


@pytest.mark.parametrize(
    ("schedule", "meanwhile"),
    [
        (Schedule(), Wish("auto")),
        (Schedule(interval=2.0, count=ENDLESS), Wish("bulb")),
        (Schedule(count=ENDLESS), Wish("bulb")),
    ],
    ids=["another mode meanwhile", "interval", "continuous"],
)
def test_one_press_ends_what_is_open(dark: Session, schedule: Schedule, meanwhile: Wish) -> None:
    """The exposure and the run it belongs to, whatever the next picture is to be."""
    dark.set_wish(Wish("bulb"))
    until(lambda: dark.status.planned is not None)
    drive = Drive(dark)
    drive.schedule = schedule
    assert drive.press()
    until(lambda: dark.status.capture_progress > 0.0)
    dark.set_wish(meanwhile)
    assert dark.status.open
    assert drive.press()
    until(lambda: dark.status.state is State.READY)
    drive.join(WAIT)
    until(lambda: len(BURSTS) == 1)
    assert (drive.run, dark.status.shots, BURSTS[0].mode) == (None, 1, "bulb")
    assert len(BURSTS[0].frames) < 24


def test_what_the_light_forbids_is_told_before_the_press(session: Session) -> None:
    """A long exposure by day has no plan; the press takes nothing, and another wish ends that."""
    session.set_wish(Wish("long", shutter=24.0))
    until(lambda: bool(session.status.lack))
    assert "too bright" in session.status.lack
    assert session.status.planned is None
    assert not Drive(session).press()
    session.set_wish(Wish("single"))
    until(lambda: session.status.planned is not None)
    assert session.status.lack == ""
    assert session.shoot()


@pytest.mark.parametrize("mode", ["auto", "single", "night", "hdr", "bracket", "manual", "long"])
def test_what_is_announced_is_what_is_taken(dark: Session, mode: str) -> None:
    """The plan told before the press has the burst's mode and its number of frames."""
    shutter = 0.5 if mode == "long" else None
    dark.set_wish(Wish(mode, shutter=shutter))
    until(lambda: dark.status.planned is not None)
    planned = dark.status.planned
    assert planned is not None
    assert dark.shoot()
    until(lambda: len(BURSTS) == 1)
    assert (BURSTS[-1].mode, planned.mode) == (mode, mode)
    if mode != "night":  # its number goes by the shake, which is measured anew
        assert len(BURSTS[-1].frames) == len(planned.frames)


@pytest.mark.parametrize("timer", [False, True])
def test_no_light_is_looked_at_while_a_press_is_near(*, timer: bool) -> None:
    """A finger on the screen or a running timer keeps the viewfinder going; then it is looked."""
    street = Blind("night-street", size=(128, 96), threads=1, preview_size=(64, 48))
    session = Session(Cameras.one(lambda: street), plan_wish, lambda *_: _Saved(), ("Neutral",))
    drive = Drive(session)
    drive.schedule = Schedule(delay=1000.0)
    session.start()
    try:
        until(lambda: session.status.planned is not None)
        if timer:
            drive.press()
        else:
            session.about_to_press("finger", near=True)
        session.set_wish(Wish("hdr"))
        end = time.monotonic() + 2.0
        while time.monotonic() < end:
            assert not street.taken
            time.sleep(0.05)
        assert session.status.planned is not None
        if timer:
            drive.press()
        else:
            session.about_to_press("finger", near=False)
        until(lambda: street.taken > 0)
    finally:
        session.stop(WAIT)
