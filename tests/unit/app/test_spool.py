"""Bursts on the card and back, and pictures finished after a crash."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from rehearsal import rehearse

from app.lenses import Flat, Lens, LensBook, Mount, save_flat, write_book
from app.main import main
from app.merging import merge_burst
from app.pictures.errors import StoreError
from app.pictures.position import Position
from app.pictures.read_dng import read_dng
from app.pictures.shot_info import read_shot_info
from app.pipeline import make_picture
from app.recovering import CardShelf, finish_pictures
from app.settings import Settings
from app.shot_queue import Shot
from app.spool import Spool, raw_bytes
from app.stages import Stages
from app.store import Store, list_shots
from app.store.index import State
from app.store.spool import waiting
from app.workshop import Workshop
from capture.frames import Burst, Packing
from native import Warp
from styles import plain_look

TAKEN = datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC)


@pytest.fixture(scope="module", name="burst")
def _burst() -> Burst:
    """A small handheld burst, packed, its reference not the first."""
    burst = rehearse("still-life", size=(128, 96), frames=4, packing=Packing.CSI2P12).burst
    return replace(burst, reference=2, push=0.5, orientation=6, raw_format="SRGGB12_CSI2P")


@pytest.fixture
def shot(burst: Burst) -> Shot:
    """A shot in memory."""
    return Shot(1, "none", TAKEN, burst, time_source="rtc")


def test_a_burst_from_the_card_is_the_same(tmp_path: Path, shot: Shot) -> None:
    """What comes back merges to the very samples, under the same reference and exposure."""
    spooled = Spool(Workshop(Store.library(tmp_path))).put(shot).burst
    kept, back = (merge_burst(burst, Stages()) for burst in (shot.burst, spooled))
    assert np.array_equal(kept.negative.mosaic, back.negative.mosaic)
    assert (back.reference, back.used) == (kept.reference, kept.used)
    assert (spooled.reference, spooled.push, spooled.orientation) == (2, 0.5, 6)
    assert spooled.raw_format == "SRGGB12_CSI2P"
    assert back.negative.neutral == pytest.approx(kept.negative.neutral, abs=1e-5)
    assert back.negative.noise.shot == pytest.approx(kept.negative.noise.shot, rel=1e-3)
    assert back.negative.info.iso == pytest.approx(kept.negative.info.iso)


def test_limits(tmp_path: Path, shot: Shot) -> None:
    """Past its limit the spool refuses, and past the quota no frames are kept."""
    store = Store.library(tmp_path)
    spool = Spool(Workshop(store, spool_limit=raw_bytes(shot.burst)))
    spool.put(shot)
    with pytest.raises(StoreError, match="raise spool_limit"):
        spool.put(shot)
    workshop = Workshop(store, keep_burst=True, burst_quota=raw_bytes(shot.burst))
    first, second = (
        make_picture(shot.burst, plain_look(17), workshop, Stages(), taken=TAKEN) for _ in range(2)
    )
    assert first.not_kept == ""
    assert "burst_quota" in second.not_kept
    assert [path.suffix for path in first.paths] == [".JPG", ".DNG", ".BURST"]
    assert [path.suffix for path in second.paths] == [".JPG", ".DNG"]


def test_a_burst_that_waited_becomes_its_picture(tmp_path: Path, shot: Shot) -> None:
    """In the next session it keeps its number, look and time, and leaves the spool."""
    store = Store.library(tmp_path)
    left = Spool(Workshop(store)).put(shot, keep=True)
    assert left.entry is not None
    left.entry.close()
    store.save(b"a later", b"shot")
    settings = Settings(pictures=tmp_path, styles=tmp_path)
    (found,) = CardShelf(Workshop(store), settings).waiting(lambda *_: None)
    assert (found.style, found.taken, found.time_source) == ("none", TAKEN, "rtc")
    picture = make_picture(
        found.burst,
        plain_look(17),
        Workshop(store),
        Stages(),
        taken=found.taken,
        time_source=found.time_source,
        entry=found.entry,
    )
    assert [path.name for path in picture.paths] == [
        "BARY0001.JPG",
        "BARY0001.DNG",
        "BARY0001.BURST",
    ]
    info = read_shot_info(picture.paths[0])
    assert (info.taken, info.time_source, info.frames_merged) == (TAKEN, "rtc", 4)
    assert list(waiting(store)) == []


def test_frames_that_cannot_be_read_are_left_there(
    tmp_path: Path, shot: Shot, caplog: pytest.LogCaptureFixture
) -> None:
    """A burst damaged on the card is told of, hinders no other, and is not thrown away."""
    store = Store.library(tmp_path)
    spool = Spool(Workshop(store))
    for damage in (True, False):
        entry = spool.put(shot).entry
        assert entry is not None
        if damage:
            for frame in entry.frames:
                frame.write_bytes(b"torn")
        entry.close()
    found = list(spool.waiting())
    assert [shot.entry and shot.entry.number for shot in found] == [2]
    assert "shot 0001 waits in vain" in caplog.text
    assert (store.names.spool / "0001").is_dir()


def test_a_torn_frame_costs_itself_alone(tmp_path: Path, shot: Shot) -> None:
    """The reference stays the frame that it was; without a story, a whole frame tells the time."""
    store = Store.library(tmp_path)
    spool = Spool(Workshop(store))
    entry = spool.put(shot).entry
    assert entry is not None
    entry.frames[0].write_bytes(b"torn")
    entry.close()
    (found,) = spool.waiting()
    assert (found.burst.reference, len(found.burst.frames)) == (1, 3)
    assert found.entry is not None
    found.entry.close()
    (entry.folder / "burst.json").write_bytes(b"torn")
    (found,) = spool.waiting()
    assert (found.burst.reference, found.taken) == (0, TAKEN)


def test_a_burst_larger_than_the_quota_is_told_so(tmp_path: Path, shot: Shot) -> None:
    """Nobody is asked to delete what is not there."""
    with pytest.raises(StoreError, match="kept ones take 0 of burst_quota, 0 MB; raise it in the"):
        Spool(Workshop(Store.library(tmp_path), burst_quota=10)).keep(shot)


def test_a_lost_jpeg_is_made_anew(tmp_path: Path, shot: Shot) -> None:
    """A crash took the JPEG: the negative is developed again in the look of the shot."""
    store = Store.library(tmp_path)
    workshop = Workshop(store)
    look = plain_look(17)
    picture = make_picture(shot.burst, look, workshop, Stages(), taken=TAKEN, time_source="rtc")
    before = picture.paths[0].read_bytes()
    picture.paths[0].unlink()
    store.index.set_state(1, State.WRITING)
    settings = Settings(pictures=tmp_path, styles=tmp_path, style="Neutral")
    assert list(finish_pictures(workshop, settings)) == [1]
    assert read_shot_info(picture.paths[0]).taken == TAKEN
    assert abs(len(picture.paths[0].read_bytes()) - len(before)) < 0.1 * len(before)
    assert [record.state for record in store.index.all()] == [State.SAVED]


def test_the_library_on_the_command_line(
    tmp_path: Path,
    shot: Shot,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Recover, delete, restore, protect and verify, as a person types them."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    library = tmp_path / "library"
    (tmp_path / "config/baryta").mkdir(parents=True)
    (tmp_path / "config/baryta/settings.toml").write_text(f'pictures = "{library}"\n')
    entry = Spool(Workshop(Store.library(library))).put(shot).entry
    assert entry is not None
    entry.close()

    def told(*arguments: str) -> dict[str, list[str]]:
        assert main(["library", *arguments, "--json"]) == 0
        answer: dict[str, list[str]] = json.loads(capsys.readouterr().out)
        return answer

    assert told("recover") == {"recovered": ["0001"], "aside": []}
    assert told("delete", "1") == {"deleted": ["0001"]}
    assert told("trash") == {"deleted": ["0001"]}
    assert told("restore") == {"restored": ["0001"]}
    assert told("protect", "1") == {"protected": ["0001"]}
    assert main(["library", "delete", "1"]) == 1
    assert "unprotect 0001" in capsys.readouterr().err
    assert told("verify")["damaged"] == []
    (jpeg, *_) = list_shots(Store.library(library))[0].paths
    assert told("unprotect", "1") == {"unprotected": ["0001"]}
    jpeg.write_bytes(jpeg.read_bytes()[:-1] + b"\0")
    assert main(["library", "verify"]) == 1
    spoken = capsys.readouterr()
    assert f"damaged  {jpeg}" in spoken.out
    assert spoken.err == "baryta: 1 file is damaged; copy what you have from a backup\n"


OLD, NEW = Lens("Fast", 50.0, 1.4, "M", "Fast 50"), Lens("Wide", 28.0, 2.8, "M", "Wide 28")
WARPS = {
    lens.lensfun: Warp(((1.0, bend, 0.0, 0.0),) * 3, ((0.0, 0.0),) * 3, (0.5, 0.5))
    for lens, bend in ((OLD, -0.02), (NEW, 0.05))
}
HERE, THERE = Position(46.5, 8.1, 4158.0), Position(-33.0, 151.0)


@pytest.fixture
def lenses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two measured lenses that lensfun knows, the new one on the camera."""
    folder = tmp_path / "lenses"
    write_book(folder, LensBook((OLD, NEW), used=NEW.name))
    for lens, gain in ((OLD, 1.5), (NEW, 3.0)):
        flat = Flat(np.full((4, 2, 2), gain, np.float32), ())
        save_flat(folder, lens, "imx477_simulated", flat)
    monkeypatch.setattr(
        "app.workshop.lens_warp", lambda lens, _size, _pitch: WARPS.get(lens.lensfun)
    )
    return folder


def check_old(dng: Path) -> None:
    """The picture was taken here, through the old lens."""
    negative = read_dng(dng)
    info = negative.info
    assert (info.lens, info.focal_length, info.f_number) == ("Fast", 50.0, 1.4)
    assert info.focal_length_35mm is not None
    assert info.position == HERE
    assert negative.warp == WARPS[OLD.lensfun]
    assert negative.shading is not None
    assert negative.shading.max() == pytest.approx(1.5)


@pytest.mark.parametrize("story", ["whole", "damaged"])
def test_a_burst_that_waited_keeps_its_lens_and_place(
    story: str, tmp_path: Path, shot: Shot, lenses: Path
) -> None:
    """Another lens, at another place, is on the camera when its picture is made."""
    store = Store.library(tmp_path)
    then = Workshop(store, lens=OLD, lenses=lenses, position=HERE)
    now = replace(then, lens=NEW, position=THERE)
    entry = Spool(then).put(shot).entry
    assert entry is not None
    if story == "damaged":
        (entry.folder / "burst.json").write_bytes(b"torn")
        entry.frames[0].write_bytes(b"torn")
    entry.close()
    write_book(lenses, LensBook())
    (found,) = Spool(now).waiting()
    look = plain_look(17)
    taken, entry = found.taken, found.entry
    paths = make_picture(found.burst, look, now, Stages(), taken=taken, entry=entry).paths
    check_old(paths[1])
    told = read_shot_info(paths[0])
    assert (told.lens, told.position) == ("Fast", HERE)


def test_the_shelf_tells_the_lens_of_the_press(tmp_path: Path, shot: Shot, lenses: Path) -> None:
    """It was changed while the burst was in memory."""
    workshop = Workshop(Store.library(tmp_path), lens=OLD, lenses=lenses, position=HERE)
    mount = Mount(lenses, OLD)
    mount.use(NEW.name, TAKEN + timedelta(seconds=1))
    settings = Settings(pictures=tmp_path, styles=tmp_path)
    for lens, taken in ((OLD, TAKEN), (NEW, TAKEN + timedelta(seconds=2))):
        entry = CardShelf(workshop, settings, mount).put(replace(shot, taken=taken)).entry
        assert entry is not None
        assert {read_shot_info(frame).lens for frame in entry.frames} == {lens.name}


def test_what_waited_without_a_lens_is_given_none(tmp_path: Path, shot: Shot, lenses: Path) -> None:
    """Nobody told of one then, and today's says nothing of it."""
    store = Store.library(tmp_path)
    entry = Spool(Workshop(store)).put(shot).entry
    now = Workshop(store, lens=NEW, lenses=lenses, position=THERE)
    assert entry is not None
    entry.close()
    (found,) = Spool(now).waiting()
    look = plain_look(17)
    taken, entry = found.taken, found.entry
    paths = make_picture(found.burst, look, now, Stages(), taken=taken, entry=entry).paths
    negative = read_dng(paths[1])
    assert (negative.info.lens, negative.info.position, negative.warp) == (None, None, None)
