"""An index that SQLite can read, though bits in it have tipped over."""

import sqlite3
from pathlib import Path

import pytest

from app.store import Store, list_shots, trash
from app.store.index import State
from app.store.verify import verify


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Store:
    """A library with two shots."""
    store = Store.library(tmp_path / "card")
    for shot in (b"1", b"2"):
        store.save(b"jpeg" + shot, b"dng" + shot)
    store.index.close()
    return store


def tip(store: Store, *changes: str) -> None:
    """Changes the index behind the store's back."""
    database = sqlite3.connect(store.names.index, isolation_level=None)
    for change in changes:
        database.execute(change)
    database.close()


def assert_whole(store: Store) -> None:
    """Both shots are in the index, saved, with the files they had."""
    assert [(record.number, record.state) for record in store.index.all()] == [
        (1, State.SAVED),
        (2, State.SAVED),
    ]
    for number, shot in ((1, b"1"), (2, b"2")):
        folder, name = store.names.place(number)
        assert (folder / f"{name}.JPG").read_bytes() == b"jpeg" + shot
        assert (folder / f"{name}.DNG").read_bytes() == b"dng" + shot


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE shots SET state = 'wriring'",
        "UPDATE shots SET taken = 'yesterday' WHERE number = 1",
        "UPDATE shots SET number = 90000000000 WHERE number = 1",
        "UPDATE shots SET number = -1 WHERE number = 1",
        "UPDATE files SET name = 'BARY0002.JPG' WHERE name = 'BARY0001.JPG'",
        "UPDATE files SET name = '../../x' WHERE name = 'BARY0001.JPG'",
        "UPDATE files SET sha256 = '0' || substr(sha256, 2)",
        "UPDATE files SET size = size + 1 WHERE name = 'BARY0002.JPG'",
    ],
)
def test_the_start_rebuilds_it(store: Store, change: str) -> None:
    """A state, time, number or name that no shot has: the index is set aside and made anew."""
    tip(store, change)
    store.prepare()
    assert_whole(store)
    assert (store.names.aside / "index.sqlite").exists()


def test_files_elsewhere_are_left_alone(store: Store, tmp_path: Path) -> None:
    """A shot that was being saved, with a name that leads out of the library, removes nothing."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    tip(
        store,
        "UPDATE shots SET state = 'writing' WHERE number = 1",
        "UPDATE files SET name = '../../../outside' WHERE name = 'BARY0001.JPG'",
    )
    store.prepare()
    assert outside.read_bytes() == b"mine"
    assert_whole(store)


def test_another_shots_files_stay(store: Store) -> None:
    """A record under a wrong number, half saved, takes no whole picture away."""
    tip(
        store,
        "UPDATE shots SET state = 'writing', number = 7 WHERE number = 1",
        "UPDATE files SET number = 7 WHERE number = 1",
    )
    store.prepare()
    assert_whole(store)


def test_lists_and_the_trash_go_on(store: Store) -> None:
    """Before the start has mended it, files tell the list, and deleting makes it anew."""
    tip(store, "UPDATE shots SET taken = 'yesterday'")
    assert [shot.id for shot in list_shots(store)] == ["0001", "0002"]
    trash.delete(store, 1)
    assert [shot.id for shot in list_shots(store)] == ["0002"]


def test_a_flipped_bit_accuses_no_picture(store: Store) -> None:
    """The record that it is in is forgotten; those beside it still tell damage."""
    tip(
        store,
        "UPDATE files SET sha256 = replace(sha256, 'a', 'b') WHERE name = 'BARY0001.JPG'",
        "UPDATE files SET size = size + 1 WHERE name = 'BARY0001.DNG'",
    )
    damaged = store.names.files(2)[0]
    damaged.write_bytes(b"jpegX")
    found = verify(store)
    assert found.damaged == (damaged,)
    assert found.recorded == store.names.files(1)[1::-1]
    assert verify(store).files == 3


def test_an_index_of_before_keeps_its_hashes(store: Store) -> None:
    """One without sums becomes one with, and forgets nothing."""
    kept = store.index.all()
    store.index.close()
    tip(store, "ALTER TABLE shots DROP COLUMN sum")
    store.save(b"jpeg3", b"dng3")
    assert store.index.all()[:2] == kept
    assert verify(store).recorded == ()
    tip(store, "SELECT sum FROM shots")


@pytest.mark.parametrize("table", ["shots", "files"])
def test_what_is_sound_of_it_is_kept(store: Store, table: str) -> None:
    """A damaged file may still hold most hashes: they go on telling damage."""
    for _ in range(200):
        store.save(b"jpeg", b"dng")
    kept = store.index.all()
    store.index.close()
    with sqlite3.connect(store.names.index) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
        (size,) = database.execute("PRAGMA page_size").fetchone()
        pages = database.execute("PRAGMA page_count").fetchone()[0]
    with store.names.index.open("r+b") as stream:
        stream.seek(size * (pages - 1))
        stream.write(b"\xff" * size)
    assert root[0] < pages
    store.prepare()
    known = [record for record in store.index.all() if all(file.sha256 for file in record.files)]
    assert len(store.index.all()) == len(kept)
    assert len(known) > 20
