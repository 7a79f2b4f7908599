import json
import sys
from pathlib import Path

import pytest
from pi_camera import FakeCamera, module

from app import main
from app.cameras import Camera, Cameras
from app.settings import Settings
from capture.simulated import SimulatedSource
from capture.source import CameraError, Controls


def _cameras(memory: Path | None = None) -> Cameras:
    return Cameras([Camera(name, SimulatedSource) for name in ("imx477", "imx708")], memory)


def test_what_lasts_is_remembered_by_camera(tmp_path: Path) -> None:
    """Mains and compensation outlive the session, for each camera; a touched point does not."""
    memory = tmp_path / "state/cameras.json"
    cameras = _cameras(memory)
    cameras.set(Controls(exposure_value=1, mains=60))
    cameras.choose("imx708")
    cameras.set(Controls(exposure_value=-1.0, focus_at=(0.1, 0.2), lens_position=3.0))
    again = _cameras(memory)
    assert again.chosen == "imx708"
    assert again.controls == Controls(exposure_value=-1.0)
    again.choose("imx477")
    assert again.controls == Controls(exposure_value=1.0, mains=60)
    assert [file.name for file in memory.parent.iterdir()] == ["cameras.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]",
        "{",
        "[" * 100_000,
        json.dumps({"chosen": ["imx708"], "imx477": {"mains": 55, "exposure_value": 1e300}}),
        json.dumps({"chosen": "gone", "imx477": "none"}),
        json.dumps({"imx477": {"mains": True, "exposure_value": "1"}}),
    ],
)
def test_a_damaged_memory_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    """What cannot be read, or no camera can do, is the default."""
    memory = tmp_path / "cameras.json"
    memory.write_text(text)
    cameras = _cameras(memory)
    assert cameras.chosen == "imx477"
    assert cameras.controls == Controls()


def test_a_full_disk_costs_no_setting(tmp_path: Path) -> None:
    """Where nothing can be written, what is set holds for the session."""
    (tmp_path / "file").write_text("")
    cameras = _cameras(tmp_path / "file/cameras.json")
    cameras.set(Controls(mains=50))
    assert cameras.controls.mains == 50


def test_only_cameras_at_hand_can_be_chosen() -> None:
    """An unknown name is refused, with those there are; no camera at all is an error."""
    with pytest.raises(ValueError, match="imx477, imx708"):
        _cameras().choose("imx219")
    with pytest.raises(ValueError, match="must be a camera"):
        Cameras([])


def test_mains_are_the_settings_own_until_somebody_sets_them(tmp_path: Path) -> None:
    """A file that tells of compensation alone follows the settings; off is a choice too."""
    memory = tmp_path / "cameras.json"
    by_default = Cameras([Camera("imx477", SimulatedSource)], memory, mains=50)
    assert by_default.controls.mains == 50
    by_default.set(Controls(exposure_value=1.0, mains=50))
    again = Cameras([Camera("imx477", SimulatedSource)], memory, mains=60)
    assert again.controls.mains == 60
    by_default.set(Controls(mains=0))
    again = Cameras([Camera("imx477", SimulatedSource)], memory, mains=50)
    assert again.controls.mains == 0


@pytest.mark.parametrize("source", ["auto", "picamera2", "picamera2:0"])
def test_the_only_camera_is_remembered_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str
) -> None:
    """What lasts outlives the session with one camera, and leaves which of two was chosen."""
    monkeypatch.setitem(sys.modules, "picamera2", module(FakeCamera))
    memory = tmp_path / "cameras.json"
    memory.write_text(json.dumps({"chosen": "imx708"}))
    settings = Settings(state=tmp_path, mains=60)
    cameras = main._cameras(source, settings, SimulatedSource)  # noqa: SLF001
    assert cameras.controls == Controls(mains=60)
    cameras.set(Controls(exposure_value=1.0, mains=50))
    again = main._cameras(source, settings, SimulatedSource)  # noqa: SLF001
    assert again.controls == Controls(exposure_value=1.0, mains=50)
    assert json.loads(memory.read_text())["chosen"] == "imx708"


@pytest.mark.parametrize(
    ("source", "models", "names", "chosen"),
    [
        ("auto", ("imx477", "imx708"), ("imx477", "imx708"), "imx477"),
        ("picamera2:1", ("imx477", "imx708"), ("imx477", "imx708"), "imx708"),
        ("auto", ("imx708", "imx708"), ("imx708 0", "imx708 1"), "imx708 0"),
        ("picamera2", ("imx219",), ("imx219",), "imx219"),
        ("auto", (), ("auto",), "auto"),
        ("simulated", ("imx477", "imx708"), ("simulated",), "simulated"),
    ],
)
def test_a_source_stands_for_cameras(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    source: str,
    models: tuple[str, ...],
    names: tuple[str, ...],
    chosen: str,
) -> None:
    """All real cameras are at hand, the one named first; two of a kind are told apart."""

    class Two(FakeCamera):
        cameras = tuple({"Model": model, "Num": n} for n, model in enumerate(models))

    monkeypatch.setitem(sys.modules, "picamera2", module(Two))
    cameras = main._cameras(source, Settings(state=tmp_path), SimulatedSource)  # noqa: SLF001
    assert (cameras.names, cameras.chosen) == (names, chosen)


def test_a_camera_is_itself_when_another_is_pulled_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Numbers move up then; a camera is opened by its socket, or told as not found."""
    wide = {"Model": "imx477", "Id": "/base/soc/i2c0mux/i2c@0/imx477@1a"}
    tele = {"Model": "imx708", "Id": "/base/soc/i2c0mux/i2c@1/imx708@1a"}
    opened = []

    class Sockets(FakeCamera):
        cameras = (wide, tele)

        def __init__(self, number: int) -> None:
            super().__init__(number)
            opened.append(Sockets.cameras[number])

    monkeypatch.setitem(sys.modules, "picamera2", module(Sockets))
    cameras = main._cameras("auto", Settings(state=tmp_path), SimulatedSource)  # noqa: SLF001
    cameras.choose("imx708")
    Sockets.cameras = (tele,)
    source = cameras.open()
    source.start()
    source.stop()
    assert opened == [tele]
    Sockets.cameras = (wide,)
    with pytest.raises(CameraError, match="no camera imx708 was found; check the cable"):
        cameras.open().start()
    assert opened == [tele]


def test_two_of_a_kind_keep_their_settings_when_one_is_pulled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They are remembered by their sockets: the one that is left, and both when it is back."""
    left, right = ({"Model": "imx708", "Id": f"/base/i2c@{n}/imx708@1a"} for n in (0, 1))

    class Sockets(FakeCamera):
        cameras = (left, right)

    monkeypatch.setitem(sys.modules, "picamera2", module(Sockets))

    def found() -> Cameras:
        return main._cameras("auto", Settings(state=tmp_path), SimulatedSource)  # noqa: SLF001

    both = found()
    both.set(Controls(exposure_value=-1.0))
    both.choose("imx708 1")
    both.set(Controls(exposure_value=1.0, mains=50))
    Sockets.cameras = (right,)
    alone = found()
    assert (alone.names, alone.controls) == (("imx708",), Controls(exposure_value=1.0, mains=50))
    alone.set(Controls(exposure_value=2.0, mains=50))
    Sockets.cameras = (left, right)
    again = found()
    assert (again.chosen, again.controls.exposure_value) == ("imx708 1", 2.0)
    again.choose("imx708 0")
    assert again.controls == Controls(exposure_value=-1.0)
