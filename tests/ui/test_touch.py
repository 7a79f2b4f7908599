"""Touches as SDL and the console's device deliver them: each comes exactly once, turned or not."""

import ctypes
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.preferences import Preferences

DOWN, MOTION, UP = 0x700, 0x702, 0x701  # SDL_events.h
CONFIGURED = """
import json, sys
from pathlib import Path
from app import display
display.touch_device = lambda: Path("/dev/input/event5") if sys.argv[1] == "panel" else None
from app.ui.start import prepare
prepare()
from kivy.config import Config
print(json.dumps(Config.items("input")))
"""


class Finger(ctypes.Structure):
    """SDL_TouchFingerEvent, padded to the size of an SDL_Event."""

    _fields_ = (
        ("type", ctypes.c_uint32),
        ("timestamp", ctypes.c_uint32),
        ("touch", ctypes.c_int64),
        ("finger", ctypes.c_int64),
        ("x", ctypes.c_float),
        ("y", ctypes.c_float),
        ("dx", ctypes.c_float),
        ("dy", ctypes.c_float),
        ("pressure", ctypes.c_float),
        ("window", ctypes.c_uint32),
        ("padding", ctypes.c_uint8 * 16),
    )


def sdl(window: Any) -> ctypes.CDLL:
    """The SDL that Kivy's window uses."""
    assert window
    lines = Path("/proc/self/maps").read_text("ascii").splitlines()
    paths = {line.split()[-1] for line in lines if "/libSDL2-2" in line}
    assert len(paths) == 1
    return ctypes.CDLL(paths.pop())


def opened(stage: Any, width: int, height: int) -> Any:
    """The screen, once what SDL still had to tell of earlier windows is told."""
    stage.window.size = (width, height)
    end = time.monotonic() + 0.5  # Kivy follows a new size a tenth of a second later
    while time.monotonic() < end:
        stage.window.mainloop()
        stage.frames(1)
        time.sleep(0.01)
    return stage.open(width, height)


class Hand:
    """Fingers on the glass: places are those of the panel, pixels from its lower left corner."""

    def __init__(self, stage: Any) -> None:
        self._stage, self._sdl = stage, sdl(stage.window)
        self.begun: list[Any] = []
        stage.window.bind(on_touch_down=self._begin)

    def _begin(self, _window: object, touch: Any) -> None:
        self.begun.append(touch)

    def send(self, kind: int, x: float, y: float, finger: int = 1) -> None:
        """What the glass tells of a finger."""
        width, height = self._stage.window.system_size
        event = Finger(
            type=kind, touch=7, finger=finger, x=x / width, y=1.0 - y / height, pressure=1.0
        )
        assert self._sdl.SDL_PushEvent(ctypes.byref(event)) == 1
        self._stage.window.mainloop()
        self._stage.frames(2)

    def away(self) -> None:
        """Counts no more."""
        self._stage.window.unbind(on_touch_down=self._begin)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_finger_on_the_glass_fires_once_where_the_shutter_shows(
    stage: Any, rotation: int
) -> None:
    """One touch begins, and one picture is taken, however the panel is turned."""
    stage.preferences = Preferences(welcomed=True, rotation=rotation)
    screen = opened(stage, 800, 480)
    stage.until(lambda: stage.session.status.can_shoot)
    x, y = screen.ids.shutter.center
    glass = {0: (x, y), 90: (800 - y, x), 180: (800 - x, 480 - y), 270: (y, 480 - x)}[rotation]
    hand = Hand(stage)
    hand.send(DOWN, *glass)
    hand.send(UP, *glass)
    assert len(hand.begun) == 1
    assert stage.session.status.shots == 1
    hand.away()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_touch_is_where_the_finger_is_to_a_pixel(stage: Any, rotation: int) -> None:
    """However the panel is turned; Kivy's last pixel is size - 1, so that the far edge is one off.

    That is 0.2 % of 480 pixels, and 0.2 mm on the 7" panel.
    """
    stage.preferences = Preferences(welcomed=True, rotation=rotation)
    opened(stage, 800, 480)
    hand = Hand(stage)
    for x, y in ((1, 1), (799, 1), (1, 479), (799, 479), (400, 240), (123, 321)):
        hand.send(DOWN, x, y)
        hand.send(UP, x, y)
        seen = {0: (x, y), 90: (y, 800 - x), 180: (800 - x, 480 - y), 270: (480 - y, x)}[rotation]
        assert hand.begun[-1].pos == pytest.approx(seen, abs=1.01)
    hand.away()


def test_two_fingers_on_the_glass_magnify(stage: Any) -> None:
    """The loupe opens under a pinch, which a mouse cannot make."""
    screen = opened(stage, 800, 480)
    finder = screen.ids.viewfinder
    hand = Hand(stage)
    hand.send(DOWN, 200, 240, finger=1)
    hand.send(DOWN, 300, 240, finger=2)
    hand.send(MOTION, 100, 240, finger=1)
    hand.send(MOTION, 400, 240, finger=2)
    assert finder.zoom == pytest.approx(3.0, rel=0.05)
    hand.send(UP, 100, 240, finger=1)
    hand.send(UP, 400, 240, finger=2)
    assert len(hand.begun) == 2
    hand.away()


def test_sdl_makes_no_mouse_of_a_finger(window: Any) -> None:
    """Else the first finger would come twice."""
    assert sdl(window).SDL_GetHintBoolean(b"SDL_TOUCH_MOUSE_EVENTS", 1) == 0


MOUSE = "mouse,disable_multitouch,disable_hover"


@pytest.mark.parametrize(
    ("environment", "device", "expected"),
    [
        ({"DISPLAY": ":99"}, "panel", [["mouse", MOUSE]]),
        (
            {"WAYLAND_DISPLAY": "wayland-9"},
            "panel",
            [["mouse", MOUSE]],
        ),
        ({}, "panel", [["touch", "mtdev,/dev/input/event5"]]),
        ({}, "none", [["mouse", MOUSE]]),
    ],
    ids=["x", "wayland", "console", "console-mouse"],
)
def test_there_is_one_provider_of_touches(
    environment: dict[str, str], device: str, expected: list[list[str]]
) -> None:
    """On X and Wayland the server's, on the console the touch panel's own; never two."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    told = subprocess.run(
        [sys.executable, "-c", CONFIGURED, device],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(told.stdout) == expected
