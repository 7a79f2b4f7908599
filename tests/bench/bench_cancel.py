"""How soon a merge of 12 megapixels can be cancelled: the longest time between progress calls.

python tests/bench/bench_cancel.py [THREADS]

Each figure is the least of five repeats: what is longer is other programs' doing.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bursts import BLACK, READ, SHOT, WHITE, Mosaic, make_burst

from native import Merger, MosaicFormat, MosaicNoise

WIDTH, HEIGHT = 4056, 3040
REPEATS = 5
Progress = Callable[[float], None]
Made = TypeVar("Made")


class Gap(NamedTuple):
    """Milliseconds; the fraction that the longest by the clock began at, and how many calls."""

    clock: float
    processor: float
    at: float
    calls: int


def gaps(step: Callable[[Progress], Made]) -> tuple[Gap, Made]:
    """The longest gap of the calling thread, and what the step made."""

    def mark(fraction: float) -> tuple[float, float, float]:
        return time.perf_counter(), time.thread_time(), fraction

    marks = [mark(0.0)]
    made = step(lambda fraction: marks.append(mark(fraction)))
    marks.append(mark(1.0))
    clock, at = max((b[0] - a[0], a[2]) for a, b in pairwise(marks))
    processor = max(b[1] - a[1] for a, b in pairwise(marks))
    return Gap(1000 * clock, 1000 * processor, at, len(marks) - 2), made


def shot(hot: float) -> list[Mosaic]:
    """Four frames, a share of whose samples are hot, the same ones in each."""
    small = make_burst("landscape", frames=4, moving=True, width=512, height=384, shake=12.0)
    tiling = (HEIGHT // 384 + 1, WIDTH // 512 + 1)
    frames = [np.tile(frame, tiling)[:HEIGHT, :WIDTH].copy() for frame in small.frames]
    defects = np.random.default_rng(1).random((HEIGHT, WIDTH)) < hot
    for frame in frames:
        frame[defects] = int(WHITE)
    return frames


def main(threads: int) -> None:
    """Prints the gaps of each step."""
    layout = MosaicFormat((0, 1, 1, 2), (BLACK,) * 4, WHITE)
    noise = MosaicNoise((4 * SHOT,) * 4, (16 * READ,) * 4)
    for hot in (0.0, 0.03):
        first, *others = shot(hot)
        found: dict[str, list[Gap]] = {}
        for _ in range(REPEATS):
            begin = partial(Merger, first, layout, noise, threads=threads)
            gap, merger = gaps(lambda tell, begin=begin: begin(progress=tell))
            found.setdefault("begin", []).append(gap)
            with merger:
                for i, other in enumerate(others, 1):
                    step = partial(merger.add, other)
                    gap, _ = gaps(lambda tell, step=step: step(progress=tell))
                    found.setdefault(f"add {i}", []).append(gap)
                gap, _ = gaps(lambda tell, to=merger: to.finish(progress=tell))
                found.setdefault("finish", []).append(gap)
        print(f"{100 * hot:.0f} % of the samples hot")
        for name, rows in found.items():
            least = min(rows)
            processor = min(row.processor for row in rows)
            print(
                f"{name:7} longest gap {least.clock:6.1f} ms, from {least.at:.2f} on, "
                f"{processor:6.1f} ms of the thread's processor time, {least.calls} calls"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
