"""The screens look as they did when they were last looked at; python -m tests.ui.goldens renews."""

import os
import time
from typing import Any

import numpy as np
import pytest

from tests.ui.goldens import FOLDER, LIMIT, WRITE, keep, kept, set_up, small, walk, worst

SETTLING = 20.0  # seconds at most: words are fitted a frame or two later, pictures follow
SIZES = [(800, 480), (720, 1280), (480, 320)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_screen_looks_as_it_did(
    stage: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them within a tolerance of its golden, none without one."""
    set_up(stage, monkeypatch)
    screen = stage.open(*size)
    off = {}
    for name in walk(stage, screen):
        path = FOLDER / f"{size[0]}x{size[1]}-{name}.png"
        if os.environ.get(WRITE):
            stage.frames(20)
            keep(stage.picture(), path)
        golden = kept(path) if path.exists() else np.zeros((0, 0, 3), np.uint8)
        end = time.monotonic() + SETTLING
        while True:
            stage.frames(6)
            difference, place = worst(small(stage.picture()), golden)
            if difference <= LIMIT:
                break
            if time.monotonic() > end:
                off[name] = f"{difference:.1f} at {place}"
                break
            time.sleep(0.02)
    assert not off, f"levels that a block differs by: {off}"


def test_a_moved_control_is_seen_and_a_smoothed_edge_is_not() -> None:
    """The tolerance itself: a label moved by a millimetre is too much, antialiasing is not."""
    path = FOLDER / "800x480-settings.png"
    golden = kept(path)
    large = golden.repeat(3, axis=0).repeat(3, axis=1)
    moved = large.copy()
    box = np.s_[60:200, 20:400]
    moved[box] = np.roll(large, 5, axis=1)[box]
    assert worst(small(moved), golden)[0] > 1.2 * LIMIT
    softened = large.astype(float)
    for axis in (0, 1):
        beside = np.roll(softened, 1, axis) + np.roll(softened, -1, axis)
        softened = 0.8 * softened + 0.1 * beside
    assert worst(small(softened.astype(np.uint8)), golden)[0] < 0.7 * LIMIT
