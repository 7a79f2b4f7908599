"""Deleting with a way back, and marks against it.

A deleted shot moves into the trash, from where it comes back whole, until the trash is emptied.
A protected shot is one whose files may not be written to, as DCF marks it.
"""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.pictures.atomic import SUFFIX, make_folder, remove, sync_folder
from app.pictures.errors import StoreError
from app.pictures.files import failures
from app.store.index import DamagedIndexError, State
from app.store.rebuild import read_record, shot_files
from app.store.shots import is_protected
from app.store.store import Store


def delete(store: Store, number: int) -> None:
    """Moves a shot into the trash.

    Raises:
        StoreError: if there is no such shot, if it is protected, or the disk refuses.
    """
    with _changing(store):
        paths = _paths(store, number)
        if any(is_protected(path) for path in paths if path.is_file()):
            raise StoreError(
                f"shot {number:04d} is protected; first: baryta library unprotect {number:04d}"
            )
        if store.index.get(number) is None:
            store.index.put(read_record(number, State.SAVED, paths, {}, hashes=True))
        store.index.set_state(number, State.DELETED)
        move_to_trash(store, number)


def move_to_trash(store: Store, number: int) -> None:
    """Moves the files of a shot that counts as deleted. The caller holds the lock."""
    place = store.names.trash / f"{number:04d}"
    make_folder(place)
    paths = [*shot_files(store.names).get(number, []), *store.names.companions(number)]
    for path in paths:
        path.rename(place / path.name)
    for folder in {place, *(path.parent for path in paths)}:
        sync_folder(folder)


def deleted(store: Store) -> list[int]:
    """Numbers of the shots in the trash, the last deleted one last."""
    held = store.names.numbered(store.names.trash)
    held.sort(key=lambda shot: (shot[1].stat().st_mtime_ns, shot[0]))
    return [number for number, _ in held]


def restore(store: Store, number: int | None = None) -> int:
    """Brings a shot back from the trash.

    Args:
        store: where.
        number: of the shot; the last deleted one by default.

    Returns:
        Its number.

    Raises:
        StoreError: if the trash does not hold it.
    """
    with _changing(store):
        held = deleted(store)
        number = (held[-1] if held else 0) if number is None else number
        if number not in held:
            which = f"no shot {number:04d}" if number else "nothing"
            raise StoreError(f"{store.root}: {which} in the trash; baryta library trash lists it")
        place = store.names.trash / f"{number:04d}"
        folder, _ = store.names.place(number)
        make_folder(folder)
        for path in sorted(place.iterdir()):
            target = folder / path.name
            if target.exists():
                raise StoreError(f"{target}: a file is in the way; move it elsewhere")
            path.rename(target)
        place.rmdir()
        sync_folder(folder)
        sync_folder(store.names.trash)
        store.index.set_state(number, State.SAVED)
    return number


def empty_trash(store: Store) -> int:
    """Deletes what is in the trash for good; returns how many shots."""
    with _changing(store):
        held = deleted(store)
        for number in held:
            place = store.names.trash / f"{number:04d}"
            going = place.with_name(f".{place.name}{SUFFIX}")
            place.rename(going)
            remove(going)
        store.index.forget(*held)
    return len(held)


def protect(store: Store, number: int, *, protected: bool = True) -> None:
    """Marks a shot against deleting, or takes the mark away.

    Raises:
        StoreError: if there is no such shot, or the disk refuses.
    """
    with _changing(store):
        writing = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
        for path in _paths(store, number):
            if path.is_file():
                mode = stat.S_IMODE(path.stat().st_mode)
                path.chmod(mode & ~writing if protected else mode | stat.S_IWUSR)


def _paths(store: Store, number: int) -> list[Path]:
    paths = shot_files(store.names).get(number)
    if not paths:
        raise StoreError(f"{store.root}: no shot {number:04d}; baryta library list shows all")
    return paths


@contextmanager
def _changing(store: Store) -> Iterator[None]:
    try:
        with failures(store.root), store.locked():
            yield
    except DamagedIndexError as error:
        raise StoreError(
            f"{store.names.index}: is damaged ({error}); mend it: baryta library recover"
        ) from error
