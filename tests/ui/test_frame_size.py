"""Of a frame as much goes to the graphics processor as the panel shows."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.preferences import Preferences
from capture.source import Abilities

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


def test_a_frame_made_small_looks_as_the_whole_one(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On 800 x 480 a frame of 1280 x 960 goes there halved, and no pixel is another colour."""
    from app.ui.fitting import Fit

    stage.camera.pixels = detailed()
    finder = stage.open(800, 480).ids.viewfinder
    assert size(finder) == HALF
    halved = shown(stage)
    monkeypatch.setattr(Fit, "size", lambda _self, width, height: (width, height))
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


@pytest.mark.parametrize("margin", [(0.0, 0.0), (0.003, 0.004), (0.021, 0.013)], ids=str)
@pytest.mark.parametrize("panel", [(800, 480), (720, 1280), (480, 320), (1366, 768)], ids=str)
def test_a_panel_gets_a_frame_of_its_own_size(
    stage: Any, panel: tuple[int, int], margin: tuple[float, float]
) -> None:
    """What pictures keep of it is shown one to one, and fills the width or the height."""
    stage.camera.pixels = detailed()
    stage.camera.abilities = Abilities(margin=margin)
    stage.preferences = Preferences(welcomed=True, zebra=True)
    finder = stage.open(*panel).ids.viewfinder
    stage.until(lambda: tuple(finder.margin) == margin)
    stage.frames(3)
    columns, rows = size(finder)
    kept = [columns - 2 * round(margin[0] * columns), rows - 2 * round(margin[1] * rows)]
    assert list(finder.picture[2:]) == kept
    assert finder.texture.mag_filter == "nearest"
    room = (finder.width - kept[0], finder.height - kept[1])
    assert min(room) >= 0
    assert min(room) < 3
    assert abs(columns / rows - 4 / 3) < 0.004


def test_no_frame_is_made_larger(stage: Any) -> None:
    """What has fewer pixels than the panel goes there as it is."""
    stage.camera.pixels = detailed()[:240, :320].copy()
    assert size(stage.open(800, 480).ids.viewfinder) == (320, 240)
