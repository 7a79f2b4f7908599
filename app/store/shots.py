"""The shots in a store."""

import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.pictures.errors import PictureError
from app.store.index import DamagedIndexError, ShotRecord, State
from app.store.names import BURST, label
from app.store.rebuild import read_record, shot_files
from app.store.store import Store

_ORDER = (".JPG", ".DNG", BURST)


@dataclass(frozen=True, slots=True)
class Shot:
    """A shot of the library.

    Attributes:
        id: its number, as people write it ("0042").
        paths: its JPEG, DNG and folder of raw frames, as far as they are there.
        style: the look it was taken in; None if its files do not tell.
        taken: when; None if its files do not tell.
        protected: whether it is marked against deleting.
        damaged: whether the last look at its files found one that is not as it was saved.
    """

    id: str
    paths: tuple[Path, ...]
    style: str | None = None
    taken: datetime | None = None
    protected: bool = False
    damaged: bool = False


def list_shots(store: Store) -> list[Shot]:
    """All shots in order of number, the newest last; empty if there is no store yet.

    Raises:
        PictureError: if the store cannot be read.
    """
    known: dict[int, ShotRecord] = {}
    try:
        found = shot_files(store.names)
        with suppress(OSError, DamagedIndexError):  # on a read-only card: the files tell all
            if store.names.index.exists():
                known = {record.number: record for record in store.index.all()}
        return [_shot(number, paths, known.get(number)) for number, paths in sorted(found.items())]
    except OSError as error:
        raise PictureError(
            f"{store.root}: cannot be read ({error.strerror}); check the folder"
        ) from error


def is_protected(path: Path) -> bool:
    """Whether a file may not be changed by its owner: DCF's mark against deleting."""
    return not path.stat().st_mode & stat.S_IWUSR


def _shot(number: int, paths: list[Path], record: ShotRecord | None) -> Shot:
    if record is None:
        record = read_record(number, State.SAVED, paths, {}, hashes=False)
    return Shot(
        id=label(number),
        paths=tuple(sorted(paths, key=lambda path: _ORDER.index(path.suffix))),
        style=record.style,
        taken=datetime.fromisoformat(record.taken) if record.taken else None,
        protected=any(is_protected(path) for path in paths if path.is_file()),
        damaged=any(file.damaged for file in record.files),
    )
