"""Night colours: what lies over the picture is dim and red, for eyes that are used to the dark."""

from typing import Any

import numpy as np
import pytest

from app.preferences import Preferences
from tests.ui.test_raw_tools import raw, shown

LENSES = [("Ninety", (0.2, 0.2, 0.8, 0.8))]


@pytest.mark.parametrize("size", [(800, 480), (720, 1280), (480, 320)])
def test_lines_and_marks_over_a_dark_picture_are_red(stage: Any, size: tuple[int, int]) -> None:
    """Grid, frames, lenses' names, level, focus mark, histogram and the timer's figures."""
    from app.level import Level

    stage.camera.pixels = np.zeros((240, 320, 4), np.uint8)
    stage.camera.raw = raw(0.2)
    chosen = {"grid": "squares", "frame": "3:2", "histogram": True}
    stage.preferences = Preferences(welcomed=True, **chosen)
    finder = stage.open(*size).ids.viewfinder
    stage.until(lambda: finder.shares is not None)

    def dressed(frame: str) -> Any:
        stage.choices.change(stage.bridge.background, frame=frame)
        finder.lenses, finder.mark, finder.pointed, finder.count = (
            LENSES,
            "metered",
            [0.4, 0.6],
            "7",
        )
        finder.ids.level.level = Level(7.0, 0.0)
        stage.frames(3)
        return shown(stage)

    for frame in ("3:2", "lenses"):
        day = dressed(frame)
        assert (day.min(axis=2) > 200).sum() > 100, "white by day"
        stage.choices.change(stage.bridge.background, theme="night")
        night = dressed(frame)
        assert night[..., 1:].max() < 60, "neither green nor blue"
        assert night[..., 0].max() < 215, "and dim"
        drawn = (day.max(axis=2) > 200).sum()
        assert (night[..., 0] > 60).sum() > 0.6 * drawn, "but there"
        stage.choices.change(stage.bridge.background, theme="normal")


def test_the_histogram_is_read_over_a_bright_picture(stage: Any) -> None:
    """Its ground is dark enough for the dimmest of the three curves, at a white wall too."""
    stage.camera.pixels = np.full((240, 320, 4), 245, np.uint8)
    stage.camera.raw = raw(0.2)
    stage.preferences = Preferences(welcomed=True, theme="night", histogram=True)
    finder = stage.open().ids.viewfinder
    stage.until(lambda: finder.shares is not None)
    stage.frames(3)
    seen = shown(stage)
    box = seen[12:40, 30:150].astype(int)  # within the histogram, of which the most is ground
    ground = np.median(box.reshape(-1, 3), axis=0)
    dimmest = 0.5 * 255 * np.array(finder.ids.histogram.over[:3])
    assert ground.max() < 50, ground
    assert dimmest[0] - ground[0] > 45


@pytest.mark.parametrize("level", [40, 245], ids=["dark", "bright"])
@pytest.mark.parametrize("colour", ["R", "all"])
def test_zebras_stripes_are_red_as_the_other_marks(stage: Any, level: int, colour: str) -> None:
    """Whatever clips, on whatever picture: by day in its colour or the picture's opposite."""
    stage.camera.pixels = np.full((240, 320, 4), level, np.uint8)
    whole = (slice(0, 120), slice(0, 160))
    stage.camera.raw = raw(1.0) if colour == "all" else raw(0.3, ("R", whole))
    stage.preferences = Preferences(welcomed=True, zebra=True)
    finder = stage.open().ids.viewfinder
    stage.until(lambda: finder.clip is not None)

    def striped() -> Any:
        stage.frames(3)
        seen = shown(stage)
        return seen[seen.shape[0] // 2 : -4, 4:-4].reshape(-1, 3)

    day = striped()
    stage.choices.change(stage.bridge.background, theme="night")
    night = striped()
    marked = np.abs(night - finder.ids.histogram.over[:3] * np.array(255.0)).max(axis=1) < 3
    assert 0.15 < marked.mean() < 0.5, "stripes in the colour of the marks"
    assert (night.max(axis=1) < 3).mean() > 0.15, "with a dark edge"
    others = night[~marked & (night.max(axis=1) >= 3)]
    assert np.ptp(others, axis=0).max(initial=0) < 12, "and between them the picture"
    assert np.abs(day - finder.ids.histogram.over[:3] * np.array(255.0)).max(axis=1).min() > 20
