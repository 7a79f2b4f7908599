"""DCF's numbers and names (DCF 2.0, JEITA CP-3461): 9999 pictures a folder, folders 100 to 999."""

import re
from pathlib import Path

from app.pictures.errors import StoreError

_PICTURE = re.compile(r"BARY(\d{4,9})\.(?:JPG|DNG|BURST)", re.ASCII)
_FOLDER = re.compile(r"([1-9]\d\d)BARYT", re.ASCII)
_PER_FOLDER = 9999
_FIRST_FOLDER, _LAST_FOLDER = 100, 999


def is_own(name: str) -> bool:
    """Whether a name is a shot's JPEG's, DNG's or burst's."""
    return _PICTURE.fullmatch(name) is not None


class Names:
    """Where the files of a store lie.

    Args:
        root: the store's folder.
        dcim: True for a library with DCIM folders, False for names directly in root.
    """

    def __init__(self, root: Path, *, dcim: bool) -> None:
        self.root = root
        self._dcim = dcim
        self.base = root / "DCIM" if dcim else root
        self.hidden = root / ".baryta"
        self.number = self.hidden / "number"
        self.lock = self.hidden / "lock"
        self.index = self.hidden / "index.sqlite"
        self.spool = self.hidden / "spool"
        self.trash = self.hidden / "trash"
        self.aside = self.hidden / "aside"

    def folders(self) -> list[Path]:
        """The folders that hold pictures, in order; empty if there are none yet."""
        if not self.base.is_dir():
            return []
        if not self._dcim:
            return [self.base]
        return sorted(path for path in self.base.iterdir() if _FOLDER.fullmatch(path.name))

    def number_of(self, path: Path) -> int | None:
        """The shot number that a path belongs to, by its name and its folder's."""
        match = _PICTURE.fullmatch(path.name)
        if match is None:
            return None
        number = int(match[1])
        if self._dcim:
            folder = _FOLDER.fullmatch(path.parent.name)
            if folder is None:
                return None
            number += (int(folder[1]) - _FIRST_FOLDER) * _PER_FOLDER
        return number

    def companions(self, number: int) -> list[Path]:
        """What else lies beside a shot's files and belongs to it: sidecars, ours and others'."""
        folder, name = self.place(number)
        own = {f"{name}{suffix}" for suffix in (".JPG", ".DNG", ".BURST")}
        found = (path for mark in ".-_" for path in folder.glob(f"{name}{mark}*"))
        return sorted(path for path in found if path.name not in own)

    def place(self, number: int) -> tuple[Path, str]:
        """Folder and bare name of a number.

        Raises:
            StoreError: past the last number that DCF has.
        """
        if not self._dcim:
            return self.base, f"BARY{number:04d}"
        folder, index = divmod(number - 1, _PER_FOLDER)
        if _FIRST_FOLDER + folder > _LAST_FOLDER:
            raise StoreError(f"{self.root}: all numbers are used; choose another folder")
        return self.base / f"{_FIRST_FOLDER + folder}BARYT", f"BARY{index + 1:04d}"
