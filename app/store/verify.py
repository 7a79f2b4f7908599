"""Whether every file is still what was saved."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.pictures.files import failures
from app.store.index import FileRecord, ShotRecord, State
from app.store.rebuild import read_record, shot_files
from app.store.store import Store

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at every file found.

    Attributes:
        files: how many are whole.
        damaged: those that are not as they were saved.
        missing: those that are gone.
        recorded: those that had no hash on record; they have one now.
    """

    files: int
    damaged: tuple[Path, ...]
    missing: tuple[Path, ...]
    recorded: tuple[Path, ...]


def verify(
    store: Store, progress: Progress | None = None, *, unknown_only: bool = False
) -> Verified:
    """Reads every file, compares it with its recorded hash, and marks in the index what differs.

    Args:
        store: which.
        progress: told the fraction that is done.
        unknown_only: read only the files that have no hash on record, to give them one.

    Raises:
        StoreError: if the store cannot be read or its index not be written.
    """
    whole = 0
    damaged: list[Path] = []
    missing: list[Path] = []
    recorded: list[Path] = []
    store.prepare()
    with failures(store.root):
        with store.locked():
            _enter_strangers(store)
        records = store.index.all(State.SAVED, State.UNDEVELOPED, State.DELETED)
        for count, record in enumerate(records):
            found = _look(store, record, unknown_only=unknown_only)
            with store.locked():
                if store.index.get(record.number) != record:
                    continue  # it was deleted or restored meanwhile
                files = tuple(file for _, file in found)
                if files != record.files:
                    store.index.put(replace(record, files=files))
            for (path, now), old in zip(found, record.files, strict=True):
                if not path.is_file():
                    missing.append(path)
                elif now.damaged:
                    damaged.append(path)
                else:
                    whole += 1
                    recorded += [] if old.sha256 else [path]
            if progress is not None:
                progress((count + 1) / len(records))
    return Verified(whole, tuple(damaged), tuple(missing), tuple(recorded))


def place_of(store: Store, record: ShotRecord, file: FileRecord) -> Path:
    """Where a file of a shot should lie."""
    if record.state is State.DELETED:
        return store.names.in_trash(record.number) / file.name
    return store.names.place(record.number)[0] / file.name


def _enter_strangers(store: Store) -> None:
    """Pictures that came without the camera, as copies from elsewhere do."""
    known = {record.number: record for record in store.index.all()}
    for number, paths in shot_files(store.names).items():
        record = known.get(number)
        if record is None:
            store.index.put(read_record(number, State.SAVED, paths, {}, hashes=False))
        elif record.state is State.SAVED:
            names = {file.name for file in record.files}
            new = [path for path in paths if path.is_file() and path.name not in names]
            if new:
                added = read_record(number, State.SAVED, new, {}, hashes=False).files
                store.index.put(replace(record, files=(*record.files, *added)))


def _look(store: Store, record: ShotRecord, *, unknown_only: bool) -> list[tuple[Path, FileRecord]]:
    """Each file's place and what is found there."""
    found = []
    for file in record.files:
        path, now = place_of(store, record, file), file
        if not file.sha256:
            with suppress(OSError):
                now = FileRecord.read(file.name, path)
        elif path.is_file() and not unknown_only:
            now = replace(file, damaged=not file.matches(path))
        found.append((path, now))
    return found
