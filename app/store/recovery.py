"""After a crash: shots that were being saved become whole or vanish; no whole file is lost."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.pictures.atomic import SUFFIX, abandoned, make_folder, publish, remove, sync_folder
from app.store.index import FileRecord, Index, ShotRecord, State
from app.store.names import Names
from app.store.story import read_story

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found and done.

    Attributes:
        finished: numbers of shots whose files were whole and have their names now.
        undeveloped: numbers of shots whose negative is whole and whose JPEG is to be made anew.
        aside: files that are part of no picture, moved to the folder for such.
    """

    finished: tuple[int, ...] = ()
    undeveloped: tuple[int, ...] = ()
    aside: tuple[Path, ...] = ()


def recover(names: Names, index: Index) -> Recovery:
    """Ends what crashed writers began. Whoever calls holds the store's lock.

    A shot that the disk does not let it end is told in the log and left for the next start.

    Raises:
        OSError, DamagedIndexError: if the index cannot be read, or a folder.
    """
    finished: list[int] = []
    aside: list[Path] = []
    for record in index.all(State.WRITING):
        if any(_alive(draft) for _, draft, _ in _places(names, record)):
            continue
        with _alone(record.number):
            state = _end(names, record, aside)
            if state is None:
                index.forget(record.number)
                continue
            folder, _ = names.place(record.number)
            sync_folder(folder)
            index.set_state(record.number, state)
            if state is State.SAVED:
                finished.append(record.number)
    unfinished = {record.number for record in index.all(State.WRITING)}
    for folder in names.folders():
        _clear(names, folder, unfinished, aside)
    clear_spool(names, index)
    for place in (names.hidden, names.trash):
        for left in place.glob(f".*{SUFFIX}"):
            remove(left)
    for left in names.base.glob(f".{names.deleted_number.name}.*{SUFFIX}"):
        remove(left)
    _end_moves(names, index, aside)
    undeveloped = tuple(record.number for record in index.all(State.UNDEVELOPED))
    return Recovery(tuple(finished), undeveloped, tuple(aside))


def _end_moves(names: Names, index: Index, aside: list[Path]) -> None:
    """Shots that were on their way into the trash or back arrive there."""
    for record in index.all(State.DELETING):
        with _alone(record.number):
            move_to_trash(names, record.number, aside)
            index.set_state(record.number, State.DELETED)
    for record in index.all(State.RESTORING):
        with _alone(record.number):
            move_back(names, record.number, aside)
            index.set_state(record.number, State.SAVED)
    for record in index.all(State.DELETED):
        if not names.in_trash(record.number).is_dir():
            _forget_deleted(names, index, record)


@contextmanager
def _alone(number: int) -> Iterator[None]:
    """What the disk refuses of one shot waits for the next start, and hinders no other shot."""
    try:
        yield
    except OSError as error:
        log.warning(
            "shot %04d cannot be finished after a crash: %s: %s; the next start tries again",
            number,
            error.filename or "the disk",
            error.strerror or error,
        )


def move_aside(names: Names, path: Path) -> Path:
    """Moves a file or folder to where nothing is lost and nothing in the way."""
    make_folder(names.aside)
    name = path.name.removeprefix(".").removesuffix(SUFFIX)
    target, count = names.aside / name, 1
    while target.exists():
        count += 1
        target = names.aside / f"{count}-{name}"
    path.rename(target)
    return target


def move_to_trash(names: Names, number: int, aside: list[Path] | None = None) -> None:
    """Moves what belongs to a shot into its place in the trash; a name taken there goes aside."""
    folder, _ = names.place(number)
    place = names.in_trash(number)
    make_folder(place)
    own = [path for path in names.files(number) if path.exists()]
    _move_all(names, [*own, *names.companions(number)], place, aside)
    sync_folder(place)
    if folder.is_dir():
        sync_folder(folder)


def move_back(names: Names, number: int, aside: list[Path] | None = None) -> None:
    """Moves a shot out of the trash; what finds its name taken goes aside."""
    place, folder = names.in_trash(number), names.place(number)[0]
    make_folder(folder)
    if place.is_dir():
        _move_all(names, sorted(place.iterdir()), folder, aside)
        place.rmdir()
        sync_folder(names.trash)
    sync_folder(folder)


def _move_all(names: Names, paths: list[Path], place: Path, aside: list[Path] | None) -> None:
    for path in paths:
        if not (place / path.name).exists():
            path.rename(place / path.name)
        elif aside is not None:
            aside.append(move_aside(names, path))


def _forget_deleted(names: Names, index: Index, record: ShotRecord) -> None:
    """A deleted shot that is gone from the trash: emptied by a crash, or put back by hand."""
    jpeg, dng, _ = names.files(record.number)
    if jpeg.exists() or dng.exists():
        index.set_state(record.number, State.SAVED)
    else:
        index.forget(record.number)


def _places(names: Names, record: ShotRecord) -> Iterator[tuple[Path, Path, FileRecord]]:
    """For each file of a shot: its place, where its draft lies, and what it should be."""
    folder, _ = names.place(record.number)
    for file in record.files:
        if "/" in file.name:
            yield folder / file.name, names.entry(record.number) / file.name, file
        else:
            yield folder / file.name, folder / f".{file.name}{SUFFIX}", file


def _alive(draft: Path) -> bool:
    return draft.suffix == SUFFIX and draft.exists() and not abandoned(draft)


def _end(names: Names, record: ShotRecord, aside: list[Path]) -> State | None:
    """Publishes what is whole; the state that the shot has then, None if nothing is left of it."""
    folder, name = names.place(record.number)
    places = {place.name: (place, draft, file) for place, draft, file in _places(names, record)}
    picture = f"{name}.JPG"
    original = f"{name}.DNG" if f"{name}.DNG" in places else picture
    if original not in places or not _whole(*places[original]):
        _withdraw(names, record, aside)
        return None
    _move_burst(names, record)
    for place, draft, file in places.values():
        if draft.suffix == SUFFIX:
            if file.matches(draft) and not file.matches(place):
                if place.exists() and place.stat().st_size:
                    aside.append(move_aside(names, place))  # another's, in our place
                place.unlink(missing_ok=True)  # a name claimed, but never filled
                publish(draft, place)
            remove(draft)
    if picture in places and places[picture][2].matches(folder / picture):
        return State.SAVED
    if (folder / picture).exists():
        aside.append(move_aside(names, folder / picture))
    return State.UNDEVELOPED


def _whole(place: Path, draft: Path, file: FileRecord) -> bool:
    return file.matches(place) or file.matches(draft)


def _withdraw(names: Names, record: ShotRecord, aside: list[Path]) -> None:
    """Without its negative a picture is not whole: its burst goes back to the spool."""
    kept, frames = names.files(record.number)[2], names.entry_frames(record.number)
    if kept.is_dir() and frames.parent.is_dir() and not frames.exists():
        kept.rename(frames)
    for place, draft, _ in _places(names, record):
        if draft.suffix == SUFFIX:
            if place.exists() and place.stat().st_size:
                aside.append(move_aside(names, place))
            else:
                remove(place)
            remove(draft)
    aside += [move_aside(names, path) for path in names.companions(record.number)]


def _move_burst(names: Names, record: ShotRecord) -> None:
    """Frames to keep move from the spool to their picture."""
    burst, kept = names.entry_frames(record.number), names.files(record.number)[2]
    wanted = any(file.name.startswith(f"{kept.name}/") for file in record.files)
    if wanted and burst.is_dir() and not kept.exists():
        burst.rename(kept)


def clear_spool(names: Names, index: Index) -> None:
    """Removes bursts whose very picture is saved, and those that were never wholly written."""
    for path in names.spool.iterdir() if names.spool.is_dir() else ():
        if path.name.startswith(".") and abandoned(path):
            remove(path)
    waiting = [entry for entry in names.numbered(names.spool) if abandoned(entry[1])]
    made = _made(index) if waiting else frozenset()
    for number, path in waiting:
        record, story = index.get(number), read_story(path)
        own = record is not None and record.state is State.SAVED and record.taken == story.taken
        with _alone(number):
            if record is not None and own and story.taken:
                _move_burst(names, record)
                remove(path)
            elif (story.taken, story.style) in made:
                move_aside(names, path) if story.keep else remove(path)


def _made(index: Index) -> frozenset[tuple[str | None, str | None]]:
    """Press and look of the shots that are pictures, those in the trash included.

    One that was being saved when the app ended went to the spool as well. Its picture has another
    number then, and its frames are still there if the card was pulled before they could go.
    """
    return frozenset(
        (record.taken, record.style)
        for record in index.each(State.SAVED, State.DELETED)
        if any(file.name.endswith(".DNG") for file in record.files)
    )


def _clear(names: Names, folder: Path, unfinished: set[int], aside: list[Path]) -> None:
    """Drafts that the journal does not know: moved aside if they hold pictures; sidecars go."""
    for path in folder.iterdir():
        if not (path.name.startswith(".BARY") and path.name.endswith(SUFFIX) and abandoned(path)):
            continue
        with suppress(OSError):
            name = path.name.removeprefix(".").removesuffix(SUFFIX)
            number = names.number_of(folder / name)
            if number in unfinished:
                continue
            if number is not None and path.is_file() and path.stat().st_size:
                aside.append(move_aside(names, path))
            else:
                remove(path)
