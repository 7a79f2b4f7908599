"""Focus by touch, dials, modes, drive, lens and cameras, in a real window on three panels."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.drive import ENDLESS
from app.lenses import Lens, LensBook, Mount, write_book
from app.modes import Wish
from app.preferences import Preferences
from app.status import State
from app.ui.panels import panel
from capture.plans.schedule import Schedule
from capture.simulated import SimulatedSource
from tests.ui.test_sizes import _inside, _overlap, _texts_fit, _walk

TIMES = "\N{MULTIPLICATION SIGN}"
SIZES = [(800, 480), (720, 1280), (480, 320)]
KEYS = {"c": 99, "f": 102, "k": 107, "escape": 27, "enter": 13, "tab": 9}
BOOK = LensBook((Lens("Manual 35 mm", 35.0, 2.0, "M"), Lens("Manual 90 mm", 90.0, 2.8, "M")))
on_every_panel = pytest.mark.parametrize(
    "size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}" if size else ""
)


@pytest.fixture(autouse=True)
def _patient(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a tap is no hold, a pause no farewell, and a slow camera no dead one."""
    del stage  # Kivy is imported once its window is there
    monkeypatch.setattr("app.ui.viewfinder.HOLD", 1000.0)
    monkeypatch.setattr("app.ui.control_panel.AWAY", 1000.0)
    monkeypatch.setattr("app.camera.FRAME_LIMIT", 100.0)


def simulated(scene: str = "still-life") -> SimulatedSource:
    """A small sensor with everything a camera can have."""
    return SimulatedSource(scene, size=(320, 240), preview_size=(320, 240), threads=1)


def opened(stage: Any, size: tuple[int, int] = (800, 480), scene: str = "still-life") -> Any:
    """The screen on the simulated sensor, once it knows what a press would take."""
    stage.source = lambda: simulated(scene)
    screen = stage.open(*size)
    stage.until(lambda: stage.session.status.planned is not None)
    stage.frames(2)
    return screen


def window_of(finder: Any, u: float, v: float) -> tuple[float, float]:
    """Where a point of the picture is on the panel."""
    x, y, width, height = finder.picture
    return x + u * width, y + (1.0 - v) * height


@on_every_panel
def test_a_tap_focuses_and_meters_until_its_mark_is_touched(
    stage: Any, size: tuple[int, int]
) -> None:
    """The mark stands where the finger was, tells that it found, and a touch on it releases."""
    screen = opened(stage, size)
    finder, mark = screen.ids.viewfinder, screen.ids.viewfinder.ids.mark
    assert (finder.mark, mark.shown) == ("", False)
    place = window_of(finder, 0.3, 0.3)
    stage.touch(*place)
    controls = stage.session.status.controls
    assert controls.focus_at == controls.meter_at == pytest.approx((0.3, 0.3), abs=0.01)
    stage.until(lambda: finder.mark == "found")
    stage.frames(2)
    assert tuple(mark.center) == pytest.approx(place, abs=1.5)
    assert min(mark.size) >= 9.0 * panel(*size).pixels_per_mm
    x, y = mark.center
    far = 12 * panel(*size).pixels_per_mm
    stage.touch(x, y, (x + far / 2, y), (x + far, y))
    assert stage.session.status.style == "Blue-toned monochrome", "a swipe may begin on the mark"
    assert finder.mark == "found"
    stage.tap(mark)
    assert stage.session.status.controls.meter_at is None
    stage.until(lambda: finder.mark == "")


def test_the_mark_tells_a_search_and_its_failure(stage: Any) -> None:
    """While the camera looks the corners stand apart; one that finds nothing has a cross."""
    from app.ui.focus_mark import mark_of, mark_points

    screen = opened(stage)
    stage.session.touch((0.5, 0.5))
    seen = [mark_of(stage.session.status)]
    stage.until(lambda: stage.session.status.focused is True)
    stage.bridge.close()
    screen.handling.follow(replace(stage.session.status, focused=False))
    assert seen == ["searching"]
    assert screen.ids.viewfinder.mark == "failed"
    assert mark_points("searching", 0, 0, 10, 0) != mark_points("failed", 0, 0, 10, 0)
    assert mark_points("", 0, 0, 10, 0) == []


def test_a_camera_without_autofocus_meters(stage: Any) -> None:
    """Its mark is a sun: nothing is said of a focus it does not have."""
    screen = stage.open()
    stage.touch(*window_of(screen.ids.viewfinder, 0.7, 0.5))
    stage.until(lambda: screen.ids.viewfinder.mark == "metered")
    stage.until(lambda: stage.camera.controls.meter_at is not None)
    assert stage.camera.controls.meter_at == pytest.approx((0.7, 0.5), abs=0.01)
    assert "focus" not in screen.handling.dials.names()


def test_a_held_finger_locks_what_it_found(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Focus first, then exposure and white balance are held; a key releases them."""
    from kivy.tests.common import UnitTestTouch

    monkeypatch.setattr("app.ui.viewfinder.HOLD", 0.05)
    screen = opened(stage)
    finger = UnitTestTouch(*window_of(screen.ids.viewfinder, 0.4, 0.6))
    finger.touch_down()
    stage.until(lambda: stage.session.status.controls.focus_at is not None)
    finger.touch_up()
    stage.until(lambda: screen.ids.viewfinder.mark == "locked")
    controls = stage.session.status.controls
    assert controls.focus_at == pytest.approx((0.4, 0.6), abs=0.01)
    assert (controls.exposure_locked, controls.colour_locked) == (True, True)
    assert screen.key(KEYS["f"])
    stage.until(lambda: screen.ids.viewfinder.mark == "")
    assert not stage.session.status.controls.exposure_locked


@on_every_panel
def test_the_dials_come_by_a_touch_and_fit(stage: Any, size: tuple[int, int]) -> None:
    """Each field and each dial is large enough, on the panel, clear of the others, and not cut."""
    screen = opened(stage, size)
    screen.handling.point((0.3, 0.1))
    controls = screen.ids.viewfinder.ids.panel
    assert list(controls.chips) == []
    stage.tap(controls.readout)
    stage.frames(3)
    names = list(controls.chips)
    dials = ["mode", "drive", "ev", "shutter", "gain", "white", "focus", "point"]
    assert names == [*dials, "lock"]
    for name in ("", *names[:-1]):
        controls.turned = ""
        if name:
            controls.choose(name)
        stage.frames(3)
        fits(screen, size)
    stage.tap(controls.readout)
    stage.frames(2)
    assert not controls.open


def fits(screen: Any, size: tuple[int, int]) -> None:
    """As every page: targets of 9 mm that overlap no other, texts whole."""
    finder = screen.ids.viewfinder
    _texts_fit(finder.ids.panel)
    least = 9.0 * panel(*size).pixels_per_mm - 0.01
    targets = [each for each in _walk(finder.ids.panel) if hasattr(each, "focused")]
    assert targets
    for target in targets:
        assert min(target.size) >= least, f"{target} is {target.size}"
        _inside(target, (finder.x, finder.y, finder.right, finder.top))
        for other in targets:
            assert target is other or not _overlap(target, other), f"{target} over {other}"


@pytest.mark.parametrize("language", ["de", "fr", "ja", "zh"])
@on_every_panel
def test_the_dials_fit_in_every_language(stage: Any, size: tuple[int, int], language: str) -> None:
    """Every mark of mode and drive, and every line, in large type."""
    stage.preferences = Preferences(language=language, welcomed=True, large_text=True)
    screen = opened(stage, size, "night-street")
    controls = screen.ids.viewfinder.ids.panel
    controls.toggle()
    for name in ("drive", "focus", "point", "mode"):
        controls.turned = name
        for at in range(0, len(controls.dials.setting(name).words), 1 if name == "mode" else 3):
            controls.turn(at)
            stage.frames(1)
            fits(screen, size)
    for shot in ({"lack": "too bright"}, {"lack": "beyond"}, {"state": State.CAPTURING}):
        status = replace(stage.session.status, wish=Wish("bulb"), taking=Wish("bulb"), **shot)
        controls.follow(status, stage.drive, stage.mount)
        stage.frames(1)
        _texts_fit(controls)


def test_dials_look_their_marks_up_once(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """How they stand is asked three times a frame; finding the light took 20 ms of it."""
    from app.ui import dials

    asked = []
    real = dials.gains_of_light
    monkeypatch.setattr(dials, "gains_of_light", lambda *args: asked.append(args) or real(*args))
    controls = opened(stage).ids.viewfinder.ids.panel
    controls.toggle()
    stage.frames(2)
    turn(stage, controls, "white", "5600 K")
    stage.tap(controls.chips["ev"])
    stage.frames(20)
    assert controls.chips["white"].value == "5600 K"
    assert len(asked) <= 2 * len(dials.KELVINS)


def test_turning_a_dial_sets_the_camera(stage: Any) -> None:
    """Shutter and gain make the mode manual, and the plan has them; white and focus are set."""
    screen = opened(stage)
    controls = screen.ids.viewfinder.ids.panel
    controls.toggle()
    stage.frames(2)
    for name, word in (("shutter", "1/125"), ("gain", "400"), ("white", "5600 K")):
        turn(stage, controls, name, word)
    status = stage.session.status
    assert (status.wish.mode, status.wish.shutter, status.wish.gain) == ("manual", 1 / 125, 4.0)
    assert status.controls.exposure_time == 1 / 125
    red, blue = status.controls.colour_gains
    assert 1.0 < red < 4.0
    assert 1.0 < blue < 4.0
    stage.until(lambda: stage.session.status.planned is not None)
    frame = stage.session.status.planned.frames[0]
    assert (frame.exposure_time, frame.analogue_gain) == (1 / 125, 4.0)
    stage.until(lambda: controls.readout.line.startswith(f"8 {TIMES} 1/125 s"))
    assert "ISO 400" in controls.readout.line
    assert controls.readout.title == "Manual"
    turn(stage, controls, "focus", "1.5 m")
    assert stage.session.status.controls.lens_position == pytest.approx(1 / 1.5)
    turn(stage, controls, "mode", "Photo")
    status = stage.session.status
    assert (status.wish.shutter, status.controls.exposure_time) == (None, None)


def test_the_point_of_focus_and_metering_has_a_dial(stage: Any) -> None:
    """What a tap on the picture sets; it stands at what is nearest to a tap, and gives it back."""
    screen = opened(stage)
    controls = screen.ids.viewfinder.ids.panel
    controls.toggle()
    stage.frames(2)
    assert controls.chips["point"].value == "Auto"
    turn(stage, controls, "point", "Below")
    stage.until(lambda: stage.session.status.controls.meter_at == (0.5, 0.8))
    assert stage.session.status.controls.focus_at == (0.5, 0.8)
    screen.handling.point((0.9, 0.4))
    assert controls.dials.setting("point").word == "Right"
    turn(stage, controls, "point", "Auto")
    assert stage.session.status.controls.meter_at is None


def test_a_slow_shutter_is_shown_as_bright_as_its_picture(stage: Any) -> None:
    """By gain, as far as the sensor has it: the live stream goes no slower than 1/15 s."""
    dials = opened(stage).handling.dials
    session = stage.session
    stage.until(lambda: session.profile is not None)
    dials.turn("gain", dials.setting("gain").words.index("100"))
    streamed = []
    for word in ("1/30", "1/15", "1/13", "1/4", "1 s", "30 s"):
        words = dials.setting("shutter").words
        dials.turn("shutter", words.index(word) if word in words else len(words) - 1)
        controls = session.status.controls
        assert controls.exposure_time <= 1 / 15
        streamed.append(controls.exposure_time * controls.analogue_gain)
    most = session.profile.max_gain / 15
    assert streamed == pytest.approx([1 / 30, 1 / 15, 1 / 13, 1 / 4, min(1.0, most), most])
    dials.turn("gain", 0)
    assert session.status.controls.exposure_time is None


def turn(stage: Any, controls: Any, name: str, word: str) -> None:
    """Turns a dial to a mark by its buttons, as a finger does."""
    if controls.turned != name:
        stage.tap(controls.chips[name])
    stage.frames(2)
    setting = controls.dials.setting(name)
    steps = setting.words.index(word) - setting.at
    for _ in range(min(abs(steps), 3)):  # by touch, then the rest at once
        button = controls.dial.ids.more if steps > 0 else controls.dial.ids.less
        stage.tap(button)
    assert controls.dials.setting(name).at == setting.at + max(-3, min(3, steps))
    controls.turn(setting.words.index(word))
    stage.frames(2)
    assert controls.chips[name].value == word


def test_a_dial_is_turned_by_a_drag_and_by_a_touch_on_a_mark(stage: Any) -> None:
    """To the left comes the next mark; the ends hold."""
    screen = opened(stage)
    controls = screen.ids.viewfinder.ids.panel
    controls.toggle()
    stage.frames(2)
    stage.tap(controls.chips["ev"])
    stage.frames(2)
    ruler, scale = controls.dial.ids.ruler, panel(800, 480).pixels_per_mm
    x, y = ruler.to_window(*ruler.center)
    stage.touch(x, y, (x - 7 * scale, y), (x - 12 * scale, y))
    assert stage.session.status.exposure_value == pytest.approx(2 / 3)
    stage.frames(2)
    before = ruler.children[::-1][len(ruler.children) // 2 - 1]
    stage.touch(*before.to_window(*before.center))
    assert stage.session.status.exposure_value == pytest.approx(1 / 3)
    stage.touch(x, y, (x - 300, y), (x - 600, y))
    assert stage.session.status.exposure_value == 3.0


@on_every_panel
def test_every_mode_says_what_it_will_do_and_does_it(stage: Any, size: tuple[int, int]) -> None:
    """A word and a line before the press, by night; the burst is taken in that mode."""
    screen = opened(stage, size, "night-street")
    controls = screen.ids.viewfinder.ids.panel
    controls.toggle()
    titles = ["Photo", "Single", "Night", "HDR", "Bracket", "Manual", "Long", "Bulb"]
    assert len(controls.dials.setting("mode").words) == len(titles)
    for at, title in enumerate(titles):
        controls.dials.turn("mode", at)
        mode = stage.session.status.wish.mode
        planned = lambda m=mode: getattr(stage.session.status.planned, "mode", "") == m  # noqa: E731
        stage.until(planned)
        stage.until(lambda t=title: controls.readout.title == t)
        stage.until(lambda: " s" in controls.readout.line and "ISO" in controls.readout.line)
        if mode == "bracket":
            ends = "\N{MINUS SIGN}4(/| to )[+\N{MINUS SIGN}][0-9.]+ "
            stage.until(lambda e=ends: re.search(e, controls.readout.line) is not None)
        _texts_fit(controls)
    controls.dials.turn("mode", 2)
    stage.until(lambda: getattr(stage.session.status.planned, "mode", "") == "night")
    shots = stage.session.status.shots
    stage.tap(screen.ids.shutter)
    stage.until(lambda: stage.session.status.shots == shots + 1)
    stage.until(lambda: stage.session.status.state is State.READY)


def test_the_self_timer_counts_over_the_picture_and_the_shutter_ends_it(stage: Any) -> None:
    """Large, in seconds; the shutter becomes a square, and its press takes nothing."""
    screen = opened(stage)
    finder, shutter = screen.ids.viewfinder, screen.ids.shutter
    screen.handling.dials.turn("drive", 2)
    assert finder.ids.panel.dials.setting("drive").word == "Timer 10 s"
    stage.drive.schedule = Schedule(delay=1000.0)
    stage.tap(shutter)
    stage.until(lambda: finder.count != "")
    assert shutter.ends
    stage.until(lambda: finder.ids.panel.readout.line.startswith("next in"))
    stage.tap(shutter)
    stage.until(lambda: finder.count == "" and not shutter.ends)
    assert stage.session.status.shots == 0
    stage.drive.schedule = Schedule(delay=0.2)
    stage.tap(shutter)
    stage.until(lambda: stage.session.status.shots == 1)


def test_an_interval_counts_until_it_is_stopped(stage: Any) -> None:
    """The line says how many are taken; a press ends it."""
    screen = opened(stage)
    stage.drive.schedule = Schedule(interval=0.1, count=ENDLESS)
    stage.tap(screen.ids.shutter)
    readout = screen.ids.viewfinder.ids.panel.readout
    stage.until(lambda: stage.session.status.shots >= 2)
    stage.until(lambda: "taken" in readout.line)
    stage.tap(screen.ids.shutter)
    assert stage.drive.run is None
    taken = stage.session.status.shots
    stage.until(lambda: stage.session.status.state is State.READY)
    assert stage.session.status.shots == taken


def test_bulb_goes_from_press_to_press(stage: Any) -> None:
    """The line says how it ends; one picture comes of it."""
    screen = opened(stage, scene="night-street")
    screen.handling.dials.turn("mode", 7)
    stage.until(lambda: stage.session.status.planned is not None)
    stage.tap(screen.ids.shutter)
    readout = screen.ids.viewfinder.ids.panel.readout
    stage.until(lambda: readout.line == "Open: press again to end")
    assert screen.ids.shutter.ends
    stage.tap(screen.ids.shutter)
    stage.until(lambda: stage.session.status.state is State.READY)
    stage.until(lambda: not screen.ids.shutter.ends)
    assert stage.session.status.shots == 1


def test_what_cannot_be_had_is_told_instead_of_taken(stage: Any) -> None:
    """A long exposure by day: the line says why not, and the press takes nothing."""
    screen = opened(stage)
    stage.session.set_wish(Wish("long", shutter=120.0))
    readout = screen.ids.viewfinder.ids.panel.readout
    stage.until(lambda: readout.line.startswith("Too bright: "))
    stage.tap(screen.ids.shutter)
    assert stage.session.status.shots == 0


def test_keys_reach_dials_focus_and_lock(stage: Any) -> None:
    """C brings the dials, escape takes them away, f focuses on the middle, k locks and releases."""
    screen = opened(stage)
    controls = screen.ids.viewfinder.ids.panel
    assert screen.key(KEYS["c"])
    stage.frames(2)
    while screen.focus.at is not controls.chips["gain"]:
        screen.key(KEYS["tab"])
    screen.key(KEYS["enter"])
    stage.frames(2)
    assert controls.turned == "gain"
    screen.focus.clear()
    screen.key(KEYS["escape"])
    assert not controls.open
    screen.key(KEYS["f"])
    assert stage.session.status.controls.focus_at == (0.5, 0.5)
    screen.key(KEYS["k"])
    assert stage.session.status.controls.exposure_locked
    screen.key(KEYS["k"])
    assert stage.session.status.controls.focus_at is None


def test_the_dials_go_by_themselves(stage: Any) -> None:
    """Left alone for a while they leave the picture to be seen."""
    screen = opened(stage)
    controls = screen.ids.viewfinder.ids.panel
    controls.toggle()
    controls.leave()
    stage.frames(2)
    assert (controls.open, list(controls.chips), controls.height) == (
        False,
        [],
        controls.readout.height,
    )


def test_the_lens_is_chosen_on_the_screen(stage: Any) -> None:
    """The drawer goes through the book; title, book and framelines follow."""
    folder = Path(stage.folder) / "lenses"
    write_book(folder, BOOK)
    stage.mount = Mount(folder)
    screen = opened(stage)
    finder = screen.ids.viewfinder
    assert finder.lenses == []
    screen.drawer.open_tools()
    page = screen.pages.top
    stage.frames(2)
    assert page.ids.lens.caption == "No lens"
    stage.tap(page.ids.lens)
    stage.until(lambda: page.ids.lens.caption == "Manual 35 mm")
    assert not screen.pages.top.cameras, "there is one camera only"
    screen.pages.clear()
    stage.until(lambda: finder.ids.panel.readout.title == "Photo  ·  Manual 35 mm")
    stage.until(lambda: [name for name, _ in finder.lenses] == ["Manual 90 mm"])
    left, _, right, _ = finder.lenses[0][1]
    assert right - left == pytest.approx(35 / 90)
    assert 'used = "Manual 35 mm"' in (folder / "lenses.toml").read_text()


def test_several_cameras_are_switched_in_the_drawer(stage: Any) -> None:
    """The button is there for more than one, and exposures set by hand end with the camera."""
    from app.cameras import Camera, Cameras

    both = Cameras([Camera("wide", simulated), Camera("tele", simulated)])
    stage.cameras = both
    screen = opened(stage)
    screen.handling.dials.turn("gain", 3)
    assert stage.session.status.wish.mode == "manual"
    screen.drawer.open_tools()
    page = screen.pages.top
    stage.frames(2)
    assert page.ids.camera.caption == "wide"
    stage.tap(page.ids.camera)
    stage.until(lambda: page.ids.camera.caption == "tele")
    stage.until(lambda: stage.session.status.planned is not None)
    assert stage.session.status.wish.mode == "auto"
    assert stage.session.status.controls.analogue_gain is None


def test_long_takes_exposure_compensation(stage: Any) -> None:
    """A time for all of it leaves the light to the meter: dial, buttons, and the plan."""
    screen = opened(stage, scene="night-street")
    stage.session.set_wish(Wish("long", shutter=20.0))
    stage.until(lambda: (plan := stage.session.status.planned) and plan.mode == "long")
    stage.until(lambda: not screen.ids.exposure.disabled)
    assert "ev" in screen.handling.dials.names()
    before = stage.session.status.planned.push
    screen.expose(6)
    assert stage.session.status.exposure_value == 2.0
    stage.until(lambda: stage.session.status.planned.push > before + 1.0)


@pytest.mark.parametrize("language", ["en", "de", "fr", "ja", "zh"])
@pytest.mark.parametrize("size", [(800, 480), (320, 480)], ids=str)
def test_what_is_too_bright_tells_the_longest_time(
    stage: Any, size: tuple[int, int], language: str
) -> None:
    """As the session found it, whole in its line."""
    stage.preferences = Preferences(language=language, welcomed=True, large_text=True)
    screen = opened(stage, size)
    stage.session.set_wish(Wish("long", shutter=1000.0))
    stage.until(lambda: "too bright" in stage.session.status.lack)
    most = stage.session.status.lack.split(" s at most")[0].split()[-1]
    readout = screen.ids.viewfinder.ids.panel.readout
    stage.until(lambda: f"{most} " in readout.line)
    stage.frames(2)
    _texts_fit(readout)
