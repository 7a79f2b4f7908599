"""The index from the pictures themselves: it can be lost, and nothing is lost with it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.pictures.atomic import SUFFIX
from app.pictures.errors import PictureError
from app.pictures.negative import ShotInfo
from app.pictures.shot_info import read_shot_info
from app.store.index import ON_THE_WAY, FileRecord, Index, ShotRecord, State
from app.store.names import Names
from app.store.recovery import move_aside


def rebuild(names: Names, index: Index, *, hashes: bool = False) -> None:
    """Makes the index say what the store's folders and trash hold. The caller holds the lock.

    Shots that are just being written or moved are left as they are.

    Args:
        names: of the store.
        index: keeps the hashes that it knows; what it knew of other files is forgotten.
        hashes: whether to read the files whose hash it does not know; else it stays open until
            they are verified.
    """
    old = {record.number: record for record in index.all()}
    busy = {number for number, record in old.items() if record.state in ON_THE_WAY}
    found = [shot for shot in (*_shots(names), *_deleted(names)) if shot[0] not in busy]
    records = []
    for number, state, paths in found:
        before = old.get(number)
        known = {file.name: file for file in before.files if file.sha256} if before else {}
        record = read_record(number, state, paths, known, hashes=hashes)
        waits = before is not None and before.state is State.UNDEVELOPED and state is State.SAVED
        if waits and not any(path.suffix == ".JPG" for path in paths):
            record = replace(record, state=State.UNDEVELOPED)
        records.append(record)
    index.forget(*(old.keys() - busy - {record.number for record in records}))
    index.put(*records)


def read_record(
    number: int,
    state: State,
    paths: list[Path],
    known: dict[str, FileRecord],
    *,
    hashes: bool,
) -> ShotRecord:
    """What a shot's files tell of it.

    Args:
        number: of the shot.
        state: of the shot.
        paths: its JPEG, DNG and burst folder.
        known: records to keep, by name.
        hashes: whether to take hashes of the other files.
    """
    files = []
    for path in (member for place in sorted(paths) for member in members(place)):
        name = path.name if path in paths else f"{path.parent.name}/{path.name}"
        if name in known:
            files.append(known[name])
        elif hashes:
            with suppress(OSError):  # a failing card: what can be read counts
                files.append(FileRecord.read(name, path))
                continue
            files.append(FileRecord(name, path.stat().st_size, ""))
        else:
            files.append(FileRecord(name, path.stat().st_size, ""))
    info = _told(paths)
    taken = info.taken.isoformat() if info.taken else None
    return ShotRecord(number, state, info.style, taken, tuple(files))


def set_aside(names: Names, index: Index) -> None:
    """Moves a damaged index out of the way. The caller holds the lock."""
    index.close()
    for path in (names.index, *names.hidden.glob(f"{names.index.name}-*")):
        if path.exists():
            move_aside(names, path)


def shot_files(names: Names) -> dict[int, list[Path]]:
    """What the folders hold: JPEG, DNG and burst folder by number."""
    found: dict[int, list[Path]] = {}
    for number, path in names.pictures():
        found.setdefault(number, []).append(path)
    return found


def _shots(names: Names) -> Iterator[tuple[int, State, list[Path]]]:
    for number, paths in sorted(shot_files(names).items()):
        folder, name = names.place(number)
        kinds = {path.suffix for path in paths}
        torn = ".JPG" not in kinds and (folder / f".{name}.JPG{SUFFIX}").exists()
        yield number, State.UNDEVELOPED if torn and ".DNG" in kinds else State.SAVED, paths


def _deleted(names: Names) -> Iterator[tuple[int, State, list[Path]]]:
    for number, folder in names.numbered(names.trash):
        name = names.place(number)[1]
        own = [path for path in folder.iterdir() if path.stem == name and names.is_picture(path)]
        yield number, State.DELETED, own


def members(path: Path) -> list[Path]:
    """A picture, or a burst's frames: plain files with names that can be written down."""
    if not path.is_dir():
        return [path]
    there = (one for one in path.iterdir() if one.is_file() and not one.is_symlink())
    return sorted(one for one in there if one.name.isprintable())


def _told(paths: list[Path]) -> ShotInfo:
    for path in sorted(paths, reverse=True):  # the JPEG first
        if path.is_file():
            with suppress(PictureError):
                return read_shot_info(path)
    return ShotInfo()
