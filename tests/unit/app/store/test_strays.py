"""Strangers beside the pictures: names that are nearly ours, links, edits, leftovers."""

from pathlib import Path

import pytest

from app.pictures.errors import StoreError
from app.store import Store, list_shots, trash
from app.store.card import CardError
from app.store.spool import kept_bytes, write_entry
from app.store.story import BurstStory
from app.store.verify import verify


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Store:
    """A library of two shots, prepared as the app does at its start."""
    store = Store.library(tmp_path / "card")
    store.prepare()
    for shot in (b"1", b"2"):
        store.save(b"jpeg" + shot, b"dng" + shot)
    return store


def _folder(store: Store) -> Path:
    return store.names.place(1)[0]


@pytest.mark.parametrize("dcim", [True, False])
def test_a_number_with_zeros_too_many_is_a_strangers(tmp_path: Path, dcim: bool) -> None:
    """It counts as no picture, blinds no verification, and costs no index."""
    store = Store(tmp_path, dcim=dcim)
    paths = store.save(b"jpeg", b"dng")
    (paths[0].parent / "BARY00001.JPG").write_bytes(b"jpeg")
    for _ in range(2):
        assert verify(store).files == 2
    assert [shot.id for shot in list_shots(store)] == ["0001"]
    assert not store.names.aside.exists()
    paths[0].write_bytes(b"jpeX")
    assert verify(store).damaged == (paths[0],)


def test_a_link_is_no_picture(store: Store, tmp_path: Path) -> None:
    """Neither listed nor marked: what it leads to is somebody else's."""
    outside = tmp_path / "outside.jpg"
    outside.write_bytes(b"mine")
    (_folder(store) / "BARY0003.JPG").symlink_to(outside)
    (_folder(store) / "BARY0002.JPG").unlink()
    (_folder(store) / "BARY0002.JPG").symlink_to(outside)
    mode = outside.stat().st_mode
    trash.protect(store, 2)
    assert outside.stat().st_mode == mode
    assert [path.name for shot in list_shots(store) for path in shot.paths] == [
        "BARY0001.JPG",
        "BARY0001.DNG",
        "BARY0002.DNG",
    ]


def test_numbers_go_on_past_an_empty_folder(store: Store) -> None:
    """Whatever was lost, a newer folder without a number does not bring taken ones back."""
    (_folder(store).parent / "101BARYT").mkdir()
    store.index.close()
    for path in sorted(store.names.hidden.iterdir()):
        path.unlink()
    assert Store.library(store.root).save(b"j", b"d")[0].name == "BARY0003.JPG"


@pytest.mark.parametrize("name", ["BARY9998.JPG", "BARY0007.DNG"])
def test_a_stranger_in_the_last_folder_uses_up_no_numbers(store: Store, name: str) -> None:
    """It is named before the last of them is given away."""
    stranger = _folder(store).parent / "999BARYT" / name
    stranger.parent.mkdir()
    stranger.write_bytes(b"another's")
    for act in (store.take_number, store.free_pictures):
        with pytest.raises(CardError, match=rf"{name}: has the last numbers"):
            act()
    stranger.unlink()
    assert store.save(b"j", b"d")[0].name == "BARY0003.JPG"


def test_a_folder_s_number_is_there_once(tmp_path: Path) -> None:
    """DCF: where another camera has folders 100 and 101, ours is 102; one that is there stays."""
    for other in ("100CANON", "101_PANA"):
        (tmp_path / "DCIM" / other).mkdir(parents=True)
    store = Store.library(tmp_path)
    assert store.save(b"j", b"d")[0] == tmp_path / "DCIM/102BARYT/BARY0001.JPG"
    (tmp_path / "DCIM" / "102CANON").mkdir()
    assert store.save(b"j", b"d")[0] == tmp_path / "DCIM/102BARYT/BARY0002.JPG"


def _sidecars(name: str) -> dict[str, bytes]:
    return {f"{name}.DNG.xmp": b"ours"}


def test_a_name_that_is_taken_costs_a_number_not_the_shot(store: Store) -> None:
    """Leftovers of a picture that somebody took away stay as they are; the shot is the next."""
    for number in (3, 4):
        (_folder(store) / f"BARY000{number}.DNG.xmp").write_bytes(b"left over")
    assert store.save(b"j", b"d", sidecars=_sidecars)[0].name == "BARY0005.JPG"
    assert (_folder(store) / "BARY0004.DNG.xmp").read_bytes() == b"left over"
    assert [record.number for record in store.index.all()] == [1, 2, 5]
    (_folder(store) / "BARY0006.JPG").symlink_to("nowhere")
    assert store.save(b"j", b"d")[0].name == "BARY0007.JPG"


def test_a_name_taken_at_the_last_moment(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the naming another program was faster: the next number."""
    monkeypatch.setattr("app.store.store._check_free", lambda _: None)
    (_folder(store) / "BARY0003.DNG.xmp").write_bytes(b"left over")
    assert store.save(b"j", b"d", sidecars=_sidecars)[0].name == "BARY0004.JPG"
    assert not list(_folder(store).glob("BARY0003.[JD]*G"))
    assert [record.number for record in store.index.all()] == [1, 2, 4]


def test_a_folder_full_of_strangers_is_given_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many numbers, one line names the last."""
    monkeypatch.setattr("app.store.store._TRIES", 3)
    for number in (3, 4, 5):
        (_folder(store) / f"BARY000{number}.DNG.xmp").write_bytes(b"left over")
    with pytest.raises(StoreError, match=r"BARY0005\.DNG\.xmp: cannot save \(file exists\)"):
        store.save(b"j", b"d", sidecars=_sidecars)


def test_edits_stay_when_their_shot_goes(store: Store) -> None:
    """Only sidecars of known kinds go into the trash; what goes is told."""
    names = ("BARY0001-Edit.tif", "BARY0001_print.jpg", "BARY0001.JPG.txt", "BARY0001.JPG.bak")
    for name in names:
        (_folder(store) / name).write_bytes(b"work")
    (_folder(store) / "BARY0001-prints").mkdir()
    (_folder(store) / "BARY0001.xmp").write_bytes(b"a sidecar")
    locked = _folder(store) / "BARY0001.DNG.pp3"
    locked.write_bytes(b"locked")
    locked.chmod(0o444)
    went = ("BARY0001.DNG", "BARY0001.JPG", "BARY0001.xmp")
    assert trash.delete(store, 1) == went
    assert trash.contents(store) == {1: went}
    trash.empty_trash(store)
    left = sorted(path.name for path in _folder(store).glob("BARY0001*"))
    assert left == sorted([*names, "BARY0001-prints", locked.name])


def test_kept_bursts_in_the_trash_count(store: Store) -> None:
    """Deleting is no way round the quota; emptying the trash makes room."""
    entry = write_entry(store, store.take_number(), BurstStory("", "", keep=True), [b"12345"] * 3)
    store.save(b"j", b"d", number=entry.number, burst=entry.burst)
    entry.remove()
    trash.delete(store, entry.number)
    assert kept_bytes(store) == 15
    trash.empty_trash(store)
    assert kept_bytes(store) == 0


def test_times_that_a_card_keeps_coarsely(store: Store) -> None:
    """The last deleted comes back first, though FAT keeps two seconds only."""
    trash.delete(store, 2)
    trash.delete(store, 1)
    times = [store.names.in_trash(number).stat().st_mtime_ns for number in (2, 1)]
    assert times[1] // 2_000_000_000 > times[0] // 2_000_000_000
