"""What baryta shoot says of a camera that lacks something, and sets on one that does not."""

from pathlib import Path
from typing import ClassVar

import pytest
from commands import told

from app.main import main
from capture.simulated import SimulatedSource
from capture.source import Abilities, Controls

SHOT = ("shoot", "--source", "simulated", "--mode", "single", "--out")


class Small(SimulatedSource):
    """A small camera that keeps what was set on it."""

    heard: ClassVar[list[Controls]] = []

    def __init__(self) -> None:
        super().__init__("still-life", size=(256, 192))
        self.heard.clear()

    def set_controls(self, controls: Controls) -> None:
        self.heard.append(controls)
        super().set_controls(controls)


class Bare(Small):
    """The same, with an unknown sensor, no motor and no way to avoid flicker."""

    abilities = Abilities(sensor_known=False)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera that can do nothing special."""
    monkeypatch.setattr("app.main.open_source", lambda _name: Bare())


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera that can."""
    monkeypatch.setattr("app.main.open_source", lambda _name: Small())


@pytest.mark.usefixtures("bare")
def test_what_the_camera_does_not_take_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sensor, lens and lamps have a line each before the picture, which is taken all the same."""
    options = ("--focus", "1m", "--mains", "50")
    assert main([*SHOT, str(tmp_path), *options]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert "is a sensor Baryta does not know" in lines[0]
    assert "--focus is left out: this camera has no lens motor" in lines[1]
    assert "--mains is left out: this camera cannot avoid flicker" in lines[2]
    assert Bare.heard == []
    assert len(list(tmp_path.glob("*.JPG"))) == 1


@pytest.mark.usefixtures("bare")
def test_an_unknown_sensor_is_a_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts hear of it in the object of --json."""
    assert told(capsys, *SHOT, tmp_path)["sensor_known"] is False


@pytest.mark.usefixtures("able")
def test_a_camera_that_can_is_not_talked_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a known sensor, a motor and flicker control nothing but the plan is told."""
    assert main([*SHOT, str(tmp_path), "--focus", "1m", "--mains", "60"]) == 0
    lines = capsys.readouterr().err.splitlines()
    (line,) = (line for line in lines if line.startswith("baryta: "))
    assert line.startswith("baryta: single: ")
    assert Small.heard[0] == Controls(lens_position=1.0, mains=60)
    assert told(capsys, *SHOT, tmp_path)["sensor_known"] is True


@pytest.mark.parametrize(
    ("options", "heard"), [((), 50), (("--mains", "60"), 60), (("--mains", "off"), 0)]
)
@pytest.mark.usefixtures("able")
def test_mains_are_the_settings_own_unless_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], heard: int
) -> None:
    """The settings' mains hold for every shot, and the option comes before them."""
    file = tmp_path / "settings.toml"
    file.write_text("mains = 50\n")
    monkeypatch.setattr("app.main.settings_path", lambda: file)
    assert main([*SHOT, str(tmp_path / "out"), *options]) == 0
    assert [controls.mains for controls in Small.heard] == [heard] * bool(heard)


def test_mains_have_two_frequencies(capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else is wrong usage, and the line says what there is."""
    with pytest.raises(SystemExit):
        main([*SHOT, "out", "--mains", "55"])
    assert "must be 50, 60 or off, not 55" in capsys.readouterr().err
