"""The lens that is on the camera: it can change while pictures wait to be made."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

from app.lenses.book import BOOK, NO_LENS, Lens, LensBook, LensError, read_book, write_book

log = logging.getLogger(__name__)


class Mount:
    """The lens on the camera, chosen from the book.

    Args:
        folder: of the lens book; None for none, as with what is replayed.
        lens: to begin with.
        bare: what is on the camera while none of the book's is: what the settings tell.
    """

    def __init__(self, folder: Path | None, lens: Lens = NO_LENS, bare: Lens = NO_LENS) -> None:
        self._folder, self._bare = folder, bare
        self._lock = threading.Lock()  # of changes and the book's file
        self._was: tuple[tuple[datetime | None, Lens], ...] = ((None, lens),)
        self._state = _state(folder)
        self._looked: datetime | None = None
        self._book = _read(folder) or LensBook()

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
        with self._lock:
            book = read_book(self._folder).use(name or "none")
            self._put(book, when)
            write_book(self._folder, book)
            self._state = _state(self._folder)

    def look(self, now: datetime) -> None:
        """Takes what somebody else wrote into the book: a ring that was turned, another lens.

        Costs a look at the file's date as long as nobody did, and waits for no choice under way.

        Args:
            now: what was taken since the file was written, or was not yet looked at, is taken
                through the lens that it tells. A damaged book changes nothing, and is logged once.
        """
        if self._folder is None or not self._lock.acquire(blocking=False):
            return
        try:
            before, self._looked = self._looked or now, now
            state = _state(self._folder)
            if state == self._state:
                return
            self._state = state
            if (book := _read(self._folder)) is not None:
                earliest, latest = before.timestamp(), now.timestamp()
                written = min(max(state[0] / 1e9, earliest), latest) if state else latest
                self._put(book, datetime.fromtimestamp(written, UTC))
        finally:
            self._lock.release()

    def at(self, when: datetime) -> Lens:
        """The lens that was on the camera at a time; the first one before all changes."""
        for since, lens in reversed(self._was):
            if since is None or since <= when:
                return lens
        return NO_LENS

    def _put(self, book: LensBook, when: datetime) -> None:
        """Others read without the lock: each is replaced as a whole."""
        self._book = book
        lens = book.lens or self._bare
        if lens != self.lens:
            self._was = (*self._was, (when, lens))


def _state(folder: Path | None) -> tuple[int, int, int] | None:
    """By which a book that was written again is known; None without one."""
    try:
        found = None if folder is None else (folder / BOOK).stat()
    except OSError:
        return None
    return found and (found.st_mtime_ns, found.st_size, found.st_ino)


def _read(folder: Path | None) -> LensBook | None:
    """The book; None where there is none or it cannot be read: pictures come first."""
    if folder is None:
        return None
    try:
        return read_book(folder)
    except (LensError, OSError) as error:
        log.warning("%s", error)
        return None


def other_lenses(mount: Mount) -> tuple[Lens, ...]:
    """The book's longer lenses, the shortest first: those whose view the picture holds."""
    taking = mount.lens.focal_length
    longer = [lens for lens in mount.lenses if taking and lens.focal_length > taking]
    return tuple(sorted(longer, key=lambda lens: lens.focal_length))
