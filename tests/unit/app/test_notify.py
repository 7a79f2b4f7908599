"""What systemd is told of a session."""

import socket
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest

from app import ui
from app.main import main
from app.notify import LONGEST_CAPTURE, Vigil, watched
from app.session import Session
from app.status import Failure, SessionStatus, State


@dataclass(slots=True)
class Shown:
    """A session as the vigil sees it, on a clock of its own."""

    status: SessionStatus = field(default_factory=SessionStatus)
    frames: int = 0
    checks: int = 0
    now: float = 0.0
    told: list[str] = field(default_factory=list)

    def preview(self) -> tuple[int, None] | None:
        return (self.frames, None) if self.frames else None

    def vigil(self) -> Vigil:
        """One that writes down what it tells."""
        return Vigil(cast("Session", self), self.told.append, lambda: self.now)

    def heard(self) -> list[str]:
        """What has been told since the last time."""
        told, self.told[:] = list(self.told), []
        return told


def test_ready_comes_with_the_first_frame_on_a_living_screen() -> None:
    """Neither frames without a screen nor a screen without frames is a camera."""
    shown = Shown()
    vigil = shown.vigil()
    vigil.look()
    assert shown.heard() == ["STATUS=stopped"]
    shown.checks = 1
    vigil.look()
    assert shown.heard() == []
    shown.frames = 1
    vigil.look()
    assert shown.heard() == [], "the screen stands still"
    shown.frames, shown.checks = 2, 2
    vigil.look()
    assert shown.heard() == ["READY=1", "WATCHDOG=1"]
    shown.frames, shown.checks = 3, 3
    vigil.look()
    assert shown.heard() == ["WATCHDOG=1"]


def test_the_watchdog_goes_hungry_when_frames_stop() -> None:
    """A camera that failed is not kept alive, unless pictures are in the making."""
    shown = Shown(frames=1, checks=1)
    vigil = shown.vigil()
    vigil.look()
    failure = Failure("The camera has stopped answering.", "")
    shown.status = replace(shown.status, state=State.FAILED, failure=failure)
    shown.heard()
    shown.checks = 2
    vigil.look()
    assert shown.heard() == ["STATUS=The camera has stopped answering."]
    shown.checks, shown.status = 3, replace(shown.status, queued=1)
    vigil.look()
    assert shown.heard() == ["WATCHDOG=1"]


def test_a_long_exposure_is_progress_for_a_while() -> None:
    """No frames come while one is exposed; but a capture without end is none."""
    shown = Shown(frames=1, checks=1)
    vigil = shown.vigil()
    vigil.look()
    shown.status = SessionStatus(state=State.CAPTURING)
    for seconds, alive in ((100.0, True), (LONGEST_CAPTURE + 1, False)):
        shown.now = seconds
        shown.checks += 1
        shown.heard()
        vigil.look()
        assert ("WATCHDOG=1" in shown.heard()) == alive


@pytest.mark.parametrize(("lost", "status"), [(0, 0), (1, 1)])
def test_being_asked_to_end_is_no_failure(
    home: Path,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
    lost: int,
    status: int,
) -> None:
    """SIGTERM ends the app well, unless it costs a picture."""

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(ui, "run", interrupted)
    monkeypatch.setattr(Session, "stop", lambda _session: lost)
    assert main(["--source", "simulated"]) == status


@pytest.mark.parametrize("abstract", [False, True])
def test_the_messages_arrive(tmp_path: Path, abstract: bool) -> None:
    """Over a socket in the file system or an abstract one; at the end the manager is told."""
    name = f"@baryta-{time.monotonic_ns()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name.replace("@", "\0"))
        environment = {"NOTIFY_SOCKET": name}
        with watched(cast("Session", Shown(frames=1, checks=1)), environment):
            assert environment == {}
            assert manager.recv(100) == b"STATUS=stopped"
            assert manager.recv(100) == b"READY=1"
        assert b"STOPPING=1" in (manager.recv(100), manager.recv(100))


def test_without_a_manager_nothing_happens() -> None:
    """Started by hand, the app tells nobody."""
    with watched(cast("Session", Shown()), {}):
        pass
