"""The lens that is on the camera: it can change while pictures wait to be made."""

import logging
import threading
from datetime import datetime
from pathlib import Path

from app.lenses.book import NO_LENS, Lens, LensBook, LensError, read_book, write_book

log = logging.getLogger(__name__)


class Mount:
    """The lens on the camera, chosen from the book.

    Args:
        folder: of the lens book; None for none, as with what is replayed.
        lens: to begin with.
    """

    def __init__(self, folder: Path | None, lens: Lens = NO_LENS) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._was: list[tuple[datetime | None, Lens]] = [(None, lens)]
        self._book = _read(folder)

    @property
    def folder(self) -> Path | None:
        """Of the lens book and its profiles; None for none."""
        return self._folder

    @property
    def lens(self) -> Lens:
        """The one that is on the camera now."""
        return self._was[-1][1]

    @property
    def lenses(self) -> tuple[Lens, ...]:
        """Those of the book."""
        return self._book.lenses

    def use(self, name: str, when: datetime) -> None:
        """Puts another lens on the camera; "" for none of the book's.

        Args:
            name: of the lens.
            when: what is taken from now on is taken through it.

        Raises:
            LensError: if the book has no such lens, or cannot be read.
            PictureError: if it cannot be written; the lens is on the camera all the same.
        """
        if self._folder is None:
            return
        book = read_book(self._folder).use(name or "none")
        with self._lock:
            self._book = book
            self._was.append((when, book.lens or NO_LENS))
        write_book(self._folder, book)

    def at(self, when: datetime) -> Lens:
        """The lens that was on the camera at a time; the first one before all changes."""
        with self._lock:
            for since, lens in reversed(self._was):
                if since is None or since <= when:
                    return lens
        return NO_LENS


def _read(folder: Path | None) -> LensBook:
    """The book; an empty one where it cannot be read: pictures come first."""
    if folder is None:
        return LensBook()
    try:
        return read_book(folder)
    except LensError as error:
        log.warning("%s", error)
        return LensBook()


def other_lenses(mount: Mount) -> tuple[Lens, ...]:
    """The book's longer lenses, the shortest first: those whose view the picture holds."""
    taking = mount.lens.focal_length
    longer = [lens for lens in mount.lenses if taking and lens.focal_length > taking]
    return tuple(sorted(longer, key=lambda lens: lens.focal_length))
