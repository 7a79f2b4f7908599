"""The background worker: order, back-pressure, progress, cancelling, and its end."""

import gc
import signal
import threading
import time
import weakref
from collections.abc import Iterator
from functools import partial

import pytest

from app.jobs import (
    Job,
    JobCancelled,
    QueueFullError,
    Report,
    Worker,
    WorkerClosedError,
    repeated,
    uninterrupted,
)

WAIT = 10.0


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker for three jobs, closed after the test."""
    worker = Worker(3)
    yield worker
    worker.close(WAIT)


def test_jobs_run_in_order_and_deliver_their_results(worker: Worker) -> None:
    """Jobs run one after the other and each gives back its own result."""
    ran: list[int] = []

    def work(number: int) -> int:
        ran.append(number)
        return number * number

    jobs = [worker.submit(lambda _, n=n: work(n)) for n in range(3)]
    assert [job.result(WAIT) for job in jobs] == [0, 1, 4]
    assert ran == [0, 1, 2]


def test_exceptions_reach_whoever_asks_for_the_result(worker: Worker) -> None:
    """A failing job raises from result(), and the worker goes on."""

    def fail(_: Report) -> None:
        raise OSError("no space")

    job = worker.submit(fail)
    with pytest.raises(OSError, match="no space"):
        job.result(WAIT)
    assert isinstance(job.error(), OSError)
    assert worker.submit(lambda _: "alive").result(WAIT) == "alive"


def test_even_a_system_exit_does_not_end_the_worker(worker: Worker) -> None:
    """What is not an Exception is delivered too, and later jobs still run."""

    def leave(_: Report) -> None:
        raise SystemExit(3)

    assert isinstance(_error(worker.submit(leave)), SystemExit)
    assert worker.submit(lambda _: 1).result(WAIT) == 1


def test_a_full_queue_refuses_work_until_a_place_is_free(worker: Worker) -> None:
    """Waiting and running jobs together are bounded by the capacity."""
    gate = threading.Event()
    jobs = [worker.submit(lambda _: gate.wait(WAIT)) for _ in range(3)]
    assert worker.pending == 3
    with pytest.raises(QueueFullError):
        worker.submit(lambda _: None)
    gate.set()
    for job in jobs:
        assert job.result(WAIT)
    done = threading.Event()
    worker.submit(lambda _: None, lambda _: done.set())
    assert done.wait(WAIT)


def test_progress_is_visible_while_a_job_runs() -> None:
    """The running job's stage and fraction are readable and observers hear of them."""
    changes = threading.Semaphore(0)
    worker = Worker(1, changed=changes.release)
    reached, gate = threading.Event(), threading.Event()

    def work(report: Report) -> None:
        report("merge", 0.25)
        reached.set()
        gate.wait(WAIT)
        report("merge", 7.0)

    job = worker.submit(work)
    assert reached.wait(WAIT)
    assert worker.current is job
    assert job.progress == ("merge", 0.25)
    assert not job.finished
    gate.set()
    job.result(WAIT)
    assert job.progress == ("merge", 1.0), "fractions are limited to 1"
    worker.close(WAIT)
    heard = 0
    while changes.acquire(blocking=False):
        heard += 1
    assert heard >= 4, "queued, twice progress, finished"


def test_a_cancelled_job_ends_at_its_next_report(worker: Worker) -> None:
    """Cancelling takes effect inside the running job."""
    running = threading.Event()
    rounds = 0

    def work(report: Report) -> None:
        nonlocal rounds
        while True:
            report("merge", 0.5)
            rounds += 1
            running.set()
            threading.Event().wait(0.001)

    job = worker.submit(work)
    assert running.wait(WAIT)
    job.cancel()
    with pytest.raises(JobCancelled):
        job.result(WAIT)
    assert rounds >= 1


def test_a_job_cancelled_in_the_queue_never_starts(worker: Worker) -> None:
    """A waiting job that is cancelled does no work and says so."""
    gate, started = threading.Event(), threading.Event()
    worker.submit(lambda _: gate.wait(WAIT))
    waiting = worker.submit(lambda _: started.set())
    waiting.cancel()
    gate.set()
    assert isinstance(_error(waiting), JobCancelled)
    assert not started.is_set()


def test_close_drains_the_queue(worker: Worker) -> None:
    """Closing lets every queued job finish, and refuses new ones."""
    done: list[int] = []
    for _ in range(3):
        worker.submit(lambda _: threading.Event().wait(0.01), lambda _: done.append(1))
    assert worker.close(WAIT) == ()
    assert len(done) == 3
    with pytest.raises(WorkerClosedError):
        worker.submit(lambda _: None)
    assert worker.close(WAIT) == (), "closing twice is allowed"


def test_close_cancels_what_is_not_finished_in_time() -> None:
    """After the time limit running and waiting jobs are cancelled, and their done is called."""
    worker = Worker(3)
    ended: list[Job[None]] = []

    def work(report: Report) -> None:
        while True:
            report("", 0.0)
            threading.Event().wait(0.001)

    for _ in range(2):
        worker.submit(work, ended.append)
    assert worker.close(0.05, grace=WAIT) == ()
    assert len(ended) == 2
    assert all(isinstance(job.error(), JobCancelled) for job in ended)


def test_close_names_a_job_that_ignores_the_cancel() -> None:
    """A job that never reports is handed back, not forgotten."""
    worker = Worker(3)
    gate = threading.Event()
    stuck = worker.submit(lambda _: gate.wait(WAIT))
    behind = worker.submit(lambda _: None)
    assert worker.close(0.01, grace=0.05) == (stuck, behind)
    gate.set()
    assert worker.close(WAIT) == ()


@pytest.mark.parametrize("how", ["returned", "failed", "held"])
def test_a_finished_job_is_let_go(worker: Worker, how: str) -> None:
    """While the worker waits neither the last job's burst nor its result is kept alive.

    Not by the job either, which what it was made for may hold.
    """

    class Burst:
        """Something large."""

        job: Job[object]

    def use(burst: Burst, report: Report) -> Burst | None:
        report("merge", 0.5)
        if how == "failed":
            raise OSError("no space")
        return burst if how == "returned" else None

    burst = Burst()
    alive = weakref.ref(burst)
    ended = threading.Event()
    gc.disable()  # letting go must not depend on it
    try:
        job = worker.submit(partial(use, burst), lambda _: ended.set())
        if how == "held":
            burst.job = job
        del burst, job
        assert ended.wait(WAIT)
        limit = time.monotonic() + WAIT
        while alive() is not None and time.monotonic() < limit:
            time.sleep(0.001)  # the thread is between the done call and its next wait
        assert alive() is None
    finally:
        gc.enable()


def test_a_failing_observer_does_not_end_the_worker(caplog: pytest.LogCaptureFixture) -> None:
    """Errors in done calls and observers are logged and survived."""

    def fail(*_: object) -> None:
        raise RuntimeError("observer")

    worker = Worker(2, changed=fail)
    assert worker.submit(lambda _: 1, fail).result(WAIT) == 1
    assert worker.submit(lambda _: 2).result(WAIT) == 2
    worker.close(WAIT)
    assert "observer" in caplog.text


def test_a_worker_needs_room_for_one_job() -> None:
    """A capacity below one is refused."""
    with pytest.raises(ValueError, match="at least one"):
        Worker(0)


def _error(job: Job[object]) -> BaseException | None:
    """Waits for the job and returns what it raised."""
    try:
        job.result(WAIT)
    except BaseException as error:  # noqa: BLE001 - it is what the test looks at
        return error
    return None


def test_a_beat_goes_on_after_a_failure_and_ends_with_its_block(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What fails once is logged and done again; nothing is done once the block is left."""
    done: list[int] = []
    twice = threading.Event()

    def act() -> None:
        done.append(len(done))
        if len(done) == 1:
            raise ValueError("the first time")
        twice.set()

    with repeated(act, lambda: 0.001, "beat"):
        assert twice.wait(10.0)
    count = len(done)
    assert "beat: failed" in caplog.text
    assert not any(thread.name == "beat" for thread in threading.enumerate())
    assert len(done) == count


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_is_not_broken_off_by_being_asked_twice(number: signal.Signals) -> None:
    """What is asked for meanwhile is not heard; afterwards it is again."""
    heard: list[int] = []
    before = signal.signal(number, lambda number, _: heard.append(number))
    try:
        with uninterrupted():
            signal.raise_signal(number)
            assert heard == []
        signal.raise_signal(number)
        assert heard == [number]
    finally:
        signal.signal(number, before)
