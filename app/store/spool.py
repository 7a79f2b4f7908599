"""Bursts on disk: those that wait for processing, and those that are kept.

An entry is .baryta/spool/0042/ with burst.json and the frames, one DNG each, in BARY0042.BURST. It
appears whole or not at all. While a process works on an entry, it holds a lock on it.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from app.pictures.atomic import Draft, make_folder, remove, sync_folder, take
from app.pictures.errors import StoreError
from app.pictures.files import failures
from app.store.recovery import move_aside
from app.store.store import Store
from app.store.story import STORY, BurstStory, read_story

log = logging.getLogger(__name__)


class Entry:
    """A burst in the spool that this process works on, until it is closed.

    Attributes:
        number: of the shot.
        story: of the burst.
        burst: the folder of frames.
    """

    def __init__(self, store: Store, number: int, story: BurstStory, lock: int) -> None:
        self._store, self._lock = store, lock
        self.number, self.story = number, story
        self.folder = store.names.entry(number)
        self.burst = store.names.entry_frames(number)

    @property
    def frames(self) -> list[Path]:
        """The frames in order."""
        return sorted(self.burst.glob("FRAME*.DNG"))

    def close(self) -> None:
        """Lets go of it; it waits in the spool for whoever comes next."""
        lock, self._lock = self._lock, -1
        if lock >= 0:
            os.close(lock)

    def remove(self) -> None:
        """Takes it out of the spool: its picture is saved."""
        try:
            with self._store.locked():
                going = self.folder.with_name(f".{self.folder.name}.done")
                self.folder.rename(going)
                remove(going)
        except (OSError, StoreError) as error:  # the next start clears it away
            log.warning("%s stays: %s", self.folder, error)
        self.close()

    def set_aside(self) -> Path:
        """Takes it out of the spool, but keeps its frames; where they are now."""
        with failures(self._store.root), self._store.locked():
            place = move_aside(self._store.names, self.folder)
        self.close()
        return place


def write_entry(store: Store, number: int, story: BurstStory, frames: Iterable[bytes]) -> Entry:
    """Puts a burst into the spool; it is on the disk when this returns.

    Args:
        store: where.
        number: taken for the shot.
        story: of the burst.
        frames: DNG files, taken one by one.

    Raises:
        StoreError: disk full and so on; nothing is left behind.
    """
    with failures(store.root):
        with store.locked():
            make_folder(store.names.spool)
            draft = Draft(store.names.entry(number), folder=True)
        with draft:
            burst = store.names.entry_frames(number).name
            for i, frame in enumerate(frames, 1):
                draft.write_member(f"{burst}/FRAME{i:03d}.DNG", frame)
            draft.write_member(STORY, json.dumps(asdict(story)).encode())
            draft.publish()
            try:
                sync_folder(store.names.spool)
            except OSError:
                remove(draft.path)
                raise
            return Entry(store, number, story, draft.lock())


def waiting(store: Store) -> Iterator[Entry]:
    """The bursts that wait for processing and that no living process works on, oldest first."""
    for number, folder in store.names.numbered(store.names.spool):
        if (lock := take(folder)) is not None:
            yield Entry(store, number, read_story(folder), lock)


def spooled_bytes(store: Store) -> int:
    """How much the spool holds."""
    return _size(store.names.spool)


def kept_bytes(store: Store) -> int:
    """How much the kept bursts take, those in the trash included."""
    names = store.names
    places = (*names.folders(), *(place for _, place in names.numbered(names.trash)))
    return sum(_size(path) for place in places for path in place.glob("*.BURST"))


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):  # what is taken out meanwhile is passed over
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).lstat().st_size
    return total
