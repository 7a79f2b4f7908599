"""What the app does with a store, from its start to the trash."""

from contextlib import closing, suppress
from pathlib import Path

from app.pictures.errors import PictureError, StoreError
from app.store import Store, list_shots, trash
from app.store.spool import kept_bytes, spooled_bytes, waiting
from app.store.verify import verify
from fuzz.answers import one_line

_JPEG, _DNG = b"a picture", b"its negative"


def use(store: Store, *, whole: bool) -> None:
    """Opens a store, and saves, lists, verifies, deletes and restores a shot.

    Args:
        store: with anything in it.
        whole: whether a shot has to be saved; else the store may refuse in its one line, but what
            it has saved may not be lost.

    Raises:
        AssertionError: if what was saved is not there.
    """
    paths: tuple[Path, ...] = ()
    try:
        with one_line(StoreError):
            paths = _saved(store)
        assert paths or not whole, "the store refuses"
        if paths:
            _check(store, *paths)
    finally:
        store.index.close()


def _saved(store: Store) -> tuple[Path, ...]:
    store.prepare()
    for entry in waiting(store):
        with closing(entry):
            assert all(path.name for path in entry.frames)
    spooled_bytes(store)
    kept_bytes(store)
    return store.save(_JPEG, _DNG)


def _check(store: Store, picture: Path, negative: Path) -> None:
    number = store.names.number_of(picture)
    assert number is not None
    with suppress(PictureError):
        assert number in {int(shot.id) for shot in list_shots(store)}
    with one_line(StoreError):
        found = verify(store)
        assert store.index.get(number) is not None
        assert {picture, negative}.isdisjoint((*found.damaged, *found.missing))
        trash.delete(store, number)
        assert number in trash.deleted(store)
        trash.restore(store, number)
        store.prepare()
    assert (picture.read_bytes(), negative.read_bytes()) == (_JPEG, _DNG)
