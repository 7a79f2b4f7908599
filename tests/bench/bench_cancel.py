"""How soon a merge of 12 megapixels can be cancelled: the longest time between progress calls.

python tests/bench/bench_cancel.py [THREADS]

Each figure is the least of five repeats: what is longer is other programs' doing.
"""

import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bursts import BLACK, READ, SHOT, WHITE, make_burst

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


def main(threads: int) -> None:
    """Prints the gaps of each step."""
    small = make_burst("landscape", frames=2, moving=True, width=512, height=384)
    tiling = (HEIGHT // 384 + 1, WIDTH // 512 + 1)
    frames = [np.tile(frame, tiling)[:HEIGHT, :WIDTH].copy() for frame in small.frames]
    layout = MosaicFormat((0, 1, 1, 2), (BLACK,) * 4, WHITE)
    noise = MosaicNoise((4 * SHOT,) * 4, (16 * READ,) * 4)
    found: dict[str, list[tuple[float, float, int]]] = {}
    for _ in range(REPEATS):
        start = time.perf_counter()
        with Merger(frames[0], layout, noise, threads=threads) as merger:
            begun = 1000 * (time.perf_counter() - start)
            found.setdefault("begin", []).append((begun, 0.0, 0))
            steps: dict[str, Step] = {
                "add": lambda tell, to=merger: to.add(frames[1], progress=tell),
                "finish": lambda tell, to=merger: to.finish(progress=tell),
            }
            for name, step in steps.items():
                found.setdefault(name, []).append(gaps(step))
    for name, rows in found.items():
        longest, at, calls = min(rows)
        print(f"{name:7} longest gap {longest:6.1f} ms, from {at:.2f} on, {calls} calls")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
