"""The card that a store lies on: what fits, and what keeps pictures from being saved."""

import errno
import os
import shutil
import tempfile
from pathlib import Path

from app.pictures.errors import StoreError

NEXT_TO_NOTHING = 1 << 18  # bytes; an index needs some room to change
PICTURE_BYTES = 30_000_000  # a DNG and a JPEG of a 12-megapixel sensor, generously


class CardError(StoreError):
    """Pictures cannot be saved at all.

    Attributes:
        word: what is wrong, in two words for a small screen.
    """

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


class Card:
    """The disk below a store.

    Args:
        root: the store's folder.

    Attributes:
        picture_bytes: what a picture is expected to take: the largest saved here yet, raw frames
            that are kept with it included.

    Raises:
        OSError: if the disk does not answer.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.picture_bytes = PICTURE_BYTES
        self._outside = _outside(root)

    def check(self) -> None:
        """Looks whether pictures can be saved there.

        Raises:
            CardError: if the card is gone, read-only, or closed to this user.
            OSError: if the disk does not answer.
        """
        place, root = existing(self._root), self._root
        self._outside = _outside(root) or self._outside  # it may be put in later
        if self._outside is not None and place.stat().st_dev == self._outside:
            raise CardError("Card gone", f"the card of {root} is gone; put it back")
        if os.statvfs(place).f_flag & os.ST_RDONLY:
            raise CardError("Card locked", f"the card of {root} is read-only; unlock or change it")
        if place.is_dir() and not os.access(place, os.W_OK | os.X_OK):
            raise CardError(
                "Card closed", f"{place} may not be written to; allow it or choose another folder"
            )

    def free_pictures(self) -> int:
        """How many more pictures fit; tries to write, for a failing card says so only then.

        Raises:
            CardError, OSError: as check().
        """
        self.check()
        try:
            with tempfile.TemporaryFile(dir=existing(self._root)):
                pass
        except OSError as error:
            if error.errno == errno.EROFS:
                raise CardError(
                    "Card fails", f"the card of {self._root} takes no more; copy it and change it"
                ) from error
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
        return free_pictures(self._root, self.picture_bytes)


def check_way(folder: Path) -> None:
    """Looks whether a folder is there, or nothing is that keeps it from being made.

    Raises:
        CardError: if a file, or a link to nothing, is in its place or in that of one above it.
    """
    for place in (folder, *folder.parents):
        if place.is_dir():
            return
        if place.exists():
            raise CardError(
                "Card closed", f"{place} may not be written to; a file is in the way; move it"
            )
        if place.is_symlink():
            raise CardError("Card gone", f"the card of {place} is gone; put it back")


def _outside(root: Path) -> int | None:
    """The file system that the card is mounted in; None on the system's own disk."""
    place = existing(root)
    own = place.stat().st_dev
    while place != place.parent:
        place = place.parent
        if place.stat().st_dev != own:
            return place.stat().st_dev
    return None


def is_full(folder: Path) -> bool:
    """Whether next to nothing fits on a disk."""
    return shutil.disk_usage(existing(folder)).free < NEXT_TO_NOTHING


def free_pictures(root: Path, picture_bytes: int = PICTURE_BYTES) -> int:
    """How many more pictures fit on the disk that holds a folder.

    Args:
        root: the folder; where it does not exist yet, its nearest parent counts.
        picture_bytes: of each.

    Raises:
        OSError: if the disk does not answer.
    """
    return shutil.disk_usage(existing(root)).free // picture_bytes


def existing(path: Path) -> Path:
    """The folder, or its nearest parent that is there."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
