"""Strangers beside the pictures: names that are nearly ours, links, edits, leftovers."""

from pathlib import Path

import pytest

from app.store import Store, list_shots, trash
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
