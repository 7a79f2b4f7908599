"""The session with real picamera2: pictures, cameras that fail and come back, two cameras."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cameras import Camera, Cameras
from app.jobs import Report
from app.modes import plan_wish
from app.negatives import unpack_frame
from app.session import Session
from app.shot_queue import Shot
from app.status import Fate, SessionStatus, State
from capture.frames import Burst
from capture.pi.source import PiSource

WAIT = 60.0


@dataclass
class Picture:
    """What the darkroom leaves."""

    paths: tuple[Path, ...] = (Path("BARY0001.JPG"),)


@dataclass
class Studio:
    """A session on software cameras, and the bursts that reached its darkroom."""

    rig: Any
    bursts: list[Burst] = field(default_factory=list)
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        cameras = [
            Camera(name, partial(PiSource, unpack_frame, number, ring_depth=lambda _size: 8))
            for number, name in enumerate(("first", "second"))
        ]
        self.session = Session(
            Cameras(cameras), partial(plan_wish, frames=6), self.develop, ("Neutral",)
        )

    def develop(self, shot: Shot, report: Report) -> Picture:
        report("merge", 0.5)
        self.bursts.append(shot.burst)
        return Picture()

    def until(self, condition: Callable[[], object]) -> None:
        """Waits, and looks after the session meanwhile."""
        end = time.monotonic() + WAIT
        while not condition():
            assert time.monotonic() < end, f"it never happened: {self.session.status}"
            self.session.check()
            time.sleep(0.01)

    def still(self) -> None:
        """Waits until no frame comes any more, as the session has yet to learn."""
        seen, since = self.session.preview(), time.monotonic()
        while time.monotonic() - since < 0.5:
            if (newest := self.session.preview()) is not seen:
                seen, since = newest, time.monotonic()
            time.sleep(0.01)

    def ready(self) -> None:
        """Starts the session and waits for some frames."""
        self.session.start()
        self.until(lambda: (self.session.preview() or (0,))[0] > 8)


@pytest.fixture
def studio(rig: Any) -> Iterator[Studio]:
    """A studio of two cameras, not started; nothing may be lost in it."""
    rig.install({}, {"seed": 2})
    made = Studio(rig)
    yield made
    rig.fault()
    assert made.session.stop(WAIT) == 0


def test_a_press_becomes_a_burst_and_the_preview_goes_on(studio: Studio) -> None:
    """Half of the burst lies before the press; frames are shown while it is taken."""
    studio.ready()
    number = (studio.session.preview() or (0,))[0]
    pressed = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    assert studio.session.shoot()
    studio.until(lambda: studio.bursts)
    burst = studio.bursts[0]
    stamps = [frame.metadata.timestamp or 0 for frame in burst.frames]
    assert len(stamps) == 6
    assert stamps[0] < pressed
    assert (studio.session.preview() or (0,))[0] > number


def test_a_camera_lost_in_a_burst_costs_no_picture_and_comes_back(studio: Studio) -> None:
    """What was taken becomes a picture, the cause is told, and the camera opens again by itself."""
    studio.ready()
    studio.rig.fault("timeout")
    assert studio.session.shoot()
    studio.until(lambda: studio.session.status.state is State.FAILED)
    failure = studio.session.status.failure
    assert failure is not None
    assert "no frames" in failure.cause
    assert "cable" in failure.remedy
    studio.rig.fault()
    studio.until(lambda: studio.session.status.state is State.READY)
    studio.until(lambda: studio.bursts)
    assert studio.bursts[0].frames
    assert studio.session.shoot()
    studio.until(lambda: len(studio.bursts) == 2)
    assert len(studio.bursts[1].frames) == 6


@pytest.mark.parametrize("fault", ["timeout", "unplugged"])
def test_a_press_after_the_last_frame_is_a_picture(studio: Studio, fault: str) -> None:
    """The camera is lost and nobody knows it yet: the frames that were kept are the picture."""
    studio.ready()
    studio.rig.fault(fault)
    studio.still()
    assert studio.session.shoot()
    studio.until(lambda: studio.session.status.state is State.FAILED)
    failure = studio.session.status.failure
    assert failure is not None
    assert failure.shot is Fate.SAVED
    studio.until(lambda: studio.bursts)
    burst = studio.bursts[0]
    assert len(burst.frames) >= 4
    assert burst.reference == len(burst.frames) - 1  # the nearest to the press
    assert "the camera failed" in burst.plan
    cameras = {line["timestamp"]: line["camera"] for line in studio.rig.log()}
    for frame in burst.frames:
        stamp = frame.metadata.timestamp
        truth = studio.rig.samples(stamp, cameras[stamp])
        np.testing.assert_array_equal(unpack_frame(frame), truth)
    studio.rig.fault()
    studio.until(lambda: studio.session.status.state is State.READY)


def test_a_camera_that_was_pulled_out_is_used_again(studio: Studio) -> None:
    """Unplugged while it streams: failed, tried again and again, ready when it is back."""
    studio.ready()
    states = [State.READY]

    def note(status: SessionStatus) -> None:
        if status.state is not states[-1]:
            states.append(status.state)

    studio.session.subscribe(note)
    studio.rig.fault("unplugged")
    studio.until(lambda: states[1:4] == [State.FAILED, State.STARTING, State.FAILED])
    studio.rig.fault()
    studio.until(lambda: studio.session.status.state is State.READY)


def test_memory_that_runs_out_is_told_and_waited_for(studio: Studio) -> None:
    """No buffers at the start: failed with its own remedy, ready as soon as there are some."""
    studio.rig.fault("allocation")
    studio.session.start()
    studio.until(lambda: studio.session.status.state is State.FAILED)
    failure = studio.session.status.failure
    assert failure is not None
    assert "memory" in failure.cause
    assert "close other programs" in failure.remedy.lower()
    studio.rig.fault()
    studio.until(lambda: studio.session.status.state is State.READY)


def test_the_other_camera_takes_over(studio: Studio) -> None:
    """From one camera to the other and back, each streams."""
    studio.ready()
    for name in ("second", "first"):
        assert studio.session.use_camera(name)
        studio.until(lambda: studio.session.status.state is State.READY)
        number = (studio.session.preview() or (0,))[0]
        studio.until(lambda number=number: (studio.session.preview() or (0,))[0] > number + 2)
        assert studio.session.status.camera == name
