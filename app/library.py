"""The pictures taken, as somebody who looks through them needs them.

Every call may take as long as a disk takes: none is for the thread that draws.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.pictures.errors import PictureError, StoreError
from app.pictures.negative import ShotInfo
from app.pictures.shot_info import read_shot_info
from app.pictures.thumbnail import upright_size
from app.proofs import Proof, make_proof
from app.shot_queue import SavedPicture
from app.stages import Listener, Stages
from app.store import Shot, find_shot, list_shots
from app.store.trash import delete, empty_trash, list_deleted, protect, restore
from app.workshop import Workshop
from native import Look
from styles import Frame

Looks = Callable[[str], tuple[Look, Frame | None]]


@dataclass(frozen=True, slots=True)
class Story:
    """What there is to tell of a shot.

    Attributes:
        info: from its files.
        size: of its JPEG, width and height in pixels; (0, 0) if there is none.
        files: name and bytes of each file, the frames of a burst together.
    """

    info: ShotInfo
    size: tuple[int, int]
    files: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Library:
    """The pictures of a store.

    Attributes:
        workshop: where they lie, and how another JPEG is made.
        looks: a look's name to the look and its frame; it may fail with StyleError.
        closed: why it is not known which store is the person's; "" if it is.
    """

    workshop: Workshop
    looks: Looks
    closed: str = ""

    def shots(self) -> tuple[Shot, ...]:
        """All shots, the newest first; PictureError, StoreError if they cannot be read."""
        self._check()
        return tuple(reversed(list_shots(self.workshop.store)))

    def shot(self, number: int) -> Shot | None:
        """One of them; None if there is none, PictureError if the store cannot be read."""
        return find_shot(self.workshop.store, number)

    def number_of(self, path: Path | None) -> int:
        """The number of the shot that a file of the store belongs to; 0 for none and others."""
        return (path and self.workshop.store.names.number_of(path)) or 0

    def story(self, shot: Shot) -> Story:
        """What a shot's files tell; PictureError if they cannot be read."""
        files = tuple((path.name, _bytes(path)) for path in shot.paths)
        source = jpeg_of(shot) or negative_of(shot)
        info = read_shot_info(source) if source else ShotInfo(style=shot.style, taken=shot.taken)
        return Story(info, _size(jpeg_of(shot)), files)

    def protect(self, shot: Shot, *, protected: bool) -> None:
        """Marks a shot against deleting, or takes the mark away; StoreError on failure."""
        protect(self.workshop.store, int(shot.id), protected=protected)

    def delete(self, shot: Shot) -> None:
        """Moves a shot into the trash; StoreError if it is protected, or on failure."""
        delete(self.workshop.store, int(shot.id))

    def restore(self, number: int | None = None) -> int:
        """Brings a shot back from the trash, the last one by default; returns its number."""
        return restore(self.workshop.store, number)

    def trash(self) -> tuple[Shot, ...]:
        """What was deleted and can come back, the last deleted one first; StoreError on failure."""
        self._check()
        return tuple(reversed(list_deleted(self.workshop.store)))

    def empty_trash(self) -> int:
        """Deletes what is in the trash for good; how many shots. StoreError on failure."""
        self._check()
        return empty_trash(self.workshop.store)

    def proof(self, shot: Shot, longest: int, report: Listener | None = None) -> Proof:
        """A shot's negative, developed small.

        Args:
            shot: of the library.
            longest: side of the proof, pixels, at most.
            report: told of progress; may raise to cancel.

        Raises:
            PictureError: if the shot has no negative, or it cannot be read.
        """
        from app.pictures.read_dng import read_dng  # noqa: PLC0415 - as app.recovering's

        negative = read_dng(self.negative(shot))
        height, width = (side - 2 * negative.crop for side in negative.mosaic.shape)
        scale = min(1.0, longest / max(width, height))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        return make_proof(negative, size, Stages(report), threads=self.workshop.threads)

    def negative(self, shot: Shot) -> Path:
        """A shot's DNG, its own or the one that it was made of.

        Raises:
            PictureError: if there is none.
        """
        own = negative_of(shot)
        if own is not None:
            return own
        jpeg = jpeg_of(shot)
        name = read_shot_info(jpeg).negative if jpeg else None
        source = jpeg.with_name(Path(name).name) if jpeg and name else None
        if source is None or not source.is_file():
            raise PictureError(f"picture {shot.id} has no negative; choose another")
        return source

    def restyle(self, shot: Shot, style: str, report: Listener) -> SavedPicture:
        """One more JPEG of a shot's negative, in another look, under a number of its own.

        Raises:
            PictureError, StoreError, StyleError, NativeError, MemoryError: with one clear line.
        """
        from app.restyling import restyle_picture  # noqa: PLC0415 - as app.recovering's

        look, frame = self.looks(style)
        source, store = self.negative(shot), self.workshop.store
        store.prepare()
        return restyle_picture(source, look, self.workshop, Stages(report), frame=frame)

    def _check(self) -> None:
        if self.closed:
            raise StoreError(self.closed)


def jpeg_of(shot: Shot) -> Path | None:
    """A shot's JPEG, if it has one."""
    return next((path for path in shot.paths if path.suffix == ".JPG"), None)


def negative_of(shot: Shot) -> Path | None:
    """A shot's own DNG, if it has one."""
    return next((path for path in shot.paths if path.suffix == ".DNG"), None)


def has_burst(shot: Shot) -> bool:
    """Whether the single frames of a shot were kept."""
    return any(path.suffix == ".BURST" for path in shot.paths)


def _bytes(path: Path) -> int:
    try:
        if path.is_dir():
            return sum(file.stat().st_size for file in path.iterdir())
        return path.stat().st_size
    except OSError:
        return 0


def _size(jpeg: Path | None) -> tuple[int, int]:
    try:
        return upright_size(jpeg) if jpeg else (0, 0)
    except (OSError, ValueError):
        return (0, 0)
