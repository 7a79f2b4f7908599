"""DCF's numbers and names (DCF 2.0, JEITA CP-3461): 9999 pictures a folder, folders 100 to 999."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

from app.pictures.errors import StoreError

_PICTURE = re.compile(r"BARY(\d{4}|[1-9]\d{4,8})\.(?:JPG|DNG|BURST)", re.ASCII)  # as label()
_NUMBER = re.compile(r"\d{4,9}", re.ASCII)
BURST = ".BURST"
_KINDS = (".JPG", ".DNG", BURST)
_FRAME = re.compile(r"(?!\.{1,2}$)[^/\0]+")
_SIDECAR = re.compile(  # what stands after a shot's name: ours, then those of other programs
    r"-Rec2020\.tif|\.cube|(_\d\d)?(\.(JPG|DNG))?\.(?i:xmp|pp3|arp|dop|on1|ufraw|aae)", re.ASCII
)
_FOLDER = re.compile(r"([1-9]\d\d)BARYT", re.ASCII)
_OTHERS = re.compile(r"[1-9]\d\d[0-9A-Z_]{5}", re.ASCII)
_PER_FOLDER = 9999
_FIRST_FOLDER, _LAST_FOLDER = 100, 999
_LAST_PLAIN = 999_999_999  # without folders: the longest name


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
        self.deleted_number = self.base / ".baryta-number"
        self.lock = self.hidden / "lock"
        self.index = self.hidden / "index.sqlite"
        self.spool = self.hidden / "spool"
        self.trash = self.hidden / "trash"
        self.aside = self.hidden / "aside"
        self.reserve = self.hidden / "reserve"

    def folders(self) -> list[Path]:
        """The folders that hold pictures, in order; empty if there are none yet."""
        if not self.base.is_dir():
            return []
        if not self._dcim:
            return [self.base]
        found = (path for path in self.base.iterdir() if _FOLDER.fullmatch(path.name))
        return sorted(path for path in found if path.is_dir())

    @property
    def last(self) -> int:
        """The highest number that there can be."""
        return (_LAST_FOLDER - _FIRST_FOLDER + 1) * _PER_FOLDER if self._dcim else _LAST_PLAIN

    @property
    def end(self) -> int:
        """From where on a stranger's file uses up the numbers: the last folder's first."""
        return self.last - _PER_FOLDER + 1 if self._dcim else self.last

    def at_the_end(self) -> Iterator[Path]:
        """What has a number of the last there are, without reading other folders through."""
        if not self._dcim:
            return (path for path in self.files(self.last) if path.exists())
        folder = self.place(self.last)[0]
        there = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
        return (path for path in there if self.number_of(path))

    def beside_others(self, number: int) -> int:
        """The number, or the next whose folder may be made: DCF lets a folder's be there once.

        Raises:
            StoreError: as place().
        """
        others: set[str] = set()
        if self._dcim and self.base.is_dir():
            others = {path.name[:3] for path in self.base.iterdir() if _OTHERS.fullmatch(path.name)}
        while (folder := self.place(number)[0]).name[:3] in others and not folder.exists():
            number += _PER_FOLDER - (number - 1) % _PER_FOLDER
        return number

    def pictures(self) -> Iterator[tuple[int, Path]]:
        """The JPEG, the DNG and the folder of frames of every shot, and nothing else."""
        for folder in self.folders():
            yield from self.pictures_in(folder)

    def pictures_in(self, folder: Path) -> Iterator[tuple[int, Path]]:
        """The same of one folder."""
        for path in folder.iterdir():
            number = self.number_of(path)
            if number is not None and self.is_picture(path):
                yield number, path

    def is_picture(self, path: Path) -> bool:
        """Whether something is what its name says: a JPEG, a DNG, a folder of frames; no link."""
        if _PICTURE.fullmatch(path.name) is None or path.is_symlink():
            return False
        return path.is_dir() if path.suffix == BURST else path.is_file()

    def belongs(self, number: int, file: str) -> bool:
        """Whether a file of this name, below a shot's folder, can be one of the shot's."""
        own, (head, slash, frame) = self.place(number)[1], file.partition("/")
        if not slash:
            return head in (f"{own}.JPG", f"{own}.DNG")
        return head == f"{own}{BURST}" and _FRAME.fullmatch(frame) is not None

    def numbered(self, place: Path) -> list[tuple[int, Path]]:
        """The folders in spool or trash that are called after shots, in order of number."""
        if not place.is_dir():
            return []
        found = (path for path in place.iterdir() if _NUMBER.fullmatch(path.name))
        shots = ((int(path.name), path) for path in found if path.is_dir())
        return sorted(
            (number, path)
            for number, path in shots
            if 0 < number <= self.last and path.name == label(number)
        )

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
            if not 0 < number <= _PER_FOLDER:  # no name of ours, and no place for it
                return None
            number += (int(folder[1]) - _FIRST_FOLDER) * _PER_FOLDER
        return number or None

    def files(self, number: int) -> tuple[Path, Path, Path]:
        """Where a shot's JPEG, its DNG and its folder of frames lie, whether they are there or not.

        Raises:
            StoreError: as place().
        """
        folder, name = self.place(number)
        jpeg, dng, burst = (folder / f"{name}{kind}" for kind in _KINDS)
        return jpeg, dng, burst

    def entry(self, number: int) -> Path:
        """The folder of a burst that waits in the spool."""
        return self.spool / label(number)

    def entry_frames(self, number: int) -> Path:
        """The folder of its frames; StoreError as place()."""
        return self.entry(number) / f"{self.place(number)[1]}{BURST}"

    def in_trash(self, number: int) -> Path:
        """The folder of a deleted shot."""
        return self.trash / label(number)

    def companions(self, number: int) -> list[Path]:
        """The sidecars beside a shot's files, ours and others'; never what may not be written to.

        Anything else of its name is somebody's work: an edit, a print, a folder.
        """
        folder, name = self.place(number)
        found = folder.glob(f"{name}*") if folder.is_dir() else ()
        return sorted(path for path in found if _is_sidecar(path, name))

    def place(self, number: int) -> tuple[Path, str]:
        """Folder and bare name of a number.

        Raises:
            StoreError: past the last number that there can be.
        """
        if number > self.last:
            raise StoreError(f"{self.root}: all numbers are used; choose another folder")
        if not self._dcim:
            return self.base, f"BARY{number:04d}"
        folder, index = divmod(number - 1, _PER_FOLDER)
        return self.base / f"{_FIRST_FOLDER + folder}BARYT", f"BARY{index + 1:04d}"


def _is_sidecar(path: Path, name: str) -> bool:
    mode = path.lstat().st_mode
    wanted = stat.S_ISREG(mode) and mode & stat.S_IWUSR
    return bool(wanted) and _SIDECAR.fullmatch(path.name.removeprefix(name)) is not None


def label(number: int) -> str:
    """A shot's number as people write it: "0042"."""
    return f"{number:04d}"
