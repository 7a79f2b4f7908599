"""The queue of shots: memory, the shelf, failures, and the end."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app.jobs import Report
from app.pictures.errors import StoreError
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.session import STOP_LIMIT
from app.shot_queue import KEEPING, SavedPicture, Shot, ShotQueue
from app.store import Store, list_shots
from app.store.spool import write_entry
from app.store.story import BurstStory
from capture.frames import Burst, SensorProfile
from capture.profiles import profile

WAIT, MARGIN = 10.0, 5.0
TAKEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PROFILE: SensorProfile = profile("imx477")


@dataclass(frozen=True)
class Picture:
    """What processing leaves."""

    paths: tuple[Path, ...] = ()


@dataclass
class Shelf:
    """A shelf in a real store, with room for so many bursts."""

    store: Store
    room: int = 100
    left: list[Shot] = field(default_factory=list)
    crashed: bool = False  # what a crash left takes for ever

    def put(self, shot: Shot) -> Shot:
        if self.room == 0:
            raise StoreError("no room")
        self.room -= 1
        story = BurstStory(shot.style, shot.taken.isoformat())
        entry = write_entry(self.store, self.store.take_number(), story, [b"frame"])
        return replace(shot, burst=Burst((), PROFILE), entry=entry)

    def waiting(self, report: Report) -> Iterator[Shot]:
        while self.crashed:
            report("develop", 0.5)
            time.sleep(0.002)
        yield from self.left


@dataclass
class Rig:
    """A queue whose processing a test holds up."""

    shelf: Shelf
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    fault: Exception | None = None
    low: bool = False
    changed: Callable[[], None] = lambda: None
    report: bool = True  # progress: where a cancel takes effect
    made: list[Shot] = field(default_factory=list)
    finished: list[tuple[int, bool]] = field(default_factory=list)
    queue: ShotQueue = field(init=False)

    def __post_init__(self) -> None:
        self.queue = ShotQueue(
            self.process,
            2,
            lambda shot, _picture, error: self.finished.append((shot.number, error is None)),
            lambda: self.changed(),  # noqa: PLW0108 - a test may set it later
            shelf=self.shelf,
            low_memory=lambda: self.low,
        )

    def process(self, shot: Shot, report: Report) -> SavedPicture:
        while not self.gate.acquire(timeout=0.005):
            if self.report:
                report("merge", 0.5)
        if self.fault:
            raise self.fault
        self.made.append(shot)
        if shot.entry is not None:
            shot.entry.remove()
        return Picture()

    def shoot(self, *numbers: int) -> None:
        for number in numbers:
            self.queue.submit(Shot(number, "Neutral", TAKEN, Burst((), PROFILE)))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A rig that is closed after the test."""
    rig = Rig(Shelf(Store.library(tmp_path)))
    yield rig
    rig.gate.release(100)
    rig.queue.close(WAIT)


def until(condition: Callable[[], bool]) -> None:
    """Waits for something to become true."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.002)


def entries(rig: Rig) -> list[str]:
    """The bursts on the card."""
    spool = rig.shelf.store.names.spool
    return sorted(path.name for path in spool.iterdir()) if spool.is_dir() else []


def test_bursts_go_to_the_card_when_memory_is_full_and_keep_their_order(rig: Rig) -> None:
    """The shutter stays free, and the pictures come in the order they were shot."""
    for number in range(1, 6):
        rig.shoot(number)
        until(lambda: rig.queue.in_memory < 2)
    assert rig.queue.pending == 5
    assert len(entries(rig)) == 4
    rig.gate.release(5)
    until(lambda: rig.queue.pending == 0)
    assert [shot.number for shot in rig.made] == [1, 2, 3, 4, 5]
    assert [shot.entry is None for shot in rig.made] == [True, False, False, False, False]
    until(lambda: entries(rig) == [])


def test_a_full_card_leaves_bursts_in_memory(rig: Rig) -> None:
    """Where the shelf takes no more, memory fills up, and so the shutter waits."""
    rig.shelf.room = 1
    rig.shoot(1, 2, 3, 4)
    until(lambda: rig.shelf.room == 0)
    until(lambda: rig.queue.in_memory == 3)
    rig.gate.release(4)
    until(lambda: len(rig.made) == 4)


def test_low_memory_sends_every_burst_to_the_card(rig: Rig) -> None:
    """When the system is short of memory, none waits in it."""
    rig.shoot(1)
    until(lambda: rig.queue.progress[0] == "merge")
    rig.low = True
    rig.shoot(2)
    until(lambda: len(entries(rig)) == 1)
    until(lambda: rig.queue.in_memory == 1)


def test_what_is_not_finished_at_the_end_waits_on_the_card(rig: Rig) -> None:
    """No time is no loss: running, waiting and failed shots all go to the card."""
    rig.fault = OSError("the disk is full")
    rig.gate.release(1)
    rig.shoot(1)
    until(lambda: rig.queue.failed == 1)
    rig.shoot(2)
    until(lambda: rig.queue.progress[0] == "merge")
    rig.shoot(3)
    assert rig.queue.close(0.05) == []
    assert len(entries(rig)) == 3


def test_only_what_neither_memory_nor_card_can_keep_is_lost(rig: Rig) -> None:
    """Without room on the card, the end names the shots it loses."""
    rig.shelf.room = 0
    rig.shoot(1, 2)
    assert [shot.number for shot in rig.queue.close(0.05)] == [1, 2]


def test_a_picture_that_is_saved_after_the_time_is_up_is_no_second_one(rig: Rig) -> None:
    """It is past where a cancel takes effect: its frames wait on the card until it is saved."""
    rig.report = False
    rig.shoot(1)
    until(lambda: rig.queue.in_work == 1)
    put = rig.shelf.put

    def put_late(shot: Shot) -> Shot:
        kept = put(shot)
        assert entries(rig) == ["0001"]
        rig.gate.release(1)
        return kept

    rig.shelf.put = put_late  # type: ignore[method-assign]
    assert rig.queue.close(0.05, keeping=3.0) == []
    until(lambda: rig.finished == [(1, True)])
    assert (rig.made[0].number, entries(rig)) == (1, [])


def test_a_card_that_is_pulled_as_the_picture_is_saved_makes_no_second_one(rig: Rig) -> None:
    """The frames that went there meanwhile go at the next start: they are a picture by then."""
    rig.report = False
    store, card = rig.shelf.store, rig.shelf.store.root
    away = card.with_name("away")
    rig.shoot(1)
    until(lambda: rig.queue.in_work == 1)
    put = rig.shelf.put
    info = ShotInfo(style="Neutral", taken=TAKEN)

    def put_late(shot: Shot) -> Shot:
        kept = put(shot)
        assert kept.entry is not None
        store.save(encode_jpeg(np.zeros((16, 16, 3), np.uint8), info), b"dng")
        card.rename(away)
        card.write_bytes(b"")  # nothing can be written there
        rig.gate.release(1)
        return kept

    rig.shelf.put = put_late  # type: ignore[method-assign]
    assert rig.queue.close(0.05, keeping=3.0) == []
    until(lambda: rig.finished == [(1, True)])
    card.unlink()
    away.rename(card)
    assert entries(rig) == ["0001"]
    Store.library(card).prepare()
    assert entries(rig) == []
    assert [shot.id for shot in list_shots(store)] == ["0002"]


def test_work_that_does_not_end_delays_no_end(rig: Rig) -> None:
    """Neither a picture, nor the card, nor what a crash left: there is one time for all."""
    rig.report, rig.shelf.crashed = False, True
    rig.queue.recover()
    rig.shoot(1)
    until(lambda: rig.queue.in_work == 1)
    rig.shoot(2)
    begun = time.monotonic()
    assert rig.queue.close(0.0, keeping=3.0) == []
    assert time.monotonic() - begun < 3.0 + MARGIN
    assert len(entries(rig)) == 2


def test_a_card_that_does_not_answer_delays_no_end(rig: Rig) -> None:
    """What it has not taken when the time is up is told as lost."""
    over = threading.Event()

    def put(shot: Shot) -> Shot:
        over.wait(WAIT)
        return shot

    rig.shelf.put = put  # type: ignore[method-assign]
    rig.shoot(1, 2)
    until(lambda: rig.queue.in_work == 1)
    begun = time.monotonic()
    assert [shot.number for shot in rig.queue.close(0.0, keeping=0.3)] == [1, 2]
    assert time.monotonic() - begun < 0.3 + MARGIN
    over.set()


def test_the_end_is_over_before_systemd_kills() -> None:
    """It would in the midst of what is written."""
    unit = Path(__file__).parents[3] / "deploy/system/baryta.service"
    (limit,) = re.findall(r"^TimeoutStopSec=(\d+)$", unit.read_text(), re.MULTILINE)
    assert int(limit) >= STOP_LIMIT + KEEPING + MARGIN


def test_a_shot_that_was_given_up_is_not_kept_at_the_end(rig: Rig) -> None:
    """Though its cancel was not heard in time: one in memory goes, one on the card goes aside."""
    store = rig.shelf.store
    entry = write_entry(store, store.take_number(), BurstStory("", ""), [b"frame"])
    rig.report = False
    rig.queue.submit(Shot(1, "Neutral", TAKEN, Burst((), PROFILE), entry))
    until(lambda: rig.queue.in_work == 1)
    assert rig.queue.cancel(1)
    assert rig.queue.close(0.0, keeping=0.3) == []
    assert entries(rig) == []
    assert [path.name for path in store.names.aside.iterdir()] == ["0001"]


def test_what_an_earlier_session_left_is_made_first(rig: Rig) -> None:
    """Bursts that wait on the card become pictures when the camera starts."""
    store = rig.shelf.store
    entry = write_entry(store, store.take_number(), BurstStory("", ""), [b"frame"])
    rig.shelf.left = [Shot(9, "Neutral", TAKEN, Burst((), PROFILE), entry)]
    rig.queue.recover()
    rig.gate.release(1)
    until(lambda: len(rig.made) == 1)
    assert rig.made[0].number == 0
    until(lambda: entries(rig) == [])


def test_a_failure_is_tried_again_or_given_up(rig: Rig) -> None:
    """A failed shot waits; given up, its frames are set aside on the card, not thrown away."""
    store = rig.shelf.store
    entry = write_entry(store, store.take_number(), BurstStory("", ""), [b"frame"])
    rig.fault = OSError("the disk is full")
    rig.queue.submit(Shot(1, "Neutral", TAKEN, Burst((), PROFILE), entry))
    rig.gate.release(1)
    until(lambda: rig.queue.failed == 1)
    rig.queue.try_again()
    rig.gate.release(1)
    until(lambda: rig.finished == [(1, False), (1, False)] and rig.queue.failed == 1)
    rig.queue.discard_failed(rig.queue.failed_shots)
    assert (rig.queue.failed, rig.queue.pending, entries(rig)) == (0, 0, [])
    assert [path.name for path in store.names.aside.iterdir()] == ["0001"]


def test_cancelling_gives_up_the_shot_that_is_named_and_no_other(rig: Rig) -> None:
    """One that waits goes at once; a shot whose frames lay on the card leaves them aside there."""
    rig.shoot(1, 2, 3)
    until(lambda: rig.queue.progress == ("merge", 0.5))
    until(lambda: rig.queue.in_memory < 2)
    assert rig.queue.in_work == 1
    assert not rig.queue.cancel(4)
    assert rig.queue.cancel(2)
    assert rig.queue.pending == 2
    aside = rig.shelf.store.names.aside
    until(aside.is_dir)
    assert rig.queue.in_work == 1
    assert rig.queue.cancel(1)
    until(lambda: rig.queue.pending == 1)
    rig.gate.release(1)
    until(lambda: rig.queue.pending == 0)
    assert [shot.number for shot in rig.made] == [3]
    assert rig.queue.failed == 0
    assert len(list(aside.iterdir())) == 1


def test_a_cancel_that_came_too_late_gives_nothing_up(rig: Rig) -> None:
    """The shot failed instead; tried again and not finished at the end, it waits on the card."""
    rig.shoot(1)
    until(lambda: rig.queue.progress == ("merge", 0.5))
    rig.fault = OSError("the disk is full")
    rig.report = False
    assert rig.queue.cancel(1)
    rig.gate.release(1)
    until(lambda: rig.queue.failed == 1)
    rig.report = True
    rig.queue.try_again()
    until(lambda: rig.queue.progress == ("merge", 0.5))
    assert rig.queue.close(0.05) == []
    assert len(entries(rig)) == 1


def test_a_cancel_while_a_failed_shot_is_queued_again_is_not_lost(rig: Rig) -> None:
    """It is between two jobs then: the failed one, and one that is not there yet."""
    rig.fault = OSError("the disk is full")
    rig.shoot(1)
    rig.gate.release(1)
    until(lambda: rig.queue.failed == 1)
    rig.fault = None
    rig.shoot(2)  # keeps the worker
    until(lambda: rig.queue.in_work == 2)
    cancelled: list[bool] = []

    def cancel_once() -> None:
        if not cancelled:
            cancelled.append(True)
            cancelled[0] = rig.queue.cancel(1)

    rig.changed = cancel_once
    rig.queue.try_again()
    assert cancelled == [True]
    rig.gate.release(2)
    until(lambda: rig.queue.pending == 0)
    assert [shot.number for shot in rig.made] == [2]
    assert rig.queue.failed == 0
