"""A .cube dropped into the configuration folder, as a person uses it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.main import main
from app.pictures.read_dng import read_dng

NEGATIVE = Path(__file__).parents[2] / "data" / "camera-raw.dng"
INVERTED = 'TITLE "Inverted"\nLUT_1D_SIZE 2\n1 1 1\n0 0 0\n'


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table in a configuration of its own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "baryta" / "styles"
    folder.mkdir(parents=True)
    path = folder / "inverted.cube"
    path.write_text(INVERTED)
    return path


def test_it_is_listed_shown_and_checked(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It appears under its title; show tells what it is instead of its numbers."""
    assert main(["styles", "list"]) == 0
    assert "Inverted" in capsys.readouterr().out
    assert main(["styles", "show", "inverted"]) == 0
    shown = capsys.readouterr().out
    assert str(table) in shown
    assert "size: 2" in shown
    assert main(["styles", "show", "inverted", "--json"]) == 0
    cube = json.loads(capsys.readouterr().out)["cube"]
    assert (cube["dimensions"], cube["size"], cube["input"]) == (1, 2, "picture")
    assert main(["styles", "check", str(table)]) == 0
    assert "Inverted is a valid look" in capsys.readouterr().out
    table.write_text(INVERTED.replace("0 0 0", "0 0"))
    assert main(["styles", "check", str(table)]) == 1
    said = capsys.readouterr().err
    assert "inverted.cube:4: a line of the table has 3 numbers" in said
    assert len(said.splitlines()) == 1


def test_pictures_are_made_with_it(table: Path, tmp_path: Path) -> None:
    """A negative developed in it is the Neutral picture through the table."""
    means = {}
    for look in ("neutral", "inverted"):
        output = tmp_path / f"{look}.jpg"
        assert main(["develop", str(NEGATIVE), "-o", str(output), "--style", look]) == 0
        with Image.open(output) as picture:
            means[look] = np.asarray(picture.convert("L")).astype(float)
    assert table.exists()
    assert np.corrcoef(means["neutral"].ravel(), means["inverted"].ravel())[0, 1] < -0.95
    assert abs(means["neutral"].mean() + means["inverted"].mean() - 255.0) < 6.0


def test_negatives_remember_it(table: Path, tmp_path: Path) -> None:
    """A shot in it says so in its DNG, and is developed in it again by default."""
    out = tmp_path / "out"
    source = f"simulated:{NEGATIVE.with_name('carrots.exr')}"
    shot = ["shoot", "--source", source, "--frames", "1", "--style", "Inverted"]
    assert main([*shot, "--out", str(out)]) == 0
    negative = next(out.rglob("*.DNG"))
    assert table.exists()
    assert read_dng(negative).info.style == "Inverted"
