"""Of a frame no more goes to the graphics processor than the panel shows, and no less."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.preferences import Preferences

WHOLE = (1280, 960)
HALF = (640, 480)


def detailed() -> npt.NDArray[np.uint8]:
    """A frame of the stream's size with detail of every size; (960, 1280, 4)."""
    rng = np.random.default_rng(11)
    frame = np.full((960, 1280, 4), 255, np.uint8)
    coarse = rng.integers(60, 180, (30, 40, 3)).repeat(32, axis=0).repeat(32, axis=1)
    frame[..., :3] = np.clip(coarse + rng.normal(0.0, 25.0, coarse.shape), 0, 255)
    return frame


def size(finder: Any) -> tuple[int, ...]:
    """Of what the viewfinder draws."""
    return tuple(finder.texture.size)


def shown(stage: Any) -> npt.NDArray[np.int64]:
    """The viewfinder's picture as the window shows it."""
    stage.uncover()
    x, y, width, height = (round(value) for value in stage.screen.ids.viewfinder.picture)
    whole = stage.picture().astype(int)
    return whole[whole.shape[0] - y - height : whole.shape[0] - y, x : x + width]


def test_half_a_frame_looks_as_the_whole_one(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 800 x 480 a frame of 1280 x 960 goes there halved, and no pixel is another colour."""
    from app.ui import styled_image

    stage.camera.pixels = detailed()
    finder = stage.open(800, 480).ids.viewfinder
    assert size(finder) == HALF
    halved = shown(stage)
    monkeypatch.setattr(styled_image, "as_seen", lambda pixels, _width: pixels)
    stage.until(lambda: size(finder) == WHOLE)
    stage.frames(2)
    difference = np.abs(halved - shown(stage))
    assert difference.max() <= 3, difference.max()
    assert halved.std() > 10.0


def test_loupe_and_peaking_have_the_frames_own_pixels(stage: Any) -> None:
    """They look at what the panel has no room for."""
    stage.camera.pixels = detailed()
    screen = stage.open(800, 480)
    finder = screen.ids.viewfinder
    finder.magnify(2.0)
    stage.until(lambda: size(finder) == WHOLE)
    finder.magnify(1.0)
    stage.until(lambda: size(finder) == HALF)
    stage.choices.change(stage.bridge.background, peaking="red")
    stage.until(lambda: size(finder) == WHOLE)


@pytest.mark.parametrize(
    ("panel", "wanted"), [((720, 1280), WHOLE), ((480, 320), HALF), ((1366, 768), WHOLE)]
)
def test_what_a_panel_shows_is_what_it_gets(
    stage: Any, panel: tuple[int, int], wanted: tuple[int, int]
) -> None:
    """One that shows more than the half has is given the whole."""
    stage.camera.pixels = detailed()
    stage.preferences = Preferences(welcomed=True, zebra=True)
    assert size(stage.open(*panel).ids.viewfinder) == wanted
