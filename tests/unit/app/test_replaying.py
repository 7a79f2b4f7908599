"""Negatives from files, taken again as a burst."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from app.looks import look_named
from app.main import main
from app.pictures.dng import encode_dng
from app.pictures.read_dng import read_dng
from app.pictures.shot_info import read_shot_info
from app.pipeline import make_picture
from app.replaying import read_frame
from app.stages import Stages
from app.store import Store
from app.workshop import Workshop
from capture.plan import plan_auto
from capture.replay import ReplaySource

RAW = Path(__file__).parents[2] / "data" / "camera-raw.dng"
THEN = datetime(2010, 1, 2, 3, 4, 5)  # noqa: DTZ001  (as a camera without zones has it)


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


def test_a_replay_keeps_its_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was taken then was not taken now, and its raw is told as it was handed out."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    negative = read_dng(RAW)
    out = tmp_path / "out"
    shoot = ["shoot", "--mode", "single", "--style", "none", "--out", str(out), "--source"]
    zone = timezone(timedelta(hours=-3))
    for number, taken in enumerate((datetime(2011, 5, 4, 3, 2, 1, 500_000, zone), THEN), 1):
        raw = "RGGB_PISP_COMP1, lossy"
        info = replace(negative.info, taken=taken, time_source="rtc", raw_format=raw)
        old = tmp_path / f"old{number}.dng"
        old.write_bytes(encode_dng(replace(negative, info=info)))
        assert main([*shoot, f"replay:{old}"]) == 0
        for name in (f"BARY000{number}.DNG", f"BARY000{number}.JPG"):
            told = read_shot_info(out / name)
            assert (told.taken, told.time_source) == (taken, "rtc")
            assert told.raw_format == raw
