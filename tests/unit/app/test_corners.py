"""What lies over the upper corners of the live picture; without Kivy."""

from itertools import product

import pytest

from app.ui.corners import LEGEND, NOWHERE, Corners, corners, small
from app.ui.layout import LEAST, ROW, Rect, arrange, fit
from app.ui.panels import PANELS, Panel, panel

SLACK = 1e-6
ALL = [*PANELS, *(panel(one.height, one.width) for one in PANELS)]
ALL += [Panel(800, 480, 76.2, 45.7), Panel(480, 800, 45.7, 76.2), Panel(720, 1280, 62.1, 110.4)]
HANDS = list(product((False, True), (False, True)))


def laid(
    one: Panel, aspect: float, rows: int, *, histogram: bool, left_handed: bool
) -> tuple[Corners, Rect, float, Rect]:
    """The corners, what they lie over, what comes from below, and the picture, on a panel."""
    mm = one.pixels_per_mm
    view = arrange(one.width, one.height, mm, aspect, left_handed=left_handed).viewfinder
    picture = fit(aspect, view)
    floor = view.y + rows * ROW * mm
    box = (picture.x, picture.y, picture.width, picture.height)
    sides = view.x, view.right
    hands = {"histogram": histogram, "left_handed": left_handed}
    return corners(box, sides, floor, mm, **hands), view, floor, picture


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.width}x{one.height}, {one.mm_width}")
def test_they_keep_clear_of_each_other_and_of_the_dials(one: Panel) -> None:
    """Whatever hand, shape of picture, histogram and dials there are, and large enough to touch."""
    least = LEAST * one.pixels_per_mm - SLACK
    for aspect, rows, (histogram, left) in product((4 / 3, 3 / 2, 16 / 9, 3 / 4), range(5), HANDS):
        got, view, floor, picture = laid(one, aspect, rows, histogram=histogram, left_handed=left)
        legend = LEGEND * one.pixels_per_mm
        shares = got.histogram
        told = Rect(shares.x, shares.y - legend, shares.width, shares.height + legend)
        if told.width:
            assert told.x >= picture.x + SLACK
            assert told.right <= picture.right
        boxes = [box for box in (told, got.button, got.navigator) if box.width]
        for index, box in enumerate(boxes):
            assert box.x >= view.x - SLACK
            assert box.right <= view.right + SLACK
            assert box.top <= view.top + SLACK
            assert box.y >= floor - SLACK
            assert not any(box.overlaps(other) for other in boxes[index + 1 :])
        for target in (got.button, got.navigator):
            assert target == NOWHERE or min(target.width, target.height) >= least


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.width}x{one.height}, {one.mm_width}")
@pytest.mark.parametrize(("histogram", "left"), HANDS)
def test_every_panel_has_room_for_the_loupe(one: Panel, histogram: bool, left: bool) -> None:
    """The button while a dial is turned too; the small picture beside the hand and small."""
    for rows in (1, 2):
        got, view, *_ = laid(one, 4 / 3, rows, histogram=histogram, left_handed=left)
        assert got.button.width
        assert bool(got.histogram.width) is histogram
        assert got.navigator.width or (rows == 2 and histogram)
    got, view, *_ = laid(one, 4 / 3, 1, histogram=False, left_handed=left)
    middle = got.navigator.x + got.navigator.width / 2
    assert (middle < view.x + view.width / 2) is left
    share = got.navigator.width * got.navigator.height / (view.width * view.height)
    assert share <= 0.13


@pytest.mark.parametrize("aspect", [4 / 3, 16 / 9, 3 / 4, 1.0])
def test_a_small_picture_has_the_picture_s_shape(aspect: float) -> None:
    """As large as it may be; in too little room it stays large enough to touch."""
    across, up = small(aspect, 1e6, (400.0, 400.0), 10.0)
    assert max(across, up) == pytest.approx(160.0)
    assert across / up == pytest.approx(aspect)
    assert small(aspect, 1e4, (400.0, 400.0), 10.0) == (90.0, 90.0)
    across, up = small(aspect, 1e6, (400.0, 95.0), 10.0)
    assert up == pytest.approx(min(95.0, 160.0 / max(aspect, 1.0)))
