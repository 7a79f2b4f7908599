"""What has come from one device, and where it lies here.

Nothing here is written over, whether it was changed here, is another device's, or of another card
in the same one. A picture whose name is taken gets the next free number, and all its files the
same, for programs know a pair by its name: BARY0001-2.JPG and BARY0001-2.DNG.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

_UNKNOWN = -1  # time: whoever compares it reads the file
_LIST = ".baryta-pulled"  # what has come, a file a line
# As _note() writes it; lines of earlier versions have no time and no number.
_LINE = re.compile(r"([0-9a-f]{64}) ([0-9]+) (?:(-?[0-9]+) ([0-9]+) )?(DCIM/.+)")
_STEM = re.compile(r"BARY[0-9]{4}(?:-[0-9]+)?(?![0-9A-Za-z])|[^.]*")  # sidecars' go on behind it
_FOLDERS = 2  # DCIM/100BARYT, in which pictures lie


@dataclass(frozen=True, slots=True)
class File:
    """A file of a device's library.

    Attributes:
        name: below the library's root.
        size: bytes, as it lies there.
        time: of its last change there; seconds.
        digest: SHA-256 (hexadecimal) that it was saved with.
        found: that of what lies there now, where it was read; "" where it was not.
    """

    name: str
    size: int
    time: int
    digest: str
    found: str = ""

    @property
    def picture(self) -> str:
        """Which picture it is of: what the names of all its files begin with."""
        parts = self.name.split("/")
        *folders, name = parts[: _FOLDERS + 1]
        return "/".join((*folders, _stem(name)))


class Album:
    """The folder of one device.

    Args:
        folder: there or not.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._came: dict[tuple[str, str], tuple[int, int, int]] = {}
        self._stems: dict[Path, set[str]] = {}
        for digest, size, time, number, name in _lines(folder / _LIST):
            self._came[name, digest] = int(size), int(time or _UNKNOWN), int(number or 1)

    @property
    def pulled(self) -> list[tuple[str, int, int, str]]:
        """What has come: name, size, time and SHA-256 of each file, as it came."""
        return [(name, size, time, sha) for (name, sha), (size, time, _) in self._came.items()]

    def has(self, file: File) -> bool:
        """Whether a file has come, whole or damaged as it lies there."""
        return bool(self._number(file))

    def came_damaged(self, file: File) -> bool:
        """Whether a file has come as it lies there, and that is not as it was saved."""
        return (file.name, file.found) in self._came

    def wanted(self, picture: Sequence[File]) -> list[File]:
        """Those of a picture's files that have to come; what is here without a note gets one."""
        wanted, number = [], self._number_for(picture)
        for file in picture:
            if self.has(file):
                continue
            if _is(self._place(file, number), file.digest):
                self._note(file, file.digest, number)
            else:
                wanted.append(file)
        return wanted

    def take(self, coming: Path, picture: Sequence[File], *, ended: bool) -> list[File]:
        """A picture's files that have come go to their places.

        Args:
            coming: the folder that they came to, each with the name that it has on the device.
            picture: all of its files that the device has.
            ended: nothing more will come: what is not whole is so on the device, and gets a name
                that says it.

        Returns:
            Those that are not as they were saved.
        """
        damaged, number = [], self._number_for(picture)
        for file in picture:
            come, place = coming / file.name, self._place(file, number)
            if self.has(file) or not come.exists():
                continue
            digest = _digest(come)
            if digest != file.digest:
                if not ended:
                    continue
                place = _damaged(place)
                damaged.append(replace(file, found=digest))
            if place.exists():
                come.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                come.chmod(_mode())  # one that was resumed is its owner's alone
                come.rename(place)
            self._note(file, digest, number)
        return damaged

    def damaged(self, file: File) -> Path:
        """Where a file lies that is not as it was saved."""
        return _damaged(self._place(file, self._number(file)))

    def _number(self, file: File) -> int:
        """Under which a file has come; 0 if it has not."""
        keys = (file.name, file.digest), (file.name, file.found)
        return next((self._came[key][-1] for key in keys if key in self._came), 0)

    def _number_for(self, picture: Sequence[File]) -> int:
        """The number that a picture has here; else one that no other's file has."""
        noted = [number for number in map(self._number, picture) if number]
        new = [file for file in picture if not self.has(file)]
        for number in chain(noted, count(1)):
            there = [file for file in new if self._place(file, number).exists()]
            if not all(_is(self._place(file, number), file.digest) for file in there):
                continue
            if there or number in noted or self._is_free(picture[0].picture, number):
                return number
        raise AssertionError

    def _is_free(self, picture: str, number: int) -> bool:
        start = self.folder / _numbered(picture, number)
        if start.parent not in self._stems:
            there = start.parent.iterdir() if start.parent.is_dir() else ()
            self._stems[start.parent] = {_stem(path.name) for path in there}
        return start.name not in self._stems[start.parent]

    def _place(self, file: File, number: int) -> Path:
        end = file.name.removeprefix(file.picture)
        return self.folder / f"{_numbered(file.picture, number)}{end}"

    def _note(self, file: File, digest: str, number: int) -> None:
        self._came[file.name, digest] = file.size, file.time, number
        with (self.folder / _LIST).open("a", encoding="utf-8") as lines:
            lines.write(f"{digest} {file.size} {file.time} {number} {file.name}\n")


def _lines(path: Path) -> Iterator[tuple[str, ...]]:
    """Those of the list; half a line, of a crash, does not count."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except FileNotFoundError:
        return iter(())
    return (line.groups("") for line in filter(None, map(_LINE.fullmatch, lines)))


def _stem(name: str) -> str:
    match = _STEM.match(name)
    return match[0] if match else name


def _numbered(picture: str, number: int) -> str:
    return f"{picture}-{number}" if number > 1 else picture


def _mode() -> int:
    """That of a new file."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _damaged(place: Path) -> Path:
    return place.with_suffix(f".damaged{place.suffix}")


def _is(path: Path, digest: str) -> bool:
    """Whether there is a file of that content."""
    return path.is_file() and _digest(path) == digest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
