import io
from argparse import ArgumentTypeError
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from commands import told

from app.cli.context import Context
from app.cli.parser import build_parser
from app.cli.wishes import check_held, check_wishes, dioptres, light, seconds, wished_plan
from app.lenses import Lens
from app.main import main
from app.merging import AVERAGED
from app.modes import Wish, plan_wish
from app.pictures.read_dng import read_dng
from app.pictures.shot_info import read_shot_info
from app.settings import Settings
from capture.frames import ByHand
from capture.plan import Metering
from capture.plans.bracket import plan_bracket
from capture.plans.motion import Motion
from capture.profiles import profile
from capture.simulated import SimulatedSource
from capture.source import CameraSource
from tests.standing_clock import NoTime

MODES = {
    "auto": [],
    "single": [],
    "night": ["--frames", "4"],
    "hdr": ["--frames", "4"],
    "bracket": ["--span", "2", "--step", "2"],
    "manual": ["--shutter", "1/250", "--gain", "2", "--frames", "2"],
    "long": ["--shutter", "0.2"],
    "bulb": ["--shutter", "0.1"],
}


def small(name: str) -> CameraSource:
    """A small simulated camera."""
    return SimulatedSource(name.partition(":")[2] or "still-life", size=(256, 192), clock=NoTime())


@pytest.fixture(autouse=True)
def _small_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.main.open_source", small)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_takes_a_picture_and_tells_its_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str
) -> None:
    """Each mode is one word; JPEG and DNG tell the plan and what was granted of it."""
    result = told(capsys, "shoot", "--mode", mode, *MODES[mode], "--out", tmp_path)
    jpeg, dng = (Path(path) for path in result["paths"])
    assert result["mode"] == mode
    assert result["plan"].startswith(f"{mode}: ")
    for path in (jpeg, dng):
        info = read_shot_info(path)
        assert info.mode == mode
        assert info.plan == result["plan"]
        granted = [(e["exposure_time"], e["gain"]) for e in result["exposures"]]
        assert np.allclose(info.exposures, granted, rtol=1e-4)
        times = [time for time, _ in granted]
        whole = sum(times) if mode in AVERAGED else times[result["reference"]]
        assert info.exposure_time == pytest.approx(whole, rel=1e-4)
    assert not result["left_out"]


def test_the_line_comes_before_the_press(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """People read what will be done, with the timer, before anything is merged."""
    arguments = ["--mode", "manual", "--shutter", "1/250", "--gain", "2", "--count", "2"]
    assert main(["shoot", *arguments, "--timer", "0.01", "--out", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    line = "baryta: manual: 8 frames of 1/250 s, gain 2, 0.27 s in all; after 0.01 s, 2 pictures"
    assert captured.err.startswith(line)
    assert len(captured.out.splitlines()) == 5


def test_set_by_hand_means_obeyed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Shutter, gain, white balance and focus come out as they were set."""
    wish = ("--shutter", "1/200", "--gain", "4", "--frames", "1", "--wb", "3000", "--focus", "2m")
    result = told(capsys, "shoot", "--mode", "manual", *wish, "--out", tmp_path)
    negative = read_dng(Path(result["paths"][1]))
    assert negative.info.exposure_time == pytest.approx(1 / 200)
    assert negative.info.iso == pytest.approx(400, rel=0.01)
    assert negative.push == 0.0
    assert "gain 4, white balance by hand, focus 2 m" in result["plan"]
    for path in result["paths"]:
        info = read_shot_info(Path(path))
        assert info.by_hand == ByHand(shutter=True, gain=True, white_balance=True)
        assert info.subject_distance == pytest.approx(2.0, rel=0.01)
    auto = read_dng(Path(told(capsys, "shoot", "--mode", "single", "--out", tmp_path)["paths"][1]))
    assert negative.neutral[0] > auto.neutral[0]  # a lamp's white is redder than daylight's
    assert negative.neutral[2] < auto.neutral[2]
    assert auto.info.by_hand == ByHand()


@pytest.mark.parametrize(("mount", "told_distance"), [("M", False), ("", True)])
def test_an_adapted_lens_has_no_distance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mount: str, *, told_distance: bool
) -> None:
    """The camera's motor says nothing of where a lens on an adapter is focused."""
    lens = Lens("Fast fifty", 50.0, 1.4, mount)
    monkeypatch.setattr("app.workshop._lens", lambda _settings: lens)
    options = ["--mode", "single", "--focus", "2m", "--out", str(tmp_path)]
    assert main(["shoot", *options]) == 0
    (path,) = tmp_path.glob("*.DNG")
    info = read_dng(path).info
    assert info.lens == "Fast fifty"
    assert (info.subject_distance is not None) == told_distance


@pytest.mark.parametrize("drive", ["single", "continuous"])
def test_a_run_of_pictures_is_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], drive: str
) -> None:
    """Every picture of a run is saved under its own number and told."""
    run = ("--mode", "single", "--count", "3", "--drive", drive)
    result = told(capsys, "shoot", *run, "--out", tmp_path)
    assert len(result["paths"]) == len(set(result["paths"])) == 6
    assert len(result["shots"]) == 3
    assert max(path.name for path in tmp_path.glob("*.JPG")) == "BARY0003.JPG"


def test_a_slow_shutter_in_mode_manual_is_one_frame() -> None:
    """Whether it was set, or follows from a gain that was; a number of frames asked for is kept."""
    dark, sensor = Metering(0.05, 8.0, 0.5), profile("imx477")
    for wish in (Wish("manual", shutter=0.4), Wish("manual", gain=1.0)):
        assert len(plan_wish(dark, sensor, wish).frames) == 1
        assert len(plan_wish(dark, sensor, replace(wish, frames=3)).frames) == 3
    assert len(plan_wish(dark, sensor, Wish("manual", gain=8.0)).frames) == 8


def test_an_interval_is_kept(tmp_path: Path) -> None:
    """Pictures begin a beat apart, whatever each took; what they are is told while one waits."""
    now, begun, log, told = [0.0], [], io.StringIO(), []

    def sleep(wait: float) -> None:
        told.append(log.getvalue().count("single: 1 frame"))
        now[0] += wait
        begun.append(now[0])

    def monotonic() -> float:
        return now[0]

    context = Context(
        Settings(pictures=tmp_path, styles=tmp_path, state=tmp_path),
        small,
        lambda: datetime(2026, 1, 1, tzinfo=UTC),
        io.StringIO(),
        log,
        monotonic=monotonic,
        sleep=sleep,
    )
    options = ["--mode", "single", "--timer", "2", "--interval", "10", "--count", "3"]
    arguments = build_parser().parse_args(["shoot", "--out", str(tmp_path / "out"), *options])
    arguments.run(arguments, context)
    assert begun == [2.0, 12.0, 22.0]
    assert told == [1, 1, 1]


def test_a_press_without_a_timer_looks_once(tmp_path: Path) -> None:
    """However little time passes between two looks at the clock, it is no timer's."""
    now, log, looks = [0.0], io.StringIO(), []

    class Looked(SimulatedSource):
        def metering(self) -> Metering:
            looks.append(now[0])
            return super().metering()

    def monotonic() -> float:
        now[0] += 1e-6
        return now[0]

    def sleep(wait: float) -> None:
        now[0] += wait

    context = Context(
        Settings(pictures=tmp_path, styles=tmp_path, state=tmp_path),
        lambda _: Looked("still-life", size=(256, 192), clock=NoTime()),
        lambda: datetime(2026, 1, 1, tzinfo=UTC),
        io.StringIO(),
        log,
        monotonic=monotonic,
        sleep=sleep,
    )
    options = ["--mode", "night", "--frames", "4", "--out", str(tmp_path / "out")]
    arguments = build_parser().parse_args(["shoot", *options])
    arguments.run(arguments, context)
    assert len(looks) == 1
    assert log.getvalue().count("night: ") == 1


def test_a_kept_bracket_merges_to_the_same_range(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Frames of a bracket on disk tell their mode, and open as bright as the picture."""
    shot = ("shoot", "--source", "simulated:window", "--mode", "bracket", "--keep-burst")
    result = told(capsys, *shot, "--out", tmp_path)
    burst = next(Path(path) for path in result["paths"] if path.endswith("BURST"))
    frames = [read_dng(path) for path in sorted(burst.glob("*.DNG"))]
    told_of = [(f.push, f.info.exposure_time or 1.0, f.info.iso or 100.0) for f in frames]
    brightness = [push + np.log2(time * iso) for push, time, iso in told_of]
    assert np.ptp(brightness) < 0.02
    assert {frame.info.mode for frame in frames} == {"bracket"}
    picture = read_dng(Path(result["paths"][1]))
    told(capsys, "merge", burst, "-o", tmp_path / "again.dng")
    again = read_dng(tmp_path / "again.dng")
    assert again.info.exposure_time == pytest.approx(frames[0].info.exposure_time)
    assert again.push == pytest.approx(picture.push, abs=0.01)
    a, b = (n.mosaic.astype(float) - n.format.black[0] for n in (picture, again))
    assert np.mean(np.abs(a - b)) < 0.02 * np.mean(a)


@pytest.mark.parametrize(
    ("text", "value"), [("1/125", 0.008), ("0.4", 0.4), ("30", 30.0), ("2.5s", 2.5)]
)
def test_shutters_are_written_as_people_do(text: str, value: float) -> None:
    """Fractions and seconds."""
    assert seconds(text) == pytest.approx(value)


def test_light_and_distance_have_names() -> None:
    """A white balance is kelvin or a light's name, a focus metres, dioptres or infinity."""
    assert light("tungsten") < light("4500") < light("6000K") < light("shade")
    assert [dioptres(text) for text in ("inf", "0.5m", "2.5")] == [0.0, 2.0, 2.5]
    for parse, text in ((seconds, "-1"), (light, "99999"), (dioptres, "inf m"), (dioptres, "0m")):
        with pytest.raises(ArgumentTypeError, match="must be"):
            parse(text)


def test_what_the_sensor_cannot_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Limits of the sensor and of memory are one line each, with status 2."""
    for options, said in (
        (["--mode", "manual", "--gain", "100"], "a gain of 100 is beyond this sensor: 1 to 22.26"),
        (["--mode", "long", "--shutter", "9"], "too bright for 9 s"),
        (["--count", "50", "--drive", "continuous"], "holds 8 pictures of 8 frames"),
    ):
        assert main(["shoot", "--out", str(tmp_path), *options]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert len(error.strip().splitlines()) <= 2  # the plan's line may stand before it


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--span", "1", "--step", "2"], "a span of 1 EV holds no step of 2 EV"),
        (["--step", "0.3"], "27 frames, and a bracket has 9 at most; take a step of 1 EV"),
        (["--span", "2", "--step", "0.4"], "11 frames, and a bracket has 9 at most"),
    ],
)
def test_a_bracket_that_cannot_be_is_refused_before_the_camera_is_opened(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    said: str,
) -> None:
    """Steps wider than the span, and more frames than a bracket has: one line, no camera."""
    opened: list[str] = []
    monkeypatch.setattr("app.main.open_source", opened.append)
    assert main(["shoot", "--mode", "bracket", *options, "--out", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert opened == []


def test_a_narrow_bracket_needs_no_step() -> None:
    """The span alone is the step where it is less than two stops; nine frames are granted."""
    metering, sensor = Metering(0.002, 1.0, 0.5), profile("imx477")
    assert len(plan_bracket(metering, sensor, span=1.0).frames) == 3
    assert len(plan_bracket(metering, sensor, step=1.0, motion=Motion(0.0)).frames) == 9


def test_every_option_has_a_mode_that_takes_it() -> None:
    """Each mode refuses the others' options and plans with its own."""
    metering, sensor = Metering(0.02, 1.0, 0.5), profile("imx477")
    for mode, options in MODES.items():
        arguments = build_parser().parse_args(["shoot", "--mode", mode, *options])
        check_wishes(arguments)
        plan = wished_plan(arguments, metering, sensor, 8)
        assert plan.mode == mode
        check_held(arguments, plan)
