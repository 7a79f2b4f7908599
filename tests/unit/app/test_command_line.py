"""The fixed command line, run as a person would: a process of its own, where that may matter."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.main import main

SMALL = "simulated:still-life"
Run = subprocess.CompletedProcess[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home of its own."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def _name(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else ""


def _environment(home: Path) -> dict[str, str]:
    xdg = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    return xdg | {"HOME": str(home)}


def baryta(home: Path, *arguments: str | Path) -> Run:
    """Runs one command to its end."""
    command = [sys.executable, "-m", "app", *map(str, arguments)]
    return subprocess.run(
        command, env=_environment(home), capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def here(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Callable[[list[str]], Run]:
    """Runs one command in this process, which has loaded all that takes long."""
    for key in os.environ:
        if key.startswith("XDG_"):
            monkeypatch.delenv(key)
    monkeypatch.setenv("HOME", str(home))

    def run(arguments: list[str]) -> Run:
        try:
            status = main(arguments)
        except SystemExit as left:
            status = int(str(left.code))
        said = capsys.readouterr()
        logged = "".join(f"{record.getMessage()}\n" for record in caplog.records)
        return Run(arguments, status, said.out, logged + said.err)

    return run


def fails(run: Run, status: int, said: str) -> None:
    """The status is right, the one line says it, and there is no traceback."""
    assert run.returncode == status, run.stderr
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
    assert run.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["shoot", "--frames", "0"], "1 to 64"),
        (["shoot", "--frames", "many"], "must be 1 to 64, not many"),
        (["shoot", "--mode", "sport"], "invalid choice"),
        (["shoot", "--mode", "auto", "--shutter", "1/60"], "use it with --mode manual or long"),
        (["shoot", "--mode", "hdr", "--frames", "1"], "two frames or more"),
        (["shoot", "--mode", "long"], "needs its time"),
        (["shoot", "--mode", "bulb"], "say --shutter"),
        (["shoot", "--shutter", "1/0"], "as 1/125, 0.4 or 30"),
        (["shoot", "--gain", "0.5"], "1 to 1000"),
        (["shoot", "--gain", "ISO400"], "must be 1 to 1000, not ISO400"),
        (["shoot", "--wb", "candle"], "2000 to 15000 kelvin or tungsten"),
        (["shoot", "--focus", "0m"], "0 to 40 dioptres"),
        (["shoot", "--step", "9"], "0.3 to 4 EV"),
        (["shoot", "--timer", "4000"], "must be 0 to 3600 seconds"),
        (["shoot", "--interval", "10"], "say how many with --count"),
        (["shoot", "--drive", "continuous"], "say how many with --count"),
        (["shoot", "--count", "3", "--interval", "1", "--drive", "continuous"], "leave one"),
        (["shoot", "--mode", "single", "--frames", "3"], "takes one frame"),
        (["shoot", "--source", "webcam"], "unknown source"),
        (["shoot", "--position", "here"], "is no position: write degrees"),
        (["shoot", "--position=91,0"], "latitudes are -90 to 90"),
        (["shoot", "--ev", "nan"], "-8 to 8"),
        (["develop", "a.dng", "-o", "b.jpg", "--tone-mapping", "3"], "0 to 2"),
        (["merge", "a.dng", "-o", "b.jpg"], "must end in .dng"),
        (["merge", "a.dng", "-o", "b.dng", "--reference", "1"], "there is 1 frame"),
        (["develop", "a.dng", "-o", "b.gif"], "must end in"),
        (
            ["styles", "export", "Neutral", "-o", "x.dcp", "--camera", "ov1"],
            "invalid choice: 'ov1'",
        ),
        (["styles", "export", "Neutral", "-o", "x.cube", "--camera", "imx708"], "is for camera"),
        (["styles", "export", "Neutral", "-o", "look.xyz"], "must end in"),
        (["styles", "sheet", "a.dng", "-o", "sheet.png"], "must end in .jpg"),
        (["library", "restyle", "1"], "--style"),
        (["bench", "--megapixels", "1000"], "0.1 to 64"),
        (["paint"], "invalid choice"),
    ],
    ids=_name,
)
def test_wrong_usage_is_one_line_and_status_2(
    here: Callable[[list[str]], Run], arguments: list[str], said: str
) -> None:
    """Wrong usage, and what a later version brings, is told in one line with status 2."""
    fails(here(arguments), 2, said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["shoot", "--source", "simulated", "--style", "Autentic"], "did you mean"),
        (["shoot", "--source", "simulated:nowhere"], "nowhere"),
        (["shoot", "--source", "simulated:missing.exr"], "missing.exr"),
        (["shoot", "--source", "replay:missing"], "missing"),
        (["develop", "missing.dng", "-o", "x.jpg"], "missing.dng"),
        (["merge", "missing.dng", "-o", "x.dng"], "missing.dng"),
        (["styles", "show", "Nothing"], "no look"),
        (["library", "restyle", "1", "--style", "Neutral"], "no picture 1: it is empty"),
        (["library", "restyle", "1", "--style", "Nothing"], "no look"),
        (["styles", "check", "missing.toml"], "missing.toml"),
        (["styles", "sheet", "missing.dng", "-o", "sheet.jpg"], "missing.dng"),
        (["styles", "sheet", "missing.dng", "-o", "no/sheet.jpg"], "cannot save"),
    ],
    ids=_name,
)
def test_failures_are_one_line_and_status_1(
    here: Callable[[list[str]], Run], arguments: list[str], said: str
) -> None:
    """What cannot be done is told in one line with status 1."""
    fails(here(arguments), 1, said)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["shoot", "--frames", "0"], 2, "1 to 64"),
        (["shoot", "--mode", "sport"], 2, "invalid choice"),
        (["styles", "show", "Nothing"], 1, "no look"),
        (["shoot", "--source", "replay:missing"], 1, "missing"),
    ],
    ids=_name,
)
def test_a_process_ends_with_that_line_and_status(
    home: Path, arguments: list[str], status: int, said: str
) -> None:
    """From its beginning to its end, with nothing else on stderr."""
    fails(baryta(home, *arguments), status, said)


def test_no_camera_names_the_remedy(home: Path) -> None:
    """Without a camera, shoot says so and names the simulated one."""
    fails(baryta(home, "shoot"), 1, "simulated")


def test_a_bad_settings_file_is_named(home: Path) -> None:
    """A mistake in the settings is told with the file's path."""
    file = home / ".config/baryta/settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text("frame = 3\n")
    fails(baryta(home, "styles", "list"), 1, str(file))


def test_styles_are_listed_shown_and_checked(home: Path, tmp_path: Path) -> None:
    """The looks are listed with their notes; a shown one is a valid look again."""
    listed = json.loads(baryta(home, "styles", "list", "--json").stdout)["styles"]
    names = [style["name"] for style in listed]
    assert names[:4] == ["Authentic", "Vibrant", "Neutral", "Monochrome"]
    assert all(style["note"] for style in listed)
    copy = tmp_path / "copy.toml"
    copy.write_text(baryta(home, "styles", "show", "vibrant").stdout)
    assert "Vibrant" in baryta(home, "styles", "check", copy).stdout


def test_a_persons_own_look_appears(home: Path) -> None:
    """A look dropped into the configuration folder is listed; a damaged one is told."""
    folder = home / ".config/baryta/styles"
    folder.mkdir(parents=True)
    text = baryta(home, "styles", "show", "neutral").stdout
    (folder / "mine.toml").write_text(text.replace('"Neutral"', '"Mine"'))
    (folder / "broken.toml").write_text("name = ")
    run = baryta(home, "styles", "list")
    assert "Mine" in run.stdout
    assert "broken.toml:1" in run.stderr


@pytest.mark.parametrize("suffix", ["cube", "png", "dcp"])
def test_looks_are_exported(home: Path, tmp_path: Path, suffix: str) -> None:
    """A look becomes a .cube, HaldCLUT or .dcp file."""
    output = tmp_path / f"look.{suffix}"
    run = baryta(home, "styles", "export", "authentic", "-o", output)
    assert run.returncode == 0, run.stderr
    assert output.stat().st_size > 10_000


def test_doctor_speaks_json(home: Path) -> None:
    """Each finding has a check, a status, and a remedy where it is not good."""
    run = baryta(home, "doctor", "--json")
    findings = json.loads(run.stdout)["findings"]
    assert {"core", "camera", "memory", "pictures", "display"} <= {f["check"] for f in findings}
    assert all(f["remedy"] for f in findings if f["status"] == "warning")


@pytest.mark.usefixtures("ctrl_c_is_heard")
def test_ctrl_c_leaves_nothing_half_written(home: Path, tmp_path: Path) -> None:
    """Interrupted in the middle of a shot, it says so in one line and leaves no file."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "app", "shoot", "--source", "simulated", "--json"]
    with subprocess.Popen(
        [*command, "--out", str(out)],
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 60
        while not out.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert stderr.strip() in (
        "baryta: interrupted; nothing half-written is left",
        f"baryta: interrupted; the frames wait: baryta library recover --out {out}",
    )
    assert stdout == ""
    assert [path for path in out.iterdir() if path.name != ".baryta"] == []
    assert list(out.rglob("*.part")) == []
