"""A picture in another look, long after the shot."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.main import main
from app.pictures.shot_info import read_shot_info

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, so that nobody's settings or pictures are touched."""
    for name in ("XDG_CONFIG_HOME", "XDG_PICTURES_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    """Runs a command with --json and gives back its one object."""
    status = main([*map(str, arguments), "--json"])
    captured = capsys.readouterr()
    assert status == 0, captured.err
    result: dict[str, Any] = json.loads(captured.out)
    return result


def test_restyled_and_as_it_was(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The new JPEG is what develop makes in that look; the shot's own files keep every byte."""
    source = f"simulated:{DATA / 'carrots.exr'}"
    shot = told(capsys, "shoot", "--source", source, "--frames", "2", "--style", "Neutral")
    before = [Path(path).read_bytes() for path in shot["paths"]]
    again = told(capsys, "library", "restyle", "1", "--style", "monochrome")
    assert [Path(path).read_bytes() for path in shot["paths"]] == before
    (path,) = map(Path, again["paths"])
    assert path.name == "BARY0002.JPG"
    assert again["style"] == "Monochrome"
    assert again["frames_used"] == 2
    developed = home / "developed.jpg"
    told(capsys, "develop", shot["paths"][1], "-o", developed, "--style", "monochrome")
    with Image.open(path) as restyled, Image.open(developed) as wanted:
        assert np.array_equal(np.asarray(restyled), np.asarray(wanted))
    info = read_shot_info(path)
    assert (info.style, info.negative) == ("Monochrome", "BARY0001.DNG")
    rows = told(capsys, "library", "list")["pictures"]
    assert [(row["id"], row["style"]) for row in rows] == [
        ("0001", "Neutral"),
        ("0002", "Monochrome"),
    ]

    for number, said in (("2", "restyle BARY0001.DNG, which it was made of"), ("9", "0001 to")):
        assert main(["library", "restyle", number, "--style", "Neutral"]) == 1
        captured = capsys.readouterr()
        assert said in captured.err
        assert captured.err.count("\n") == 1
