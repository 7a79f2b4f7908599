"""Shots saved whole under numbers that only grow, never over another.

Any number of processes may share a store.
"""

import errno
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import TypeVar

from app.pictures.atomic import Draft, locked, make_folder, move, remove, replace_file, sync_folder
from app.pictures.errors import StoreError
from app.pictures.files import failures
from app.pictures.negative import ShotInfo
from app.pictures.shot_info import read_stream_info
from app.pictures.tiff_reader import TiffError
from app.store.card import Card, check_way, free_pictures, is_full
from app.store.index import DamagedIndexError, FileRecord, Index, ShotRecord, State
from app.store.names import Names
from app.store.numbers import check_numbers, take_number
from app.store.rebuild import rebuild, set_aside
from app.store.recovery import Recovery, clear_spool, recover

__all__ = ["Store", "StoreError"]

log = logging.getLogger(__name__)

T = TypeVar("T")
_TRIES = 100  # numbers, before a folder full of strangers is given up
_RESERVE_BYTES = 1 << 20
_RESERVE_WHILE = 2  # pictures fit


class Store:
    """A store of pictures.

    Args:
        root: the folder; made when first needed.
        dcim: True for a library with DCIM folders, False for names directly in root.

    Attributes:
        root, dcim: as given.
        names: where its files lie.
        index: its journal and index.
        card: the disk it lies on.
    """

    def __init__(self, root: Path, *, dcim: bool = False) -> None:
        self.root, self.dcim = root, dcim
        self.names = Names(root, dcim=dcim)
        self.index = Index(self.names.index)
        with failures(root):
            self.card = Card(root)

    @classmethod
    def library(cls, root: Path) -> "Store":
        """The library below a folder: root/DCIM/100BARYT/BARY0001.JPG."""
        return cls(root, dcim=True)

    @classmethod
    def at(cls, root: Path) -> "Store":
        """What a folder that a person names holds: a library, or else names directly in it."""
        library = cls.library(root)
        return library if library.names.folders() else cls(root)

    def prepare(self) -> Recovery:
        """Makes the folder, and finishes, sets aside or clears away what a crash left behind.

        Raises:
            StoreError: if nothing can be written there.
        """
        with failures(self.root, "cannot be opened"), self.locked():
            self.make_room()
            recovery = self.mending(self._recovered)
            self._keep_room()
            return recovery

    def _recovered(self) -> Recovery:
        self.index.check()
        if not self._known():
            rebuild(self.names, self.index)
        return recover(self.names, self.index)

    def mending(self, act: Callable[[], T]) -> T:
        """Does what needs the index; once more if the index turns out to be damaged.

        The caller holds the lock.

        Raises:
            StoreError: if it is damaged again.
        """
        try:
            try:
                return act()
            except DamagedIndexError as error:
                self._mend(error)
                return act()
        except DamagedIndexError as error:
            raise StoreError(f"{self.names.index}: is damaged ({error}); remove it") from error

    def _mend(self, error: DamagedIndexError) -> None:
        """Sets a damaged index aside; makes one of the pictures, and what was sound in it."""
        log.warning("%s: %s; rebuilt from the pictures", self.names.index, error)
        sound = [record for record in self.index.sound() if not self._misfit(record)]
        set_aside(self.names, self.index)
        self.index.put(*sound)
        rebuild(self.names, self.index)

    def make_room(self) -> None:
        """On a full card, gives way to what tidies it up. The caller holds the lock."""
        if is_full(self.root):
            remove(self.names.reserve)

    def _keep_room(self) -> None:
        """Keeps a little room in hand, so that a full card can still be tidied up."""
        if not self.names.reserve.exists() and free_pictures(self.root) > _RESERVE_WHILE:
            with suppress(OSError):
                replace_file(self.names.reserve, bytes(_RESERVE_BYTES))

    def take_number(self) -> int:
        """Takes the next number for good: one above every picture and every number ever given.

        Raises:
            StoreError: if it cannot be recorded.
        """
        with failures(self.root), self.locked():
            return take_number(self.names)

    def free_pictures(self) -> int:
        """How many more pictures fit on the card.

        Raises:
            CardError: if none can be saved: the card is gone or locked, something is in the
                library's place, or numbers have run out.
            OSError: if the disk does not answer.
        """
        self._check_way()
        free = self.card.free_pictures()
        check_numbers(self.names)
        return free

    def save(
        self,
        jpeg: bytes,
        dng: bytes | None,
        *,
        number: int | None = None,
        burst: Path | None = None,
        sidecars: Callable[[str], Mapping[str, bytes]] = lambda _: {},
    ) -> tuple[Path, ...]:
        """Saves a shot: all of its files or, on failure, none.

        Once the files, flushed to the disk, have their names, the shot is saved. Should the disk
        then fail to flush the names too, that is logged: a crash may still lose them, but to
        take a picture back for it would lose it for certain.

        Args:
            jpeg: the JPEG file.
            dng: the DNG file; None for a picture made again of another number's negative.
            number: one that was taken for it; the next by default, or if another has it.
            burst: a folder of the single frames on the same disk; becomes BARY0001.BURST.
            sidecars: gives the contents of further files by name, from the shot's bare name. Other
                programs may change them, so the journal does not know them.

        Returns:
            The paths: JPEG, DNG if there is one, sidecars, and the folder of frames if kept.

        Raises:
            StoreError: disk full, read-only, no permission and so on; nothing is left behind,
                and the frames stay where they were.
        """
        with failures(self.root):
            for tries in count(1):
                try:
                    return self._save(jpeg, dng, number, burst, sidecars)
                except FileExistsError:  # a stranger's, whose name takes no number
                    if tries == _TRIES:
                        raise
                    number = None
        raise AssertionError

    def _save(
        self,
        jpeg: bytes,
        dng: bytes | None,
        number: int | None,
        burst: Path | None,
        sidecars: Callable[[str], Mapping[str, bytes]],
    ) -> tuple[Path, ...]:
        """One try; FileExistsError if a name is taken, and then nothing is left behind."""
        with ExitStack() as stack:
            with self.locked():
                if number is None or self._is_used(number):
                    number = take_number(self.names)
                folder, name = self.names.place(number)
                kept = self.names.files(number)[2]
                make_folder(folder)
                contents = {**sidecars(name), f"{name}.JPG": jpeg}
                if dng is not None:
                    contents = {f"{name}.DNG": dng, **contents}
                _check_free([folder / file for file in contents])
                drafts = [stack.enter_context(Draft(folder / file)) for file in contents]
                frames = _members(burst, kept.name) if burst else ()
                negative = () if dng is None else (FileRecord.of(f"{name}.DNG", dng),)
                self._enter(number, jpeg, *negative, *frames)
            try:
                for draft, content in zip(drafts, contents.values(), strict=True):
                    draft.write(content)
                with self.locked():
                    _publish(drafts, burst, kept)
            except BaseException:
                with suppress(OSError, DamagedIndexError), self.locked():
                    self.index.forget(number)
                raise
            self._settle(number, folder)
        taken = sum(map(len, contents.values())) + sum(frame.size for frame in frames)
        self.card.picture_bytes = max(self.card.picture_bytes, taken)
        order = (f"{name}.JPG", f"{name}.DNG", *contents)
        files = [folder / file for file in dict.fromkeys(order) if file in contents]
        return (*files, kept) if burst else tuple(files)

    def complete(self, number: int, jpeg: bytes) -> Path | None:
        """Adds the JPEG to a shot whose own was lost in a crash.

        Returns:
            Its path; None if another process has done it meanwhile.

        Raises:
            StoreError: as save().
        """
        folder, name = self.names.place(number)
        with failures(self.root), ExitStack() as stack:
            with self.locked():
                record = self.mending(lambda: self.index.get(number))
                if record is None or record.state is not State.UNDEVELOPED:
                    return None
                picture = stack.enter_context(Draft(folder / f"{name}.JPG"))
                others = [file for file in record.files if file.name != picture.path.name]
                self._enter(number, jpeg, *others)
            try:
                picture.write(jpeg)
                with self.locked():
                    picture.publish()
            except BaseException:
                with suppress(OSError, DamagedIndexError), self.locked():
                    self.index.put(record)
                raise
            self._settle(number, folder)
            with self.locked():
                self.mending(lambda: clear_spool(self.names, self.index))
        return picture.path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the store against other processes and threads.

        Raises:
            CardError: if the card has been pulled, or something is in the library's place: nothing
                is written beside it.
        """
        self._check_way()
        self.card.check()
        make_folder(self.names.base)
        make_folder(self.names.hidden)
        with locked(self.names.lock):
            yield

    def _check_way(self) -> None:
        """CardError if something keeps the store's folders from being made."""
        for folder in (self.names.base, self.names.hidden):
            check_way(folder)

    def _known(self) -> list[ShotRecord]:
        """The records; DamagedIndexError if one leads to another shot's files, or elsewhere."""
        records = self.index.all()
        for misfit in filter(None, map(self._misfit, records)):
            raise DamagedIndexError(misfit)
        return records

    def _misfit(self, record: ShotRecord) -> str:
        """Why there can be no such record here; empty if there can."""
        number = record.number
        if not 0 < number <= self.names.last:
            return f"there is no shot {number}"
        strange = (file.name for file in record.files if not self.names.belongs(number, file.name))
        return next((f"shot {number} cannot hold {name!r}" for name in strange), "")

    def _enter(self, number: int, jpeg: bytes, *others: FileRecord) -> None:
        """Writes into the journal what is going to be written."""
        _, name = self.names.place(number)
        info = _told(jpeg)
        record = ShotRecord(
            number,
            State.WRITING,
            info.style,
            info.taken.isoformat() if info.taken else None,
            (FileRecord.of(f"{name}.JPG", jpeg), *others),
        )
        self.mending(lambda: self.index.put(record))

    def _settle(self, number: int, folder: Path) -> None:
        """Flushes names that are given, and closes the journal's entry."""
        try:
            sync_folder(folder)
            with self.locked():
                self.index.set_state(number, State.SAVED, after=State.WRITING)
        except (OSError, StoreError, DamagedIndexError) as error:
            log.warning(
                "shot %04d is saved, but a power cut may lose it: its folder cannot be flushed "
                "(%s); check the disk",
                number,
                getattr(error, "strerror", None) or error,
            )

    def _is_used(self, number: int) -> bool:
        """Whether a shot has this number, in the index or by a file's name."""
        if any(path.exists() for path in self.names.files(number)):
            return True
        return self.mending(lambda: self.index.get(number)) is not None


def _told(jpeg: bytes) -> ShotInfo:
    """What a JPEG tells of its shot; nothing if it tells nothing."""
    try:
        return read_stream_info(BytesIO(jpeg))
    except (TiffError, OSError):
        return ShotInfo()


def _check_free(paths: Sequence[Path]) -> None:
    for path in paths:
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def _members(burst: Path, name: str) -> Sequence[FileRecord]:
    """The records of a burst's frames."""
    return [FileRecord.read(f"{name}/{path.name}", path) for path in sorted(burst.iterdir())]


def _publish(drafts: list[Draft], burst: Path | None, kept: Path) -> None:
    """Gives all their names, the JPEG last; one that fails takes the earlier ones back."""
    done: list[Path] = []
    moved = False
    try:
        if burst is not None:
            move(burst, kept)
            moved = True
        for draft in drafts:
            draft.publish()
            done.append(draft.path)
    except BaseException:
        for path in done:
            remove(path)
        if burst is not None and moved:
            kept.rename(burst)
        raise
