"""The shots in a store."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.pictures.errors import PictureError
from app.store.index import DamagedIndexError, ShotRecord, State
from app.store.names import label
from app.store.rebuild import read_record
from app.store.store import Store


@dataclass(frozen=True, slots=True)
class Shot:
    """A shot of the library; small, since thousands are listed at once.

    Attributes:
        id: its number, as people write it ("0042").
        folder: where its files lie.
        names: of its JPEG, DNG and folder of raw frames there, as far as they are there.
        style: the look it was taken in; None if its files do not tell.
        taken: when; None if its files do not tell.
        protected: whether it is marked against deleting.
        damaged: whether the last look at its files found one that is not as it was saved.
    """

    id: str
    folder: Path
    names: tuple[str, ...]
    style: str | None = None
    taken: datetime | None = None
    protected: bool = False
    damaged: bool = False

    @property
    def paths(self) -> tuple[Path, ...]:
        """Its JPEG, DNG and folder of raw frames."""
        return tuple(self.folder / name for name in self.names)


def list_shots(store: Store) -> list[Shot]:
    """All shots in order of number, the newest last; empty if there is no store yet.

    Raises:
        PictureError: if the store cannot be read.
    """
    try:
        for folder in (store.names.root, store.names.base):
            if os.path.lexists(folder):  # a file or a link to nothing is no empty library
                os.scandir(folder).close()
        known = _known(store)
        record, shots = next(known, None), []
        for folder in store.names.folders():
            found: dict[int, list[str]] = {}
            for number, path in store.names.pictures_in(folder):
                found.setdefault(number, []).append(path.name)
            for number in sorted(found):
                while record is not None and record.number < number:
                    record = next(known, None)
                own = record if record is not None and record.number == number else None
                shots.append(shot_of(number, folder, found.pop(number), own))
    except OSError as error:
        raise PictureError(
            f"{store.root}: cannot be read ({error.strerror}); check the folder"
        ) from error
    return shots


def find_shot(store: Store, number: int) -> Shot | None:
    """One shot as list_shots() has it; None if there is none of that number.

    Raises:
        PictureError: if the store cannot be read.
    """
    try:
        files = store.names.files(number) if number <= store.names.last else ()
        paths = [path for path in files if store.names.is_picture(path)]
        if not paths:
            return None
        record = None
        with suppress(OSError, DamagedIndexError):  # on a read-only card: the files tell all
            record = store.index.get(number) if store.names.index.exists() else None
        return shot_of(number, paths[0].parent, [path.name for path in paths], record)
    except OSError as error:
        raise PictureError(
            f"{store.root}: cannot be read ({error.strerror}); check the folder"
        ) from error


def is_protected(path: Path) -> bool:
    """Whether a file may not be changed by its owner: DCF's mark against deleting."""
    return not path.stat().st_mode & stat.S_IWUSR


def shot_of(number: int, folder: Path, names: list[str], record: ShotRecord | None) -> Shot:
    """A shot by its files and what the index has of it; without that, the files tell all."""
    paths = [folder / name for name in names]
    if record is None:
        record = read_record(number, State.SAVED, paths, {}, hashes=False)
    return Shot(
        id=label(number),
        folder=folder,
        names=tuple(sorted(names, reverse=True)),  # .JPG, .DNG, .BURST
        style=sys.intern(record.style) if record.style else record.style,
        taken=datetime.fromisoformat(record.taken) if record.taken else None,
        protected=any(is_protected(path) for path in paths if path.is_file()),
        damaged=any(file.damaged for file in record.files),
    )


def _known(store: Store) -> Iterator[ShotRecord]:
    with suppress(OSError, DamagedIndexError):  # on a read-only card: the files tell all
        if store.names.index.exists():
            yield from store.index.each()
