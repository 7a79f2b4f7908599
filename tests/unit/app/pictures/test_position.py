"""Where a picture was taken."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.pictures.dng import encode_dng
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative
from app.pictures.position import Position, parse_position
from app.pictures.read_dng import read_dng
from app.pictures.shot_info import read_shot_info

MakeNegative = Callable[..., Negative]

PLACES = [
    Position(46.5372, 8.1262, 4158.0),
    Position(-33.8567844, 151.2152967),
    Position(31.559, -35.473, -430.5),
    Position(0.0, 0.0, 0.0),
    Position(90.0, -180.0),
]


@pytest.mark.parametrize("place", PLACES)
def test_it_comes_back(make_negative: MakeNegative, tmp_path: Path, place: Position) -> None:
    """Both files give the position back to the last digit, and say nothing without one."""
    negative = make_negative()
    placed = replace(negative, info=replace(negative.info, position=place))
    picture = np.zeros((32, 32, 3), np.uint8)
    dng, jpeg = tmp_path / "a.dng", tmp_path / "a.jpg"
    dng.write_bytes(encode_dng(placed, picture))
    jpeg.write_bytes(encode_jpeg(picture, placed.info))
    assert read_dng(dng).info == read_shot_info(jpeg) == placed.info
    dng.write_bytes(encode_dng(negative, picture))
    assert read_dng(dng).info.position is None
    assert b"GPS" not in encode_jpeg(picture, negative.info)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exiftool_finds_the_place_and_the_lens(make_negative: MakeNegative, tmp_path: Path) -> None:
    """Without a warning, in both files."""
    negative = make_negative()
    info = replace(negative.info, position=PLACES[1])
    picture = np.zeros((32, 32, 3), np.uint8)
    dng, jpeg = tmp_path / "a.dng", tmp_path / "a.jpg"
    dng.write_bytes(encode_dng(replace(negative, info=info), picture))
    jpeg.write_bytes(encode_jpeg(picture, info))
    for path in (dng, jpeg):
        command = ["exiftool", "-json", "-n", "-validate", "-warning", "-error", "-a", "-all"]
        out = subprocess.run([*command, str(path)], capture_output=True, check=True, text=True)
        (tags,) = json.loads(out.stdout)
        assert tags["GPSLatitude"] == pytest.approx(-33.8567844, abs=1e-8)
        assert tags["GPSLongitude"] == pytest.approx(151.2152967, abs=1e-8)
        assert tags["LensModel"] == '6 mm "wide" <C>'
        assert str(tags["LensInfo"]) == "6 6 undef undef"
        assert tags["CompositeImage"] == 3
        assert tags["CompositeImageCount"] == "8 8"
        assert not [name for name in tags if "Warning" in name or "Error" in name], tags


@pytest.mark.parametrize(
    "text", ["", "here", "1", "1,2,3,4", "91,0", "0,181", "nan,0", "0,0,inf", "0,0,2e6"]
)
def test_what_is_no_position_is_refused(text: str) -> None:
    """With one line that says how a position is written."""
    with pytest.raises(ValueError, match=r"position|latitudes|altitudes") as caught:
        parse_position(text)
    assert "\n" not in str(caught.value)
