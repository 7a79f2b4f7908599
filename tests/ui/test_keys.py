"""Keys that are held, and what the mouse has besides its first button."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from capture.plans.schedule import Schedule
from tests.ui import conftest

SPACE, ESCAPE, RIGHT, TAB, ENTER, C = 32, 27, 275, 9, 13, 99


@pytest.fixture
def keys(stage: Any) -> Iterator[Any]:
    """The keyboard of a window with the app in it, as SDL tells it."""
    from app.ui.keys import Keys

    stage.open()
    held = Keys(stage.window, stage.root.key, stage.root.lift)
    yield held
    held.close()


def down(stage: Any, code: int, times: int = 1) -> None:
    """A key goes down; more often than once: it repeats."""
    for _ in range(times):
        stage.window.dispatch("on_key_down", code, 0, None, [])


def test_a_held_key_presses_once(stage: Any, keys: Any) -> None:
    """A self timer begins and is not ended by the repetitions; a new press ends it."""
    assert keys
    stage.drive.schedule = Schedule(delay=10.0)
    down(stage, SPACE, 6)
    assert stage.drive.run is not None
    stage.window.dispatch("on_key_up", SPACE, 0)
    assert stage.drive.run is not None
    down(stage, SPACE)
    assert stage.drive.run is None


def test_a_burst_ends_when_the_key_is_let_go(stage: Any, keys: Any) -> None:
    """As it does with the finger; a window that loses the keyboard lets go too."""
    assert keys
    stage.drive.schedule = Schedule(count=100)
    down(stage, SPACE, 3)
    assert stage.drive.run is not None
    stage.window.dispatch("on_key_up", SPACE, 0)
    assert stage.drive.run is None
    stage.until(lambda: stage.session.status.can_shoot)
    down(stage, SPACE)
    assert stage.drive.run is not None
    keys.let_go()
    assert stage.drive.run is None


def test_escape_that_is_held_closes_one_page_and_nothing_else(stage: Any, keys: Any) -> None:
    """The app goes on below it. Arrows repeat, for one moves far with them."""
    assert keys
    quits: list[object] = []
    stage.root.bind(on_quit=quits.append)
    stage.screen.gallery.open_library()
    down(stage, ESCAPE, 5)
    assert stage.screen.pages.top is None
    assert quits == []
    styles = stage.session.styles
    for number in (1, 2):
        down(stage, RIGHT)
        stage.until(lambda number=number: stage.screen.ids.styles.chosen == styles[number])


@pytest.mark.parametrize("button", ["scrollup", "scrolldown", "right", "middle"])
def test_the_mouses_wheel_and_other_buttons_press_nothing(stage: Any, button: str) -> None:
    """No picture over the shutter, no focus over the picture."""
    from kivy.tests.common import UnitTestTouch

    screen = stage.open()
    for place in (screen.ids.shutter.center, screen.ids.viewfinder.center):
        touch = UnitTestTouch(*place)
        touch.button = button
        touch.touch_down()
        touch.touch_up()
    stage.frames(2)
    assert stage.session.status.shots == 0
    assert stage.session.status.controls.focus_at is None


def test_the_wheel_scrolls(stage: Any) -> None:
    """A page that is longer than the panel."""
    from kivy.tests.common import UnitTestTouch
    from kivy.uix.scrollview import ScrollView

    screen = stage.open(480, 320)
    screen.drawer.open_settings()
    stage.frames(3)
    page = screen.pages.top
    view = next(part for part in page.walk() if isinstance(part, ScrollView))
    before = view.scroll_y
    touch = UnitTestTouch(*view.center)
    touch.button, touch.profile = "scrollup", ["pos", "button"]
    touch.touch_down()
    touch.touch_up()
    stage.frames(10)
    assert view.scroll_y < before


def test_the_looks_scroll_with_the_wheel_and_show_that_they_go_on(stage: Any) -> None:
    """The strip beside the picture, on a panel that has no room for all."""
    from kivy.tests.common import UnitTestTouch

    strip = stage.open(480, 320).ids.styles
    assert strip.bar_width > 0, "a bar tells that there are more"
    before = (strip.scroll_x, strip.scroll_y)
    touch = UnitTestTouch(*strip.center)
    touch.button, touch.profile = "scrollup", ["pos", "button"]
    touch.touch_down()
    touch.touch_up()
    stage.frames(10)
    assert (strip.scroll_x, strip.scroll_y) != before
    assert stage.session.status.shots == 0


def test_arrows_move_the_loupe_while_it_is_open(stage: Any) -> None:
    """To every edge; then they are look and exposure again."""
    screen = stage.open()
    finder = screen.ids.viewfinder
    finder.magnify(4.0)
    for code, (u, v) in ((275, (0.875, 0.5)), (273, (0.875, 0.125)), (276, (0.125, 0.125))):
        for _ in range(16):
            screen.key(code)
        assert tuple(finder.centre) == (u, v)
    assert stage.session.status.exposure_value == 0.0
    finder.magnify(1.0)
    screen.key(273)
    assert stage.session.status.exposure_value > 0.0


def test_exposure_compensation_is_out_of_reach_where_no_meter_is_asked(stage: Any) -> None:
    """With shutter and gain both set it would do nothing: neither keys nor buttons turn it."""
    from app.modes import Wish

    screen = stage.open()
    stage.session.set_wish(Wish(mode="manual", shutter=0.01, gain=4.0))
    stage.until(lambda: screen.ids.exposure.disabled)
    screen.key(273)
    stage.tap(screen.ids.exposure.children[0])
    assert stage.session.status.exposure_value == 0.0
    assert "ev" not in screen.handling.dials.names()
    stage.session.set_wish(Wish(mode="manual", shutter=0.01))
    stage.until(lambda: not screen.ids.exposure.disabled)
    screen.key(273)
    assert stage.session.status.exposure_value > 0.0


@pytest.mark.parametrize("size", [(800, 480), (720, 1280), (480, 320)], ids=str)
def test_tab_goes_through_the_styles_in_one_go(
    stage: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In their order, those that are scrolled out too, and then on to what is below them."""
    names = tuple(f"Style {number}" for number in range(1, 13))
    monkeypatch.setattr(conftest, "STYLES", names)
    screen = stage.open(*size)
    strip = screen.ids.styles
    met: list[Any] = []
    while len(met) < 60:
        stage.root.key(TAB)  # faster than the strip is drawn scrolled
        if screen.focus.at in met:
            break
        met.append(screen.focus.at)
    tiles = [strip.tiles[name] for name in names]
    first = met.index(tiles[0])
    assert met[first : first + len(tiles)] == tiles
    assert len(met) > len(tiles) + 3


def test_quick_steps_are_all_taken(stage: Any) -> None:
    """A key that repeats, or a dial wired as keys: three looks on in one frame."""
    screen = stage.open()
    for _ in range(3):
        screen.key(RIGHT)
    assert stage.session.status.style == conftest.STYLES[3]


def test_the_dials_are_set_by_keys(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is framed as they come; whoever moves the frame keeps them there."""
    screen = stage.open()
    panel = screen.ids.viewfinder.ids.panel
    screen.key(C)
    assert panel.open
    assert screen.focus.at is panel.chips["mode"]
    stage.frames(3)
    stays: list[int] = []
    monkeypatch.setattr("app.ui.control_panel.ControlPanel.stay", lambda _: stays.append(1))
    screen.key(RIGHT)
    assert stays == [1], "ten seconds begin anew with each"
    monkeypatch.undo()
    framed = next(name for name, chip in panel.chips.items() if chip is screen.focus.at)
    screen.key(ENTER)
    assert panel.turned == framed != "mode"
    assert stage.session.status.shots == 0
    screen.focus.clear()
    screen.key(C)
    assert not panel.open


def test_enter_for_a_control_that_has_just_gone_takes_no_picture(stage: Any) -> None:
    """It was meant for that; a second later it is the shutter's again, found gone or not."""
    from app.modes import Wish

    screen = stage.open()
    panel = screen.ids.viewfinder.ids.panel
    screen.key(C)
    for wait, shots in ((0.0, 0), (1.1, 1)):
        stage.session.set_wish(Wish())
        stage.until(lambda: "ev" in panel.chips)
        screen.focus.frame(panel.chips["ev"])
        stage.session.set_wish(Wish(mode="manual", shutter=0.01, gain=4.0))
        stage.until(lambda: "ev" not in panel.chips)
        time.sleep(wait)
        screen.key(ENTER)
        assert stage.session.status.shots == shots


@pytest.mark.parametrize("leave", ["leave", "toggle"])
def test_enter_after_the_dials_have_left_takes_a_picture(stage: Any, leave: str) -> None:
    """By themselves or by a key: the shutter's button is not without effect for a second."""
    screen = stage.open()
    panel = screen.ids.viewfinder.ids.panel
    screen.key(C)
    screen.focus.frame(panel.chips["ev"])
    screen.key(ENTER)
    screen.focus.frame(panel.dial.ids.more)
    getattr(panel, leave)()
    stage.frames(2)
    screen.key(ENTER)
    assert stage.session.status.shots == 1


def test_enter_long_after_what_held_a_control_has_gone_takes_a_picture(stage: Any) -> None:
    """The frame is not seen any more, whatever it was that was hidden."""
    screen = stage.open()
    screen.focus.frame(screen.ids.styles.tiles[conftest.STYLES[0]])
    screen.remove_widget(screen.ids.styles)
    time.sleep(1.1)
    screen.key(ENTER)
    assert stage.session.status.shots == 1


@pytest.mark.parametrize("size", [(800, 480), (480, 320)], ids=str)
def test_a_dial_is_turned_by_keys_to_its_end(stage: Any, size: tuple[int, int]) -> None:
    """Also where it takes the place of what has chosen it; a press too many takes no picture."""
    screen = stage.open(*size)
    panel = screen.ids.viewfinder.ids.panel
    screen.key(C)
    screen.focus.frame(panel.chips["ev"])
    screen.key(ENTER)
    assert panel.turned == "ev"
    assert screen.focus.at is not None
    screen.focus.frame(panel.dial.ids.more)
    for _ in range(12):
        screen.key(ENTER)
        stage.frames(1)
    assert stage.session.status.exposure_value == 3.0
    assert stage.session.status.shots == 0
    assert screen.focus.at == panel.dial.ids.more
    screen.key(TAB)
    assert screen.focus.at != panel.dial.ids.more
