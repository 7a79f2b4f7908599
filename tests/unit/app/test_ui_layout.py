"""Where the parts of the screen go, and what machine they are on; without Kivy."""

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import display
from app.preferences import Preferences
from app.ui.layout import LEAST, SHUTTER, Arrangement, Rect, Strip, arrange, fit
from app.ui.panels import PANELS, built_in, panel

NAMES = ("viewfinder", "status", "styles", "exposure", "shutter", "last_picture")


TURNED = [panel(known.height, known.width) for known in PANELS]


@pytest.mark.parametrize("known", [*PANELS, *TURNED], ids=lambda p: f"{p.width}x{p.height}")
@pytest.mark.parametrize("aspect", [4 / 3, 3 / 2, 16 / 9, 3 / 4])
def test_known_panels_are_laid_out_soundly(known: object, aspect: float) -> None:
    """On every panel in the table and for every picture's shape nothing collides."""
    assert isinstance(known, type(PANELS[0]))
    mm = known.pixels_per_mm
    _check(arrange(known.width, known.height, mm, aspect), known.width, known.height, mm)


@given(
    width=st.floats(70.0, 360.0),
    height=st.floats(45.0, 200.0),
    mm=st.floats(3.0, 16.0),
    aspect=st.floats(0.7, 1.8),
    turned=st.booleans(),
)
def test_any_panel_from_three_and_a_half_inches_up_is_laid_out_soundly(
    width: float, height: float, mm: float, aspect: float, turned: bool
) -> None:
    """Boxes stay inside, apart and large enough, whatever the panel."""
    long, short = max(width, height), min(width, height)
    across, up = (short, long) if turned else (long, short)
    _check(arrange(across * mm, up * mm, mm, aspect), across * mm, up * mm, mm)


def test_the_first_panel_keeps_its_picture_at_full_size() -> None:
    """On 800x480 a 4:3 picture is 640x480, with a rail of 160 beside it."""
    mm = panel(800, 480).pixels_per_mm
    view = arrange(800, 480, mm, 4 / 3).viewfinder
    assert fit(4 / 3, view) == Rect(0, 0, pytest.approx(640, abs=1.5), pytest.approx(480, abs=1))


def test_the_thumb_zone_of_a_tall_panel_is_its_lowest_third() -> None:
    """In portrait every control lies within reach of the thumb."""
    mm = panel(720, 1280).pixels_per_mm
    places = arrange(720, 1280, mm, 4 / 3)
    assert max(places.shutter.top, places.exposure.top, places.styles.top) <= 1280 / 3 + 1
    assert places.strip is Strip.TILES


def test_a_panel_that_tells_its_size_is_believed() -> None:
    """The same resolution comes in several sizes; measured millimetres win, 0 x 0 does not."""
    assert panel(720, 1280, (62.0, 110.0)).pixels_per_mm == pytest.approx(11.6, abs=0.1)
    assert panel(720, 1280, (0.0, 0.0)) == panel(720, 1280)
    assert panel(800, 480).dpi == pytest.approx(142, abs=1)
    assert panel(1234, 777).pixels_per_mm == pytest.approx(4.3)
    assert panel(480, 800).dpi == panel(800, 480).dpi


@pytest.mark.parametrize(
    ("names", "turned", "told"),
    [
        (b"raspberrypi,dsi-5inch\0ilitek,ili9881c\0", None, ((62.1, 110.4), 0)),
        (b"raspberrypi,dsi-7inch\0", 90, ((88.0, 155.0), 270)),
        (b"raspberrypi,dsi-7inch\0", 180, ((88.0, 155.0), 180)),
        (b"raspberrypi,dsi-7inch\0", 270, ((88.0, 155.0), 90)),
        (b"somebody,else\0", 45, ((0.0, 0.0), 0)),
    ],
)
def test_the_device_tree_tells_size_and_rotation(
    tmp_path: Path, names: bytes, turned: int | None, told: tuple[tuple[float, float], int]
) -> None:
    """Of panels that share a resolution the right one, upright before anybody has chosen."""
    assert built_in(tmp_path) == ((0.0, 0.0), 0)
    tree = tmp_path / "base/soc/dsi/panel@0"
    tree.mkdir(parents=True)
    (tree / "compatible").write_bytes(names)
    if turned is not None:
        (tree / "rotation").write_bytes(turned.to_bytes(4))
    device = tmp_path / "bus/fe700000.dsi.0"
    device.mkdir(parents=True)
    (device / "of_node").symlink_to(tree)
    (tmp_path / "bus/without-a-node").mkdir()
    assert built_in(tmp_path / "bus") == told


def test_a_rotation_that_was_chosen_stays(tmp_path: Path) -> None:
    """What the device tree tells is only where the person has not said."""
    path = tmp_path / "screen.json"
    assert Preferences.load(path, 90).rotation == 90
    Preferences(rotation=0).save(path)
    assert Preferences.load(path, 90).rotation == 0
    path.write_text('{"theme": "night"}')
    assert Preferences.load(path, 90) == Preferences(theme="night", rotation=90)


def test_displays_are_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """X and Wayland by their variables, the console by a connected screen, else one line."""
    assert display.missing({"DISPLAY": ":0"}, tmp_path) == ""
    assert display.missing({"WAYLAND_DISPLAY": "wayland-0"}, tmp_path) == ""
    assert display.missing({"DISPLAY": ""}, tmp_path) == display.NO_DISPLAY
    port = tmp_path / "class/drm/card1-DSI-1"
    port.mkdir(parents=True)
    (port / "status").write_text("disconnected\n")
    assert display.missing({}, tmp_path) == display.NO_DISPLAY
    (port / "status").write_text("connected\n")
    assert display.missing({}, tmp_path) == ""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert display.missing({"DISPLAY": ":0"}, tmp_path) == display.NO_KIVY


def test_a_screen_and_touch_that_come_late_are_waited_for(tmp_path: Path) -> None:
    """At a device's start until there is a screen and udev has nothing to do, but not for ever."""
    queue, lacks = tmp_path / "queue", [display.NO_DISPLAY, "", "", ""]
    queue.touch()

    def find() -> str:
        lack = lacks.pop(0)
        if len(lacks) == 1:
            queue.unlink()
        return lack

    assert display.awaited(find, queue, 60.0) == ""
    assert len(lacks) == 1, "it went on as soon as both were there"
    assert display.awaited(lambda: display.NO_DISPLAY, queue, 0.2) == display.NO_DISPLAY
    assert display.awaited(lambda: display.NO_KIVY, queue, 60.0) == display.NO_KIVY
    queue.touch()
    assert display.awaited(lambda: "", queue, 0.2) == ""


def test_drivers_are_named_in_order() -> None:
    """Wayland before X, where both are there; the console without either."""
    assert display.driver({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}) == "wayland,x11"
    assert display.driver({"DISPLAY": ":0"}) == "x11"
    assert display.driver({}) == "kmsdrm"


def test_the_touch_panel_is_found_by_its_capabilities(tmp_path: Path) -> None:
    """A mouse has no multitouch axis; a touch panel has."""
    for name, bits in (("event0", "3\n"), ("event3", "0\n"), ("event12", "1000003\n")):
        folder = tmp_path / "class/input" / name / "device/capabilities"
        folder.mkdir(parents=True)
        (folder / "abs").write_text(bits)
    assert display.touch_device(tmp_path) is None
    touch = tmp_path / "class/input/event5/device/capabilities"
    touch.mkdir(parents=True)
    (touch / "abs").write_text("260800000000003\n")
    assert display.touch_device(tmp_path) == Path("/dev/input/event5")


def _check(places: Arrangement, width: float, height: float, mm: float) -> None:
    boxes = {name: getattr(places, name) for name in NAMES}
    for name, box in boxes.items():
        assert box.width > 0, name
        assert box.height > 0, name
        assert box.x >= -0.01, name
        assert box.y >= -0.01, name
        assert box.right <= width + 0.01, name
        assert box.top <= height + 0.01, name
    for one, two in combinations(NAMES, 2):
        assert not boxes[one].overlaps(boxes[two]), f"{one} over {two}"
    slack = 1e-6
    assert places.shutter.width >= min(16.0, SHUTTER) * mm - slack
    assert min(places.styles.width, places.styles.height) >= LEAST * mm - slack
    assert min(places.status.width, places.status.height) >= LEAST * mm - slack
    assert places.last_picture.height >= LEAST * mm - slack
    assert places.last_picture.width >= LEAST * mm - slack
    exposure = places.exposure
    assert max(exposure.width, exposure.height) >= (2 * LEAST + 0.8) * mm - slack
    assert min(exposure.width, exposure.height) >= LEAST * mm - slack
    assert min(places.viewfinder.width, places.viewfinder.height) >= 20 * mm
