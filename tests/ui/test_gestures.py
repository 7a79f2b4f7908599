"""Every gesture has a control that does the same, and every control is within reach of the keys."""

import time
from typing import Any

import pytest

from app.preferences import Preferences
from tests.ui.goldens import set_up, walk
from tests.ui.test_layout import seen
from tests.ui.test_library import viewer_of
from tests.ui.test_touch import DOWN, MOTION, UP, Hand, opened

SIZES = [(800, 480), (480, 320)]
TAB = 9  # Kivy is imported only once the display is set up


def touchable(root: Any) -> set[Any]:
    """What a finger can press there."""
    shown = (widget for widget in root.walk(restrict=True) if seen(widget))
    return {widget for widget in shown if hasattr(widget, "focused") and not widget.disabled}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_keys_reach_everything_that_a_finger_does(
    stage: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """Tab frames each control of each screen, one after the other."""
    set_up(stage, monkeypatch)
    screen = stage.open(*size)
    left = {}
    for name in walk(stage, screen):
        stage.frames(3)
        page = screen.pages.top
        focus = screen.focus if page is None else page.focus
        wanted = touchable(page or screen)
        framed = set()
        for _ in range(len(wanted) + 1):
            screen.key(TAB)
            framed.add(focus.at)
        focus.clear()
        if wanted - framed:
            left[name] = wanted - framed
    assert not left


def test_swipe_and_drag_have_controls(stage: Any) -> None:
    """Across the picture does what a look's tile does, along it what plus does."""
    screen = stage.open()
    finder, status = screen.ids.viewfinder, lambda: stage.session.status
    x, y = finder.center
    stage.touch(x, y, (x - 40, y), (x - 90, y))
    assert status().style == "Vibrant"
    stage.session.set_style("Authentic")
    stage.tap(screen.ids.styles.tiles["Vibrant"])
    assert status().style == "Vibrant"
    stage.touch(x, y, (x, y + 20), (x, y + 30))
    assert status().exposure_value > 0
    stage.session.set_exposure_value(0.0)
    plus = max(screen.ids.exposure.children, key=lambda button: button.x)
    stage.tap(plus)
    assert status().exposure_value > 0


def test_a_pinch_has_the_loupe_and_a_hold_the_lock(stage: Any) -> None:
    """The loupe is in the drawer, and off it in the picture; the lock is among the dials."""
    screen = opened(stage, 800, 480)
    finder = screen.ids.viewfinder
    hand = Hand(stage)
    hand.send(DOWN, 200, 240, finger=1)
    hand.send(DOWN, 300, 240, finger=2)
    hand.send(MOTION, 400, 240, finger=2)
    hand.send(UP, 400, 240, finger=2)
    hand.send(UP, 200, 240, finger=1)
    hand.away()
    assert finder.zoom > 1, "the pinch"
    stage.tap(finder.ids.loupe)
    assert finder.zoom == 1
    screen.drawer.open_tools()
    loupe = screen.pages.top.ids.loupe
    stage.until(lambda: 100 < loupe.width < 200)  # laid out
    stage.tap(loupe)
    assert finder.zoom > 1, "the drawer's loupe"
    screen.pages.clear()
    panel = finder.ids.panel
    finder.magnify(1)
    stage.until(lambda: stage.session.status.can_shoot)
    stage.tap(panel.readout)
    stage.frames(3)
    stage.tap(panel.chips["lock"])
    assert stage.session.status.controls.exposure_locked


def filled(stage: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> Any:
    """The screen, with three pictures in the library."""
    set_up(stage, monkeypatch)
    stage.preferences = Preferences(welcomed=True)
    return stage.open(*size)


def test_turning_over_has_controls(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older and newer beside the picture, where there is one; none while the story is told."""
    filled(stage, monkeypatch, (480, 320))
    viewer = viewer_of(stage)
    assert not viewer.ids.newer.shown
    stage.tap(viewer.ids.older)
    assert viewer.shot.id == "0002"
    stage.tap(viewer.ids.newer)
    assert viewer.shot.id == "0003"
    viewer.tell_story()
    stage.frames(2)
    assert not viewer.ids.older.shown


def told(finder: Any) -> list[tuple[Any, ...]]:
    """What the viewfinder tells from now on."""
    found: list[tuple[Any, ...]] = []
    for name in ("on_exposure", "on_swipe", "on_point", "on_hold"):
        finder.bind(**{name: lambda _, what, name=name: found.append((name, what))})
    return found


@pytest.mark.parametrize("way", [(0, 2), (2, 0)])
def test_the_finger_that_stays_after_a_pinch_turns_nothing(
    stage: Any, way: tuple[int, int]
) -> None:
    """Two fingers come together, one leaves, and what the other has moved before is no drag."""
    from kivy.tests.common import UnitTestTouch

    finder = stage.open().ids.viewfinder
    found = told(finder)
    x, y = finder.center
    across, up = way
    one = UnitTestTouch(x - across * 60, y - up * 60)
    two = UnitTestTouch(x + across * 60, y + up * 60)
    one.touch_down()
    two.touch_down()
    one.touch_move(x - across * 20, y - up * 20)
    two.touch_move(x + across * 20, y + up * 20)
    two.touch_up()
    one.touch_move(x - across * 19, y - up * 19)
    one.touch_up()
    assert found == []


def test_a_tap_with_two_fingers_is_no_tap(stage: Any) -> None:
    """Nothing is focused, at neither place."""
    from kivy.tests.common import UnitTestTouch

    finder = stage.open().ids.viewfinder
    found = told(finder)
    x, y, width, height = finder.picture
    fingers = [UnitTestTouch(x + part * width, y + height / 2) for part in (0.3, 0.7)]
    for finger in fingers:
        finger.touch_down()
    for finger in fingers:
        finger.touch_up()
    assert found == []


def test_a_hold_ends_where_a_page_comes(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finger that lies on the picture when the library opens locks nothing behind it."""
    from kivy.tests.common import UnitTestTouch

    from app.ui import viewfinder

    monkeypatch.setattr(viewfinder, "HOLD", 0.05)
    screen = stage.open()
    finder = screen.ids.viewfinder
    found = told(finder)
    finger = UnitTestTouch(*finder.center)
    finger.touch_down()
    screen.key(108)
    time.sleep(0.1)
    stage.frames(3)
    finger.touch_up()
    assert found == []
    screen.pages.clear()
    finger = UnitTestTouch(*finder.center)
    finger.touch_down()
    time.sleep(0.1)
    stage.frames(3)
    finger.touch_up()
    assert [name for name, _ in found] == ["on_hold"]


def pinch(at: tuple[float, float], apart: tuple[float, float], shift: float = 0.0) -> None:
    """Two fingers beside a point of the window, so many pixels from it at first and at last."""
    from kivy.tests.common import UnitTestTouch

    x, y = at
    one, two = (UnitTestTouch(x + side * apart[0], y) for side in (-1, 1))
    one.touch_down()
    two.touch_down()
    for step in range(1, 9):
        reach = apart[0] + (apart[1] - apart[0]) * step / 8
        one.touch_move(x - reach + shift * step / 8, y)
        two.touch_move(x + reach + shift * step / 8, y)
    one.touch_up()
    two.touch_up()


@pytest.fixture
def viewer(stage: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The viewer with the newest of three pictures."""
    filled(stage, monkeypatch, (800, 480))
    return viewer_of(stage)


def test_a_pinch_turns_no_picture_over(viewer: Any) -> None:
    """Apart and together again: the same picture, whole, that a swipe and a key turn over."""
    picture = viewer.ids.picture
    shot = viewer.shot
    for _ in range(2):
        pinch(picture.center, (40, 280))
        assert picture.zoom > 1
        pinch(picture.center, (280, 40))
        assert (viewer.shot, picture.zoom) == (shot, 1.0)
    pinch(picture.center, (80, 80), shift=-300)
    assert (viewer.shot, picture.zoom) == (shot, 1.0)
    assert not picture.step_aside(1, 0)


def test_fingers_that_never_lift_are_forgotten(
    stage: Any, viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A panel loses the lifts of two: the next is heard, in the viewer and the viewfinder."""
    from kivy.tests.common import UnitTestTouch

    monkeypatch.setattr("app.ui.pinch.LOST", 0.0)
    picture = viewer.ids.picture
    x, y = picture.center
    lost = [UnitTestTouch(x, y) for _ in range(2)]
    for finger in lost:
        finger.touch_down()
    shot = viewer.shot
    finger = UnitTestTouch(x + 200, y)
    finger.touch_down()
    finger.touch_move(x - 100, y)
    finger.touch_up()
    stage.until(lambda: viewer.shot != shot)
    stage.screen.pages.clear()
    finder = stage.screen.ids.viewfinder
    found = told(finder)
    lost += [UnitTestTouch(*finder.center) for _ in range(2)]
    for finger in lost[2:]:
        finger.touch_down()
    finger = UnitTestTouch(*finder.center)
    finger.touch_down()
    finger.touch_up()
    assert [name for name, _ in found] == ["on_point"]
    for finger in lost:  # or Kivy takes them for down in all tests that follow
        finger.touch_up()
    assert [name for name, _ in found] == ["on_point"]


def test_keys_leave_a_few_pictures_where_they_are(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A grid that fits stays at the top when one of its pictures is framed."""
    screen = filled(stage, monkeypatch, (800, 480))
    screen.gallery.open_library()
    library = screen.pages.top
    stage.until(lambda: library.shots)
    stage.frames(3)
    grid = library.ids.grid
    cells = lambda: [one for one in grid.walk() if hasattr(one, "focused")]  # noqa: E731
    stage.until(cells)
    before = grid.scroll_y
    library.focus.frame(cells()[0])
    stage.frames(2)
    assert grid.scroll_y == before
