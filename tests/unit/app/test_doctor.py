"""What baryta doctor finds on machines of all kinds."""

import errno
import os
import sys
from pathlib import Path

import pytest
from pi_camera import FakeCamera, module

from app import display
from app.cli import doctor


def test_the_remedy_names_the_group_that_owns_the_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cameras and screens are video's, render nodes are render's; open devices are not told."""
    (tmp_path / "dri").mkdir()
    for name in ("video0", "video1", "dri/card1", "dri/renderD128"):
        (tmp_path / name).touch()
    assert list(doctor.check_permissions(tmp_path)) == []
    monkeypatch.setattr(os, "access", lambda path, _mode: path.name == "video0")
    found = {
        f.found.removeprefix(f"no access to {tmp_path}/"): f.remedy.split()[3]
        for f in doctor.check_permissions(tmp_path)
    }
    assert found == {"video1": "video", "dri/card1": "video", "dri/renderD128": "render"}


def test_a_screen_counts_when_it_is_connected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Doctor and the app agree on whether there is a display."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
    port = tmp_path / "class/drm/card0-HDMI-A-1"
    port.mkdir(parents=True)
    for status, expected in (("disconnected", "warning"), ("connected", "good")):
        (port / "status").write_text(f"{status}\n")
        finding = doctor.check_display({}, tmp_path)
        assert finding.status == expected
        assert bool(display.missing({}, tmp_path)) == bool(finding.remedy)
    assert doctor.check_display({"DISPLAY": ":0"}, tmp_path / "none").status == "good"
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert "pip install" in doctor.check_display({"DISPLAY": ":0"}, tmp_path).remedy


def test_a_disk_that_does_not_answer_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card that fails when asked for its room is told like any other trouble."""
    assert doctor.check_disk(tmp_path).status in {"good", "warning"}

    def broken(_path: Path) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("shutil.disk_usage", broken)
    finding = doctor.check_disk(tmp_path)
    assert finding.status == "bad"
    assert "input/output error" in finding.found
    assert finding.remedy


@pytest.mark.parametrize(
    ("model", "granted", "status", "told"),
    [
        ("imx477", "SRGGB16", "good", "raw SRGGB16, preview"),
        ("imx477", "RGGB_PISP_COMP1", "warning", "lossy"),
        ("imx999", "SRGGB12", "warning", "does not know"),
        ("imx477", None, "bad", "no raw"),
    ],
)
def test_each_camera_tells_its_raw(
    monkeypatch: pytest.MonkeyPatch, model: str, granted: str | None, status: str, told: str
) -> None:
    """The raw granted is shown, and what is wrong with it."""

    class Camera(FakeCamera):
        pass

    Camera.model, Camera.granted = model, granted
    monkeypatch.setitem(sys.modules, "picamera2", module(Camera))
    (finding,) = doctor.check_cameras()
    assert (finding.check, finding.status) == ("camera", status)
    assert told in finding.found
    assert bool(finding.remedy) == (status != "good")


def test_two_cameras_of_a_kind_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """They have the numbers that the app calls them by."""

    class Twins(FakeCamera):
        cameras = ({"Model": "imx477", "Num": 0}, {"Model": "imx477", "Num": 1})

    monkeypatch.setitem(sys.modules, "picamera2", module(Twins))
    found = [finding.found for finding in doctor.check_cameras()]
    assert [words.partition(":")[0] for words in found] == ["imx477 0", "imx477 1"]
