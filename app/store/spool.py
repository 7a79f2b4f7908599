"""Bursts on disk: those that wait for processing, and those that are kept.

An entry is .baryta/spool/0042/ with burst.json and the frames, one DNG each, in BARY0042.BURST. It
appears whole or not at all. While a process works on an entry, it holds a lock on it.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.pictures.atomic import Draft, make_folder, remove, sync_folder, take
from app.pictures.files import failures
from app.store.store import Store

log = logging.getLogger(__name__)

_STORY = "burst.json"
_MAX_STORY = 4096


@dataclass(frozen=True, slots=True)
class BurstStory:
    """What the frames themselves do not tell.

    Attributes:
        style: the look that was chosen at the press.
        taken: the press, ISO 8601 with its offset.
        reference: index of the frame nearest the press.
        keep: whether the frames are to be kept beside the picture.
        time_source: where the time came from.
    """

    style: str
    taken: str
    reference: int = 0
    keep: bool = False
    time_source: str = "unknown"


class Entry:
    """A burst in the spool that this process works on; close it, or use it as a context.

    Attributes:
        number: of the shot.
        story: of the burst.
        burst: the folder of frames.
    """

    def __init__(self, store: Store, number: int, story: BurstStory, lock: int) -> None:
        self._store, self._lock = store, lock
        self.number, self.story = number, story
        self.folder = store.names.spool / f"{number:04d}"
        self.burst = self.folder / f"{store.names.place(number)[1]}.BURST"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

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
        except OSError as error:  # the next start clears it away
            log.warning("%s stays: %s", self.folder, error)
        self.close()


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
            draft = Draft(store.names.spool / f"{number:04d}", folder=True)
        with draft:
            burst = f"{store.names.place(number)[1]}.BURST"
            for i, frame in enumerate(frames, 1):
                draft.write_member(f"{burst}/FRAME{i:03d}.DNG", frame)
            draft.write_member(_STORY, json.dumps(asdict(story)).encode())
            draft.publish()
            sync_folder(store.names.spool)
            return Entry(store, number, story, draft.lock())


def waiting(store: Store) -> Iterator[Entry]:
    """The bursts that wait for processing and that no living process works on, oldest first."""
    for number, folder in store.names.numbered(store.names.spool):
        if (lock := take(folder)) is not None:
            yield Entry(store, number, _read_story(folder / _STORY), lock)


def spooled_bytes(store: Store) -> int:
    """How much the spool holds."""
    return _size(store.names.spool)


def kept_bytes(store: Store) -> int:
    """How much the kept bursts take."""
    return sum(_size(path) for folder in store.names.folders() for path in folder.glob("*.BURST"))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _read_story(path: Path) -> BurstStory:
    """What the entry tells; a damaged story is no reason to lose its frames."""
    try:
        with path.open("rb") as stream:
            told: Any = json.loads(stream.read(_MAX_STORY))
        story = BurstStory(**{field.name: told[field.name] for field in fields(BurstStory)})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return BurstStory("", "")
    words = (story.style, story.taken, story.time_source)
    right = all(isinstance(word, str) and word.isprintable() for word in words)
    right = right and type(story.reference) is int and 0 <= story.reference < 64
    return story if right and type(story.keep) is bool else BurstStory("", "")
