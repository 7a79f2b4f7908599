"""The store: numbers, atomic writes, failures, and two processes at once."""

import errno
import multiprocessing
import os
import shutil
import stat
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.pictures import atomic
from app.pictures.errors import PictureError, StoreError
from app.pictures.files import write_file
from app.store import Store, list_shots, trash
from app.store.card import CardError
from app.store.index import FileRecord, ShotRecord, State


def names(folder: Path) -> list[str]:
    """What a folder holds, without the store's hidden one."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".baryta")


def test_library_follows_dcf(tmp_path: Path) -> None:
    """A library has DCIM folders; JPEG and DNG of a shot share a number; numbers go up by one."""
    store = Store.library(tmp_path / "new" / "pictures")
    jpeg, dng = store.save(b"jpeg", b"dng")
    assert jpeg == tmp_path / "new/pictures/DCIM/100BARYT/BARY0001.JPG"
    assert (jpeg.read_bytes(), dng.read_bytes()) == (b"jpeg", b"dng")
    assert store.save(b"j", b"d")[1].name == "BARY0002.DNG"
    assert names(jpeg.parent) == ["BARY0001.DNG", "BARY0001.JPG", "BARY0002.DNG", "BARY0002.JPG"]


def test_plain_folder(tmp_path: Path) -> None:
    """A plain folder gets the files themselves."""
    assert Store(tmp_path).save(b"j", b"d") == (
        tmp_path / "BARY0001.JPG",
        tmp_path / "BARY0001.DNG",
    )


def test_numbers_are_never_reused(tmp_path: Path) -> None:
    """Deleting the newest picture, or the book of numbers, does not bring its number back."""
    store = Store.library(tmp_path)
    for _ in range(3):
        paths = store.save(b"j", b"d")
    for path in paths:
        path.unlink()
    assert Store.library(tmp_path).save(b"j", b"d")[0].name == "BARY0004.JPG"
    (tmp_path / ".baryta" / "number").write_bytes(b"\0\0garbage")
    assert Store.library(tmp_path).save(b"j", b"d")[0].name == "BARY0005.JPG"


def test_numbers_outlive_the_hidden_folder(tmp_path: Path) -> None:
    """A picture deleted for good gives its number to no other, though .baryta is lost later."""
    store = Store.library(tmp_path)
    for _ in range(3):
        store.save(b"j", b"d")
    trash.delete(store, 3)
    trash.empty_trash(store)
    shutil.rmtree(tmp_path / ".baryta")
    assert Store.library(tmp_path).save(b"j", b"d")[0].name == "BARY0004.JPG"
    assert [shot.id for shot in list_shots(store)] == ["0001", "0002", "0004"]


def test_a_strangers_last_number_is_told_with_its_remedy(tmp_path: Path) -> None:
    """It is told before a shot and at one; moved away, numbers go on where they were."""
    store = Store.library(tmp_path)
    store.save(b"j", b"d")
    store.save(b"j", b"d")[0].unlink()
    stranger = tmp_path / "DCIM" / "999BARYT" / "BARY9999.JPG"
    stranger.parent.mkdir()
    stranger.write_bytes(b"another's")
    for act in (store.take_number, store.free_pictures, lambda: store.save(b"j", b"d")):
        with pytest.raises(CardError, match=r"BARY9999\.JPG: has the last .* move it") as told:
            act()
        assert (told.value.word, "\n" in str(told.value)) == ("No numbers", False)
    stranger.unlink()
    stranger.parent.rmdir()
    assert store.save(b"j", b"d")[0].name == "BARY0003.JPG"


def test_books_of_numbers_may_be_anything(tmp_path: Path) -> None:
    """A pipe, a folder or no number in their place stops no shot for ever."""
    store = Store.library(tmp_path)
    store.save(b"j", b"d")
    os.mkfifo(store.names.deleted_number)
    store.names.number.write_bytes(b"9" * 100_000)
    assert store.take_number() == 2
    trash.delete(store, 1)
    assert store.names.deleted_number.read_bytes() == b"2\n"
    store.names.deleted_number.write_bytes(b"-7")
    assert store.take_number() == 3
    for book in (store.names.number, store.names.deleted_number):
        book.unlink()
        book.symlink_to(book.name)
    (tmp_path / "other").write_bytes(b"70")
    trash.restore(store)
    trash.delete(store, 1)
    store.names.number.unlink()
    store.names.number.symlink_to(tmp_path / "other")
    assert store.take_number() == 2
    assert (tmp_path / "other").read_bytes() == b"70"


def test_folders_turn_over(tmp_path: Path) -> None:
    """After 9999 comes the next folder; after the last folder an error, not a wrap."""
    folder = tmp_path / "DCIM" / "100BARYT"
    folder.mkdir(parents=True)
    (folder / "BARY9999.JPG").write_bytes(b"old")
    store = Store.library(tmp_path)
    assert store.save(b"j", b"d")[0] == tmp_path / "DCIM" / "101BARYT" / "BARY0001.JPG"
    (tmp_path / ".baryta" / "number").write_text(str(900 * 9999), "ascii")
    with pytest.raises(StoreError, match="all numbers are used"):
        store.save(b"j", b"d")


def test_foreign_files_are_left_alone(tmp_path: Path) -> None:
    """Other cameras' files neither count nor change."""
    other = tmp_path / "DCIM" / "100CANON"
    other.mkdir(parents=True)
    (other / "IMG_9000.JPG").write_bytes(b"theirs")
    assert Store.library(tmp_path).save(b"j", b"d")[0].name == "BARY0001.JPG"
    assert (other / "IMG_9000.JPG").read_bytes() == b"theirs"


def _burst(folder: Path) -> Path:
    """A burst as the spool has it."""
    burst = folder / "BARY0001.BURST"
    burst.mkdir(parents=True)
    for i in range(1, 4):
        (burst / f"FRAME{i:03d}.DNG").write_bytes(bytes([i]))
    return burst


def test_burst_frames_are_kept(tmp_path: Path) -> None:
    """The frames of a kept burst lie in a folder beside the picture, in order."""
    _, _, burst = Store(tmp_path).save(b"j", b"d", burst=_burst(tmp_path / "elsewhere"))
    assert burst == tmp_path / "BARY0001.BURST"
    assert names(burst) == ["FRAME001.DNG", "FRAME002.DNG", "FRAME003.DNG"]
    assert (burst / "FRAME003.DNG").read_bytes() == b"\3"


def test_room_is_counted_by_the_largest_picture_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept frames count; smaller pictures later do not make room."""
    store = Store(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    store.card.picture_bytes = 100
    store.save(bytes(20), bytes(80))
    assert store.free_pictures() == 10
    store.save(bytes(90), bytes(107), burst=_burst(tmp_path / "elsewhere"))  # of three bytes
    assert store.free_pictures() == 5
    store.save(bytes(1), None)
    assert store.free_pictures() == 5


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT], ids=["full", "quota"])
@pytest.mark.parametrize("failing", [0, 1, 2])
def test_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int, code: int
) -> None:
    """Wherever disk or quota fill up, one line says so; nothing is half-written, no frame goes."""
    store = Store(tmp_path / "store")
    store.save(b"first", b"first")
    burst = _burst(tmp_path)
    write, calls = os.write, iter(range(100))

    def full(handle: int, data: bytes) -> int:
        if next(calls) == failing:
            raise OSError(code, os.strerror(code))
        return write(handle, data)

    monkeypatch.setattr(os, "write", full)
    reason = os.strerror(code).lower()
    message = rf"^\S+: cannot save \({reason}\); delete pictures or .*$"
    with pytest.raises(StoreError, match=message):
        store.save(b"j", b"d", burst=burst)
    assert names(store.root) == ["BARY0001.DNG", "BARY0001.JPG"]
    assert len(names(burst)) == 3
    assert [record.number for record in store.index.all()] == [1]


def test_folders_that_cannot_be(tmp_path: Path) -> None:
    """A folder that is a file, and one that cannot be made, are one line each."""
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(StoreError, match="file is in the way"):
        Store.library(tmp_path / "file").save(b"j", b"d")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.library(Path("/proc/nothing")).prepare()


def test_what_is_in_the_way_is_no_empty_library(tmp_path: Path) -> None:
    """A file in the folder's place, and a link to a stick that is not there; nothing at all is."""
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "stick")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "DCIM").write_bytes(b"x")
    for name in ("file", "link", "root"):
        with pytest.raises(PictureError, match=f"{name}: cannot be read"):
            list_shots(Store.library(tmp_path / name))
    assert list_shots(Store.library(tmp_path / "none")) == []


def test_failed_publishing_takes_the_dng_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the JPEG cannot get its name, the DNG loses its own again."""
    link = os.link

    def only_dng(source: Path, target: Path) -> None:
        if target.suffix == ".JPG":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        link(source, target)

    monkeypatch.setattr(os, "link", only_dng)
    with pytest.raises(StoreError, match="replace the disk"):
        Store(tmp_path).save(b"j", b"d")
    assert names(tmp_path) == []


def test_a_shot_that_has_its_names_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that cannot be flushed costs a warning, not the picture, nor a second copy."""
    sync = os.fsync

    def failing(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode) and (tmp_path / "BARY0001.JPG").exists():
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(handle)

    monkeypatch.setattr(os, "fsync", failing)
    store = Store(tmp_path)
    jpeg, dng = store.save(b"j", b"d")
    assert (jpeg.read_bytes(), dng.read_bytes()) == (b"j", b"d")
    assert "power cut" in caplog.text
    with pytest.raises(StoreError, match="replace the disk"):
        store.save(b"j", b"d")  # the number cannot be recorded: nothing was published
    assert names(tmp_path) == ["BARY0001.DNG", "BARY0001.JPG"]


def test_a_card_pulled_right_after_takes_no_picture_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once the files have their names the shot counts as saved, and is not saved again."""
    store = Store(tmp_path)

    def gone_once_saved() -> None:
        if (tmp_path / "BARY0001.JPG").exists():
            raise CardError("Card gone", "the card is gone; put it back")

    monkeypatch.setattr(store.card, "check", gone_once_saved)
    jpeg, dng = store.save(b"j", b"d")
    assert (jpeg.read_bytes(), dng.read_bytes()) == (b"j", b"d")
    assert "power cut" in caplog.text


def test_a_draft_s_hidden_name_that_stays_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that has its name is published, even if its old one cannot be removed."""

    def stuck(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "unlink", stuck)
    paths = Store(tmp_path).save(b"j", b"d")
    assert [path.read_bytes() for path in paths] == [b"j", b"d"]


@pytest.mark.parametrize("links", [True, False])
def test_names_are_never_overwritten(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    links: bool,
) -> None:
    """A draft refuses a name that is taken, on file systems with and without hard links."""
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    taken, free = tmp_path / "taken", tmp_path / "free"
    taken.write_bytes(b"old")
    with atomic.Draft(taken) as draft:
        draft.write(b"new")
        with pytest.raises(FileExistsError):
            draft.publish()
    with atomic.Draft(free) as draft:
        draft.write(b"new")
        assert not free.exists()
        draft.publish()
    assert (taken.read_bytes(), free.read_bytes()) == (b"old", b"new")
    assert names(tmp_path) == ["free", "taken"]


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_leftovers_are_cleared(tmp_path: Path) -> None:
    """Empty drafts of dead writers go, full ones are set aside; drafts of living ones stay."""
    (tmp_path / ".BARY0006.DNG.part").touch()
    (tmp_path / ".BARY0007.DNG.part").write_bytes(b"something")
    with atomic.Draft(tmp_path / "BARY0009.DNG") as alive:
        alive.write(b"growing")
        recovery = Store(tmp_path).prepare()
        assert names(tmp_path) == [".BARY0009.DNG.part"]
    assert recovery.aside == (tmp_path / ".baryta" / "aside" / "BARY0007.DNG",)
    assert recovery.aside[0].read_bytes() == b"something"


def _save_some(folder: str, task: int, count: int) -> None:
    for i in range(count):
        Store.library(Path(folder)).save(f"{task} {i}".encode(), b"d")
        Store.library(Path(folder)).prepare()


def test_processes_share_a_store(tmp_path: Path) -> None:
    """Four processes saving at once lose no shot, share no number, leave no draft."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        pool.starmap(_save_some, [(str(tmp_path), task, 6) for task in range(4)], 1)
    folder = tmp_path / "DCIM" / "100BARYT"
    expected = [f"BARY{i:04d}.{kind}" for i in range(1, 25) for kind in ("DNG", "JPG")]
    assert names(folder) == expected
    assert len({path.read_bytes() for path in folder.glob("*.JPG")}) == 24


def test_write_file(tmp_path: Path) -> None:
    """A named file is replaced whole; a folder in its place or a missing parent is one line."""
    path = tmp_path / "out.jpg"
    write_file(path, b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["out.jpg"]
    with pytest.raises(StoreError, match="folder is in the way"):
        write_file(tmp_path, b"x")
    with pytest.raises(StoreError, match="make it or choose"):
        write_file(tmp_path / "no" / "out.jpg", b"x")


def test_a_long_index_is_read_in_pages_and_none_is_missed(tmp_path: Path) -> None:
    """More shots than a page has, numbers with gaps, by state too."""
    file = FileRecord.of("BARY0001.JPG", b"jpeg")
    numbers = [n for n in range(1, 1800) if n % 7]
    kept = [
        ShotRecord(n, State.DELETED if n % 3 else State.SAVED, "Neutral", None, (file,))
        for n in numbers
    ]
    store = Store.library(tmp_path / "card")
    store.prepare()
    store.index.put(*reversed(kept))
    assert store.index.all() == kept
    assert store.index.all(State.SAVED) == [one for one in kept if one.state is State.SAVED]


def test_a_reader_never_sees_half_a_change_of_another_thread(tmp_path: Path) -> None:
    """The library is listed by the very store that saves: every record is whole, at any moment."""
    store = Store.library(tmp_path / "card")
    store.prepare()
    names = [f"BARY0001.BURST/FRAME{n:03d}.DNG" for n in range(40)]
    record = ShotRecord(
        1, State.SAVED, "Neutral", None, tuple(FileRecord.of(name, b"raw") for name in names)
    )
    store.index.put(record)
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            store.index.put(record)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            assert store.index.all() == [record]
            assert store.index.get(1) == record
    finally:
        over.set()
        writer.join()
