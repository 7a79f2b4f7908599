"""The drawer: a sheet below, and above it the picture alone."""

from typing import Any

import numpy as np
import pytest

SIZES = [(800, 480), (720, 1280), (480, 320)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_shines_through_but_the_picture(stage: Any, size: tuple[int, int]) -> None:
    """With a white picture below, the sheet stays dark, and beside the picture there is nothing."""
    stage.camera.pixels = np.full((240, 320, 4), 255, np.uint8)
    screen = stage.open(*size)
    finder = screen.ids.viewfinder
    finder.ids.panel.toggle()
    stage.until(lambda: screen.thumbnail is not None)
    screen.drawer.open_tools()
    page = screen.pages.top
    for part in page.children:
        part.opacity = float(part == page.sheet)
    stage.frames(3)
    seen = stage.picture()[::-1]  # rows from below
    sheet = round(page.sheet.top)
    assert seen[: sheet - 3].max() < 48
    left, bottom, width, height = (round(side) for side in finder.picture)
    seen[sheet - 3 : sheet + 3] = 0
    seen[bottom : bottom + height, left : left + width] = 0
    assert seen.max() < 48


def test_a_touch_above_the_sheet_closes_it_and_one_on_it_does_not(stage: Any) -> None:
    """The picture is the way back, and all that was hidden comes again."""
    screen = stage.open()
    screen.drawer.open_tools()
    stage.frames(3)
    sheet = screen.pages.top.sheet
    stage.touch(sheet.width - 2, sheet.top - 2)
    assert screen.pages.top is not None
    stage.touch(100, (sheet.top + screen.top) / 2)
    assert screen.pages.top is None
    assert all(part.opacity == 1 for part in screen.children)
    assert screen.ids.viewfinder.mark == ""


def test_the_drawer_shows_what_is_on_and_follows(stage: Any) -> None:
    """A tool that is turned on lights up, one that is turned off does not stay lit."""
    screen = stage.open()
    screen.drawer.open_tools()
    page = screen.pages.top
    for on in (True, False, True, False):
        page.toggle("histogram")
        assert page.ids.histogram.chosen is on
    for choice in ("red", "yellow", "cyan", "none"):
        page.cycle("peaking")
        assert page.now.peaking == choice
        assert page.ids.peaking.chosen is (choice != "none")
        assert page.ids.peaking.caption == ("Peaking" if choice == "none" else f"Peaking: {choice}")
