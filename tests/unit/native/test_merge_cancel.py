"""A merge given up at any moment: at once, and all of its memory free again."""

import ctypes
import gc
from collections.abc import Callable, Iterator
from threading import Thread
from typing import ClassVar

import numpy as np
import pytest

from native import Merger, MosaicFormat, MosaicNoise, NativeError

SIZE = (1000, 1504)
LAYOUT = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
NOISE = MosaicNoise((1e-3,) * 4, (1e-5,) * 4)
LEFT = 1 << 20  # bytes: a third of the copy of the reference that each merge keeps

Progress = Callable[[float], None]
Step = Callable[[Merger | None, Progress | None], Merger | None]


class EnoughError(Exception):
    """What the callback raises."""


def frame(seed: int) -> np.ndarray:
    """Texture that drifts, noise, and 1 % of hot samples."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 3 * seed
    light = 900 + 300 * np.sin(x / 9.0 + y / 31.0) * np.sin(y / 7.0) + 200 * (x // 40 % 2)
    mosaic = light + random.normal(0.0, 25.0, SIZE)
    hot = np.random.default_rng(99).random(SIZE) < 0.01
    return np.where(hot, 4000, mosaic).astype(np.uint16)


FRAMES = (frame(0), frame(1), frame(2))


def begin(_: Merger | None, progress: Progress | None) -> Merger:
    """The first step."""
    return Merger(FRAMES[0], LAYOUT, NOISE, threads=1, progress=progress)


def add(merger: Merger | None, progress: Progress | None) -> Merger | None:
    """The second step."""
    assert merger is not None
    merger.add(FRAMES[1], progress=progress)
    return merger


def finish(merger: Merger | None, progress: Progress | None) -> Merger | None:
    """The last step."""
    assert merger is not None
    merger.finish(progress=progress)
    return merger


STEPS: tuple[Step, ...] = (begin, add, finish)


def stopping_at(call: int) -> tuple[Progress, list[float]]:
    """A callback that raises at its nth call, and what it was told."""
    told: list[float] = []

    def tell(fraction: float) -> None:
        told.append(fraction)
        if len(told) == call:
            raise EnoughError

    return tell, told


def calls_of(step: int) -> int:
    """How often a step asks."""
    tell, told = stopping_at(0)
    merger: Merger | None = None
    for i, work in enumerate(STEPS[: step + 1]):
        merger = work(merger, tell if i == step else None)
    assert merger is not None
    merger.close()
    return len(told)


def given_up(step: int) -> Iterator[int]:
    """Gives a merge up at one moment of a step after the other; yields how often it was asked."""
    calls = calls_of(step)
    for call in range(1, calls + 1, max(calls // 12, 1)):
        tell, told = stopping_at(call)
        merger: Merger | None = None
        try:
            for i, work in enumerate(STEPS[: step + 1]):
                merger = work(merger, tell if i == step else None)
        except EnoughError:
            yield len(told) - call
        else:
            pytest.fail(f"the merge went on after call {call} of {calls}")
        finally:
            if merger is not None:
                merger.close()


class MallocInfo(ctypes.Structure):
    """glibc's struct mallinfo2."""

    _fields_: ClassVar = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def in_use() -> int:
    """What this process has allocated and not freed, bytes."""
    gc.collect()
    info = ctypes.CDLL(None).mallinfo2
    info.restype = MallocInfo
    now = info()
    return int(now.uordblks + now.hblkhd)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc's mallinfo2")
@pytest.mark.parametrize("step", range(3), ids=["begin", "add", "finish"])
def test_given_up_at_any_moment_it_asks_no_more_and_all_is_free(step: int) -> None:
    """What the callback raises comes out at once, and no merge leaves memory behind."""
    assert set(given_up(step)) == {0}
    before = in_use()
    moments = len(list(given_up(step)))
    assert moments >= 6
    assert in_use() < before + LEFT


def test_the_begin_tells_of_its_progress() -> None:
    """It starts at 0, never goes back, ends at 1 and asks several times in between."""
    tell, told = stopping_at(0)
    begin(None, tell).close()  # type: ignore[union-attr]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert len(told) >= 6


def test_a_merge_given_up_in_an_add_can_only_be_closed() -> None:
    """Its sums are half done: the next call says so."""
    tell, _ = stopping_at(5)
    with begin(None, None) as merger:
        with pytest.raises(EnoughError):
            merger.add(FRAMES[1], progress=tell)
        with pytest.raises(Exception, match="cancelled"):
            merger.add(FRAMES[2])


@pytest.mark.parametrize(
    "other",
    [
        lambda merger: merger.close(),
        lambda merger: merger.add(FRAMES[2]),
        lambda merger: merger.finish(),
    ],
    ids=["close", "add", "finish"],
)
def test_a_merge_at_work_takes_no_other_call(other: Callable[[Merger], object]) -> None:
    """Neither from its own progress nor from another thread; the work itself is not harmed."""
    refused: list[NativeError] = []

    def meanwhile() -> None:
        with pytest.raises(NativeError, match="at work") as told:
            other(merger)
        refused.append(told.value)

    def tell(_: float) -> None:
        if not refused:
            meanwhile()
            thread = Thread(target=meanwhile)
            thread.start()
            thread.join()

    with begin(None, None) as merger:
        merger.add(FRAMES[1], progress=tell)
        disturbed = merger.finish().mosaic
    with begin(None, None) as merger:
        merger.add(FRAMES[1])
        assert np.array_equal(disturbed, merger.finish().mosaic)
    assert len(refused) == 2


def test_the_refusal_of_another_call_ends_the_merge_that_made_it() -> None:
    """It comes out of the call whose progress did not catch it, and the merge can be closed."""
    with begin(None, None) as merger, pytest.raises(NativeError, match="at work"):
        merger.add(FRAMES[1], progress=lambda _: merger.close())
