"""Every screen as it looked when it was last looked at, small, one PNG each.

    python -m tests.ui.goldens

makes them anew in tests/data/ui, from what the app shows now: look at them before you keep them.
"""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from app.device import DeviceState
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.preferences import Preferences
from app.proofs import Proof
from app.status import State
from capture.frames import FrameMetadata, RawSample
from capture.simulated import SimulatedSource
from capture.source import CameraError

FOLDER = Path(__file__).parents[1] / "data" / "ui"
WRITE = "BARYTA_WRITE_GOLDENS"
SCALE = 3  # pixels of the window to one of a golden
COLOURS = 128
BLOCK = 6  # pixels of a golden: 18 of the window, 3 mm of the 7" panel
LIMIT = 16.0  # levels that a block's mean may differ by

Pixels = npt.NDArray[np.uint8]

FAULT = CameraError(
    "the camera sends no frames; check that its cable sits straight, then try again"
)
ADDRESS = "http://192.168.178.123:54321/abcdefghijklmnopqrstuv/"
ON = {"histogram": True, "zebra": True, "peaking": "red", "grid": "thirds", "frame": "3:2"}


def small(picture: Pixels) -> Pixels:
    """A window's picture as a golden has it: means of blocks, what is over is cut off."""
    height, width = (side // SCALE * SCALE for side in picture.shape[:2])
    blocks = picture[:height, :width].reshape(height // SCALE, SCALE, width // SCALE, SCALE, 3)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)


def posterised(pixels: Pixels) -> Pixels:
    """A picture, (height, width, 3), in a dozen colours."""
    image = Image.fromarray(np.ascontiguousarray(pixels)).quantize(12, dither=Image.Dither.NONE)
    return np.asarray(image.convert("RGB"))


def worst(seen: Pixels, golden: Pixels) -> tuple[float, tuple[int, int]]:
    """By how many levels the block that differs most does, on average, and where in the window.

    The difference is infinity for another size; the place is that of the block's upper left corner.

    Antialiasing moves a few levels about within a block, a moved control many.
    """
    if seen.shape != golden.shape:
        return float("inf"), (0, 0)
    difference = np.abs(seen.astype(float) - golden.astype(float)).mean(axis=2)
    height, width = (side // BLOCK * BLOCK for side in difference.shape)
    blocks = difference[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    means = blocks.mean(axis=(1, 3))
    row, column = divmod(int(means.argmax()), means.shape[1])
    return float(means[row, column]), (column * BLOCK * SCALE, row * BLOCK * SCALE)


def keep(picture: Pixels, path: Path) -> None:
    """Writes a golden, in few colours."""
    image = Image.fromarray(small(picture))
    image = image.quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE)
    image.save(path, optimize=True)


def kept(path: Path) -> Pixels:
    """A golden."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


@cache
def still_life() -> tuple[Pixels, RawSample | None]:
    """A frame of few colours, which make small goldens."""
    source = SimulatedSource("still-life", size=(640, 480), preview_size=(640, 480), threads=1)
    source.start()
    frame = source.preview()
    pixels = frame.pixels.copy()
    pixels[..., :3] = posterised(pixels[..., :3])
    if frame.raw is None:
        return pixels, None
    # Of no known exposure: the stage's plan is another camera's.
    return pixels, replace(frame.raw, frame=replace(frame.raw.frame, metadata=FrameMetadata()))


def set_up(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scene, a battery, a library and a place that are always the same."""
    import app.ui.bridge
    import app.ui.drawer
    import app.ui.send_page

    monkeypatch.setattr("app.camera.BackOff.due", False)  # what has failed stays so
    monkeypatch.setattr("app.ui.viewer.NOTICE", 1000.0)  # seconds: long enough to look at it
    state = DeviceState(battery=64, temperature=48.0)
    monkeypatch.setattr(app.ui.bridge, "read_device", lambda: state)
    monkeypatch.setattr(app.ui.drawer, "short", lambda _path: "/srv/pictures")
    monkeypatch.setattr(app.ui.send_page, "local_networks", lambda: ())
    pixels, raw = still_life()
    stage.camera.pixels, stage.camera.raw = pixels.copy(), raw
    grey = (pixels[..., 1:2] / np.float32(255.0)).repeat(3, axis=2) ** np.float32(2.2)
    proof = Proof(grey, orientation=1, seed=1, noise=0.0)
    monkeypatch.setattr("app.library.Library.proof", lambda *_: proof)
    stage.preferences = Preferences(welcomed=True)
    for number in range(3):
        picture = np.roll(pixels[..., :3], 120 * number, axis=1)
        if number == 2:  # there is more of it than any panel shows
            picture = picture.repeat(4, axis=0).repeat(4, axis=1)
        info = ShotInfo(
            style="Authentic", taken=datetime(2026, 5, 17, 11, 30, tzinfo=UTC), frames_merged=8
        )
        stage.library.workshop.store.save(
            encode_jpeg(picture, info), b"no DNG" * (number > 1) or None
        )


def walk(stage: Any, screen: Any) -> Iterator[str]:
    """Goes from screen to screen; at each name the window shows it."""
    from app.ui.language import tr
    from app.ui.send_page import code_pixels, code_texture

    pages, drawer = screen.pages, screen.drawer
    yield from _walk_finder(stage, screen)
    yield from _walk_library(stage, screen)
    for name in ("settings", "welcome"):
        getattr(drawer, f"open_{name}")()
        yield name
        pages.clear()
    drawer.open_send()
    stage.until(lambda: pages.top.hint)
    pages.top.url = ADDRESS
    pages.top.code = code_texture(code_pixels(ADDRESS))
    pages.top.hint = tr("Open this address in a browser on the same network.")
    yield "send"
    pages.clear()
    stage.choices.change(stage.bridge.background, theme="night")
    yield "finder-night"
    stage.choices.change(stage.bridge.background, **ON)
    finder = screen.ids.viewfinder
    stage.until(lambda: finder.shares is not None and finder.clip is not None)
    yield "finder-night-tools"
    stage.choices.change(
        stage.bridge.background, **{name: getattr(Preferences(), name) for name in ON}
    )
    stage.choices.change(stage.bridge.background, theme="sunlight")
    yield "finder-sunlight"
    stage.choices.change(stage.bridge.background, theme="normal")
    yield from _walk_work(stage, screen)
    yield from _walk_trash(stage, screen)
    stage.camera.fault = FAULT
    stage.until(lambda: screen.troubles.page is not None)
    yield "failure"


def _walk_finder(stage: Any, screen: Any) -> Iterator[str]:
    pages, drawer = screen.pages, screen.drawer
    stage.until(lambda: screen.thumbnail is not None and screen.ids.last_picture.texture)
    yield "finder"
    stage.choices.change(stage.bridge.background, **ON)
    finder = screen.ids.viewfinder
    stage.until(lambda: finder.shares is not None and finder.clip is not None)
    yield "finder-tools"
    finder.magnify(2.0, (0.3, 0.3))
    yield "finder-loupe"
    finder.magnify(1.0)
    stage.choices.change(
        stage.bridge.background, **{name: getattr(Preferences(), name) for name in ON}
    )
    drawer.open_tools()
    stage.until(lambda: "64" in pages.top.state)
    yield "drawer"
    pages.clear()
    panel = finder.ids.panel
    panel.toggle()
    panel.choose("mode")
    yield "dials"
    panel.leave()
    _open_shading(screen)
    yield "shading"
    pages.clear()


def _walk_library(stage: Any, screen: Any) -> Iterator[str]:
    pages = screen.pages
    screen.gallery.open_library()
    library = pages.top
    stage.until(lambda: library.shots and all(c.texture for c in library.ids.grid.cells.values()))
    yield "library"
    library.dispatch("on_pick", 0)
    viewer = pages.top
    stage.until(lambda: min(viewer.ids.picture.natural) > 0)
    yield "viewer"
    stage.tap(viewer.ids.magnify)
    yield "viewer-close"
    stage.tap(viewer.ids.magnify)
    viewer.tell_story()
    stage.until(lambda: viewer.ids.story.complete)
    yield "story"
    viewer.dispatch("on_compare")
    views = [view for view in pages.top.walk(restrict=True) if hasattr(view, "natural")]
    stage.until(lambda: all(min(view.natural) > 0 for view in views))
    yield "compare"
    pages.close()
    viewer.dispatch("on_restyle")
    page = pages.top
    stage.until(lambda: page.ids.after.texture is not None and page.style)
    yield "restyle"
    pages.clear()


def _walk_trash(stage: Any, screen: Any) -> Iterator[str]:
    for shot in stage.library.shots()[1:]:
        stage.library.delete(shot)
    screen.gallery.open_trash()
    page = screen.pages.top
    stage.until(lambda: page.shots and all(c.texture for c in page.ids.grid.cells.values()))
    page.ids.grid.at = 0
    yield "trash"
    page.ask()
    yield "trash-question"
    screen.pages.clear()


def _walk_work(stage: Any, screen: Any) -> Iterator[str]:
    """A picture in the making, one given up, one deleted, one that cannot be saved; large text."""
    from app.ui.viewer import DOUBLE_TAP

    pages, session = screen.pages, stage.session
    stage.slow = True
    screen.fire()
    stage.until(lambda: session.status.in_work == session.status.shots)
    stage.until(lambda: session.status.stage == "merge" and session.status.progress == 0.5)
    stage.until(lambda: session.status.state is State.READY)
    screen.gallery.open_last()
    viewer = pages.top
    stage.until(lambda: viewer.shots and viewer.ids.cancel.shown)
    yield "developing"
    stage.tap(viewer.ids.cancel)
    stage.until(lambda: session.status.given_up == session.status.shots)
    stage.until(lambda: not viewer.developing and min(viewer.ids.picture.natural) > 0)
    assert not session.status.queued
    yield "given-up"
    stage.slow = False
    time.sleep(DOUBLE_TAP)  # a tap that comes with another picture was meant for the one before
    viewer.delete()
    stage.until(lambda: viewer.undoable and len(viewer.shots) == 2)
    yield "undo"
    stage.tap(viewer.ids.undo)
    stage.until(lambda: len(viewer.shots) == 3)
    pages.clear()
    stage.save_fault = OSError("cannot save (no space left on device); free some space")
    screen.fire()
    stage.until(lambda: screen.troubles.page is not None)
    yield "unsaved"
    session.discard_unsaved(session.unsaved)
    stage.until(lambda: screen.troubles.page is None)
    stage.save_fault = None
    large = stage.choices.now.large_text
    stage.choices.change(stage.bridge.background, large_text=True)
    stage.until(lambda: not fitting_waits())
    yield "finder-large"
    screen.drawer.open_settings()
    yield "settings-large"
    pages.clear()
    _open_shading(screen)
    yield "shading-large"
    pages.clear()
    stage.choices.change(stage.bridge.background, large_text=large)


def _open_shading(screen: Any) -> None:
    """Before the white surface, as if this lens were on the camera."""
    screen.drawer.open_shading()
    screen.pages.top.lens = "Fast fifty"


def fitting_waits() -> bool:
    """Whether words are still to be fitted into their boxes."""
    from app.ui.theme import fitting

    return fitting.waiting > 0


if __name__ == "__main__":
    os.environ[WRITE] = "1"
    sys.exit(pytest.main(["-q", str(Path(__file__).with_name("test_goldens.py"))]))
