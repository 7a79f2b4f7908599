"""A real window on a virtual display, and a stage on which a test puts the app."""

import gc
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.cameras import Cameras
from app.drive import Drive
from app.jobs import Report
from app.lenses import Mount
from app.library import Library
from app.modes import plan_wish
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.preferences import Preferences
from app.session import Session
from app.shot_queue import Shot
from app.store import Store
from app.workshop import Workshop
from capture.frames import Burst, CfaPattern, FrameMetadata, PreviewFrame, RawSample, SensorProfile
from capture.plan import ExposurePlan, FrameExposure, Metering
from capture.source import Abilities, CameraSource, Controls, Enough, Progress, Seen
from native import Look

if importlib.util.find_spec("kivy") is None:  # not imported here: the display comes first
    pytest.skip("the touchscreen app needs Kivy: pip install 'baryta[ui]'", allow_module_level=True)

WAIT = 240.0  # seconds until something hangs, on a machine with much other work too
closed = count(1)  # stages
PROFILE = SensorProfile(
    name="test",
    model="Test",
    width=320,
    height=240,
    pixel_pitch=0.001,
    cfa=CfaPattern.RGGB,
    bit_depth=12,
    black_level=(256.0,) * 4,
    white_level=4095,
    calibrations=(),
    shot_noise=1e-4,
    read_noise=1e-6,
)
STYLES = ("Authentic", "Vibrant", "Monochrome", "High-contrast monochrome", "Blue-toned monochrome")


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The display's name: the environment's, or that of a server started here."""
    given = os.environ.get("DISPLAY")
    if given:
        yield given
        return
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("no display: DISPLAY is not set and Xvfb is not installed (apt install xvfb)")
    read, write = os.pipe()
    options = ["-displayfd", str(write), "-screen", "0", "1400x1400x24", "-nolisten", "tcp"]
    process = subprocess.Popen([server, *options], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    if not number:
        process.wait(WAIT)
        pytest.skip("no display: Xvfb does not start")
    os.environ["DISPLAY"] = f":{number}"
    yield os.environ["DISPLAY"]
    del os.environ["DISPLAY"]
    process.terminate()
    process.wait(WAIT)


class Blinds:
    """All is drawn, but one pixel is filled while nobody looks: a processor is slow at filling.

    Attributes:
        open: the whole window is filled.
    """

    open = False

    def put_before(self, window: Any) -> None:
        """Of a window, for good."""
        window.bind(on_draw=self._limit)  # before its own drawing

    def _limit(self, *_: object) -> None:
        from kivy.graphics.opengl import GL_SCISSOR_TEST, glDisable, glEnable, glScissor

        if self.open:
            glDisable(GL_SCISSOR_TEST)
        else:
            glEnable(GL_SCISSOR_TEST)
            glScissor(0, 0, 1, 1)


blinds = Blinds()


@pytest.fixture
def drawn_whole() -> Iterator[None]:
    """Every frame is filled, for tests of what a frame takes."""
    blinds.open = True
    yield
    blinds.open = False


@pytest.fixture(scope="session")
def window(display: str) -> Iterator[Any]:
    """The one window that Kivy opens in a process."""
    from app.ui.start import prepare

    assert display
    before = dict(os.environ)
    prepare()
    from kivy.base import EventLoop
    from kivy.core.window import Window

    if Window is None:
        pytest.skip("no display: Kivy opens no window (apt install libgl1 libegl1)")
    Window.register()
    Window.initialized = True
    Window.close = lambda *_: None  # the end of one app leaves the window to the next
    EventLoop.status = "started"
    blinds.put_before(Window)
    yield Window
    os.environ.clear()
    os.environ.update(before)


class Camera:
    """Sends one picture; its frame is what a test sets."""

    profile = PROFILE

    def __init__(self) -> None:
        self.pixels = gradient()
        self.raw: RawSample | None = None
        self.fault: Exception | None = None
        self.bursts = 0
        self.controls = Controls()

    def start(self) -> None:
        """Nothing to open."""

    def stop(self) -> None:
        """Nothing to close."""

    def set_controls(self, controls: Controls) -> None:
        self.controls = controls

    def preview(self) -> PreviewFrame:
        time.sleep(0.01)
        if self.fault:
            fault, self.fault = self.fault, None
            raise copy(fault)  # what is raised holds its frames, and so the whole screen
        return PreviewFrame(self.pixels, FrameMetadata(), self.raw)

    def metering(self) -> Metering:
        return Metering(0.01, 1.0, 0.9)

    abilities = Abilities()

    def expect(self, plan: ExposurePlan | None) -> None:
        """The stream stays as it is."""

    def focus(
        self, limit: float = 8.0, seen: Seen | None = None, enough: Enough | None = None
    ) -> bool:
        del limit, seen, enough
        return True

    def capture(
        self,
        plan: ExposurePlan,
        progress: Progress | None = None,
        *,
        since_press: float | None = None,
        seen: Seen | None = None,
    ) -> Burst:
        assert since_press is not None
        del seen
        assert progress is not None
        progress(len(plan.frames) / 2)
        self.bursts += 1
        return Burst((), PROFILE)


@dataclass(frozen=True)
class Picture:
    """What the darkroom leaves."""

    paths: tuple[Path, ...]


@dataclass
class Stage:
    """The app on a window of some size.

    Attributes:
        preferences: what a person has chosen before.
        source: another camera, whose plans are the session's own.
        cameras: several of them.
        mount: the lens.
        root: what the window holds.
    """

    window: Any
    folder: Path
    camera: Camera = field(default_factory=Camera)
    save_fault: Exception | None = None
    slow: bool = False
    looks: dict[str, Look] = field(default_factory=dict)
    preferences: Preferences = field(default_factory=lambda: Preferences(welcomed=True))
    root: Any = None
    choices: Any = None
    bridge: Any = None
    source: Callable[[], CameraSource] | None = None
    cameras: Cameras | None = None
    mount: Mount = field(default_factory=lambda: Mount(None))
    session: Session = field(init=False)
    drive: Drive = field(init=False)

    @property
    def screen(self) -> Any:
        """The camera's screen, as it is now."""
        return self.root.screen

    @property
    def library(self) -> Library:
        """The pictures in the test's folder."""
        workshop = Workshop(Store.library(self.folder), threads=1, hdr=False)
        return Library(workshop, lambda name: (plain(name), None))

    def open(self, width: int = 800, height: int = 480) -> Any:
        """Opens the main screen; returns when it shows the camera."""
        from app.ui.bridge import Bridge
        from app.ui.choices import Choices
        from app.ui.looks import LookShelf
        from app.ui.main_window import MainWindow
        from app.ui.parts import Parts
        from app.ui.rules import load_rules

        self.window.size = (width, height)
        load_rules()
        self.session = Session(
            self.cameras or Cameras.one(self.source or (lambda: self.camera)),
            plan_wish if self.source else one_frame,
            self.process,
            STYLES,
            free_pictures=lambda: 1234,
        )
        self.bridge = Bridge(self.session)
        shelf = LookShelf(self.bridge, self.looks or {name: plain(name) for name in STYLES})
        self.preferences.save(self.folder / "screen.json")
        self.choices = Choices(self.folder / "screen.json")
        self.drive = Drive(self.session)
        parts = Parts(self.drive, self.mount, self.bridge, shelf, self.library, self.choices)
        self.root = MainWindow(parts)
        self.window.add_widget(self.root)
        self.session.start()
        turned = self.preferences.rotation in (90, 270)
        wanted = (height, width) if turned else (width, height)
        self.until(lambda: tuple(self.screen.size) == wanted)
        self.until(lambda: self.screen.ids.viewfinder.texture is not None)
        self.until(lambda: len(shelf.ready) + len(shelf.damaged) == len(STYLES))
        self.frames(3)
        return self.screen

    def process(self, shot: Shot, report: Report) -> Picture:
        report("merge", 0.5)
        while self.slow:
            report("merge", 0.5)
            time.sleep(0.005)
        if self.save_fault:
            raise self.save_fault
        picture = np.full((480, 640, 3), (200, 40, 40), np.uint8)
        jpeg = encode_jpeg(picture, ShotInfo(style=shot.style, taken=shot.taken))
        return Picture(self.library.workshop.store.save(jpeg, None))

    def frames(self, count: int) -> None:
        """Lets Kivy draw."""
        from kivy.base import EventLoop

        for _ in range(count):
            EventLoop.idle()

    def until(self, condition: Callable[[], bool]) -> None:
        """Lets Kivy draw until something is so."""
        end = time.monotonic() + WAIT
        while not condition():
            assert time.monotonic() < end, "it never happened"
            self.frames(1)
            time.sleep(0.002)

    def touch(self, x: float, y: float, *path: tuple[float, float]) -> None:
        """A finger goes down, along the path, and up."""
        from kivy.tests.common import UnitTestTouch

        finger = UnitTestTouch(x, y)
        finger.touch_down()
        self.frames(2)
        for place in path:
            finger.touch_move(*place)
            self.frames(1)
        finger.touch_up()
        self.frames(2)

    def tap(self, widget: Any) -> None:
        """A finger taps the middle of a widget, wherever it lies on the window."""
        self.touch(*widget.to_window(*widget.center))

    def uncover(self) -> None:
        """Hides the line over the picture, where a test is of the picture's own pixels."""
        self.screen.ids.viewfinder.ids.panel.opacity = 0

    def picture(self) -> npt.NDArray[np.uint8]:
        """What the panel shows, however the window is turned: (height, width, 3), from the top."""
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        # Kivy draws nothing when nothing changed, and what the back buffer holds after a swap may
        # be the picture before: a page at rest came out two ways.
        before, blinds.open = blinds.open, True
        for _ in range(3):
            self.window.canvas.ask_update()
            self.frames(1)
        blinds.open = before
        width, height = (int(side) for side in self.window.system_size)
        data = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        return np.frombuffer(data, np.uint8).reshape(height, width, 4)[::-1, :, :3].copy()

    def close(self) -> None:
        """Takes the screen down."""
        if self.root is not None:
            from app.ui.dismantling import belongings, untied
            from app.ui.language import speech
            from app.ui.theme import paint

            self.slow = False
            self.drive.stop()
            self.bridge.close()
            self.root.close()
            for _ in untied(list(belongings(self.screen))):
                pass  # or each later theme and size of type is theirs too
            speech.speak("en")
            paint.wear("normal")
            paint.letters = 1.0
            self.window.remove_widget(self.root)
            self.session.stop(WAIT)
            self.window.rotation = 0
            gc.unfreeze()  # what is kept in an app is not in the next test
            if next(closed) % 8 == 0:  # screens are some 30 MB each
                gc.collect()


@pytest.fixture
def stage(window: Any, tmp_path: Path) -> Iterator[Stage]:
    """An empty stage, cleared after the test."""
    stage = Stage(window, tmp_path)
    yield stage
    stage.close()


def one_frame(*_: object) -> ExposurePlan:
    """The plan of the camera above."""
    return ExposurePlan("test", (FrameExposure(0.01, 1.0),))


def gradient() -> npt.NDArray[np.uint8]:
    """A colourful frame of 320 x 240."""
    y, x = np.mgrid[0:240, 0:320]
    image = np.full((240, 320, 4), 255, np.uint8)
    image[..., 0], image[..., 1], image[..., 2] = x * 255 // 319, y * 255 // 239, 128
    return image


def plain(name: str, nodes: int = 17) -> Look:
    """A look without effect but for its gamut: Rec.2020 values, encoded as they are."""
    scale, maximum = 0.1, 1.0
    axis = np.sinh(np.linspace(0.0, 1.0, nodes) * np.arcsinh(maximum / scale)) * scale
    linear = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    low = linear <= 0.0031308
    table = np.where(low, linear * 12.92, 1.055 * np.maximum(linear, 1e-6) ** (1 / 2.4) - 0.055)
    return Look(name, scale, maximum, np.clip(table, 0.0, 1.0).astype(np.float32))
