"""Sidecars for other programs, written when asked for."""

import json
import xml.etree.ElementTree as ET
from configparser import ConfigParser
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from commands import told
from PIL import Image

from app.main import main
from app.pictures.read_dng import read_dng
from app.pictures.sidecars import encode_sidecars
from native import MosaicFormat
from styles import load
from styles.read_cube import read_cube

DATA = Path(__file__).parents[2] / "data"
RAW = DATA / "camera-raw.dng"

pytestmark = pytest.mark.usefixtures("home")


def test_a_shot_has_them_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    """Four files beside the DNG, named after it; none without the option, or without a look."""
    source = ("shoot", "--source", f"simulated:{DATA / 'carrots.exr'}", "--mode", "single")
    plain = told(capsys, *source)["paths"]
    with_them = [Path(path) for path in told(capsys, *source, "--sidecars")["paths"]]
    without_look = told(capsys, *source, "--sidecars", "--style", "none")["paths"]
    assert len(plain) == len(without_look) == 2
    assert [path.name for path in with_them] == [
        "BARY0002.JPG",
        "BARY0002.DNG",
        "BARY0002.DNG.pp3",
        "BARY0002-Rec2020.tif",
        "BARY0002.DNG.xmp",
        "BARY0002.cube",
    ]
    assert all(path.is_file() for path in with_them)
    assert [row["id"] for row in told(capsys, "library", "list")["pictures"]] == [
        "0001",
        "0002",
        "0003",
    ]


def test_a_merged_file_has_them_on_request(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the output, which the programs' own files name."""
    output = home / "a & b.dng"
    paths = told(capsys, "merge", RAW, "-o", output, "--sidecars")["paths"]
    assert {Path(path).name for path in paths} == {
        "a & b.dng",
        "a & b.dng.pp3",
        "a & b-Rec2020.tif",
        "a & b.dng.xmp",
        "a & b.cube",
    }
    profile = ConfigParser()
    profile.read(home / "a & b.dng.pp3", encoding="utf-8")
    assert (home / profile["Film Simulation"]["ClutFilename"]).is_file()
    tree = ET.parse(home / "a & b.dng.xmp")  # noqa: S314  (our own file)
    (described,) = tree.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    assert described.get("{http://ns.adobe.com/xap/1.0/mm/}DerivedFrom") == output.name
    modules = list(tree.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"))
    parameters = bytes.fromhex(modules[1].get("{http://darktable.sf.net/}params") or "")
    assert (home / parameters[:512].split(b"\0")[0].decode()).is_file()


@pytest.mark.parametrize("name", ["a.dng.xmp", "a.dng.pp3", "a.cube", "a-Rec2020.tif"])
def test_what_is_there_already_stays(
    home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Another program's edits and tables of a person's own are not lost; the others are new."""
    output, there = home / "a.dng", home / name
    there.write_text("hours of work")
    assert main(["merge", str(RAW), "-o", str(output), "--sidecars", "--json"]) == 0
    captured = capsys.readouterr()
    assert f"{there} is there already and stays" in captured.err
    assert str(there) not in captured.out
    assert there.read_text() == "hours of work"
    assert len(json.loads(captured.out)["paths"]) == 4
    assert main(["merge", str(RAW), "-o", str(output), "--sidecars"]) == 0
    assert capsys.readouterr().err.count("is there already and stays") == 1


def test_tables_are_white_where_the_raw_clips(tmp_path: Path) -> None:
    """Both tables go from black to white and give greys no colour, with a push and without."""
    negative = read_dng(RAW)
    for name, content in encode_sidecars("a.dng", "a", negative, load("Neutral")).items():
        (tmp_path / name).write_bytes(content)
    nodes = read_cube(tmp_path / "a.cube").nodes()
    greys = np.array([nodes[i, i, i] for i in range(len(nodes))])
    assert np.ptp(greys, axis=1).max() < 1e-3
    assert greys[0].max() < 0.01
    assert greys[-1].min() == 1.0
    assert (np.diff(greys[:, 0]) > 0.0).all()
    with Image.open(tmp_path / "a-Rec2020.tif") as image:
        assert image.size == (512, 512)
        assert image.info.get("icc_profile") is None


def test_a_mono_sensor_has_none() -> None:
    """Its file holds no colour for those programs to start from."""
    raw = read_dng(RAW)
    mono = replace(
        raw,
        calibrations=(),
        format=MosaicFormat((1, 1, 1, 1), raw.format.black, raw.format.white),
    )
    assert encode_sidecars("a.dng", "a", mono, load("Neutral")) == {}


def test_names_that_a_table_cannot_tell(tmp_path: Path) -> None:
    """Quotes and line ends of a name do not break the table, and no name is cut short."""
    negative = read_dng(RAW)
    name = 'a "b"\nLUT_3D_SIZE 2'
    (tmp_path / "a.cube").write_bytes(
        encode_sidecars("a.dng", name, negative, load("Neutral"))[f"{name}.cube"]
    )
    assert read_cube(tmp_path / "a.cube").title == "a 'b' LUT_3D_SIZE 2"
    with pytest.raises(ValueError, match="too long for a table"):
        encode_sidecars("a.dng", "é" * 256, negative, load("Neutral"))
