"""A picture in another look, long after the shot."""

from pathlib import Path

import numpy as np
import pytest
from commands import told
from PIL import Image

from app.main import main
from app.pictures.shot_info import read_shot_info

DATA = Path(__file__).parents[2] / "data"

pytestmark = pytest.mark.usefixtures("home")


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
