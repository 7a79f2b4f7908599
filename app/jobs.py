"""The background worker (one thread, a bounded queue, progress, cancel, back-pressure); a beat."""

import logging
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any, Generic, NoReturn, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

# the stage and its fraction in [0, 1]; raises JobCancelled once a cancel is asked for
Report = Callable[[str, float], None]


class QueueFullError(Exception):
    """The worker holds as many jobs as it may; try again when one is done."""


class WorkerClosedError(Exception):
    """The worker takes no more jobs."""


class JobCancelled(Exception):  # noqa: N818 - an answer to a request, not an error
    """The job was cancelled; raised out of the job's report() and by result()."""


def _once(_report: Report) -> NoReturn:
    raise RuntimeError("a job runs once")


class Job(Generic[T]):
    """One piece of work. Any thread may ask it anything."""

    def __init__(
        self, work: Callable[[Report], T], done: Callable[["Job[T]"], None] | None
    ) -> None:
        self._work = work
        self._done = done
        self._future: Future[T] = Future()
        self._cancel = threading.Event()
        self._progress = ("", 0.0)

    @property
    def progress(self) -> tuple[str, float]:
        """The stage's name and the fraction of it that is done, 0..1."""
        return self._progress

    @property
    def finished(self) -> bool:
        """True once there is a result, an exception or a cancellation."""
        return self._future.done()

    def cancel(self) -> None:
        """Asks the job to stop: before it starts, or at its next report."""
        self._cancel.set()

    def result(self, timeout: float | None = None) -> T:
        """Waits for the result.

        Raises:
            JobCancelled: the job was cancelled.
            TimeoutError: it is not finished after timeout seconds.
            Exception: whatever the work raised.
        """
        return self._future.result(timeout)

    def error(self) -> BaseException | None:
        """What a finished job raised (JobCancelled included), or None."""
        return self._future.exception(timeout=0)

    def _run(self, changed: Callable[[], None]) -> None:
        def report(stage: str, fraction: float) -> None:
            if self._cancel.is_set():
                raise JobCancelled("cancelled")
            self._progress = (stage, min(max(fraction, 0.0), 1.0))
            changed()

        try:
            report("", 0.0)  # a job cancelled in the queue never starts
            result = self._work(report)
        except BaseException as error:  # noqa: BLE001 - delivered to whoever asks for the result
            self._future.set_exception(error)
            del self  # the error's traceback holds this frame: a circle would keep the work alive
        else:
            self._future.set_result(result)

    def _let_go(self) -> None:
        """Of what it was made of: that may hold the job, and both a burst of frames."""
        self._work, self._done = _once, None


class Worker:
    """Works off jobs in order on one thread.

    Args:
        capacity: jobs held at most, waiting and running together.
        name: of the thread.
        changed: called after every change (queued, progress, finished), from any thread.
        after: called on the worker's thread after a job and all it held have been let go.
    """

    def __init__(
        self,
        capacity: int,
        *,
        name: str = "jobs",
        changed: Callable[[], None] | None = None,
        after: Callable[[], object] | None = None,
    ) -> None:
        if capacity < 1:
            raise ValueError("a worker holds at least one job")
        self.capacity = capacity
        self._on_change, self._after = changed, after
        self._condition = threading.Condition()
        self._waiting: deque[Job[Any]] = deque()
        self._running: Job[Any] | None = None
        self._closing = False
        # A daemon, so that a job stuck in a device cannot hold the process for ever.
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """Jobs waiting or running."""
        with self._condition:
            return len(self._waiting) + (self._running is not None)

    @property
    def current(self) -> Job[Any] | None:
        """The running job."""
        return self._running

    def submit(
        self, work: Callable[[Report], T], done: Callable[[Job[T]], None] | None = None
    ) -> Job[T]:
        """Queues work.

        Args:
            work: called on the worker's thread with a report function, which it calls often: that
                is where a cancel takes effect.
            done: called on the worker's thread when the job is finished and its place is free.

        Raises:
            QueueFullError: capacity is reached.
            WorkerClosedError: close() was called.
        """
        job = Job(work, done)
        with self._condition:
            if self._closing:
                raise WorkerClosedError("the worker is closed")
            if len(self._waiting) + (self._running is not None) >= self.capacity:
                raise QueueFullError(f"{self.capacity} jobs are waiting already")
            self._waiting.append(job)
            self._condition.notify_all()
        self._changed()
        return job

    def withdraw(self, job: Job[Any]) -> bool:
        """Takes a job out of the queue, as if it had never come; False if it has begun."""
        with self._condition:
            if job not in self._waiting:
                return False
            self._waiting.remove(job)
        job._let_go()  # noqa: SLF001 - Worker and Job are two halves of one thing
        self._changed()
        return True

    def close(self, timeout: float | None = None, grace: float = 5.0) -> tuple[Job[Any], ...]:
        """Takes no more jobs, lets the queued ones finish, and ends the thread.

        Args:
            timeout: seconds for the queue; None waits as long as it takes. What is not finished
                by then is cancelled.
            grace: further seconds for the running job to notice.

        Returns:
            The jobs that ignored even the cancel: neither their result nor their done call came.
        """
        with self._condition:
            self._closing = True
            self._condition.notify_all()
        self._thread.join(timeout)
        if self._thread.is_alive():
            with self._condition:
                for job in (*self._waiting, *([self._running] if self._running else [])):
                    job.cancel()
            self._thread.join(grace)
        with self._condition:
            left = [*([self._running] if self._running else []), *self._waiting]
        return tuple(left)

    def _loop(self) -> None:
        while self._work_off():
            pass

    def _work_off(self) -> bool:
        """Does the next job; False at the end. Returning lets go of the job and all it held."""
        job = self._next()
        if job is None:
            return False
        job._run(self._changed)  # noqa: SLF001 - Worker and Job are two halves of one thing
        with self._condition:
            self._running = None
        done = job._done  # noqa: SLF001 - as above
        if done is not None:
            _guarded(partial(done, job), "the done call of a job")
        job._let_go()  # noqa: SLF001 - as above
        del job, done  # as in _run: this frame too is in the traceback of a job that failed
        if self._after is not None:
            _guarded(self._after, "what follows a job")
        self._changed()
        return True

    def _next(self) -> Job[Any] | None:
        with self._condition:
            while not self._waiting:
                if self._closing:
                    return None
                self._condition.wait()
            self._running = self._waiting.popleft()
            return self._running

    def _changed(self) -> None:
        if self._on_change is not None:
            _guarded(self._on_change, "an observer of the jobs")


def _guarded(call: Callable[[], object], what: str) -> None:
    """Calls; a failure is logged, for it must not end the worker."""
    try:
        call()
    except Exception:
        log.exception("%s failed", what)


@contextmanager
def repeated(act: Callable[[], None], seconds: Callable[[], float], name: str) -> Iterator[None]:
    """Acts meanwhile again and again, on a thread of its own.

    Args:
        act: what to do; a failure is logged, and it is tried again in its turn.
        seconds: until the next time; asked before each.
        name: of the thread.
    """
    over = threading.Event()

    def keep() -> None:
        while not over.wait(seconds()):
            try:
                act()
            except Exception:
                log.exception("%s: failed", name)

    thread = threading.Thread(target=keep, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignores Ctrl-C and SIGTERM meanwhile: what ends is not to be broken off by being asked twice.

    Only the main thread hears signals; on another nothing happens.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in asked]
    try:
        yield
    finally:
        for number, handler in zip(asked, before, strict=True):
            signal.signal(number, handler)
