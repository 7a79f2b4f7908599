"""The small picture over an enlarged one: touched, dragged and steered it moves what is seen."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.preferences import Preferences
from tests.ui.goldens import fitting_waits
from tests.ui.test_layout import faults
from tests.ui.test_library import KEYS, viewer_of
from tests.ui.test_touch import DOWN, MOTION, UP, Hand, opened

SIZES = [(800, 480), (720, 1280), (480, 320), (320, 480)]
UPWARDS = 273  # the key
MIDDLE = (0.5, 0.5)
EITHER = (False, True)
NOTICE = "0003 deleted\nProtected: take the mark away first"


def spot(navigator: Any, u: float, v: float) -> tuple[float, float]:
    """Where a point of the small picture is in the window."""
    x, y, width, height = navigator.ids.image.picture
    return x + u * width, y + (1.0 - v) * height


def touch_at(stage: Any, navigator: Any, *points: tuple[float, float]) -> None:
    """A finger goes down at the first of these points of the small picture, along the others."""
    (x, y), *path = (spot(navigator, *point) for point in points)
    stage.touch(x, y, *path)


def keep(stage: Any, count: int = 2, shape: tuple[int, int] = (2400, 3200)) -> None:
    """Pictures larger than any panel, each corner of its own brightness."""
    quarters = np.array([[30, 90], [150, 210]], np.uint8)
    pixels = quarters.repeat(shape[0] // 2, 0).repeat(shape[1] // 2, 1)[..., None].repeat(3, 2)
    for _ in range(count):
        stage.library.workshop.store.save(encode_jpeg(pixels, ShotInfo(style="Authentic")), None)


def enlarged(stage: Any, size: tuple[int, int] = (800, 480)) -> Any:
    """The viewer, whose picture is at 100 %."""
    stage.open(*size)
    viewer = viewer_of(stage)
    stage.until(lambda: viewer.ids.picture.limit > 1)
    assert not viewer.ids.navigator.shown, "all of the picture is seen"
    stage.tap(viewer.ids.magnify)
    stage.frames(3)
    return viewer


def in_type(stage: Any, large: bool) -> None:
    """Of this size, with all words fitted into their boxes."""
    if stage.choices.now.large_text is not large:
        stage.choices.change(stage.bridge.background, large_text=large)
    stage.frames(2)
    stage.until(lambda: not fitting_waits())


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_viewer_goes_where_it_is_touched(stage: Any, size: tuple[int, int]) -> None:
    """A touch in a corner shows it, the finger leads on and cannot leave the picture."""
    keep(stage)
    viewer = enlarged(stage, size)
    picture, navigator = viewer.ids.picture, viewer.ids.navigator
    assert navigator.shown
    for large, left in product(EITHER, EITHER):
        in_type(stage, large)
        viewer.left_handed, viewer.notice, viewer.undoable = left, "", False
        place = tuple(navigator.pos)
        viewer.notice, viewer.undoable = NOTICE, True
        stage.frames(2)
        assert not faults(viewer, size), (large, left)
        assert tuple(navigator.pos) == place, "no notice moves it"
        assert (navigator.center_x < picture.center_x) is left, "it lies beside the hand"
    viewer.notice, viewer.undoable = "", False
    touch_at(stage, navigator, (0.02, 0.02))
    assert picture.part[:2] == pytest.approx((0.0, 0.0), abs=1e-6)
    touch_at(stage, navigator, (0.1, 0.1), (0.4, 0.6), (0.5, 0.7))
    assert picture.centre == pytest.approx((0.5, 0.7), abs=1e-6)
    touch_at(stage, navigator, (0.5, 0.5), (9.0, 9.0))
    assert picture.part[2:] == pytest.approx((1.0, 1.0), abs=1e-6)
    assert viewer.shot.id == "0002", "no swipe"
    stage.until(lambda: stage.picture()[size[1] // 3, size[0] // 2].mean() > 190)
    stage.tap(viewer.ids.info)
    assert not navigator.shown, "the story lies there"


@pytest.mark.parametrize("theme", ["normal", "sunlight", "night"])
def test_the_frame_shows_what_is_seen(stage: Any, theme: str) -> None:
    """In the colour of what is chosen, round that part of the small picture, which is whole."""
    from app.ui.navigator import outline
    from app.ui.theme import PALETTES

    stage.preferences = Preferences(welcomed=True, theme=theme)
    keep(stage, shape=(1200, 1600))
    viewer = enlarged(stage)
    navigator = viewer.ids.navigator
    accent = np.array(PALETTES[theme].accent[:3]) * 255
    for point in ((0.2, 0.2), (0.8, 0.75), MIDDLE):
        touch_at(stage, navigator, point)
        stage.frames(3)
        seen = stage.picture()[::-1].astype(float)
        box = navigator.ids.image.picture
        x, y, width, height = (round(side) for side in outline(navigator.part, box))
        for row, column in ((y, x + width // 2), (y + height // 2, x)):
            near = seen[row - 1 : row + 2, column - 1 : column + 2].reshape(-1, 3)
            assert np.abs(near - accent).sum(1).min() < 40, "a line is there"
    corners = [spot(navigator, u, v) for v, u in product((0.06, 0.94), (0.06, 0.94))]
    levels = [seen[round(y), round(x)].mean() for x, y in corners]
    assert np.abs(np.array(levels) - (30, 90, 150, 210)).max() < 12


def test_keys_steer_it(stage: Any) -> None:
    """Tab frames it; then arrows move what is seen, to the edge, enter goes back to the middle."""
    keep(stage)
    viewer = enlarged(stage)
    picture, navigator = viewer.ids.picture, viewer.ids.navigator
    for _ in range(20):
        viewer.key(KEYS["tab"])
        if navigator.focused:
            break
    assert navigator.focused
    viewer.key(KEYS["right"])
    left, _, right, _ = navigator.part
    assert picture.centre == pytest.approx((0.5 + 0.25 * (right - left), 0.5))
    for _ in range(40):
        viewer.key(UPWARDS)
    assert picture.part[1] == pytest.approx(0.0, abs=1e-6)
    assert navigator.focused, "the arrows are its own"
    viewer.key(KEYS["enter"])
    assert picture.centre == pytest.approx(MIDDLE)
    viewer.key(KEYS["tab"])
    assert not navigator.focused
    stage.tap(viewer.ids.magnify)
    assert not navigator.shown


def test_a_finger_left_in_it_moves_nothing_once_it_has_gone(stage: Any) -> None:
    """The picture is turned over under the finger: the next one is seen whole."""
    from kivy.tests.common import UnitTestTouch

    keep(stage)
    viewer = enlarged(stage)
    picture, navigator = viewer.ids.picture, viewer.ids.navigator
    finger = UnitTestTouch(*spot(navigator, 0.2, 0.2))
    finger.touch_down()
    viewer.step(1)
    assert picture.zoom == 1.0
    finger.touch_move(*spot(navigator, 0.0, 0.0))
    picture.look_at((0.0, 0.0))
    assert tuple(picture.centre) == MIDDLE
    finger.touch_up()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_two_pictures_go_there_together(stage: Any, size: tuple[int, int]) -> None:
    """Compare has one for both, at the hand's edge of the screen, and so has Restyle."""
    keep(stage)
    viewer = enlarged(stage, size)
    viewer.dispatch("on_compare")
    page = stage.screen.pages.top
    _two(stage, page, (page.ids.left, page.ids.right), size)
    stage.screen.pages.close()
    viewer.dispatch("on_restyle")
    page = stage.screen.pages.top
    stage.until(lambda: page.hint != "Developing the negative")
    _two(stage, page, (page.ids.before, page.ids.after), size)


def _two(stage: Any, page: Any, views: tuple[Any, Any], size: tuple[int, int]) -> None:
    navigator = page.ids.navigator
    stage.until(lambda: views[0].limit > 1)
    assert not navigator.shown
    stage.tap(page.ids.magnify)
    for large, left in product(EITHER, EITHER):
        page.left_handed = left
        in_type(stage, large)
        assert not faults(page, size), (large, left)
        edge = navigator.x if left else size[0] - navigator.right
        assert edge < size[0] / 20, "it lies beside the hand"
        assert navigator.width * navigator.height < 0.16 * views[0].width * views[0].height
    touch_at(stage, navigator, (0.7, 0.4))
    for view in views:
        assert view.centre == pytest.approx((0.7, 0.4), abs=1e-6)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_loupe_goes_where_it_is_touched(stage: Any, size: tuple[int, int]) -> None:
    """Focus and exposure stay as they are."""
    screen = stage.open(*size)
    finder = screen.ids.viewfinder
    navigator = finder.ids.navigator
    assert not navigator.shown
    finder.magnify(4.0)
    stage.frames(3)
    assert navigator.shown
    touch_at(stage, navigator, (0.3, 0.4), (0.6, 0.7))
    assert finder.centre == pytest.approx((0.6, 0.7), abs=1e-6)
    status = stage.session.status
    assert (status.controls.focus_at, status.exposure_value) == (None, 0.0)
    finder.magnify(1.0)
    assert not navigator.shown


@pytest.mark.parametrize("size", SIZES[2:], ids=str)  # others: tests/unit/app/test_corners.py
def test_the_loupe_makes_room_for_histogram_and_dials(stage: Any, size: tuple[int, int]) -> None:
    """For either hand and in either type; there is always a way out of it to be seen."""
    screen = stage.open(*size)
    finder = screen.ids.viewfinder
    panel, navigator = finder.ids.panel, finder.ids.navigator
    finder.magnify(4.0)
    for large, left, histogram in product(EITHER, EITHER, EITHER):
        wanted = {"left_handed": left, "histogram": histogram}
        stage.choices.change(stage.bridge.background, **wanted)
        in_type(stage, large)
        stage.until(lambda: (finder.shares is not None) is histogram)  # noqa: B023 - run at once
        for dials in ("closed", "", "shutter"):
            panel.open = dials != "closed"
            panel.turned = dials if panel.open else ""
            stage.frames(2)
            where = (large, left, histogram, dials)
            assert not faults(screen, size), where
            assert finder.ids.loupe.shown is not ("loupe" in panel.chips), where
            assert navigator.shown or panel.open, where
            if not panel.open:
                middle = finder.ids.loupe.x if left and histogram else finder.center_x
                assert (navigator.center_x < middle) is left, where
    panel.turned = ""
    stage.frames(2)
    stage.tap(panel.chips.get("loupe", finder.ids.loupe))
    assert (finder.zoom, "loupe" in panel.chips) == (1.0, False)


def test_the_dials_stay_while_the_loupe_is_moved(stage: Any) -> None:
    """The small picture would move from under the finger if they went."""
    finder = stage.open(480, 320).ids.viewfinder
    panel = finder.ids.panel
    finder.magnify(4.0)
    panel.toggle()
    panel.choose("shutter")
    stage.frames(2)
    panel._away.cancel()  # noqa: SLF001 - as if the time were nearly over
    touch_at(stage, finder.ids.navigator, (0.3, 0.4), (0.6, 0.7))
    assert panel._away.is_triggered  # noqa: SLF001 - begun anew


def test_the_loupe_s_small_picture_is_in_the_look(stage: Any) -> None:
    """The whole of the live picture, as the viewfinder shows it."""
    screen = stage.open()
    finder = screen.ids.viewfinder
    stage.session.set_style("Monochrome")
    stage.until(lambda: screen.ids.styles.chosen == "Monochrome")
    stage.uncover()
    x, y, width, height = (round(side) for side in finder.picture)
    whole = stage.picture()[::-1][y : y + height, x : x + width].astype(float)
    finder.magnify(4.0, (0.9, 0.9))
    stage.frames(3)
    left, low, wide, high = (round(side) for side in finder.ids.navigator.ids.image.picture)
    small = stage.picture()[::-1][low : low + high, left : left + wide].astype(float)
    for u, v in product((0.15, 0.5), (0.4, 0.85)):
        one = small[round(v * high), round(u * wide)]
        other = whole[round(v * height), round(u * width)]
        assert np.abs(one - other).max() < 12, (u, v)


def test_a_finger_on_the_glass_moves_it_once(stage: Any) -> None:
    """As SDL tells it: down, along and up, and the picture below hears nothing of it."""
    screen = opened(stage, 800, 480)
    finder = screen.ids.viewfinder
    finder.magnify(4.0)
    stage.frames(3)
    hand = Hand(stage)
    hand.send(DOWN, *spot(finder.ids.navigator, 0.4, 0.4))
    hand.send(MOTION, *spot(finder.ids.navigator, 0.7, 0.3))
    hand.send(UP, *spot(finder.ids.navigator, 0.7, 0.3))
    hand.away()
    assert len(hand.begun) == 1
    assert finder.centre == pytest.approx((0.7, 0.3), abs=0.03)
    assert stage.session.status.controls.focus_at is None
