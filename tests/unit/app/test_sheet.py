"""baryta styles sheet, as a person calls it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.main import main

NEGATIVE = Path(__file__).parents[2] / "data" / "camera-raw.dng"


@pytest.fixture
def looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of its own: the folder of a person's own looks, empty."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "baryta" / "styles"
    folder.mkdir(parents=True)
    return folder


def test_a_sheet_shows_every_look(
    looks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Baryta's looks and a person's own stand on it; a damaged file is told and left out."""
    mine = 'version = 1\nname = "Mine"\n[tone]\nexposure = 3\n'
    (looks / "mine.toml").write_text(mine)
    (looks / "bad.toml").write_text("version = 2\n")
    output = tmp_path / "sheet.jpg"
    assert main(["styles", "sheet", str(NEGATIVE), "-o", str(output), "--json"]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["paths"] == [str(output)]
    assert told["styles"][0] == "Authentic"
    assert told["styles"][-1] == "Mine"
    assert "bad.toml:1" in said.err
    assert {"read", "develop", "style", "write"} <= told["milliseconds"].keys()
    with Image.open(output) as page:
        assert page.info["icc_profile"]
        pixels = np.asarray(page).astype(float)
    bright = pixels.mean(-1) > 120
    columns = np.nonzero(bright.any(0))[0]
    assert columns.min() < 0.1 * page.width
    assert page.width > page.height


def test_progress_goes_to_the_log(
    looks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the way to people the path and the times are the result, on stdout; the rest is not."""
    assert looks.is_dir()
    output = tmp_path / "sheet.jpg"
    assert main(["styles", "sheet", str(NEGATIVE), "-o", str(output)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == str(output)
    assert lines[1].startswith("read ")
    assert len(lines) == 2


def test_tone_mapping_may_be_turned_off(looks: Path, tmp_path: Path) -> None:
    """--tone-mapping does on a sheet what it does on a picture."""
    assert looks.is_dir()
    pages = []
    for strength in ("0", "2"):
        output = tmp_path / f"sheet{strength}.jpg"
        words = ["styles", "sheet", str(NEGATIVE), "-o", str(output), "--tone-mapping", strength]
        assert main([*words, "--ev", "-3"]) == 0
        pages.append(output.read_bytes())
    assert pages[0] != pages[1]
