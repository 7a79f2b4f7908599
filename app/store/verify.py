"""Whether every file is still what was saved."""

from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.pictures.errors import StoreError
from app.pictures.files import failures
from app.progress import Progress
from app.store.index import DamagedIndexError, FileRecord, ShotRecord, State
from app.store.rebuild import read_record, shot_files
from app.store.store import Store


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at every file found.

    Attributes:
        files: how many are whole.
        damaged: those that are not as they were saved, or that cannot be read.
        missing: those that are gone.
        recorded: those that had no hash on record; they have one now, if anything is marked.
        unmarked: why nothing could be marked in the index; empty if it is.
    """

    files: int
    damaged: tuple[Path, ...]
    missing: tuple[Path, ...]
    recorded: tuple[Path, ...]
    unmarked: str = ""


def verify(
    store: Store, progress: Progress | None = None, *, unknown_only: bool = False
) -> Verified:
    """Reads every file, compares it with its recorded hash, and marks in the index what differs.

    On a card that takes no marks, as a locked or full one, it only compares.

    Args:
        store: which.
        progress: told the fraction that is done.
        unknown_only: read only the files that have no hash on record, to give them one.

    Raises:
        StoreError: if the store cannot be read.
    """
    whole = 0
    damaged: list[Path] = []
    missing: list[Path] = []
    recorded: list[Path] = []
    with failures(store.root, "cannot be verified"):
        records, unmarked = _records(store)
        for count, record in enumerate(records):
            found = _look(store, record, unknown_only=unknown_only)
            if not unmarked and not _mark(store, record, [file for _, file in found]):
                continue  # it was deleted or restored meanwhile
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
    return Verified(whole, tuple(damaged), tuple(missing), tuple(recorded), unmarked)


def place_of(store: Store, record: ShotRecord, file: FileRecord) -> Path:
    """Where a file of a shot should lie."""
    if record.state is State.DELETED:
        return store.names.in_trash(record.number) / file.name
    return store.names.place(record.number)[0] / file.name


def _records(store: Store) -> tuple[list[ShotRecord], str]:
    """What every shot should be, and why nothing can be marked there."""
    states = (State.SAVED, State.UNDEVELOPED, State.DELETED)

    def known() -> list[ShotRecord]:
        _enter_strangers(store)
        return store.index.all(*states)

    try:
        store.prepare()
        with failures(store.root, "cannot be marked"), store.locked():
            return store.mending(known), ""
    except StoreError as error:
        with (
            suppress(OSError, DamagedIndexError),
            TemporaryDirectory(prefix="baryta-") as folder,
            closing(store.index.copy(Path(folder))) as index,
        ):
            return index.all(*states), str(error)
        raise


def _mark(store: Store, record: ShotRecord, files: Sequence[FileRecord]) -> bool:
    """Enters what was found of a shot's files; False if its record is another by now."""

    def act() -> bool:
        if store.index.get(record.number) != record:
            return False
        if tuple(files) != record.files:
            store.index.put(replace(record, files=tuple(files)))
        return True

    with store.locked():
        return store.mending(act)


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
            try:
                now = FileRecord.read(file.name, path)
            except OSError:
                now = replace(file, damaged=path.is_file())
        elif path.is_file() and not unknown_only:
            now = replace(file, damaged=not file.matches(path))
        found.append((path, now))
    return found
