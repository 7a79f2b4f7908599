"""The store after a crash: dying at every single step of what it does to the disk."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from dying import dies_at

from app.pictures import atomic
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.store import Store, list_shots, trash
from app.store.index import Index, State
from app.store.spool import waiting, write_entry
from app.store.story import BurstStory
from app.store.verify import verify

STORY = BurstStory("Authentic", "2026-01-02T03:04:05+00:00", 1, keep=True)
STEPS = ("write", "link", "fsync", "rename", "replace", "unlink", "mkdir", "rmdir")


def _dies_at(step: int, act: Callable[[], object]) -> bool:
    places = [(os, name) for name in STEPS]
    return dies_at(
        step, act, [*places, *((Index, name) for name in ("put", "set_state", "forget"))]
    )


def every_step(
    tmp_path: Path, begin: Callable[[Store], None], act: Callable[[Store], object]
) -> Iterator[Store]:
    """The store after dying at each step of act in turn."""
    for step in count():
        root = tmp_path / str(step)
        begin(Store.library(root))
        died = _dies_at(step, lambda: act(Store.library(root)))  # noqa: B023 - called at once
        yield Store.library(root)
        if not died:
            assert step > 4, "nothing was tried"
            return


def _nothing(_: Store) -> None:
    pass


def _states(store: Store) -> dict[int, State]:
    return {record.number: record.state for record in store.index.all()}


def test_saving_is_all_or_nothing(tmp_path: Path) -> None:
    """Wherever saving stops, the shot is there with all its files, or recoverable, or absent."""
    seen = set()

    def begin(store: Store) -> None:
        store.save(b"first jpeg", b"first dng")

    for store in every_step(tmp_path, begin, lambda store: store.save(b"jpeg", b"dng")):
        recovery = store.prepare()
        assert recovery.aside == ()
        shots = {shot.id: [path.suffix for path in shot.paths] for shot in list_shots(store)}
        assert shots.pop("0001") == [".JPG", ".DNG"]
        states = _states(store)
        if recovery.undeveloped:
            assert shots == {"0002": [".DNG"]}
            assert states[2] is State.UNDEVELOPED
            store.complete(2, b"jpeg again")
        elif shots:
            assert shots == {"0002": [".JPG", ".DNG"]}
        else:
            assert 2 not in states
        seen.add((bool(recovery.undeveloped), bool(shots)))
        found = verify(store)
        assert (found.damaged, found.missing) == ((), ())
        assert found.files == 2 * len(list_shots(store))
        assert store.save(b"j", b"d")[0].name >= "BARY0002.JPG"
        left = [path.name for path in store.root.rglob("*.part")]
        assert left == []
    assert seen == {(False, False), (True, True), (False, True)}


def _jpeg() -> bytes:
    """A picture of the story's moment."""
    info = ShotInfo(taken=datetime.fromisoformat(STORY.taken))
    return encode_jpeg(np.zeros((16, 16, 3), np.uint8), info)


def _spool_and_save(store: Store) -> None:
    entry = write_entry(store, store.take_number(), STORY, iter((b"one", b"two")))
    store.save(_jpeg(), b"dng", number=entry.number, burst=entry.burst)
    entry.remove()


def test_a_spooled_burst_is_wholly_there_until_its_picture_is(tmp_path: Path) -> None:
    """Wherever spooling and saving stop, there is the burst, or the picture with it, or nothing."""
    seen = set()
    for store in every_step(tmp_path, _nothing, _spool_and_save):
        recovery = store.prepare()
        for number in recovery.undeveloped:
            store.complete(number, _jpeg())
        entries = list(waiting(store))
        for entry in entries:
            assert [path.read_bytes() for path in entry.frames] == [b"one", b"two"]
            assert entry.story == STORY
            entry.close()
        shots = list_shots(store)
        for shot in shots:
            assert [path.suffix for path in shot.paths] == [".JPG", ".DNG", ".BURST"]
            assert len(list(shot.paths[2].iterdir())) == 2
        assert len(entries) + len(shots) <= 1
        seen.add((len(entries), len(shots)))
        assert verify(store).missing == ()
        assert len(list(store.names.spool.glob("*"))) == len(entries)
    assert seen == {(0, 0), (1, 0), (0, 1)}


@pytest.mark.parametrize("keep", [True, False])
def test_a_burst_whose_picture_has_another_number_is_no_second_one(
    tmp_path: Path, keep: bool
) -> None:
    """It went there as its picture was being saved, and the card was pulled before it could go.

    Frames that were to be kept are not thrown away.
    """
    store = Store.library(tmp_path)
    at = "2026-01-02T03:04:05.25+00:00"
    story = BurstStory("Authentic", datetime.fromisoformat(at).isoformat(), 1, keep)
    later = replace(story, taken="2026-01-02T03:04:06+00:00")
    for each in (story, later):
        write_entry(store, store.take_number(), each, [b"one"]).close()
    info = ShotInfo(style="Authentic", taken=datetime.fromisoformat(at))
    (jpeg, _) = store.save(encode_jpeg(np.zeros((16, 16, 3), np.uint8), info), b"dng")
    assert jpeg.name == "BARY0003.JPG"
    Store.library(tmp_path).prepare()
    left = list(waiting(store))
    assert [entry.number for entry in left] == [2]
    aside = store.names.aside
    assert ([path.name for path in aside.iterdir()] if aside.is_dir() else []) == ["0001"] * keep
    left[0].close()


def test_a_restyled_picture_makes_no_burst_superfluous(tmp_path: Path) -> None:
    """Without a negative of its own it is another picture of that moment."""
    store = Store.library(tmp_path)
    write_entry(store, store.take_number(), replace(STORY, keep=False), [b"one"]).close()
    info = ShotInfo(style="Authentic", taken=datetime.fromisoformat(STORY.taken))
    store.save(encode_jpeg(np.zeros((16, 16, 3), np.uint8), info), None)
    Store.library(tmp_path).prepare()
    (entry,) = waiting(store)
    entry.close()


@pytest.mark.parametrize("what", ["delete", "restore", "empty"])
def test_the_trash_never_splits_a_shot(tmp_path: Path, what: str) -> None:
    """Wherever deleting, restoring or emptying stops, a shot's files are together or all gone."""

    def begin(store: Store) -> None:
        store.save(b"jpeg", b"dng")
        if what != "delete":
            trash.delete(store, 1)

    def act(store: Store) -> None:
        if what == "empty":
            trash.empty_trash(store)
        else:
            trash.delete(store, 1) if what == "delete" else trash.restore(store, 1)

    for store in every_step(tmp_path, begin, act):
        store.prepare()
        here = len(list((store.root / "DCIM").rglob("BARY0001.*")))
        held = len(list(store.names.trash.rglob("BARY0001.*"))) if store.names.trash.is_dir() else 0
        assert (here, held) in ((2, 0), (0, 2), (0, 0))
        assert (here + held == 2) or what == "empty"
        assert (held == 2) == (trash.deleted(store) == [1])
        assert _states(store).get(1) is (State.SAVED if here else State.DELETED if held else None)
        assert verify(store).missing == ()


def test_a_damaged_index_is_set_aside_and_rebuilt(tmp_path: Path) -> None:
    """Whatever the index file holds, the store goes on, and forgets no picture."""
    store = Store.library(tmp_path)
    for _ in range(3):
        store.save(b"jpeg", b"dng")
    trash.delete(store, 2)
    kept = store.index.all()
    whole = store.names.index.read_bytes()
    for damage in (b"", b"no database at all", whole[:3000], whole[:5000] + b"\xff" * 3000):
        store.index.close()
        for path in store.names.hidden.glob("index.sqlite*"):
            path.unlink()
        store.names.index.write_bytes(damage)
        store = Store.library(tmp_path)
        store.prepare()
        assert {record.number: record.state for record in store.index.all()} == {
            record.number: record.state for record in kept
        }
        verify(store)
        assert store.index.all() == kept
    assert store.save(b"j", b"d")[0].name == "BARY0004.JPG"


def test_a_lost_index_is_no_loss(tmp_path: Path) -> None:
    """An index that vanishes in the middle of a session is made anew by the next save."""
    store = Store.library(tmp_path)
    store.save(b"jpeg", b"dng")
    store.index.close()
    for path in store.names.hidden.glob("index.sqlite*"):
        path.write_bytes(b"garbage" * 1000)
    store.save(b"jpeg", b"dng")
    assert _states(store) == {1: State.SAVED, 2: State.SAVED}


def test_names_without_hard_links_recover_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On FAT a name may be claimed with an empty file when the crash comes: it is filled."""
    store = Store.library(tmp_path)
    store.save(b"jpeg", b"dng")
    folder = tmp_path / "DCIM" / "100BARYT"
    store.index.set_state(1, State.WRITING)
    (folder / "BARY0001.JPG").rename(folder / ".BARY0001.JPG.part")
    (folder / "BARY0001.JPG").touch()

    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert store.prepare().finished == (1,)
    assert (folder / "BARY0001.JPG").read_bytes() == b"jpeg"
    assert not list(folder.glob(".*"))


def test_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    """Recovery in one process leaves alone what another is just saving."""
    store = Store.library(tmp_path)
    other = Store.library(tmp_path)
    store.prepare()

    original = atomic.Draft.write

    def write(draft: atomic.Draft, data: bytes) -> None:
        assert other.prepare().finished == ()
        original(draft, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(atomic.Draft, "write", write)
        store.save(b"jpeg", b"dng")
    assert _states(other) == {1: State.SAVED}


def test_the_index_is_a_real_database(tmp_path: Path) -> None:
    """The index survives a look from outside: SQLite finds it sound."""
    store = Store.library(tmp_path)
    store.save(b"jpeg", b"dng")
    store.index.close()
    database = sqlite3.connect(store.names.index)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_lost_index_and_a_lost_jpeg_together(tmp_path: Path) -> None:
    """A negative whose JPEG is still a draft is developed again, also without the journal."""
    store = Store.library(tmp_path)
    store.save(b"jpeg", b"dng")
    folder = tmp_path / "DCIM" / "100BARYT"
    (folder / "BARY0001.JPG").rename(folder / ".BARY0001.JPG.part")
    store.index.close()
    for path in store.names.hidden.glob("index.sqlite*"):
        path.unlink()
    assert Store.library(tmp_path).prepare().undeveloped == (1,)
    assert Store.library(tmp_path).prepare().undeveloped == (1,), "and so it stays"


def test_two_recoveries_complete_a_shot_once(tmp_path: Path) -> None:
    """The second finds it done, and takes nothing away."""
    store = Store.library(tmp_path)
    store.save(b"jpeg", b"dng")
    (tmp_path / "DCIM/100BARYT/BARY0001.JPG").unlink()
    store.index.set_state(1, State.WRITING)
    store.prepare()
    assert store.complete(1, b"one way") is not None
    assert Store.library(tmp_path).complete(1, b"another way") is None
    store.prepare()
    assert (tmp_path / "DCIM/100BARYT/BARY0001.JPG").read_bytes() == b"one way"
    assert verify(store).missing == ()


def test_a_card_changed_under_the_camera_gets_a_journal_of_its_own(tmp_path: Path) -> None:
    """Another card in the old one's place: its shots are entered there."""
    store = Store.library(tmp_path / "card")
    store.save(b"jpeg", b"dng")
    (tmp_path / "card").rename(tmp_path / "first")
    store.save(b"jpeg", b"dng")
    assert _states(Store.library(tmp_path / "card")) == {1: State.SAVED}
    assert _states(Store.library(tmp_path / "first")) == {1: State.SAVED}


def test_a_number_that_another_has_is_not_taken(tmp_path: Path) -> None:
    """A waiting burst whose number has gone to a stranger gets the next one."""
    store = Store.library(tmp_path)
    number = store.take_number()
    folder = tmp_path / "DCIM" / "100BARYT"
    folder.mkdir(parents=True)
    (folder / "BARY0001.JPG").write_bytes(b"a stranger's")
    assert store.save(b"j", b"d", number=number)[0].name == "BARY0002.JPG"
    assert store.save(b"j", b"d", number=2)[0].name == "BARY0003.JPG"
    assert _states(store) == {2: State.SAVED, 3: State.SAVED}
    assert (folder / "BARY0001.JPG").read_bytes() == b"a stranger's"
