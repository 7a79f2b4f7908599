"""Bursts on their way to pictures: in memory, on disk when memory is short, never dropped.

Pictures are made one after the other on the worker's thread. When memory holds as many bursts as it
may, or is low, the newest go to the shelf (a folder on the card) on a thread of their own, and come
back when it is their turn. What is not finished when the queue closes goes to the shelf as well.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from app.jobs import Job, JobCancelled, Report, Worker, WorkerClosedError
from app.journal import about
from app.memory import give_back
from app.pictures.errors import PictureError, StoreError
from app.store.spool import Entry
from capture.frames import Burst

log = logging.getLogger(__name__)

KEEPING = 30.0  # seconds at most until what waits at the end is on the shelf: three bursts of 12 MP
_QUEUE = 4096  # jobs; what limits the queue is memory and the shelf


class SavedPicture(Protocol):
    """What processing a burst leaves on disk."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """Its files, the JPEG first."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A burst on its way to a picture.

    Attributes:
        number: since the session's start; 0 for one that an earlier session left.
        style: the look that was chosen at the press.
        taken: local time of the press.
        burst: the frames, in memory or read from the disk when taken.
        entry: where they lie on the disk; None while they are in memory.
        time_source: where the time came from, as in app.clock.
    """

    number: int
    style: str
    taken: datetime
    burst: Burst
    entry: Entry | None = None
    time_source: str = "unknown"


class Shelf(Protocol):
    """Keeps bursts on disk."""

    def put(self, shot: Shot) -> Shot:
        """The shot with its burst on the disk; StoreError if there is no room or no disk."""
        ...

    def waiting(self, report: Report) -> Iterable[Shot]:
        """Finishes what a crash left, and gives the bursts that wait.

        Args:
            report: told of progress; it raises to end the work.
        """
        ...


Process = Callable[[Shot, Report], SavedPicture]
Name = tuple[int, datetime]  # number and time of a shot: those of earlier sessions have no number


@dataclass(slots=True, eq=False)
class _Held:
    """A shot and what becomes of it."""

    shot: Shot
    begun: bool = False  # processing reads its burst: it is not moved any more
    job: Job[SavedPicture] | None = None
    given_up: bool = False
    saved: bool = False  # as a picture
    moving: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> Name:
        """Of the shot."""
        return self.shot.number, self.shot.taken

    @property
    def lost(self) -> bool:
        """Whether it is in memory only, though somebody wants it."""
        return not (self.saved or self.given_up or self.shot.entry is not None)


class ShotQueue:
    """The shots that are not pictures yet.

    Args:
        process: shot and report to a saved picture; called on the worker's thread.
        capacity: bursts in memory at most, those that could not be saved included.
        finished: a shot, its picture or None, and what went wrong; on the worker's thread.
        changed: called after every change, from any thread.
        shelf: takes bursts when memory is short; None for none.
        low_memory: whether the system is short of it.
    """

    def __init__(
        self,
        process: Process,
        capacity: int,
        finished: Callable[[Shot, SavedPicture | None, BaseException | None], None],
        changed: Callable[[], None],
        *,
        shelf: Shelf | None = None,
        low_memory: Callable[[], bool] = lambda: False,
    ) -> None:
        self._process, self._finished, self._changed = process, finished, changed
        self._capacity, self._shelf, self._low_memory = capacity, shelf, low_memory
        self._lock = threading.Lock()
        self._open: list[_Held] = []
        self._failed: list[_Held] = []
        self._fetching: Job[None] | None = None
        self._worker = Worker(_QUEUE, name="pictures", changed=changed, after=give_back)
        self._mover = Worker(_QUEUE, name="shelf", changed=changed)

    @property
    def pending(self) -> int:
        """Shots waiting or in work."""
        with self._lock:
            return len(self._open)

    @property
    def failed(self) -> int:
        """Shots whose saving failed; they wait for try_again()."""
        with self._lock:
            return len(self._failed)

    @property
    def failed_shots(self) -> frozenset[Name]:
        """Which they are."""
        with self._lock:
            return frozenset(held.name for held in self._failed)

    @property
    def in_memory(self) -> int:
        """Bursts in memory."""
        with self._lock:
            held = (*self._open, *self._failed)
            return sum(held.shot.entry is None for held in held)

    @property
    def in_work(self) -> int:
        """Number of the shot that a picture is made of now; 0 for none, or an earlier session's."""
        with self._lock:
            return next((held.shot.number for held in self._open if held.begun), 0)

    @property
    def progress(self) -> tuple[str, float]:
        """Stage and fraction of the picture in work."""
        job = self._worker.current
        return job.progress if job else ("", 0.0)

    def submit(self, shot: Shot) -> None:
        """Queues a shot; it goes to the shelf first if memory is short."""
        held = _Held(shot)
        with self._lock:
            self._open.append(held)
        self._queue(held)
        full = self.in_memory >= self._capacity
        if self._shelf is not None and shot.entry is None and (full or self._low_memory()):
            self._mover.submit(lambda _: self._move(held))

    def recover(self) -> None:
        """Queues what an earlier session left on the shelf; returns at once."""
        if self._shelf is not None:
            self._fetching = self._mover.submit(self._fetch)

    def try_again(self) -> None:
        """Queues the shots whose saving failed once more."""
        with self._lock:
            again, self._failed = self._failed, []
            for held in again:
                held.begun, held.job = False, None
            self._open += again
        for held in again:
            self._queue(held)

    def discard_failed(self, names: Collection[Name]) -> None:
        """Gives up these of the shots whose saving failed."""
        with self._lock:
            gone = [held for held in self._failed if held.name in names]
            self._failed = [held for held in self._failed if held not in gone]
        for held in gone:
            _give_up(held)

    def cancel(self, number: int) -> bool:
        """Gives up a shot that waits or is in work; returns at once.

        Returns:
            False if there is none of that number. One in work may yet become a picture: a cancel
            can come too late.
        """
        with self._lock:
            held = next((held for held in self._open if held.shot.number == number > 0), None)
            if held is None:
                return False
            held.given_up = True
        if held.job is None:  # it is just being queued, and is given up when it is
            return True
        held.job.cancel()
        if self._worker.withdraw(held.job):
            with self._lock:
                self._open.remove(held)
            self._mover.submit(lambda _: _give_up(held))  # which may be moving it
            self._changed()
        return True

    def close(self, timeout: float, keeping: float = KEEPING) -> list[Shot]:
        """Takes no more shots, and finishes those it has.

        Args:
            timeout: seconds for them; what is not a picture by then goes to the shelf.
            keeping: further seconds for that, whatever hangs.

        Returns:
            The shots that are neither pictures nor on the shelf: they are lost.
        """
        end, grace = time.monotonic() + timeout + keeping, keeping / 6.0
        if self._fetching is not None:  # what an earlier session left can wait for the next
            self._fetching.cancel()
        late = self._worker.close(timeout, grace)  # for the picture in work to hear of it
        with self._lock:
            left = [*self._open, *self._failed]
            self._open, self._failed = [], []
        with suppress(WorkerClosedError):  # closed before: what came since lies on the shelf
            for held in left:
                self._mover.submit(partial(self._keep, held))
        self._mover.close(max(end - time.monotonic(), 0.0), grace=0.0)
        if late:  # one that is just being saved gets time to take its frames off the shelf again
            self._worker.close(0.0, min(grace, max(end - time.monotonic(), 0.0)))
        return [held.shot for held in left if held.lost]

    def _keep(self, held: _Held, _report: Report) -> None:
        """Puts a shot on the shelf for the next session, unless it is a picture by now."""
        with held.moving, about(held.shot.number, held.shot.taken):
            if held.saved:
                return
            if held.given_up:
                _give_up(held)
                return
            if held.shot.entry is None and self._shelf is not None:
                try:
                    held.shot = self._shelf.put(held.shot)
                except Exception as error:  # noqa: BLE001 - told
                    tell_error(log, f"shot {held.shot.number}: cannot be kept for later", error)
            if held.shot.entry is not None:
                log.warning("shot %d: its frames wait on the card", held.shot.number)
            if held.job is None or held.job.finished or not held.begun:
                _let_go(held)

    def _queue(self, held: _Held) -> None:
        held.job = self._worker.submit(
            lambda report: self._make(held, report), lambda job: self._made(held, job)
        )
        if held.given_up:
            held.job.cancel()

    def _make(self, held: _Held, report: Report) -> SavedPicture:
        with held.moving:
            held.begun = True
            shot = held.shot
        with about(shot.number, shot.taken):
            picture = self._process(shot, report)
        with held.moving:
            held.saved = True
            if shot.entry is None and held.shot.entry is not None:  # close() kept it meanwhile
                held.shot.entry.remove()
        return picture

    def _made(self, held: _Held, job: Job[SavedPicture]) -> None:
        error = job.error()
        cancelled = isinstance(error, JobCancelled)
        if cancelled and not held.given_up:
            return  # close() keeps it
        with self._lock:
            closed = held not in self._open
            if closed and error is not None:
                return  # close() has kept it
            if not closed:
                self._open.remove(held)
            if error is not None and not cancelled:
                held.given_up = False  # the cancel came too late
                self._failed.append(held)
        with about(held.shot.number, held.shot.taken):
            if cancelled:
                _give_up(held)
                self._changed()
            else:
                self._finished(held.shot, None if error else job.result(), error)

    def _move(self, held: _Held) -> None:
        """On the mover's thread: from memory to the shelf, if its turn has not come meanwhile."""
        with held.moving, about(held.shot.number, held.shot.taken):
            if held.begun or held.given_up or self._shelf is None:
                return
            try:
                held.shot = self._shelf.put(held.shot)
            except Exception as error:  # noqa: BLE001 - it stays in memory, and the shutter waits
                log.warning("shot %d stays in memory: %s", held.shot.number, error)
        self._changed()

    def _fetch(self, report: Report) -> None:
        if self._shelf is None:
            return
        try:
            for shot in self._shelf.waiting(report):
                report("", 0.0)
                self.submit(replace(shot, number=0))
        except JobCancelled:
            raise
        except Exception as error:  # noqa: BLE001 - told
            tell_error(log, "what an earlier session left cannot be finished", error)


def tell_error(log: logging.Logger, what: str, error: BaseException) -> None:
    """Logs what failed, and why.

    What disk, card, files and memory refuse is told by cause and remedy, in one line. Anything else
    is a fault of ours, whose place is wanted; with the level debug so is that of all.
    """
    told = isinstance(error, PictureError | StoreError | OSError | MemoryError)
    cause = None if told and not log.isEnabledFor(logging.DEBUG) else error
    log.error("%s: %s", what, str(error) or type(error).__name__, exc_info=cause)


def _give_up(held: _Held) -> None:
    log.warning("shot %d: given up", held.shot.number)
    if held.shot.entry is not None:
        try:
            log.warning("its frames are in %s", held.shot.entry.set_aside())
        except Exception as error:  # noqa: BLE001 - told
            tell_error(log, f"its frames stay in {held.shot.entry.folder}", error)


def _let_go(held: _Held) -> None:
    if held.shot.entry is not None:
        held.shot.entry.close()
