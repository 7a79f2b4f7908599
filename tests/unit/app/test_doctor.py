"""What baryta doctor finds on machines of all kinds."""

import errno
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from pi_camera import FakeCamera, module

from app import display
from app.cli import doctor
from app.main import main


def test_the_remedy_names_the_group_that_owns_the_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cameras and screens are video's, render nodes are render's; open devices are not told.

    Keys and touch are asked for on the console only, pins where somebody may be let at them.
    """
    told = {
        "video1": "video",
        "media0": "video",
        "dma_heap/linux,cma": "video",
        "dri/card1": "video",
        "dri/renderD128": "render",
        "gpiochip0": "gpio",
        "input/event0": "input",
    }
    for name in ("video0", *told):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    groups = [SimpleNamespace(gr_name=name) for name in sorted({*told.values()})]
    monkeypatch.setattr("grp.getgrall", lambda: groups)
    assert list(doctor.check_permissions(tmp_path)) == []
    monkeypatch.setattr(os, "access", lambda path, _mode: path.name == "video0")

    def found(*, console: bool) -> dict[str, str]:
        return {
            f.found.removeprefix(f"no access to {tmp_path}/"): f.remedy.split()[3]
            for f in doctor.check_permissions(tmp_path, console=console)
        }

    assert found(console=True) == told
    groups[:] = [group for group in groups if group.gr_name != "gpio"]
    del told["gpiochip0"], told["input/event0"]
    assert found(console=False) == told


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


def test_two_of_a_kind_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cameras of one model have their numbers, as the app has them; others their name alone."""

    class Camera(FakeCamera):
        cameras = tuple(
            {"Model": m, "Num": n} for n, m in enumerate(("imx477", "imx708", "imx477"))
        )

    monkeypatch.setitem(sys.modules, "picamera2", module(Camera))
    names = [finding.found.partition(":")[0] for finding in doctor.check_cameras()]
    assert names == ["imx477 0", "imx708", "imx477 2"]


def test_every_warning_of_a_camera_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown sensor that is short of memory and loses detail says all three, with remedies."""

    class Camera(FakeCamera):
        model, granted = "imx999", "RGGB_PISP_COMP1"

        def start(self) -> None:
            if self.configuration["buffer_count"] > 2:
                raise RuntimeError("Failed to allocate buffers: Cannot allocate memory")
            super().start()

    monkeypatch.setitem(sys.modules, "picamera2", module(Camera))
    found = list(doctor.check_cameras())
    told = ("does not know", "2 buffers of 4", "drops detail")
    assert [finding.status for finding in found] == ["warning"] * 3
    assert all(words in finding.found for words, finding in zip(told, found, strict=True))
    assert len({finding.remedy for finding in found}) == 3


def test_what_is_bad_is_named_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three cameras that fail need attention as one thing: the lines above tell which."""

    class Camera(FakeCamera):
        cameras = tuple({"Model": "imx477", "Num": number} for number in range(3))
        granted = None

    monkeypatch.setitem(sys.modules, "picamera2", module(Camera))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["doctor"]) == 1
    told = capsys.readouterr()
    assert told.err.count("needs attention") == told.err.count("camera") == 1
    assert all(f"bad     camera: imx477 {number}: " in told.out for number in range(3))


def test_a_remedy_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without picamera2 the finding is the cause alone, and how to install it is in the remedy."""
    monkeypatch.setitem(sys.modules, "picamera2", None)
    (finding,) = doctor.check_cameras()
    assert ";" not in finding.found
    assert "apt install" in finding.remedy
    assert finding.remedy.endswith("or use --source simulated")
