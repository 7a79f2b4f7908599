"""Negatives from files, taken again as a burst."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import ExifTags, Image

from app.looks import look_named
from app.pictures.dng import encode_dng
from app.pictures.read_dng import read_dng
from app.pipeline import make_picture
from app.replaying import read_frame
from app.stages import Stages
from app.store import Store
from app.workshop import Workshop
from capture.plan import plan_auto
from capture.replay import ReplaySource

RAW = Path(__file__).parents[2] / "data" / "camera-raw.dng"


def replayed(path: Path, out: Path, ev: float = 0.0) -> tuple[Path, ...]:
    """The JPEG and DNG that one file, taken again, becomes."""
    source = ReplaySource(path, read_frame)
    source.start()
    burst = source.capture(plan_auto(source.metering(), source.profile, 1, ev))
    look = look_named("none", out)
    taken = datetime(2026, 1, 1, tzinfo=UTC)
    return make_picture(burst, look, Workshop(Store(out)), Stages(), taken=taken).paths


def test_what_a_file_tells_of_its_camera_survives(tmp_path: Path) -> None:
    """Maker, model, orientation and crop of a raw held upright are in both new files."""
    negative = replace(read_dng(RAW), orientation=6, crop=12)
    path = tmp_path / "upright.dng"
    path.write_bytes(encode_dng(negative, None))
    jpeg, dng = replayed(path, tmp_path / "out")
    again = read_dng(dng)
    assert (again.info.make, again.info.model) == ("Canon", "Canon EOS Kiss X4")
    assert (again.orientation, again.crop) == (6, 12)
    with Image.open(jpeg) as picture:
        assert picture.getexif()[ExifTags.Base.Orientation] == 6
        assert picture.getexif()[ExifTags.Base.Make] == "Canon"
        assert picture.size == (640 - 24, 352 - 24)


def test_the_brightness_asked_for_reaches_the_negative(tmp_path: Path) -> None:
    """A replay one stop up owes a stop more than the file did."""
    _, plain = replayed(RAW, tmp_path)
    _, brighter = replayed(RAW, tmp_path, 1.0)
    assert read_dng(brighter).push == read_dng(plain).push + 1.0
