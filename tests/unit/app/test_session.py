"""The session: states, shots, failures, the queue, and its end."""

import io
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.camera import PRESS_WAITS
from app.cameras import Camera, Cameras
from app.jobs import Report
from app.journal import handler
from app.modes import Wish
from app.pictures.errors import StoreError
from app.session import Session
from app.shot_queue import Shelf, Shot
from app.status import Failure, Fate, SessionStatus, State
from app.store import Store
from app.store.card import CardError
from app.store.spool import waiting, write_entry
from app.store.story import BurstStory
from capture.frames import Burst, CfaPattern, FrameMetadata, PreviewFrame, SensorProfile
from capture.plan import ExposurePlan, FrameExposure, Metering
from capture.plans.motion import Motion
from capture.source import (
    Abilities,
    CameraError,
    Controls,
    CutShortError,
    Enough,
    Progress,
    Seen,
)

WAIT = 10.0
TAKEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

PROFILE = SensorProfile(
    name="test",
    model="Test",
    width=64,
    height=48,
    pixel_pitch=0.001,
    cfa=CfaPattern.RGGB,
    bit_depth=12,
    black_level=(256.0,) * 4,
    white_level=4095,
    calibrations=(),
    shot_noise=1e-4,
    read_noise=1e-6,
)


class StandIn:
    """A camera whose failures a test can call for."""

    profile = PROFILE

    def __init__(self) -> None:
        self.fault: Exception | None = None  # raised by the next preview
        self.capture_fault: Exception | None = None
        self.start_fault: Exception | None = None
        self.answering = threading.Event()  # cleared: preview hangs
        self.answering.set()
        self.waiting = False  # in preview, for an answer
        self.capturing = threading.Event()
        self.release = threading.Event()  # cleared: a capture waits
        self.release.set()
        self.taken: datetime | None = None  # that the frames tell of
        self.controls: list[Controls] = []
        self.threads: set[int] = set()
        self.open = False
        self.starts = self.stops = 0
        self.focused_with: list[tuple[float, Controls]] = []
        self.sharp = True
        self.searching = threading.Event()  # set: a search for focus goes on
        self.closing = 0.0
        self.since_press = -1.0
        self.seen_in_capture = False

    def start(self) -> None:
        self._touched()
        self.starts += 1
        if self.start_fault:
            raise self.start_fault
        assert not self.open, "a camera is not started twice"
        self.open = True

    def stop(self) -> None:
        self._touched()
        time.sleep(self.closing)
        self.stops += 1
        self.open = False

    def set_controls(self, controls: Controls) -> None:
        self._touched()
        self.controls.append(controls)

    def preview(self) -> PreviewFrame:
        self._touched()
        self.waiting = not self.answering.is_set()
        self.answering.wait(WAIT)
        if self.fault:
            fault, self.fault = self.fault, None
            raise fault
        time.sleep(0.002)
        return PreviewFrame(np.zeros((48, 64, 4), np.uint8), FrameMetadata())

    def metering(self) -> Metering:
        self._touched()
        return Metering(0.01, 1.0, 0.9)

    abilities = Abilities()

    def expect(self, plan: ExposurePlan | None) -> None:
        """The stream stays as it is."""

    def focus(
        self, limit: float = 8.0, seen: Seen | None = None, enough: Enough | None = None
    ) -> bool:
        assert seen is not None
        assert enough is not None
        self._touched()
        self.focused_with.append((limit, self.controls[-1]))
        while self.searching.is_set() and not enough():
            seen(PreviewFrame(np.zeros((48, 64, 4), np.uint8), FrameMetadata()))
            time.sleep(0.01)
        return self.sharp

    def capture(
        self,
        plan: ExposurePlan,
        progress: Progress | None = None,
        *,
        since_press: float | None = None,
        seen: Seen | None = None,
    ) -> Burst:
        assert since_press is not None
        self.since_press = since_press
        if seen is not None and self.seen_in_capture:
            seen(PreviewFrame(np.zeros((48, 64, 4), np.uint8), FrameMetadata()))
        self._touched()
        self.capturing.set()
        self.release.wait(WAIT)
        if self.capture_fault:
            fault, self.capture_fault = self.capture_fault, None
            raise fault
        for number in range(len(plan.frames)):
            if progress:
                progress((number + 1) / len(plan.frames))
        return Burst((), PROFILE, taken=self.taken, time_source="rtc" if self.taken else "unknown")

    def _touched(self) -> None:
        self.threads.add(threading.get_ident())


@dataclass(frozen=True)
class Picture:
    """What the test's processing leaves."""

    paths: tuple[Path, ...]


class Darkroom:
    """Processing that a test can hold up or make fail."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.free = threading.Event()
        self.free.set()
        self.styles: list[str] = []
        self.taken: list[tuple[datetime, str]] = []

    def __call__(self, shot: Shot, report: Report) -> Picture:
        assert shot.burst.profile is PROFILE
        self.taken.append((shot.taken, shot.time_source))
        logging.getLogger("app.lenses").warning("no profile")
        report("merge", 0.5)
        while not self.free.wait(0.005):
            report("merge", 0.5)
        if self.fault:
            raise self.fault
        self.styles.append(shot.style)
        return Picture((Path(f"BARY{len(self.styles):04}.JPG"),))


@dataclass
class Rig:
    """A session with its camera and darkroom, and all it told."""

    camera: StandIn = field(default_factory=StandIn)
    other: StandIn = field(default_factory=StandIn)
    darkroom: Darkroom = field(default_factory=Darkroom)
    now: float = 0.0
    opened: int = 0
    planned_for: Wish = field(default_factory=Wish)
    space: Callable[[], int | None] = lambda: 42
    capacity: int = 3
    frames: int = 4
    shelf: Shelf | None = None
    told: list[SessionStatus] = field(default_factory=list)
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.cameras = Cameras([Camera("wide", self.open), Camera("tele", self.open_other)])
        self.session = Session(
            self.cameras,
            self.plan,
            self.darkroom,
            ("Neutral", "Vivid"),
            capacity=self.capacity,
            shelf=self.shelf,
            free_pictures=lambda: self.space(),  # noqa: PLW0108 - a test may replace it
            clock=lambda: self.now,
            local_time=lambda: TAKEN,
            time_source=lambda: "network",
        )
        self.session.subscribe(self.told.append)

    def plan(
        self, _metering: Metering, _profile: SensorProfile, wish: Wish, _: Motion
    ) -> ExposurePlan:
        self.planned_for = wish
        return ExposurePlan("test", (FrameExposure(0.01, 1.0),) * self.frames)

    def open(self) -> StandIn:
        self.opened += 1
        return self.camera

    def open_other(self) -> StandIn:
        return self.other

    def ready(self) -> Session:
        self.session.start()
        self.until(state=State.READY)
        return self.session

    def until(self, **fields: Any) -> SessionStatus:  # noqa: ANN401 - any field of the status
        """Waits until the status has these values."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            status = self.session.status
            if all(getattr(status, name) == value for name, value in fields.items()):
                return status
            time.sleep(0.002)
        raise AssertionError(f"never {fields}: {self.session.status}")


@pytest.fixture
def rig() -> Iterator[Rig]:
    """A rig that is stopped after the test."""
    rig = Rig()
    yield rig
    rig.camera.answering.set()
    rig.camera.release.set()
    rig.camera.searching.clear()
    rig.darkroom.free.set()
    rig.session.stop(WAIT)


def test_starting_leads_through_starting_to_ready_and_frames_come(rig: Rig) -> None:
    """The states follow each other, and the preview's number rises."""
    assert rig.session.status.state is State.STOPPED
    assert rig.session.preview() is None
    session = rig.ready()
    states = [status.state for status in rig.told]
    assert states.index(State.STARTING) < states.index(State.READY)
    _wait_for(lambda: session.preview() is not None)
    first = session.preview()
    assert first is not None
    _wait_for(lambda: (session.preview() or (0,))[0] > first[0])


def test_a_shot_becomes_a_picture_in_the_chosen_style(rig: Rig) -> None:
    """shoot() returns at once; the picture arrives with its shot's number."""
    session = rig.ready()
    session.set_style("Vivid")
    assert session.shoot()
    status = rig.until(queued=0, state=State.READY)
    _wait_for(lambda: session.status.last_picture is not None)
    status = session.status
    assert status.last_picture is not None
    assert (status.last_picture.shot, status.shots) == (1, 1)
    assert status.last_picture.jpeg == Path("BARY0001.JPG")
    assert rig.darkroom.styles == ["Vivid"]
    fractions = [told.capture_progress for told in rig.told if told.state is State.CAPTURING]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any(told.stage == "merge" and told.progress == 0.5 for told in rig.told)


def test_the_press_counts_from_the_press(rig: Rig) -> None:
    """The camera hears how long ago the press was, by the session's clock."""
    session = rig.ready()
    rig.camera.answering.clear()
    assert session.shoot()
    rig.now += 0.25
    rig.camera.answering.set()
    _wait_for(lambda: session.status.last_picture is not None)
    assert rig.camera.since_press == pytest.approx(0.25)


def test_the_preview_goes_on_while_a_burst_is_taken(rig: Rig) -> None:
    """Frames that pass during a capture are shown."""
    session = rig.ready()
    rig.camera.seen_in_capture = True
    rig.camera.answering.clear()
    before = session.preview()
    assert session.shoot()
    rig.camera.answering.set()
    rig.until(queued=0, state=State.READY)
    after = session.preview()
    assert after is not None
    assert before is None or after[0] > before[0]


def test_the_style_of_a_shot_is_the_one_at_the_press(rig: Rig) -> None:
    """Changing the style during the burst leaves the shot's style alone."""
    session = rig.ready()
    rig.camera.release.clear()
    assert session.shoot()
    session.set_style("Vivid")
    rig.camera.release.set()
    _wait_for(lambda: rig.darkroom.styles == ["Neutral"])
    assert session.status.style == "Vivid"


def test_only_one_thread_touches_the_camera(rig: Rig) -> None:
    """Preview, capture, controls, start and stop all happen on the camera thread."""
    session = rig.ready()
    session.set_exposure_value(1.0)
    assert session.shoot()
    _wait_for(lambda: session.status.last_picture is not None)
    session.stop(WAIT)
    assert len(rig.camera.threads) == 1
    assert threading.get_ident() not in rig.camera.threads
    assert rig.camera.stops == 1


def test_exposure_compensation_reaches_the_camera(rig: Rig) -> None:
    """The compensation is a control of the camera, kept over a new start."""
    session = rig.ready()
    session.set_exposure_value(-0.7)
    _wait_for(lambda: rig.camera.controls != [])
    assert rig.camera.controls[-1].exposure_value == -0.7
    rig.camera.fault = CameraError("unplugged")
    rig.until(state=State.FAILED)
    rig.camera.controls.clear()
    session.retry()
    _wait_for(lambda: rig.camera.controls != [])
    assert rig.camera.controls[-1].exposure_value == -0.7


def test_replayed_frames_keep_their_date(rig: Rig) -> None:
    """A burst that tells when it was taken was taken then, all others at the press."""
    session = rig.ready()
    for count, taken in enumerate((None, datetime(2020, 5, 6, tzinfo=UTC)), 1):
        rig.camera.taken = taken
        rig.until(state=State.READY)
        assert session.shoot()
        _wait_for(lambda: len(rig.darkroom.taken) == count)  # noqa: B023 - called at once
    assert rig.darkroom.taken == [(TAKEN, "network"), (datetime(2020, 5, 6, tzinfo=UTC), "rtc")]


def test_a_touch_focuses_there_and_meters(rig: Rig) -> None:
    """The camera hears of the point before it searches; the end of the search is told."""
    session = rig.ready()
    for sharp in (True, False):
        rig.camera.sharp = sharp
        session.touch((0.25, 0.75))
        rig.until(focused=sharp)
        limit, controls = rig.camera.focused_with[-1]
        assert 0.0 < limit <= 10.0
        assert controls.focus_at == controls.meter_at == (0.25, 0.75)
        assert controls.focus_held
    session.release()
    _wait_for(lambda: rig.camera.controls[-1] == Controls())
    assert session.status.focused is None


def test_a_press_gives_a_search_for_focus_a_second(rig: Rig) -> None:
    """It is given up then, and the picture is taken; before that the press waits."""
    session = rig.ready()
    rig.camera.searching.set()
    session.touch((0.5, 0.5))
    _wait_for(lambda: bool(rig.camera.focused_with))
    rig.now += 100.0  # a search may take long while nobody presses
    assert session.shoot()
    time.sleep(0.1)
    assert not rig.camera.capturing.is_set()
    rig.now += PRESS_WAITS + 0.1
    _wait_for(rig.camera.capturing.is_set)


def test_a_press_waits_for_focus_where_that_is_wanted(rig: Rig) -> None:
    """With focus first the picture is taken when the search has ended."""
    session = Session(
        rig.cameras,
        lambda *_: ExposurePlan("test", (FrameExposure(0.01, 1.0),) * 4),
        rig.darkroom,
        ("Neutral",),
        focus_first=True,
    )
    session.start()
    _wait_for(lambda: session.status.state is State.READY)
    rig.camera.searching.set()
    session.touch((0.5, 0.5))
    _wait_for(lambda: bool(rig.camera.focused_with))
    assert session.shoot()
    time.sleep(PRESS_WAITS + 0.3)
    assert not rig.camera.capturing.is_set()
    rig.camera.searching.clear()
    _wait_for(rig.camera.capturing.is_set)
    session.stop(WAIT)


def test_each_camera_has_its_own_controls(rig: Rig) -> None:
    """Changing the camera closes one, opens the other, and brings back what was set there."""
    session = rig.ready()
    assert session.status.cameras == ("wide", "tele")
    session.set_controls(exposure_value=1.0, mains=50)
    assert session.use_camera("tele")
    rig.until(state=State.READY, camera="tele")
    assert session.status.exposure_value == 0.0
    assert (rig.camera.open, rig.other.open) == (False, True)
    session.set_exposure_value(-1.0)
    assert session.use_camera("wide")
    rig.until(state=State.READY, camera="wide")
    _wait_for(lambda: rig.camera.controls[-1].mains == 50)
    assert session.status.controls == Controls(exposure_value=1.0, mains=50)
    with pytest.raises(ValueError, match="wide, tele"):
        session.use_camera("fish eye")


def test_a_burst_comes_before_another_camera(rig: Rig) -> None:
    """While a burst is taken the camera stays."""
    session = rig.ready()
    rig.camera.release.clear()
    assert session.shoot()
    assert not session.use_camera("tele")
    rig.camera.release.set()
    rig.until(state=State.READY)
    assert session.use_camera("tele")


def test_a_camera_that_works_replaces_one_that_failed(rig: Rig) -> None:
    """A failure of one camera is not the other's."""
    session = rig.ready()
    rig.camera.fault = CameraError("unplugged")
    rig.until(state=State.FAILED)
    assert session.use_camera("tele")
    assert rig.until(state=State.READY).failure is None


def test_shooting_is_refused_unless_ready(rig: Rig) -> None:
    """No shot before the start, and none while a burst is taken."""
    assert not rig.session.shoot()
    session = rig.ready()
    rig.camera.release.clear()
    assert session.shoot()
    assert session.status.state is State.CAPTURING
    assert not session.shoot()
    rig.camera.release.set()
    rig.until(state=State.READY)


def test_a_full_queue_refuses_a_shot_and_takes_it_again_later(rig: Rig) -> None:
    """Memory holds a limited number of bursts: back-pressure instead of running out."""
    session = rig.ready()
    rig.darkroom.free.clear()
    for number in range(3):
        rig.until(state=State.READY)
        assert session.shoot()
        rig.until(queued=number + 1)
    status = rig.until(state=State.READY)
    assert status.full
    assert not status.can_shoot
    assert not session.shoot()
    rig.darkroom.free.set()
    rig.until(queued=0)
    assert session.shoot()
    _wait_for(lambda: len(rig.darkroom.styles) == 4)


def test_a_lost_camera_fails_with_cause_and_remedy_and_can_be_retried(rig: Rig) -> None:
    """A camera's error becomes a failure in words; retry() opens the camera again."""
    session = rig.ready()
    rig.camera.fault = CameraError("the imx477 sends no frames; push its ribbon cable home")
    status = rig.until(state=State.FAILED)
    assert status.failure == Failure("The imx477 sends no frames.", "Push its ribbon cable home.")
    assert not session.shoot()
    _wait_for(lambda: rig.camera.stops == 1)
    session.retry()
    assert rig.until(state=State.READY).failure is None
    assert rig.opened == 2
    session.retry()
    assert rig.opened == 2, "retrying a camera that works does nothing"


def test_a_camera_that_does_not_open_fails(rig: Rig) -> None:
    """An error at the start has a remedy even if its message names none."""
    rig.camera.start_fault = CameraError("no camera found")
    rig.session.start()
    failure = rig.until(state=State.FAILED).failure
    assert failure == Failure("No camera found.", "Check the camera's cable, then try again.")


def test_queued_pictures_are_saved_when_the_camera_is_lost(rig: Rig) -> None:
    """The queue outlives the camera."""
    session = rig.ready()
    rig.darkroom.free.clear()
    assert session.shoot()
    rig.until(queued=1, state=State.READY)
    rig.camera.fault = CameraError("gone")
    rig.until(state=State.FAILED)
    rig.darkroom.free.set()
    _wait_for(lambda: session.status.last_picture is not None)
    assert session.status.state is State.FAILED


def test_a_failed_burst_is_counted_as_lost(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """A shot whose burst fails is logged and returned by stop()."""
    session = rig.ready()
    rig.camera.capture_fault = CameraError("no buffers")
    assert session.shoot()
    rig.until(state=State.FAILED)
    assert "shot 1: lost" in caplog.text
    failure = session.status.failure
    assert failure is not None
    assert failure.shot is Fate.LOST
    assert session.stop(WAIT) == 1


@pytest.mark.parametrize("saved", [True, False])
def test_a_camera_lost_before_the_burst(rig: Rig, *, saved: bool) -> None:
    """A press that waits when the stream fails is a picture of what the camera kept, or told."""
    session = rig.ready()
    rig.camera.answering.clear()
    _wait_for(lambda: rig.camera.waiting)
    cut = CutShortError("unplugged; check it", Burst((), PROFILE))
    rig.camera.capture_fault = cut if saved else CameraError("unplugged")
    assert session.shoot()
    rig.camera.fault = CameraError("unplugged; check it")
    rig.camera.answering.set()
    status = rig.until(state=State.FAILED)
    fate = Fate.SAVED if saved else Fate.LOST
    assert status.failure == Failure("Unplugged.", "Check it.", fate)
    if saved:
        _wait_for(lambda: session.status.last_picture is not None)
    assert session.stop(WAIT) == (0 if saved else 1)


def test_no_shot_is_taken_by_itself_later(rig: Rig) -> None:
    """A press that was lost is over: a camera that works again waits for the next one."""
    session = rig.ready()
    rig.camera.answering.clear()
    _wait_for(lambda: rig.camera.waiting)
    rig.camera.capture_fault = CameraError("unplugged")
    assert session.shoot()
    rig.camera.fault = CameraError("unplugged")
    rig.camera.answering.set()
    rig.until(state=State.FAILED)
    rig.camera.capturing.clear()
    session.retry()
    rig.until(state=State.READY)
    number = (session.preview() or (0,))[0]
    _wait_for(lambda: (session.preview() or (0,))[0] > number + 3)
    assert not rig.camera.capturing.is_set()
    assert session.shoot()
    _wait_for(lambda: session.status.last_picture is not None)


def test_a_burst_that_was_cut_short_becomes_a_picture(rig: Rig) -> None:
    """What frames there are make the picture; the camera's failure is told all the same."""
    session = rig.ready()
    rig.camera.capture_fault = CutShortError("unplugged; check it", Burst((), PROFILE))
    assert session.shoot()
    status = rig.until(state=State.FAILED)
    assert status.failure == Failure("Unplugged.", "Check it.", Fate.SAVED)
    _wait_for(lambda: session.status.last_picture is not None)
    assert session.stop(WAIT) == 0


def test_a_failed_camera_is_opened_again_less_and_less_often(rig: Rig) -> None:
    """After 1, 2, 4 ... 30 seconds, the failure in sight; one that works begins anew."""
    session = rig.ready()
    _wait_for(lambda: session.preview() is not None)
    rig.camera.start_fault = CameraError("no camera; check the cable")
    rig.camera.fault = CameraError("unplugged")
    rig.until(state=State.FAILED)
    for number, wait in enumerate((1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0), 2):
        rig.now += wait - 0.1
        session.check()
        assert session.status.state is State.FAILED
        rig.now += 0.1
        session.check()
        rig.until(state=State.FAILED)
        assert rig.opened == number
    while_opening = [told for told in rig.told if told.state is State.STARTING][1:]
    assert all(told.failure is not None for told in while_opening)
    rig.camera.start_fault = None
    rig.now += 30.0
    session.check()
    status = rig.until(state=State.READY)
    assert status.failure is None
    seen = session.preview()
    _wait_for(lambda: session.preview() != seen)
    rig.camera.fault = CameraError("unplugged")
    rig.until(state=State.FAILED)
    rig.now += 1.0
    session.check()
    rig.until(state=State.READY)


def test_a_failure_is_logged_once_while_nothing_changes(rig: Rig, logged: io.StringIO) -> None:
    """In one line, however often the camera is opened; a card that is out likewise."""

    def fail(error: CameraError) -> None:
        rig.camera.start_fault = error
        for _ in range(3):
            opened = rig.opened
            rig.now += 30.0
            rig.session.check()
            _wait_for(lambda opened=opened: rig.opened > opened)
            rig.until(state=State.FAILED)

    def out() -> int:
        raise CardError("Card gone", "the card is gone; put it back")

    rig.camera.start_fault = CameraError("no camera; check the cable")
    rig.session.start()
    rig.until(state=State.FAILED)
    fail(CameraError("no camera; check the cable"))
    fail(CameraError("it is busy; close other programs"))
    rig.camera.start_fault, rig.space = None, out
    for again in range(2):
        rig.now += 30.0
        rig.session.check()
        rig.until(state=State.READY, card="Card gone")
        rig.camera.fault = CameraError(f"unplugged {again}; plug it in")
        rig.until(state=State.FAILED)
    assert logged.getvalue().splitlines() == [
        "ERROR app.live_camera the camera failed: No camera. Check the cable.",
        "ERROR app.live_camera the camera failed: It is busy. Close other programs.",
        "WARNING app.saving the card is gone; put it back",
        "ERROR app.live_camera the camera failed: Unplugged 0. Plug it in.",
        "ERROR app.live_camera the camera failed: Unplugged 1. Plug it in.",
    ]


def test_a_stopped_session_opens_nothing(rig: Rig) -> None:
    """After stop() a failed camera stays as it is."""
    session = rig.ready()
    rig.camera.fault = CameraError("unplugged")
    rig.until(state=State.FAILED)
    session.stop(WAIT)
    rig.now += 100.0
    session.check()
    assert rig.opened == 1


def test_memory_that_runs_out_is_told_as_such(rig: Rig) -> None:
    """No cable is blamed when a preview finds no memory."""
    rig.ready()
    rig.camera.fault = MemoryError()
    status = rig.until(state=State.FAILED)
    assert status.failure is not None
    assert "memory" in status.failure.cause
    assert "programs" in status.failure.remedy


def test_a_camera_is_not_opened_before_the_last_opening_has_ended(rig: Rig) -> None:
    """One camera is closed before it is opened again, though its closing takes a while."""
    session = rig.ready()
    rig.camera.closing = 0.1
    rig.camera.fault = CameraError("unplugged")
    rig.until(state=State.FAILED)
    session.retry()
    rig.until(state=State.READY)
    assert (rig.camera.starts, rig.camera.stops) == (2, 1)


def test_a_silent_camera_fails_and_its_late_answer_is_ignored(rig: Rig) -> None:
    """A camera that hangs is given up; a new start does not hear the old thread."""
    session = rig.ready()
    hanging = rig.camera
    hanging.answering.clear()
    time.sleep(0.02)
    session.check()
    assert session.status.state is State.READY
    rig.now += 60.0
    session.check()
    assert session.status.state is State.FAILED
    assert session.status.failure is not None
    rig.camera = StandIn()
    session.retry()
    rig.until(state=State.READY)
    hanging.fault = CameraError("late")
    hanging.answering.set()
    _wait_for(lambda: hanging.stops == 1)
    assert session.status.state is State.READY


class Keeping(StandIn):
    """A stand-in that has frames when it hangs; or has none, or fails at that too."""

    remains: Burst | None = Burst((), PROFILE)
    salvage_fault: Exception | None = None

    def salvage(self, plan: ExposurePlan) -> Burst | None:
        assert plan.frames
        if self.salvage_fault:
            raise self.salvage_fault
        return self.remains


def test_a_burst_that_hangs_becomes_a_picture_of_what_there_is(rig: Rig) -> None:
    """A camera that is given up leaves the frames that had come; later ones are not heard of."""
    rig.camera = hanging = Keeping()
    session = rig.ready()
    hanging.release.clear()
    assert session.shoot()
    assert hanging.capturing.wait(WAIT)
    rig.now += 60.0
    session.check()
    failure = session.status.failure
    assert session.status.state is State.FAILED
    assert failure is not None
    assert failure.shot is Fate.SAVED
    _wait_for(lambda: len(rig.darkroom.styles) == 1)
    rig.camera = StandIn()
    session.retry()
    rig.until(state=State.READY)
    hanging.release.set()
    _wait_for(lambda: hanging.stops == 1)
    assert session.stop(WAIT) == 0
    assert len(rig.darkroom.styles) == 1


@pytest.mark.parametrize("fails", ["before the burst", "in the burst", "silently"])
def test_a_measurement_that_is_cut_short_is_none(rig: Rig, fails: str) -> None:
    """What the camera still has of it is not measured, and told to be no picture."""
    rig.camera = camera = Keeping()
    session = rig.ready()
    camera.capture_fault = CutShortError("unplugged; check it", Burst((), PROFILE))
    taken: list[Burst | None] = []
    if fails == "before the burst":
        camera.answering.clear()
        _wait_for(lambda: camera.waiting)
        camera.fault = CameraError("unplugged; check it")
    if fails == "silently":
        camera.release.clear()
    assert session.measure(Wish("white"), taken.append)
    camera.answering.set()
    if fails == "silently":
        assert camera.capturing.wait(WAIT)
        rig.now += 60.0
        session.check()
    failure = rig.until(state=State.FAILED).failure
    camera.release.set()
    assert failure is not None
    assert failure.shot is Fate.NONE
    assert taken == [None]
    assert session.stop(WAIT) == 0
    assert not rig.darkroom.taken


def test_what_pictures_lack_and_what_a_measurement_lacks_are_two_things() -> None:
    """A white wall is measured in a light too bright for the mode, and may be too bright itself."""
    bright = ["white"]

    class Bright(Rig):
        def plan(
            self, metering: Metering, profile: SensorProfile, wish: Wish, motion: Motion
        ) -> ExposurePlan:
            if wish.mode in bright:
                raise ValueError(f"the light is too bright for {wish.mode}")
            return super().plan(metering, profile, wish, motion)

    rig = Bright()
    session = rig.ready()
    taken: list[Burst | None] = []
    assert session.measure(Wish("white"), taken.append)
    _wait_for(lambda: taken == [None])
    assert not rig.until(state=State.READY).lack
    bright[0] = "long"
    session.set_wish(Wish("long", shutter=20.0))
    _wait_for(lambda: bool(session.status.lack))
    assert not session.shoot()
    assert session.measure(Wish("white"), taken.append)
    _wait_for(lambda: len(taken) == 2)
    assert taken[1] is not None
    assert session.stop(WAIT) == 0


def test_a_burst_that_is_measured_counts_as_held() -> None:
    """Memory has no room for another one until it is let go."""
    rig = Rig(capacity=1)
    session = rig.ready()
    taken: list[Burst | None] = []
    assert session.measure(Wish("white"), taken.append)
    _wait_for(lambda: len(taken) == 1)
    status = rig.until(state=State.READY)
    assert taken[0] is not None
    assert status.full
    assert not session.shoot()
    session.measured()
    assert session.shoot()
    assert session.stop(WAIT) == 0


class InParts(StandIn):
    """A stand-in that takes the first part of a long exposure, and hangs at the second."""

    def capture(
        self,
        plan: ExposurePlan,
        progress: Progress | None = None,
        *,
        since_press: float | None = None,
        seen: Seen | None = None,
    ) -> Burst:
        assert (len(plan.frames), progress, seen) == (1, None, None)
        self._touched()
        if since_press is None:
            self.capturing.set()
            self.release.wait(WAIT)
        return Burst((), PROFILE)


class Endless(StandIn):
    """A stand-in whose long exposures have parts without end."""

    parts = 0

    def capture(
        self,
        plan: ExposurePlan,
        progress: Progress | None = None,
        *,
        since_press: float | None = None,
        seen: Seen | None = None,
    ) -> Burst:
        self._touched()
        assert (len(plan.frames), progress, seen) == (1, None, None)
        assert (since_press is None) == (self.parts > 0)
        self.parts += 1
        time.sleep(0.002)
        return Burst((), PROFILE)


def test_a_mode_that_is_chosen_after_the_press_is_the_next_pictures(rig: Rig) -> None:
    """A burst that was pressed does not become a bulb exposure, which nobody would end."""
    session = rig.ready()
    rig.camera.release.clear()
    rig.camera.answering.clear()
    _wait_for(lambda: rig.camera.waiting)
    assert session.shoot()
    session.set_wish(Wish("bulb"))
    rig.camera.answering.set()
    _wait_for(rig.camera.capturing.is_set)
    assert rig.planned_for == session.status.taking == Wish()
    assert not session.status.open
    rig.camera.release.set()
    rig.until(state=State.READY)
    _wait_for(lambda: bool(rig.darkroom.styles))


class Wavering(Rig):
    """Somebody turns from manual to single while manual is planned, or just before it is told."""

    late = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.late:
            self.camera.expect = self.turn  # type: ignore[method-assign]

    def turn(self, plan: ExposurePlan | None) -> None:
        if plan is not None and plan.mode == "manual":
            self.session.set_wish(Wish("single"))

    def plan(
        self, metering: Metering, profile: SensorProfile, wish: Wish, motion: Motion
    ) -> ExposurePlan:
        plan = replace(super().plan(metering, profile, wish, motion), mode=wish.mode)
        if not self.late:
            self.turn(plan)
        return plan


class WaveringLate(Wavering):
    """The plan has been asked for its wish already."""

    late = True


@pytest.mark.parametrize("wavering", [Wavering, WaveringLate])
def test_a_plan_is_told_of_what_is_wished_only(wavering: type[Wavering]) -> None:
    """A mode's figures never stand under another one's name."""
    rig = wavering()
    session = rig.ready()
    session.set_wish(Wish("manual"))
    _wait_for(lambda: session.status.planned is not None and session.status.wish.mode == "single")
    session.stop(WAIT)
    planned = [(status.wish.mode, status.planned.mode) for status in rig.told if status.planned]
    assert planned
    assert all(wished == found for wished, found in planned)


def test_a_long_exposure_that_hangs_keeps_its_parts(rig: Rig) -> None:
    """Those that had been taken become the picture."""
    rig.camera = hanging = InParts()
    session = rig.ready()
    session.set_wish(Wish("bulb"))
    hanging.release.clear()
    assert session.shoot()
    assert hanging.capturing.wait(WAIT)
    rig.now += 60.0
    session.check()
    failure = session.status.failure
    assert failure is not None
    assert failure.shot is Fate.SAVED
    _wait_for(lambda: len(rig.darkroom.styles) == 1)
    hanging.release.set()
    assert session.stop(WAIT) == 0


@pytest.mark.parametrize("fault", [None, CameraError("no")])
def test_a_burst_that_hangs_with_nothing_is_told_as_lost(rig: Rig, fault: Exception | None) -> None:
    """Without frames, or where they cannot be had, the failure says that there is no picture."""
    rig.camera = hanging = Keeping()
    hanging.remains, hanging.salvage_fault = None, fault
    session = rig.ready()
    hanging.release.clear()
    assert session.shoot()
    assert hanging.capturing.wait(WAIT)
    rig.now += 60.0
    session.check()
    failure = session.status.failure
    assert failure is not None
    assert failure.shot is Fate.LOST
    assert session.stop(WAIT) == 1


def test_a_picture_that_cannot_be_saved_is_kept_and_saved_later(rig: Rig) -> None:
    """A full disk loses nothing: the burst stays in memory until saving works."""
    session = rig.ready()
    rig.darkroom.fault = OSError("the disk is full; free some space, then try again")
    assert session.shoot()
    status = rig.until(unsaved=1, queued=0)
    assert status.problem == Failure("The disk is full.", "Free some space, then try again.")
    assert status.state is State.READY
    rig.darkroom.fault = None
    session.save_again()
    _wait_for(lambda: session.status.last_picture is not None)
    assert (session.status.unsaved, session.status.problem) == (0, None)
    assert session.stop(WAIT) == 0


def test_unsaved_pictures_fill_the_memory_and_can_be_given_up(rig: Rig) -> None:
    """Bursts that wait for space count towards the capacity."""
    session = rig.ready()
    rig.darkroom.fault = OSError("full")
    for number in range(3):
        rig.until(state=State.READY)
        assert session.shoot()
        rig.until(unsaved=number + 1, queued=0)
    assert not session.shoot()
    session.discard_unsaved(session.unsaved)
    rig.darkroom.fault = None
    assert session.shoot()
    _wait_for(lambda: session.status.last_picture is not None)


def test_stop_finishes_the_burst_and_the_queue(rig: Rig) -> None:
    """Stopping in the middle of a burst still makes a picture of it."""
    session = rig.ready()
    rig.camera.release.clear()
    assert session.shoot()
    assert rig.camera.capturing.wait(WAIT)
    threading.Timer(0.05, rig.camera.release.set).start()
    assert session.stop(WAIT) == 0
    assert rig.darkroom.styles == ["Neutral"]
    status = session.status
    assert (status.state, status.queued) == (State.STOPPED, 0)
    assert status.last_picture is not None
    assert session.stop(WAIT) == 0, "stopping twice is allowed"
    with pytest.raises(RuntimeError):
        session.start()


def test_stop_ends_an_open_exposure() -> None:
    """Nobody would: what has been taken is the picture."""
    camera = Endless()
    rig = Rig(camera, frames=10_000)
    session = rig.ready()
    session.set_wish(Wish("bulb"))
    assert session.shoot()
    _wait_for(lambda: camera.parts > 1)
    assert session.stop(WAIT) == 0
    assert rig.darkroom.styles == ["Neutral"]
    assert camera.parts < rig.frames


def test_an_exposure_longer_than_the_end_has_is_kept_once(tmp_path: Path) -> None:
    """Of what the camera has of it; what comes when the time is up makes no second picture."""
    store = Store.library(tmp_path)

    class Kept(Left):
        def put(self, shot: Shot) -> Shot:
            entry = write_entry(store, store.take_number(), BurstStory("", ""), [b"frame"])
            return replace(shot, entry=entry)

    rig = Rig(Keeping(), shelf=Kept())
    session = rig.ready()
    rig.camera.release.clear()
    assert session.shoot()
    assert rig.camera.capturing.wait(WAIT)
    rig.darkroom.free.clear()
    assert session.stop(0.1) == 0
    assert rig.camera.stops == 0, "nobody waits for it"
    rig.camera.release.set()
    _wait_for(lambda: rig.camera.stops == 1)
    assert session.stop(WAIT) == 0
    assert [entry.number for entry in waiting(store)] == [1]


@pytest.mark.parametrize("own", [False, True])
def test_what_the_card_refuses_is_one_line(
    rig: Rig, caplog: pytest.LogCaptureFixture, own: bool
) -> None:
    """Cause and remedy, and no chain of tracebacks; a fault of ours tells where it lies."""
    caplog.set_level(logging.INFO)
    refused = StoreError("/srv: cannot be written (no space left on device); free some space")
    refused.__cause__ = OSError(28, "No space left on device")
    rig.darkroom.fault = ZeroDivisionError("division by zero") if own else refused
    session = rig.ready()
    assert session.shoot()
    rig.until(unsaved=1)
    (line,) = [record for record in caplog.records if "not saved" in record.getMessage()]
    assert line.getMessage() == f"shot 1: not saved: {rig.darkroom.fault}"
    assert bool(line.exc_info) is own


def test_stop_tells_what_it_could_not_finish(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """After the time limit pictures are cancelled, logged and counted."""
    session = rig.ready()
    rig.darkroom.free.clear()
    for number in range(2):
        rig.until(state=State.READY)
        assert session.shoot()
        rig.until(queued=number + 1)
    assert session.stop(0.05) == 2
    assert "shot 1: lost" in caplog.text
    assert "shot 2: lost" in caplog.text


def test_free_space_is_told_and_an_unreadable_disk_is_unknown(rig: Rig) -> None:
    """The estimate comes with the first frames and follows the disk."""
    session = rig.ready()
    rig.until(free_pictures=42)

    def unreadable() -> int:
        raise OSError("stale handle")

    rig.space = unreadable
    rig.now += 60.0
    rig.until(free_pictures=None)
    assert session.status.state is State.READY


def test_observers_hear_every_change_in_order_and_survive_each_other(rig: Rig) -> None:
    """A failing observer harms nobody; an ended one is silent."""

    def fail(_: SessionStatus) -> None:
        raise RuntimeError("observer")

    rig.session.subscribe(fail)
    heard: list[SessionStatus] = []
    end = rig.session.subscribe(heard.append)
    session = rig.ready()
    end()
    end()
    count = len(heard)
    session.set_style("Vivid")
    assert len(heard) == count
    assert rig.told[-1] == session.status or rig.told[-1].style == "Vivid"
    assert all(a != b for a, b in zip(rig.told, rig.told[1:], strict=False))


def test_unknown_styles_are_refused(rig: Rig) -> None:
    """Only the given looks can be chosen."""
    with pytest.raises(ValueError, match="Sepia"):
        rig.session.set_style("Sepia")
    with pytest.raises(ValueError, match="needs a style"):
        Session(Cameras.one(rig.open), lambda *_: ExposurePlan("", ()), rig.darkroom, ())


class Left:
    """A shelf that notes when it is asked for what is left on it."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def put(self, shot: Shot) -> Shot:
        return shot

    def waiting(self, report: Report) -> Iterator[Shot]:
        report("read", 0.0)
        self.asked.set()
        return iter(())


@pytest.mark.parametrize("works", [True, False])
def test_what_is_left_is_taken_up_behind_the_first_frame(*, works: bool) -> None:
    """The camera comes first; where it fails there is nothing to wait for."""
    camera, left = StandIn(), Left()
    camera.answering.clear()
    session = Session(
        Cameras.one(lambda: camera),
        lambda *_: ExposurePlan("test", (FrameExposure(0.01, 1.0),)),
        Darkroom(),
        ("A",),
        shelf=left,
    )
    session.start()
    _wait_for(lambda: session.profile is not None)
    assert not left.asked.wait(0.2)
    assert session.status.state is State.STARTING, "there is nothing to be seen yet"
    assert not session.shoot()
    if not works:
        camera.fault = CameraError("it is gone")
    camera.answering.set()
    assert left.asked.wait(WAIT)
    session.stop()


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.002)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What is logged meanwhile, as plain text."""
    text, root = io.StringIO(), logging.getLogger()
    new, before = handler(journal=False, stream=text), root.level
    root.addHandler(new)
    root.setLevel(logging.INFO)
    yield text
    root.removeHandler(new)
    root.setLevel(before)


def test_every_line_of_a_shot_names_it(rig: Rig, logged: io.StringIO) -> None:
    """From the press through the making to the end, on each thread and from each module."""
    rig.ready()
    assert rig.session.shoot()
    rig.until(queued=0, state=State.READY, shots=1)
    rig.darkroom.fault = OSError("the card is gone")
    assert rig.session.shoot()
    rig.until(unsaved=1, state=State.READY)
    rig.camera.capture_fault = OSError("the cable is loose")
    assert rig.session.shoot()
    rig.until(state=State.FAILED)
    told = [
        line for line in logged.getvalue().splitlines() if line.startswith(("INFO", "WARN", "ERR"))
    ]
    for number, words in enumerate(
        [
            ("begun", "no profile", "saved as"),
            ("begun", "no profile", "the card is gone"),
            ("begun", "the camera failed", "lost"),
        ],
        1,
    ):
        lines = [line for line in told if f"shot {number}" in line]
        assert len(lines) == 3
        assert all(word in line for word, line in zip(words, lines, strict=True))
    assert len(told) == 9, "no line without its shot"
