"""The application as a whole: it opens, quits by key, and fails in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
sys.argv.append("--not-for-kivy")
from app.cameras import Cameras
from app.drive import Drive
from app.lenses import Mount
from app.session import Session
from app.ui import run
assert "kivy" not in sys.modules
from capture.plan import ExposurePlan, Metering
def absent(): raise RuntimeError("no camera; plug one in")
plan = lambda *_: ExposurePlan("", ())
session = Session(Cameras.one(absent), plan, lambda s, r: None, ("Neutral",))
sys.exit(run(Drive(session), Mount(None), {}, None))
"""


ESCAPE = """
import sys, time
from pathlib import Path
import numpy as np
from app.cameras import Cameras
from app.library import Library
from app.store import Store
from app.workshop import Workshop
from app.drive import Drive
from app.lenses import Mount
from app.session import Session
from app.status import State
from app.preferences import Preferences
from app.ui import Screen, run
from capture.frames import FrameMetadata, PreviewFrame
from capture.plan import ExposurePlan, Metering
from capture.source import Abilities
from styles import compile_style, load
class Camera:
    profile = None
    abilities = Abilities()
    def start(self): pass
    def stop(self): pass
    def preview(self):
        time.sleep(0.01)
        return PreviewFrame(np.zeros((48, 64, 4), np.uint8), FrameMetadata())
    def metering(self):
        return Metering(0.01, 1.0, 0.9)
    def expect(self, plan): pass
plan = lambda *_: ExposurePlan("", ())
session = Session(Cameras.one(Camera), plan, lambda s, r: None, ("Neutral",))
def ready(status):
    if status.state is State.READY and not seen:
        seen.append(status)
        from kivy.base import EventLoop
        from kivy.clock import Clock
        key = lambda _: EventLoop.window.dispatch("on_key_down", 27, 9, None, [])
        Clock.schedule_once(key, 0.1)
seen = []
session.subscribe(ready)
library = Library(Workshop(Store.library(Path(sys.argv[1]))), None)
chosen = Path(sys.argv[1]) / "screen.json"
Preferences(welcomed=True).save(chosen)
screen = Screen(preferences=chosen)
looks = lambda name: compile_style(load(name), 33)
status = run(Drive(session), Mount(None), looks, library, screen)
print(seen[0].state, session.status.state)
sys.exit(status)
"""


def test_without_a_display_one_line_tells_what_is_missing() -> None:
    """Exit status 1, one line on stderr, nothing on stdout, Kivy not even imported."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    result = _run(environment)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        "baryta: no display: set DISPLAY or WAYLAND_DISPLAY, or run `baryta shoot`\n"
    )


def test_a_display_that_does_not_answer_is_told_in_one_line() -> None:
    """A wrong DISPLAY ends in the same way, without a traceback."""
    result = _run({**os.environ, "DISPLAY": ":54321", "WAYLAND_DISPLAY": ""})
    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "no display" in result.stderr


def test_the_app_opens_the_camera_and_escape_ends_it(display: str) -> None:
    """The app runs, heeds the keyboard, and leaves a stopped session and status 0."""
    result = _run({**os.environ, "DISPLAY": display}, ESCAPE)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.split() == ["ready", "stopped"]


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


def _run(environment: dict[str, str], script: str = SCRIPT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, environment["HOME"]],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
