"""The numbered store: pictures named as DCF asks, written whole, never over another.

A library keeps DCIM/100BARYT/BARY0001.JPG and .DNG (DCF 2.0, JEITA CP-3461); a plain folder keeps
the same names without the DCIM level. Numbers only grow, also past deleted pictures: the highest
ever given stands in a small file beside them. Any number of processes may share a store.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from app.pictures.atomic import SUFFIX, Draft, abandoned, locked, remove, replace_file, sync_folder
from app.pictures.errors import StoreError
from app.pictures.files import failures

__all__ = ["Store", "StoreError"]

log = logging.getLogger(__name__)

_NUMBER_FILE = ".baryta-number"
_LOCK_FILE = ".baryta-lock"
_PICTURE = re.compile(r"BARY(\d{4,9})\.(?:JPG|DNG|BURST)", re.ASCII)
_FOLDER = re.compile(r"([1-9]\d\d)BARYT", re.ASCII)
_PER_FOLDER = 9999
_FIRST_FOLDER, _LAST_FOLDER = 100, 999


class Store:
    """A store of pictures.

    Args:
        root: the folder; made when first needed.
        dcim: True for a library with DCIM folders, False for names directly in root.
    """

    def __init__(self, root: Path, *, dcim: bool = False) -> None:
        self.root = root
        self._base = root / "DCIM" if dcim else root
        self._dcim = dcim

    @classmethod
    def library(cls, root: Path) -> "Store":
        """The library below a folder: root/DCIM/100BARYT/BARY0001.JPG."""
        return cls(root, dcim=True)

    def prepare(self) -> None:
        """Makes the folder and clears away what a crash left behind.

        Raises:
            StoreError: if nothing can be written there.
        """
        with failures(self.root), self._locked():
            for folder in self.folders():
                self._clean(folder)

    def save(
        self,
        jpeg: bytes,
        dng: bytes | None,
        burst: Iterable[bytes] = (),
        sidecars: Callable[[str], Mapping[str, bytes]] | None = None,
    ) -> tuple[Path, ...]:
        """Saves a shot under the next number: all of its files or, on failure, none.

        Once the files, flushed to the disk, have their names, the shot is saved. Should the disk
        then fail to flush the names too, that is logged: a crash may still lose them, but to
        take a picture back for it would lose it for certain.

        Args:
            jpeg: the JPEG file.
            dng: the DNG file; None for a picture made again of another number's negative.
            burst: DNG files of the single frames, kept in BARY0001.BURST; taken one by one.
            sidecars: gives the contents of further files by name, from the shot's bare name.

        Returns:
            The paths: JPEG, DNG if there is one, sidecars, and the folder of frames if kept.

        Raises:
            StoreError: disk full, read-only, no permission and so on; nothing is left behind.
        """
        with failures(self.root), ExitStack() as stack:
            with self._locked():
                number = self._next_number()
                folder, name = self._place(number)
                folder.mkdir(exist_ok=True)
                negative: Draft | None = None
                if dng is not None:
                    negative = stack.enter_context(Draft(folder / f"{name}.DNG"))
                picture = stack.enter_context(Draft(folder / f"{name}.JPG"))
                beside = {} if sidecars is None else sidecars(name)
                further = [stack.enter_context(Draft(folder / other)) for other in beside]
            frames: Draft | None = None
            for i, frame in enumerate(burst, 1):
                if frames is None:
                    with self._locked():
                        draft = Draft(folder / f"{name}.BURST", folder=True)
                        frames = stack.enter_context(draft)
                frames.write_member(f"FRAME{i:03d}.DNG", frame)
            if negative is not None and dng is not None:
                negative.write(dng)
            for draft, content in zip(further, beside.values(), strict=True):
                draft.write(content)
            picture.write(jpeg)
            drafts = [draft for draft in (*further, frames, negative, picture) if draft is not None]
            with self._locked():
                _publish(drafts)
            try:
                sync_folder(folder)
            except OSError as error:
                log.warning(
                    "%s is saved, but a power cut may lose it: its folder cannot be flushed (%s); "
                    "check the disk",
                    picture.path,
                    error.strerror or error,
                )
        kept = [draft for draft in (picture, negative, *further, frames) if draft is not None]
        return tuple(draft.path for draft in kept)

    def folders(self) -> list[Path]:
        """The folders that hold pictures, in order; empty if there are none yet."""
        if not self._dcim:
            return [self._base] if self._base.is_dir() else []
        if not self._base.is_dir():
            return []
        return sorted(path for path in self._base.iterdir() if _FOLDER.fullmatch(path.name))

    def number_of(self, path: Path) -> int | None:
        """The shot number that a path in this store belongs to."""
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

    def _place(self, number: int) -> tuple[Path, str]:
        """Folder and bare name of a number."""
        if not self._dcim:
            return self._base, f"BARY{number:04d}"
        folder, index = divmod(number - 1, _PER_FOLDER)
        if _FIRST_FOLDER + folder > _LAST_FOLDER:
            raise StoreError(f"{self.root}: all numbers are used; choose another folder")
        return self._base / f"{_FIRST_FOLDER + folder}BARYT", f"BARY{index + 1:04d}"

    def _next_number(self) -> int:
        """Takes a number: one above every picture and every number ever given."""
        record = self._base / _NUMBER_FILE
        highest = 0
        with suppress(OSError, ValueError):
            highest = max(0, int(record.read_text("ascii")))
        for folder in self.folders()[-1:] if self._dcim else self.folders():
            numbers = (self.number_of(path) for path in folder.iterdir())
            highest = max(highest, *(number for number in numbers if number), 0)
        replace_file(record, f"{highest + 1}\n".encode())
        return highest + 1

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._base.mkdir(parents=True, exist_ok=True)
        with locked(self._base / _LOCK_FILE):
            yield

    def _clean(self, folder: Path) -> None:
        """Under the lock: removes drafts whose writer died, and names claimed but never filled."""
        for path in folder.iterdir():
            draft = path.name.startswith(".BARY") and path.name.endswith(SUFFIX)
            claim = _PICTURE.fullmatch(path.name) and path.is_file() and path.stat().st_size == 0
            if (draft and abandoned(path)) or claim:
                remove(path)


def _publish(drafts: list[Draft]) -> None:
    """In order; the last one failing takes the earlier ones back."""
    done: list[Path] = []
    try:
        for draft in drafts:
            draft.publish()
            done.append(draft.path)
    except BaseException:
        for path in done:
            remove(path)
        raise
