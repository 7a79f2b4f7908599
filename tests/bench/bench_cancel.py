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

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bursts import BLACK, READ, SHOT, WHITE, Mosaic, make_burst

from native import Merger, MosaicFormat, MosaicNoise

WIDTH, HEIGHT = 4056, 3040
REPEATS = 5
Step = Callable[[Callable[[float], None]], object]


def gaps(step: Step) -> tuple[float, float, int]:
    """The longest gap in milliseconds, the fraction it began at, and how many calls there were."""
    marks = [(time.perf_counter(), 0.0)]
    step(lambda fraction: marks.append((time.perf_counter(), fraction)))
    marks.append((time.perf_counter(), 1.0))
    longest, at = max((b[0] - a[0], a[1]) for a, b in pairwise(marks))
    return 1000 * longest, at, len(marks) - 2


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
        found: dict[str, list[tuple[float, float, int]]] = {}
        for _ in range(REPEATS):
            start = time.perf_counter()
            with Merger(first, layout, noise, threads=threads) as merger:
                begun = 1000 * (time.perf_counter() - start)
                found.setdefault("begin", []).append((begun, 0.0, 0))
                for i, other in enumerate(others, 1):
                    step = partial(merger.add, other)
                    gap = gaps(lambda tell, step=step: step(progress=tell))
                    found.setdefault(f"add {i}", []).append(gap)
                gap = gaps(lambda tell, to=merger: to.finish(progress=tell))
                found.setdefault("finish", []).append(gap)
        print(f"{100 * hot:.0f} % of the samples hot")
        for name, rows in found.items():
            longest, at, calls = min(rows)
            print(f"{name:7} longest gap {longest:6.1f} ms, from {at:.2f} on, {calls} calls")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
