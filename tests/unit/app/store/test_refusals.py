"""A disk that refuses one file: what was begun is taken back, and nothing else stands still."""

import errno
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.pictures.atomic import locked
from app.pictures.errors import StoreError
from app.store import Store, card, list_shots, trash
from app.store.index import DamagedIndexError, Index, State
from app.store.verify import verify


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Store:
    """A library of three shots."""
    store = Store.library(tmp_path / "card")
    for shot in (b"1", b"2", b"3"):
        store.save(b"jpeg" + shot, b"dng" + shot)
    return store


def immovable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As chattr +i makes a file."""
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name == name:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path), None, target)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)


def _states(store: Store) -> list[State]:
    return [record.state for record in store.index.all()]


def test_a_delete_that_fails_is_taken_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line names the file; the shot is where it was, and so is its record."""
    kept = store.index.all()
    with monkeypatch.context() as patch:
        immovable(patch, "BARY0002.DNG")
        with pytest.raises(
            StoreError,
            match=r"BARY0002\.DNG: cannot delete \(operation not permitted\); allow writing there$",
        ):
            trash.delete(store, 2)
    assert store.index.all() == kept
    assert trash.deleted(store) == []
    assert verify(store).files == 6
    trash.delete(store, 2)
    assert trash.deleted(store) == [2]


def test_a_restore_that_fails_is_taken_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shot stays in the trash, whole."""
    trash.delete(store, 2)
    kept = store.index.all()
    with monkeypatch.context() as patch:
        immovable(patch, "BARY0002.JPG")
        with pytest.raises(StoreError, match=r"BARY0002\.JPG: cannot restore"):
            trash.restore(store)
    assert store.index.all() == kept
    assert trash.contents(store) == {2: ("BARY0002.DNG", "BARY0002.JPG")}
    assert trash.restore(store) == 2


@pytest.mark.parametrize("state", [State.WRITING, State.DELETING, State.RESTORING])
def test_a_shot_that_cannot_be_finished_stops_no_other(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, state: State
) -> None:
    """The camera starts, shoots and verifies; the log names the file; the next start finishes."""
    folder = store.names.place(2)[0]
    if state is State.RESTORING:
        trash.delete(store, 2)
    if state is State.WRITING:
        (folder / "BARY0002.DNG").rename(folder / ".BARY0002.DNG.part")
    store.index.set_state(2, state)
    with monkeypatch.context() as patch:
        if state is State.WRITING:
            patch.setattr("app.store.recovery.publish", _refused)
        immovable(patch, "BARY0002.DNG")
        store.prepare()
        assert "shot 0002 cannot be finished" in caplog.text
        assert "BARY0002.DNG" in caplog.text
        assert store.save(b"j", b"d")[0].name == "BARY0004.JPG"
        assert verify(store).damaged == ()
        assert _states(store)[1] is state
    store.prepare()
    done = {State.DELETING: State.DELETED}.get(state, State.SAVED)
    assert _states(store)[1] is done
    assert verify(store).files == 8


def _refused(_: Path, path: Path) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("trash", lambda store: trash.delete(store, 1)),
        ("spool", lambda store: store.prepare()),
        ("aside", lambda store: store.prepare()),
        ("", lambda store: store.prepare()),
    ],
)
def test_a_file_in_a_folder_s_place_is_named(
    store: Store, name: str, act: Callable[[Store], object]
) -> None:
    """Or it is none of the matter."""
    store.index.close()
    place = store.names.hidden / name if name else store.names.hidden
    if not name:
        place.rename(place.with_name("elsewhere"))
    place.write_bytes(b"in the way")
    if name in ("spool", "aside"):
        act(store)
        return
    with pytest.raises(
        StoreError, match=rf"{place}:? (cannot|may not) .*a file is in the way; move it"
    ):
        act(store)
    assert len(list_shots(store)) == 3


@contextmanager
def read_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A card that takes nothing."""

    def refuse(_: object) -> None:
        raise card.CardError("Card locked", "the card is read-only; unlock it")

    with monkeypatch.context() as patch:
        patch.setattr(card.Card, "check", refuse)
        yield


def test_a_locked_card_is_verified(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is compared, nothing is marked, and why is told."""
    jpeg = store.names.files(2)[0]
    jpeg.write_bytes(b"jpegX")
    before = {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    with read_only(monkeypatch):
        found = verify(Store.library(store.root))
    assert (found.files, found.damaged, found.missing) == (5, (jpeg,), ())
    assert found.unmarked == "the card is read-only; unlock it"
    assert {path: path.read_bytes() for path in before} == before
    assert not any(shot.damaged for shot in list_shots(store))
    assert verify(store).unmarked == ""


def test_a_card_without_an_index_is_not_called_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locked, and nothing to compare with: it says why it cannot."""
    store.index.close()
    store.names.index.unlink()
    with read_only(monkeypatch), pytest.raises(StoreError, match="unlock it"):
        verify(Store.library(store.root))


def test_damage_amid_a_recovery_is_mended(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that tells of it late is rebuilt as one that tells at once."""
    calls = iter(range(100))
    usual = Index.all

    def late(index: Index, *states: State) -> object:
        if next(calls) == 1:
            raise DamagedIndexError("a page of it")
        return usual(index, *states)

    monkeypatch.setattr(Index, "all", late)
    store.prepare()
    assert _states(store) == [State.SAVED] * 3
    assert (store.names.aside / "index.sqlite").exists()


def test_damage_before_a_jpeg_made_anew(store: Store) -> None:
    """Completing a shot mends the index first."""
    store.index.set_state(2, State.UNDEVELOPED)
    jpeg = store.names.files(2)[0]
    jpeg.unlink()
    store.index.close()
    database = sqlite3.connect(store.names.index, isolation_level=None)
    database.execute("UPDATE files SET size = size + 1 WHERE number = 2 AND name LIKE '%DNG'")
    database.close()
    store.complete(2, b"again")
    assert _states(store)[1] is State.SAVED


def test_waiting_for_a_lock_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever has to wait long for another process says so, once."""
    caplog.set_level(logging.WARNING)
    path = tmp_path / "lock"
    free = threading.Event()

    def hold() -> None:
        with locked(path):
            begun.set()
            free.wait(10)

    begun = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.pictures.atomic._PATIENCE", 0.01)
        threading.Timer(0.3, free.set).start()
        with locked(path):
            assert caplog.text.count("waits for another") == 1
    holder.join()
