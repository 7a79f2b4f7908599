"""What the app does with a store, from its start to the trash."""

from contextlib import suppress

from app.pictures.errors import PictureError, StoreError
from app.store import Store, list_shots, trash
from app.store.spool import kept_bytes, spooled_bytes, waiting
from app.store.verify import verify

_JPEG, _DNG = b"a picture", b"its negative"


def use(store: Store, *, whole: bool) -> None:
    """Opens a store, and saves, lists, verifies, deletes and restores a shot.

    Args:
        store: with anything in it.
        whole: whether all of it has to succeed; else the store may refuse in its one line, but
            once it has saved a shot, nothing may be lost of that.

    Raises:
        AssertionError: if what was saved is not there.
    """
    try:
        store.prepare()
        for entry in waiting(store):
            with entry:
                assert all(path.name for path in entry.frames)
        spooled_bytes(store)
        kept_bytes(store)
        paths = store.save(_JPEG, _DNG)
    except StoreError as error:
        assert len(str(error).splitlines()) == 1, "not one line"
        assert not whole, f"refused: {error}"
        return
    finally:
        store.index.close()
    picture, negative = paths
    assert (picture.read_bytes(), negative.read_bytes()) == (_JPEG, _DNG)
    number = store.names.number_of(picture)
    assert number is not None
    _check(store, number)
    assert (picture.read_bytes(), negative.read_bytes()) == (_JPEG, _DNG)


def _check(store: Store, number: int) -> None:
    with suppress(PictureError):
        assert number in {int(shot.id) for shot in list_shots(store)}
    try:
        found = verify(store)
        names = {path.name for path in (*found.damaged, *found.missing)}
        record = store.index.get(number)
        assert record is not None
        assert names.isdisjoint(file.name for file in record.files)
        trash.delete(store, number)
        assert number in trash.deleted(store)
        trash.restore(store, number)
        store.prepare()
    except StoreError as error:
        assert len(str(error).splitlines()) == 1, "not one line"
    finally:
        store.index.close()
