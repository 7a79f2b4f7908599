"""The card that a store lies on: what fits, and what keeps pictures from being saved."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.pictures.errors import StoreError

PICTURE_BYTES = 30_000_000  # a DNG and a JPEG of a 12-megapixel sensor, generously


class CardError(StoreError):
    """Pictures cannot be saved at all.

    Attributes:
        word: what is wrong, in two words for a small screen.
    """

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


@dataclass(frozen=True, slots=True)
class Card:
    """The disk below a store, as it was when the store was opened.

    Attributes:
        root: the store's folder.
        outside: the number of the file system that the card is mounted in; None if the store lies
            on the system's own disk.
    """

    root: Path
    outside: int | None = None

    @classmethod
    def below(cls, root: Path) -> "Card":
        """The card that a folder lies on now; OSError if the disk does not answer."""
        place = existing(root)
        own = place.stat().st_dev
        while place != place.parent:
            place = place.parent
            if place.stat().st_dev != own:
                return cls(root, place.stat().st_dev)
        return cls(root)

    def check(self) -> None:
        """Looks whether pictures can be saved there.

        Raises:
            CardError: if the card is gone, read-only, or closed to this user.
            OSError: if the disk does not answer.
        """
        place = existing(self.root)
        if self.outside is not None and place.stat().st_dev == self.outside:
            raise CardError("Card gone", f"the card of {self.root} is gone; put it back")
        if os.statvfs(place).f_flag & os.ST_RDONLY:
            raise CardError(
                "Card locked", f"the card of {self.root} is read-only; unlock it or change it"
            )
        if place.is_dir() and not os.access(place, os.W_OK | os.X_OK):
            raise CardError(
                "Card closed", f"{place} may not be written to; allow it or choose another folder"
            )

    def free_pictures(self) -> int:
        """How many more pictures fit; raises as check()."""
        self.check()
        return free_pictures(self.root)


def free_pictures(root: Path) -> int:
    """How many more pictures fit on the disk that holds a folder.

    Args:
        root: the folder; where it does not exist yet, its nearest parent counts.

    Raises:
        OSError: if the disk does not answer.
    """
    return shutil.disk_usage(existing(root)).free // PICTURE_BYTES


def existing(path: Path) -> Path:
    """The folder, or its nearest parent that is there."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
