"""From a burst to a saved picture, and the room there is for more of them."""

import logging
from collections.abc import Callable, Collection

from app.shot_queue import (
    Name,
    Process,
    SavedPicture,
    Shelf,
    Shot,
    ShotQueue,
    tell_error,
)
from app.status import Failure, LastPicture
from app.store.card import CardError
from app.telling import Telling

log = logging.getLogger(__name__)

SPACE_INTERVAL = 10.0  # seconds between looks at the free space


class Saving:
    """The session's pictures in the making, as its status tells them.

    Args:
        telling: the status.
        process: shot and report to a saved picture; called on the worker's thread.
        capacity: bursts held in memory at most.
        shelf: takes bursts when memory is short or time is up; None for none.
        low_memory: whether the system is short of memory.
        free_pictures: how many more pictures fit; CardError if none can be saved.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        telling: Telling,
        process: Process,
        capacity: int,
        *,
        shelf: Shelf | None,
        low_memory: Callable[[], bool],
        free_pictures: Callable[[], int | None],
        clock: Callable[[], float],
    ) -> None:
        self._telling, self._free_pictures, self._clock = telling, free_pictures, clock
        self._next_look, self._lack = clock(), ""
        self._queue = ShotQueue(
            process, capacity, self._finished, self._changed, shelf=shelf, low_memory=low_memory
        )

    def recover(self) -> None:
        """Queues what an earlier session left; returns at once."""
        self._queue.recover()

    def submit(self, shot: Shot) -> None:
        """Queues a shot; returns at once."""
        self._queue.submit(shot)
        self._changed()

    def try_again(self) -> None:
        """Queues the shots whose saving failed once more."""
        self._telling.change(problem=None)
        self._queue.try_again()
        self._changed()

    @property
    def failed_shots(self) -> frozenset[Name]:
        """Those whose saving failed."""
        return self._queue.failed_shots

    def discard_failed(self, names: Collection[Name]) -> None:
        """Gives up these of the shots whose saving failed."""
        self._queue.discard_failed(names)
        with self._telling.lock:
            if not self._queue.failed:
                self._telling.change(problem=None)
        self._changed()

    def cancel(self, number: int) -> None:
        """Gives up a shot that is no picture yet."""
        if self._queue.cancel(number):
            self._telling.change(given_up=number)

    def close(self, timeout: float) -> list[Shot]:
        """Finishes what there is in so many seconds; the shots that are lost."""
        return self._queue.close(timeout)

    def look_at_space(self, *, now: bool = False) -> None:
        """Tells how many more pictures fit: now, or if it is time again."""
        if not now and self._clock() < self._next_look:
            return
        self._next_look = self._clock() + SPACE_INTERVAL
        free, trouble, lack = None, "", ""
        try:
            free = self._free_pictures()
        except CardError as error:
            trouble, lack = error.word, str(error)
        except OSError as error:
            lack = f"the free space is unknown: {error}"
        if lack and lack != self._lack:  # for as long as the card is out
            log.warning("%s", lack)
        self._lack = lack
        self._telling.change(free_pictures=free, card=trouble)

    def _finished(
        self, shot: Shot, picture: SavedPicture | None, error: BaseException | None
    ) -> None:
        with self._telling.lock:
            if picture is not None:
                saved = LastPicture(shot.number, picture.paths[0])
                named = {"picture": saved.jpeg.stem}
                log.info("shot %d: saved as %s", shot.number, saved.jpeg, extra=named)
                self._telling.change(last_picture=saved)
            elif error is not None:
                tell_error(log, f"shot {shot.number}: not saved", error)
                problem = Failure.of(error, "Try again, or give the picture up.")
                self._telling.change(problem=problem)
        self._changed()
        self.look_at_space(now=True)

    def _changed(self) -> None:
        with self._telling.lock:
            queue = self._queue
            stage, progress = queue.progress
            waiting, failed, in_memory = queue.pending, queue.failed, queue.in_memory
            self._telling.change(
                queued=waiting,
                unsaved=failed,
                on_card=waiting + failed - in_memory,
                in_work=queue.in_work,
                stage=stage,
                progress=progress,
            )
