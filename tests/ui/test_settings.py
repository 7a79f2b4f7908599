"""Settings, first questions, drawer and tools under touch, on a real window."""

import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.export import Volume
from app.networks import Network
from app.preferences import Preferences
from capture.source import Abilities

KEYS = {"enter": 13, "escape": 27, "down": 274, "right": 275, "tab": 9, "m": 109}
SIZES = [(800, 480), (720, 1280), (480, 320)]


def drawer(stage: Any) -> Any:
    """Opens the drawer by touch."""
    stage.tap(stage.screen.ids.status)
    stage.frames(2)
    return stage.screen.pages.top


def test_the_drawer_turns_the_tools_on(stage: Any) -> None:
    """Each tool is a touch away, is drawn, and is still on at the next start."""
    screen = stage.open()
    page = drawer(stage)
    finder = screen.ids.viewfinder
    for name in ("histogram", "zebra", "peaking", "grid", "frame", "loupe"):
        stage.tap(page.ids[name])
    stage.until(lambda: finder.shares is not None)
    assert finder.marks.zebra
    assert (finder.marks.peaking, finder.grid, finder.frame) == ("red", "thirds", "3:2")
    assert finder.zoom == 2.0
    stage.until(lambda: Preferences.load(stage.folder / "screen.json").frame == "3:2")
    stage.tap(page.ids.back)
    assert screen.pages.top is None
    stage.tap(finder.ids.loupe)
    assert finder.zoom == 1.0


def test_the_histogram_counts_the_frame(stage: Any) -> None:
    """A frame of one colour is one peak a channel, where it belongs."""
    stage.camera.pixels = np.full((240, 320, 4), (40, 128, 255, 255), np.uint8)
    stage.preferences = Preferences(welcomed=True, histogram=True)
    screen = stage.open()
    stage.until(lambda: screen.ids.viewfinder.shares is not None)
    shares = screen.ids.viewfinder.shares
    assert shares.argmax(axis=1).tolist() == [10, 32, 63]
    assert shares.sum(axis=1) == pytest.approx([1.0, 1.0, 1.0])


def test_settings_follow_a_touch_at_once(stage: Any) -> None:
    """Colours, size of type and the side of the shutter change as they are chosen."""
    from app.ui.theme import PALETTES, paint

    screen = stage.open()
    x = screen.ids.shutter.center_x
    stage.tap(drawer(stage).ids.settings)
    page = screen.pages.top
    stage.tap(page.rows["theme"])
    stage.until(lambda: stage.choices.now.theme == "sunlight")
    assert tuple(paint.surround) == PALETTES["sunlight"].surround
    stage.tap(page.rows["large_text"])
    stage.until(lambda: stage.choices.now.large_text)
    assert paint.letters > 1.0
    stage.tap(page.rows["left_handed"])
    stage.until(lambda: stage.choices.now.left_handed)
    stage.frames(6)  # what the page covers follows, a part a frame
    assert screen.ids.shutter.center_x == pytest.approx(800 - x)
    assert page.rows["left_handed"].value == "On"
    stage.tap(page.ids.back)
    shown = stage.picture()
    assert shown[4, 4].min() > 240, "the rail is white, and on the left"


def test_flicker_of_lamps_is_a_touch_away(stage: Any) -> None:
    """Each touch goes on from off to 50 and 60 Hz and back, and the camera hears it at once."""
    stage.camera.abilities = Abilities(flicker=True)
    screen = stage.open()
    screen.drawer.open_settings()
    row = screen.pages.top.rows["mains"]
    told = [row.value]
    for mains in (50, 60, 0):
        row.press()
        stage.until(lambda mains=mains: stage.camera.controls.mains == mains)
        told.append(row.value)
    assert told == ["Off", "50 Hz", "60 Hz", "Off"]
    assert "50 Hz in Europe" in row.help


def test_a_camera_that_flickers_says_so(stage: Any) -> None:
    """Where the camera cannot avoid flicker nothing is set, and its row tells why."""
    screen = stage.open()
    screen.drawer.open_settings()
    row = screen.pages.top.rows["mains"]
    row.press()
    stage.frames(2)
    assert stage.session.status.controls.mains == 0
    assert (row.value, row.help) == ("\N{EM DASH}", "This camera cannot do it.")


def test_an_unknown_sensor_is_noted(stage: Any) -> None:
    """The line says so where it would say that all is ready, and the drawer what that means."""
    stage.camera.abilities = Abilities(sensor_known=False)
    screen = stage.open()
    assert screen.ids.status.activity == "No profile"
    page = drawer(stage)
    stage.until(lambda: "colours are approximate" in page.state)


def test_the_panel_changes_the_size_of_everything(stage: Any) -> None:
    """A smaller panel of the same resolution has more pixels a millimetre."""
    screen = stage.open(720, 1280)
    before = screen.ids.shutter.width
    screen.drawer.open_settings()
    stage.frames(3)
    stage.screen.pages.top.rows["panel"].press()  # 3.5" of this form holds no five buttons
    stage.until(lambda: stage.screen is not screen and not stage.root.renewal.pending)
    assert stage.choices.now.panel == pytest.approx((62.3, 110.7), abs=0.1)
    after = stage.screen.ids.shutter.width
    assert 1.1 < after / before < 1.5
    assert stage.screen.pages.top.rows["panel"].value == '5.0"'


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_first_start_asks_and_then_no_more(stage: Any, size: tuple[int, int]) -> None:
    """Language, panel, rotation, camera and place are shown; begin leads to the viewfinder."""
    stage.preferences = Preferences()
    screen = stage.open(*size)
    page = screen.pages.top
    assert page.ids.camera.help == "The camera answers."
    assert page.ids.place.help.endswith(stage.folder.name[-12:])
    stage.frames(2)
    stage.tap(page.ids.done)
    assert screen.pages.top is None
    stage.until(lambda: Preferences.load(stage.folder / "screen.json").welcomed)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_panel_is_touched_where_it_shows(stage: Any, rotation: int) -> None:
    """Picture and touch turn together: the shutter fires where it is seen."""
    from kivy.core.window import Window
    from kivy.tests.common import UnitTestTouch

    stage.preferences = Preferences(welcomed=True, rotation=rotation)
    screen = stage.open(800, 480)
    stage.frames(3)
    wide = rotation == 180
    assert (screen.width > screen.height) is wide
    assert stage.picture().shape[:2] == (480, 800), "the panel stays as it is"
    shutter = screen.ids.shutter
    x, y = (round(value) for value in shutter.center)
    u, v = {90: (800 - y, x), 180: (800 - x, 480 - y), 270: (y, 480 - x)}[rotation]
    white = np.array((0.93, 0.91, 0.87)) * 255
    stage.until(lambda: np.abs(stage.picture()[480 - v, u] - white).max() < 4)  # the shutter's disc
    finger = UnitTestTouch(u, v)
    finger.sx, finger.sy = u / 800, v / 480
    Window.transform_motion_event_2d(finger)
    assert shutter.collide_point(*finger.pos)


def test_keys_reach_the_drawer_and_the_settings(stage: Any) -> None:
    """Without a finger: open, choose a row, change it, and back."""
    screen = stage.open()
    screen.key(KEYS["m"])
    stage.frames(2)
    page = screen.pages.top
    press_until(screen, "tab", lambda: page.focus.at is page.ids.settings.__self__)
    screen.key(KEYS["enter"])
    stage.frames(2)
    page = screen.pages.top
    press_until(screen, "down", lambda: page.focus.at is page.rows["theme"])
    screen.key(KEYS["enter"])
    assert stage.choices.now.theme == "sunlight"
    screen.key(KEYS["escape"])
    assert screen.pages.top is None


def test_keys_reach_every_control_of_the_viewfinder(stage: Any) -> None:
    """Tab frames each in turn, enter presses it, escape lets go."""
    screen = stage.open()
    parts = screen.ids
    wanted = {
        *parts.styles.tiles.values(),
        *parts.exposure.children,
        parts.shutter.__self__,
        parts.last_picture.__self__,
        parts.status.__self__,
    }
    framed = set()
    for _ in range(len(wanted)):
        screen.key(KEYS["tab"])
        framed.add(screen.focus.at)
    assert framed == wanted
    press_until(screen, "tab", lambda: screen.focus.at is parts.styles.tiles["Vibrant"])
    screen.key(KEYS["enter"])
    assert stage.session.status.style == "Vibrant"
    screen.key(KEYS["escape"])
    assert screen.focus.at is None


def press_until(screen: Any, key: str, condition: Callable[[], bool]) -> None:
    """Presses a key until something is so, but not for ever."""
    for _ in range(30):
        if condition():
            return
        screen.key(KEYS[key])
    pytest.fail("the keys do not reach it")


def test_handing_over_ends_when_its_page_is_left(stage: Any, monkeypatch: Any) -> None:
    """The code holds the address of a page that answers, and no longer does afterwards."""
    from app.ui import send_page

    here = (Network("lo", "127.0.0.1"),)
    monkeypatch.setattr(send_page, "local_networks", lambda: here)
    screen = stage.open(480, 320)
    stage.tap(drawer(stage).ids.send)
    page = screen.pages.top
    stage.until(lambda: page.url != "")
    url = page.url
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own page
        assert answer.status == 200
    assert page.code.width == page.code.height >= 29 + 8
    stage.frames(3)
    x, y = (round(value) for value in page.ids.code.center)
    shown = stage.picture()[320 - y - 50 : 320 - y + 50, x - 50 : x + 50]
    assert set(np.unique(shown[..., 0] > 127)) == {False, True}
    stage.tap(page.ids.back)
    assert screen.pages.top is None
    assert page.url == ""
    stage.until(lambda: not answers(url))


def test_handing_over_begins_when_the_network_is_ready(stage: Any, monkeypatch: Any) -> None:
    """An address that is told before it can be bound: why is said, and it is tried again."""
    from app.ui import send_page

    refused: list[str] = []

    def early(library: Any, address: str, words: Any) -> Any:
        if len(refused) < 2:
            refused.append(address)
            raise OSError(99, "Cannot assign requested address")
        return real(library, address, words)

    real = send_page.HandOver
    monkeypatch.setattr(send_page, "EVERY", 0.2)
    monkeypatch.setattr(send_page, "HandOver", early)
    monkeypatch.setattr(send_page, "local_networks", lambda: (Network("lo", "127.0.0.1"),))
    screen = stage.open()
    screen.drawer.open_send()
    page = screen.pages.top
    said: list[str] = []
    page.bind(hint=lambda _, hint: said.append(hint))
    stage.until(lambda: page.url != "")
    assert answers(page.url)
    assert len(refused) == 2
    assert "Starting" not in said[1:], "the cause stays to be read until it works"


def test_a_page_that_is_handed_over_reads_no_card(stage: Any, monkeypatch: Any) -> None:
    """The app has the list; what is taken meanwhile is on the page at once."""
    from app.library import Library
    from app.ui import send_page

    def refused(_: Library) -> Any:
        raise AssertionError("the whole card")

    monkeypatch.setattr(send_page, "local_networks", lambda: (Network("lo", "127.0.0.1"),))
    screen = stage.open()
    screen.fire()
    stage.until(lambda: len(screen.gallery.shelf.shots or ()) == 1)
    screen.drawer.open_send()
    page = screen.pages.top
    stage.until(lambda: page.url != "" and stage.bridge.idle)
    monkeypatch.setattr(Library, "shots", refused)
    stage.session.shoot()
    stage.until(lambda: len(screen.gallery.shelf.shots) == 2)
    with urllib.request.urlopen(page.url, timeout=10) as answer:  # noqa: S310 - our own page
        assert answer.read().count(b"<img") == 2
    name = f"{page.url}100BARYT/BARY0002.JPG"
    with urllib.request.urlopen(name, timeout=10) as answer:  # noqa: S310 - as above
        assert answer.read().startswith(b"\xff\xd8")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{page.url}none", timeout=10)  # noqa: S310 - as above


@pytest.mark.parametrize("size", [(800, 480), (720, 1280), (480, 320)], ids=str)
def test_of_several_networks_one_is_chosen_and_remembered(
    stage: Any, monkeypatch: Any, size: tuple[int, int]
) -> None:
    """A touch goes on to the next, and ends the page on the one before; a new one begins by itself.

    The two stand for interfaces: each is an address of this machine's loopback.
    """
    from app.ui import send_page
    from tests.ui.test_layout import faults

    there: list[Network] = []
    monkeypatch.setattr(send_page, "local_networks", lambda: tuple(there))
    monkeypatch.setattr(send_page, "volumes", lambda _: (Volume("STICK", stage.folder),))
    screen = stage.open(*size)
    screen.drawer.open_send()
    page = screen.pages.top
    stage.until(lambda: page.hint == "No network: connect the camera first.")
    there.append(Network("wlan0", "127.0.0.2"))
    stage.until(lambda: page.url.startswith("http://127.0.0.2:"))
    assert not page.ids.network.shown, "there is no choice"
    first = page.url
    there.append(Network("eth0", "127.0.0.3"))
    stage.until(lambda: page.network == "Wi-Fi")
    assert page.url == first, "what is open stays"
    stage.frames(3)
    assert not faults(page, size)
    stage.tap(page.ids.network)
    stage.until(lambda: page.url.startswith("http://127.0.0.3:"))
    assert page.network == "Cable"
    assert answers(page.url)
    stage.until(lambda: not answers(first))
    screen.key(KEYS["escape"])
    screen.drawer.open_send()
    stage.until(lambda: page.url.startswith("http://127.0.0.3:"))
    del there[1]  # the cable is pulled
    stage.until(lambda: page.url.startswith("http://127.0.0.2:"))


def answers(url: str) -> bool:
    """Whether anything is there."""
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - as above
    except OSError:
        return False
    return True
