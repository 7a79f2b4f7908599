"""Trash, protection, verification, the list of shots, and the card below."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.pictures.errors import StoreError
from app.store import Store, card, list_shots, trash
from app.store.card import Card, CardError
from app.store.index import FileRecord, State
from app.store.rebuild import rebuild
from app.store.spool import kept_bytes, spooled_bytes, waiting, write_entry
from app.store.story import BurstStory
from app.store.verify import verify


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A library of three shots."""
    store = Store.library(tmp_path)
    for i in range(3):
        store.save(b"jpeg %d" % i, b"dng %d" % i)
    return store


def _ids(store: Store) -> list[str]:
    return [shot.id for shot in list_shots(store)]


def test_deleting_has_a_way_back(store: Store) -> None:
    """A deleted shot leaves the list, and comes back whole: the last one first."""
    trash.delete(store, 1)
    trash.delete(store, 3)
    assert _ids(store) == ["0002"]
    assert trash.deleted(store) == [1, 3]
    assert trash.restore(store) == 3
    assert trash.restore(store, 1) == 1
    assert _ids(store) == ["0001", "0002", "0003"]
    assert (store.root / "DCIM/100BARYT/BARY0003.JPG").read_bytes() == b"jpeg 2"
    with pytest.raises(StoreError, match="nothing in the trash"):
        trash.restore(store)
    with pytest.raises(StoreError, match="no shot 0007"):
        trash.restore(store, 7)
    with pytest.raises(StoreError, match="no shot 0007"):
        trash.delete(store, 7)


def test_sidecars_go_with_their_shot(tmp_path: Path) -> None:
    """Ours and other programs' follow into the trash and back; only the shot's own are verified."""
    store = Store.library(tmp_path)
    names = ("BARY0001.DNG.xmp", "BARY0001-Rec2020.tif")
    paths = store.save(b"j", b"d", sidecars=lambda name: dict.fromkeys(names, name.encode()))
    assert [path.name for path in paths] == ["BARY0001.JPG", "BARY0001.DNG", *names]
    store.save(b"j", b"d")
    paths[2].write_bytes(b"changed by darktable")
    (paths[0].parent / "BARY0001_01.DNG.xmp").write_bytes(b"a duplicate")
    assert verify(store).files == 4
    trash.delete(store, 1)
    assert [path.name for path in paths[0].parent.iterdir() if "0001" in path.name] == []
    trash.restore(store)
    assert paths[2].read_bytes() == b"changed by darktable"
    assert (paths[0].parent / "BARY0001_01.DNG.xmp").exists()


def test_a_picture_without_a_negative_of_its_own(tmp_path: Path) -> None:
    """A restyled picture is a JPEG alone, and whole."""
    store = Store.library(tmp_path)
    assert store.save(b"jpeg", None) == (tmp_path / "DCIM/100BARYT/BARY0001.JPG",)
    store.index.set_state(1, State.WRITING)
    assert store.prepare().finished == (1,)
    assert verify(store).files == 1


def test_numbers_of_deleted_shots_stay_theirs(store: Store) -> None:
    """Neither the trash nor emptying it frees a number, even if the book of numbers is lost."""
    trash.delete(store, 3)
    store.names.number.unlink()
    assert store.save(b"j", b"d")[0].name == "BARY0004.JPG"
    trash.delete(store, 4)
    assert trash.empty_trash(store) == 2
    assert store.save(b"j", b"d")[0].name == "BARY0005.JPG"


def test_what_cannot_be_removed_stays_in_the_trash(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said which file it was, the others are gone, and it can be tried again."""
    trash.delete(store, 1)
    trash.delete(store, 2)

    def refuse(folder: Path) -> None:
        if "0001" in folder.name:
            raise PermissionError(errno.EPERM, "Operation not permitted", str(folder / "own.JPG"))
        shutil.rmtree(folder)

    monkeypatch.setattr(trash, "rmtree", refuse)
    with pytest.raises(StoreError, match=r"own\.JPG.*not permitted"):
        trash.empty_trash(store)
    monkeypatch.undo()
    assert trash.deleted(store) == [1]
    assert trash.empty_trash(store) == 1
    assert trash.deleted(store) == []


def test_restoring_overwrites_nothing(store: Store) -> None:
    """A file that has taken the place meanwhile stays, and so does the shot in the trash."""
    trash.delete(store, 2)
    intruder = store.root / "DCIM/100BARYT/BARY0002.JPG"
    intruder.write_bytes(b"copied here by hand")
    with pytest.raises(StoreError, match="in the way"):
        trash.restore(store, 2)
    with pytest.raises(StoreError, match="in the trash; restore or empty"):
        trash.delete(store, 2)
    store.prepare()
    verify(store)
    assert intruder.read_bytes() == b"copied here by hand"
    assert trash.deleted(store) == [2]
    assert (store.names.trash / "0002" / "BARY0002.JPG").read_bytes() == b"jpeg 1"
    assert (store.names.trash / "0002" / "BARY0002.DNG").read_bytes() == b"dng 1"


def test_a_picture_put_back_by_hand_stays(store: Store) -> None:
    """Moved out of the trash with a file manager, it is a picture like any other again."""
    trash.delete(store, 1)
    place = store.names.trash / "0001"
    for path in place.iterdir():
        path.rename(store.root / "DCIM/100BARYT" / path.name)
    place.rmdir()
    store.prepare()
    assert _ids(store) == ["0001", "0002", "0003"]
    assert trash.empty_trash(store) == 0
    assert verify(store).files == 6


def test_the_last_deleted_comes_back_first_whatever_the_clock_says(store: Store) -> None:
    """A board without a clock deletes in the past: the order holds."""
    trash.delete(store, 1)
    late = 4_000_000_000
    os.utime(store.names.trash / "0001", (late, late))
    trash.delete(store, 2)
    assert trash.restore(store) == 2


def test_a_damaged_index_hinders_no_deleting(store: Store) -> None:
    """It is made anew, and the shot goes into the trash."""
    store.index.close()
    for path in store.names.hidden.glob("index.sqlite*"):
        path.write_bytes(b"garbage" * 1000)
    trash.delete(store, 1)
    assert _ids(store) == ["0002", "0003"]
    assert trash.restore(store) == 1


def test_a_full_card_can_be_tidied_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room kept in hand is given up when next to nothing is left."""
    store.prepare()
    assert store.names.reserve.stat().st_size > 0
    monkeypatch.setattr("app.store.store.is_full", lambda _: True)
    trash.delete(store, 1)
    assert not store.names.reserve.exists()


def test_a_waiting_burst_is_not_a_stranger_s_picture(tmp_path: Path) -> None:
    """A picture of its number from elsewhere is no proof that it has been made."""
    store = Store.library(tmp_path)
    story = BurstStory("Neutral", "2026-01-02T03:04:05+00:00")
    write_entry(store, store.take_number(), story, [b"dng"]).close()
    folder = tmp_path / "DCIM" / "100BARYT"
    folder.mkdir(parents=True)
    (folder / "BARY0001.JPG").write_bytes(b"a stranger's")
    verify(store)
    store.prepare()
    assert [entry.number for entry in waiting(store)] == [1]


def test_protected_shots_are_not_deleted(store: Store) -> None:
    """DCF's mark is the file's own, so it is there for every program, and can be taken away."""
    trash.protect(store, 2)
    assert [shot.protected for shot in list_shots(store)] == [False, True, False]
    assert not (store.root / "DCIM/100BARYT/BARY0002.JPG").stat().st_mode & 0o222
    with pytest.raises(StoreError, match="protected; first: baryta library unprotect 0002"):
        trash.delete(store, 2)
    trash.protect(store, 2, protected=False)
    trash.delete(store, 2)
    assert _ids(store) == ["0001", "0003"]


def test_verifying_finds_and_marks_damage(store: Store) -> None:
    """A flipped bit is found and marked, a lost file named, and repair takes the mark away."""
    folder = store.root / "DCIM/100BARYT"
    assert verify(store).files == 6
    (folder / "BARY0002.JPG").write_bytes(b"jpeg X")
    (folder / "BARY0003.DNG").unlink()
    found = verify(store)
    assert found.damaged == (folder / "BARY0002.JPG",)
    assert found.missing == (folder / "BARY0003.DNG",)
    assert [shot.damaged for shot in list_shots(store)] == [False, True, False]
    (folder / "BARY0002.JPG").write_bytes(b"jpeg 1")
    (folder / "BARY0003.DNG").write_bytes(b"dng 2")
    found = verify(store)
    assert (found.files, found.damaged, found.missing) == (6, (), ())
    assert not any(shot.damaged for shot in list_shots(store))


def test_verifying_takes_in_what_came_from_elsewhere(store: Store) -> None:
    """Pictures copied in get a record, without forgetting what is missing."""
    folder = store.root / "DCIM/100BARYT"
    (folder / "BARY0001.DNG").unlink()
    (folder / "BARY0009.JPG").write_bytes(b"from another card")
    found = verify(store)
    assert found.recorded == (folder / "BARY0009.JPG",)
    assert found.missing == (folder / "BARY0001.DNG",)
    (folder / "BARY0009.JPG").write_bytes(b"changed since then")
    assert verify(store).damaged == (folder / "BARY0009.JPG",)


def test_the_index_can_be_rebuilt(store: Store) -> None:
    """Rebuilt from the files, the index says what the kept one said."""
    trash.delete(store, 2)
    kept = store.index.all()
    store.index.forget(1, 2, 3)
    with store.locked():
        rebuild(store.names, store.index, hashes=True)
    assert store.index.all() == kept
    assert [record.state for record in kept] == [State.SAVED, State.DELETED, State.SAVED]


def test_bursts_wait_in_order_until_they_are_taken(tmp_path: Path) -> None:
    """A burst on which this process works is not offered to another; a let go one is."""
    store = Store.library(tmp_path)
    stories = [BurstStory("Neutral", "2026-01-01T00:00:00+00:00", i) for i in range(2)]
    entries = [write_entry(store, store.take_number(), story, [b"dng"]) for story in stories]
    assert spooled_bytes(store) > 2 * 3
    assert list(waiting(store)) == []
    for entry in entries:
        entry.close()
    again = list(waiting(store))
    assert [(entry.number, entry.story) for entry in again] == [(1, stories[0]), (2, stories[1])]
    assert store.save(b"j", b"d")[0].name == "BARY0003.JPG"
    again[0].remove()
    again[1].close()
    assert [entry.number for entry in waiting(store)] == [2]


@pytest.mark.parametrize("story", [b"", b"[]", b"{}", b"\xff", b'{"style": 1}', b"[" * 4096])
def test_a_damaged_story_loses_no_frame(tmp_path: Path, story: bytes) -> None:
    """What cannot be read of a burst's story is left open; the frames count."""
    store = Store.library(tmp_path)
    entry = write_entry(store, store.take_number(), BurstStory("Neutral", ""), [b"one", b"two"])
    (entry.folder / "burst.json").write_bytes(story)
    entry.close()
    (found,) = waiting(store)
    assert len(found.frames) == 2
    assert found.story == BurstStory("", "")
    found.close()


def test_kept_bursts_are_counted(tmp_path: Path) -> None:
    """What kept bursts take is what their files hold."""
    store = Store.library(tmp_path)
    entry = write_entry(store, store.take_number(), BurstStory("", "", keep=True), [b"12345"] * 3)
    store.save(b"j", b"d", number=1, burst=entry.burst)
    entry.remove()
    assert kept_bytes(store) == 15
    assert spooled_bytes(store) == 0


def test_a_spool_that_runs_full_leaves_nothing(tmp_path: Path) -> None:
    """A burst that cannot be written wholly does not appear at all."""
    store = Store.library(tmp_path)

    def frames() -> object:
        yield b"one"
        raise OSError(28, os.strerror(28))

    with pytest.raises(StoreError, match="no space left"):
        write_entry(store, store.take_number(), BurstStory("", ""), frames())  # type: ignore[arg-type]
    assert list(store.names.spool.iterdir()) == []


def _read_only(real: Callable[[Path], os.statvfs_result]) -> Callable[[Path], object]:
    def statvfs(path: Path) -> object:
        values = real(path)
        return SimpleNamespace(
            f_flag=values.f_flag | os.ST_RDONLY, f_bavail=values.f_bavail, f_frsize=values.f_frsize
        )

    return statvfs


def test_a_card_tells_what_is_wrong_before_the_shot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card that is locked or closed is told in two words and one line."""
    here = Card(tmp_path)
    assert here.free_pictures() == card.free_pictures(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "statvfs", _read_only(os.statvfs))
        with pytest.raises(CardError, match="read-only; unlock or") as locked:
            here.free_pictures()
        with pytest.raises(StoreError, match="read-only; unlock or"):
            Store(tmp_path).save(b"j", b"d")
    assert locked.value.word == "Card locked"
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CardError, match="may not be written"):
        here.free_pictures()


def test_what_lies_in_the_place_of_a_library_is_told_before_the_shot(tmp_path: Path) -> None:
    """A link to nothing is a card that is not put in; a file can be the DCIM folder, or above."""
    place = tmp_path / "Baryta"
    place.symlink_to(tmp_path / "stick")
    with pytest.raises(CardError, match=f"the card of {place} is gone; put it back") as told:
        Store.library(place).free_pictures()
    assert told.value.word == "Card gone"
    _refuses_alike(place, "is gone; put it back")
    (tmp_path / "stick").mkdir()
    assert Store.library(place).free_pictures() > 0
    file = place / "DCIM"
    file.write_text("in the way")
    link = tmp_path / "link"
    link.symlink_to(file)
    for root, told_of in ((place, file), (file / "a", file), (link, link)):
        message = f"{told_of} may not .*; a file is in the way; move it"
        with pytest.raises(CardError, match=message) as told:
            Store.library(root).free_pictures()
        assert told.value.word == "Card closed"
        _refuses_alike(root, "a file is in the way; move it")
    file.unlink()
    (place / ".baryta").write_text("in the way")
    _refuses_alike(place, "a file is in the way; move it")


def _refuses_alike(root: Path, said: str) -> None:
    """Before the shot, at the start and when it is saved: one cause, one remedy."""
    store, told = Store.library(root), set()
    for act in (store.free_pictures, store.prepare, lambda: store.save(b"j", b"d")):
        with pytest.raises(CardError, match=said) as refused:
            act()
        told.add(str(refused.value))
    assert len(told) == 1


def test_a_pulled_card_is_not_written_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the card was mounted there is the system's disk now: no picture lands on it."""
    store = Store.library(tmp_path / "mount" / "pictures")
    monkeypatch.setattr(card, "_outside", lambda _: tmp_path.stat().st_dev)
    with pytest.raises(CardError, match="is gone; put it back") as gone:
        store.save(b"j", b"d")
    assert gone.value.word == "Card gone"
    assert list(tmp_path.iterdir()) == []


def test_marks_are_on_the_disk_once_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut takes no protection back: each marked file is flushed after it was marked."""
    flushed = []
    usual = os.fsync

    def fsync(handle: int) -> None:
        status = os.fstat(handle)
        flushed.append((status.st_ino, bool(status.st_mode & 0o200)))
        usual(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    trash.protect(store, 2)
    paths = store.names.files(2)[:2]
    assert [(path.stat().st_ino, False) for path in sorted(paths)] == flushed


def test_what_is_deleted_for_good_is_so_on_the_disk(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index forgets a shot only when the trash without it is flushed."""
    trash.delete(store, 2)
    order = []
    sync, forget = trash.sync_folder, store.index.forget
    monkeypatch.setattr(trash, "sync_folder", lambda place: (order.append(place), sync(place)))
    monkeypatch.setattr(
        store.index, "forget", lambda *numbers: (order.append(numbers), forget(*numbers))
    )
    trash.empty_trash(store)
    assert order == [store.names.trash, (2,)]


def test_what_cannot_be_read_is_not_called_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is lost and a file fails: it is damaged; once it can be read again it is whole."""
    folder = store.root / "DCIM/100BARYT"
    store.index.close()
    shutil.rmtree(store.names.hidden)
    store.prepare()
    read = FileRecord.read

    def fail(name: str, path: Path) -> FileRecord:
        if path.name == "BARY0002.DNG":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return read(name, path)

    monkeypatch.setattr(FileRecord, "read", fail)
    found = verify(store)
    assert found.damaged == (folder / "BARY0002.DNG",)
    assert found.files == 5
    assert [shot.damaged for shot in list_shots(store)] == [False, True, False]
    monkeypatch.undo()
    assert verify(store).files == 6
    assert not any(shot.damaged for shot in list_shots(store))
