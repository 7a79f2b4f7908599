import json
from pathlib import Path

import numpy as np
import pytest
from commands import told

from app.main import main
from app.pictures.read_dng import read_dng
from app.pictures.shot_info import read_shot_info
from capture.scenes import Scene
from capture.simulated import SimulatedSource
from capture.source import CameraSource
from tests.standing_clock import NoTime
from tests.white_wall import WALL


def camera(name: str) -> CameraSource:
    """A small simulated camera before a white wall, or before its scene."""
    scene: Scene | str = name.partition(":")[2] or "still-life"
    if scene == "wall":
        scene = WALL
    return SimulatedSource(scene, size=(512, 384), clock=NoTime())


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("app.main.open_source", camera)


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a lens command says."""
    assert main(["lens", *arguments]) == 0
    return capsys.readouterr().out


def test_a_lens_goes_from_the_book_into_the_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Added, used, stopped down, listed, and told in JPEG and DNG with its equivalent."""
    say(capsys, "add", "Fast fifty", "--focal-length", "50", "--f-number", "1", "--mount", "M")
    say(capsys, "add", "Telephoto", "--focal-length", "135", "--mount", "M")
    assert say(capsys, "use", "fast", "--f-number", "2.8") == "Fast fifty: on the camera\n"
    listed = say(capsys, "list").splitlines()
    assert listed[0] == "* Fast fifty  50 mm (as 275 mm on film), f/2.8, M"
    assert listed[1].startswith("  Telephoto   135 mm")
    assert say(capsys, "frame", "100").startswith("left 25.0 %, top 25.0 %, right 75.0 %")
    shot = told(capsys, "shoot", "--source", "simulated", "--mode", "single", "--out", tmp_path)
    for path in shot["paths"]:
        info = read_shot_info(Path(path))
        assert (info.lens, info.focal_length, info.f_number) == ("Fast fifty", 50.0, 2.8)
        assert info.focal_length_35mm is not None
    say(capsys, "use", "none")
    shot = told(capsys, "shoot", "--source", "simulated", "--mode", "single", "--out", tmp_path)
    assert read_shot_info(Path(shot["paths"][0])).lens is None


def test_a_long_lens_is_held_for_less_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the book knows reaches the exposure of a press in a dim street."""
    shoot = ("shoot", "--source", "simulated:night-street", "--frames", "2", "--out", tmp_path)
    usual = told(capsys, *shoot)["exposures"][0]["exposure_time"]
    say(capsys, "add", "Telephoto", "--focal-length", "135", "--mount", "M")
    say(capsys, "use", "telephoto")
    assert told(capsys, *shoot)["exposures"][0]["exposure_time"] < usual / 4


def test_a_measured_lens_evens_its_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its profile is in the DNG's gain maps, and a white wall comes out even to its corners."""
    say(capsys, "add", "Old wide", "--focal-length", "12")
    say(capsys, "use", "old")
    found = json.loads(say(capsys, "flat", "--source", "simulated:wall", "--json"))
    assert Path(found["path"]).is_relative_to(tmp_path / "config")
    assert found["corners"] > 1.5
    assert Path(found["path"]).stem.endswith("-imx477_simulated")  # never a real sensor's
    shot = ("shoot", "--source", "simulated:wall", "--mode", "single", "--out", tmp_path)
    negative = read_dng(Path(told(capsys, *shot)["paths"][1]))
    assert negative.shading is not None
    assert negative.shading.shape == (4, 13, 17)
    green = negative.mosaic[0::2, 1::2].astype(float) - negative.format.black[1]
    zones = green.reshape(8, 24, 8, 32).mean((1, 3))
    gain = negative.shading[1][np.linspace(0, 12, 8).round().astype(int)]
    even = zones * gain[:, np.linspace(0, 16, 8).round().astype(int)]
    assert zones.std() / zones.mean() > 0.1
    assert even.std() / even.mean() < 0.06


def test_a_damaged_book_or_profile_costs_no_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The picture is taken without it; the lens commands say what is wrong."""
    book = tmp_path / "config" / "baryta" / "lenses" / "lenses.toml"
    book.parent.mkdir(parents=True)
    book.write_text("[[lens]\n")
    shot = ("shoot", "--source", "simulated", "--mode", "single", "--out", tmp_path)
    assert len(told(capsys, *shot)["paths"]) == 2
    assert main(["lens", "list"]) == 1
    assert "not valid TOML" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["use", "mine"], 1, "no lens is called 'mine'"),
        (["remove", "mine"], 1, "none yet: baryta lens add"),
        (["add", "x", "--focal-length", "-5"], 1, "0.1 to 10000 mm"),
        (["flat", "--source", "simulated:wall"], 2, "baryta lens use NAME"),
        (["frame", "90"], 2, "baryta lens use NAME"),
        (["add", "x", "--focal-length", "0"], 2, "leave it out if it is not known"),
        (["add", "x", "--f-number", "0"], 2, "leave it out if it is not known"),
        (["add", "x", "--focal-length", "nan"], 1, "0.1 to 10000 mm"),
        (["use", "none", "--f-number", "2"], 2, "--f-number is of a lens"),
    ],
)
def test_wrong_lenses_are_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    """What cannot be done is told in a line with the remedy."""
    assert main(["lens", *arguments]) == status
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1


@pytest.mark.parametrize("figure", ["nan", "-3", "0", "1e9"])
def test_a_wrong_aperture_leaves_the_book_as_it_was(
    capsys: pytest.CaptureFixture[str], figure: str
) -> None:
    """It is refused before it is written, so that the book can be read ever after."""
    say(capsys, "add", "Fifty", "--focal-length", "50", "--f-number", "2")
    assert main(["lens", "use", "fifty", "--f-number", figure]) != 0
    assert "--f-number 0" in capsys.readouterr().err or figure != "0"
    assert "f/2" in say(capsys, "list")


def test_an_empty_book_says_how_a_lens_is_added(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is listed, and the remedy is told beside it."""
    assert main(["lens", "list"]) == 0
    told_words = capsys.readouterr()
    assert told_words.out == ""
    assert "baryta lens add NAME" in told_words.err


def test_a_frame_is_of_a_focal_length(capsys: pytest.CaptureFixture[str]) -> None:
    """What is none is told with the range."""
    say(capsys, "add", "Fifty", "--focal-length", "50")
    say(capsys, "use", "fifty")
    assert main(["lens", "frame", "nan"]) == 2
    assert "0.1 to 10000 mm" in capsys.readouterr().err
