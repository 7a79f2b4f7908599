"""Deleting with a way back, and marks against it.

A deleted shot moves into the trash, from where it comes back whole, until the trash is emptied.
A protected shot is one whose files may not be written to, as DCF marks it.
"""

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import TypeVar

from app.pictures.atomic import SUFFIX, sync_file, sync_folder
from app.pictures.errors import StoreError
from app.pictures.files import failures
from app.store.index import DamagedIndexError, ShotRecord, State
from app.store.names import Names
from app.store.numbers import note_deleted
from app.store.rebuild import members, read_record
from app.store.recovery import move_back, move_to_trash
from app.store.shots import Shot, is_protected, shot_of
from app.store.store import Store

T = TypeVar("T")
_TICK = 2_000_000_000  # ns: finer times FAT does not keep


def delete(store: Store, number: int) -> tuple[str, ...]:
    """Moves a shot into the trash, with its sidecars; returns the names of what went.

    Raises:
        StoreError: if there is no such shot, if it is protected, if the trash holds one of its
            number already, or the disk refuses; then it is where it was.
    """

    def act() -> tuple[str, ...]:
        paths = _paths(store, number)
        if any(is_protected(path) for path in paths if path.is_file()):
            raise StoreError(
                f"shot {number:04d} is protected; first: baryta library unprotect {number:04d}"
            )
        place = store.names.in_trash(number)
        if place.is_dir() and any(place.iterdir()):
            raise StoreError(
                f"{place}: another shot {number:04d} is in the trash; restore or empty it first"
            )
        record = store.index.get(number)
        if record is None:
            record = read_record(number, State.SAVED, paths, {}, hashes=True)
        note_deleted(store.names)
        store.index.put(replace(record, state=State.DELETING))
        newest = max((shot[1].stat().st_mtime_ns for shot in _held(store)), default=0)
        with _or_back(store, record, move_back):
            move_to_trash(store.names, number)
            # Later than the others by whatever clock, so that it is the first to come back.
            when = max(time.time_ns(), newest + _TICK)
            os.utime(place, ns=(when, when))
        store.index.set_state(number, State.DELETED)
        return _names_in(place)

    return _change(store, act, "cannot delete")


def deleted(store: Store) -> list[int]:
    """Numbers of the shots in the trash, the last deleted one last."""
    held = _held(store)
    held.sort(key=lambda shot: (shot[1].stat().st_mtime_ns, shot[0]))
    return [number for number, _ in held]


def contents(store: Store) -> dict[int, tuple[str, ...]]:
    """The same with the names of each shot's files.

    Raises:
        StoreError: if the trash cannot be read.
    """
    with failures(store.root, "cannot read the trash"):
        return {number: _names_in(store.names.in_trash(number)) for number in deleted(store)}


def list_deleted(store: Store) -> list[Shot]:
    """The shots in the trash as the library has them, the last deleted one last.

    Raises:
        StoreError: if the trash cannot be read.
    """
    found = []
    with failures(store.root, "cannot read the trash"):
        for number in deleted(store):
            place, record = store.names.in_trash(number), None
            with suppress(OSError, DamagedIndexError):  # on a read-only card: the files tell all
                record = store.index.get(number)
            names = [path.name for path in place.iterdir() if store.names.is_picture(path)]
            found.append(shot_of(number, place, names, record))
    return found


def restore(store: Store, number: int | None = None) -> int:
    """Brings a shot back from the trash.

    Args:
        store: where.
        number: of the shot; the last deleted one by default.

    Returns:
        Its number.

    Raises:
        StoreError: if the trash does not hold it, something has taken one of its names, or the
            disk refuses; then it stays there.
    """

    def act() -> int:
        held = deleted(store)
        chosen = (held[-1] if held else 0) if number is None else number
        if chosen not in held:
            which = f"no shot {chosen:04d}" if chosen else "nothing"
            raise StoreError(f"{store.root}: {which} in the trash; baryta library trash lists it")
        place, folder = store.names.in_trash(chosen), store.names.place(chosen)[0]
        for target in (folder / path.name for path in sorted(place.iterdir())):
            if target.exists():
                raise StoreError(f"{target}: a file is in the way; move it elsewhere")
        record = store.index.get(chosen)
        if record is None:
            paths = [path for path in place.iterdir() if store.names.is_picture(path)]
            record = read_record(chosen, State.DELETED, paths, {}, hashes=False)
        store.index.put(replace(record, state=State.RESTORING))
        with _or_back(store, record, move_to_trash):
            move_back(store.names, chosen)
        store.index.set_state(chosen, State.SAVED)
        return chosen

    return _change(store, act, "cannot restore")


def empty_trash(store: Store) -> int:
    """Deletes what is in the trash for good; returns how many shots.

    Raises:
        StoreError: if a file cannot be removed; what is left of its shot stays in the trash.
    """

    def act() -> int:
        held, refused = deleted(store), None
        note_deleted(store.names)
        gone: set[int] = set()
        for number in held:
            place = store.names.in_trash(number)
            going = place.with_name(f".{place.name}{SUFFIX}")
            place.rename(going)
            try:
                rmtree(going)
                gone.add(number)
            except OSError as error:
                refused = refused or error
                with suppress(OSError):
                    going.rename(place)
        if held:
            sync_folder(store.names.trash)  # before the index forgets what could come back
        in_trash = {record.number for record in store.index.each(State.DELETED)}
        store.index.forget(*in_trash & gone)
        if refused is not None:
            raise refused
        return len(held)

    return _change(store, act, "cannot empty the trash")


def protect(store: Store, number: int, *, protected: bool = True) -> None:
    """Marks a shot against deleting, or takes the mark away.

    Raises:
        StoreError: if there is no such shot, or the disk refuses.
    """

    def act() -> None:
        writing = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
        for path in (file for place in _paths(store, number) for file in members(place)):
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode & ~writing if protected else mode | stat.S_IWUSR)
            sync_file(path)

    _change(store, act, "cannot mark")


def _held(store: Store) -> list[tuple[int, Path]]:
    return store.names.numbered(store.names.trash)


def _names_in(place: Path) -> tuple[str, ...]:
    return tuple(sorted(path.name for path in place.iterdir()))


def _paths(store: Store, number: int) -> list[Path]:
    files = store.names.files(number) if number <= store.names.last else ()
    paths = sorted(path for path in files if store.names.is_picture(path))
    if not paths:
        raise StoreError(f"{store.root}: no shot {number:04d}; baryta library list shows all")
    return paths


@contextmanager
def _or_back(
    store: Store, record: ShotRecord, back: Callable[[Names, int], None]
) -> Iterator[None]:
    """What the disk does not do wholly is taken back; if it refuses that too, recovery goes on."""
    try:
        yield
    except OSError:
        with suppress(OSError):
            back(store.names, record.number)
            store.index.put(record)
        raise


def _change(store: Store, act: Callable[[], T], what: str) -> T:
    with failures(store.root, what), store.locked():
        store.make_room()
        return store.mending(act)
