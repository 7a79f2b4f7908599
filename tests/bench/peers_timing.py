"""Times a compiled Halide burst pipeline, our merge and the memory floor in one run.

    export OMP_WAIT_POLICY=passive
    .venv/bin/python tests/bench/peers_timing.py --halide LIBRARY [--runs 10]

LIBRARY is as in peers.py; it may be given several times, to compare instruction sets. Prints the
least time of each, the least processor time of all threads, which other programs disturb less,
their ratios to the floor's, and the peak memory beyond the burst itself. The policy lets threads
sleep while they wait for each other: on a busy machine that is long and would count as work.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bursts import TestBurst, make_burst
from halide_library import HalideLibrary
from merge_gains import merge

from native import memory_floor

FLOORS = 3  # a run: it is short


def large_burst() -> TestBurst:
    """12.3 megapixels, 4056x3040, 8 frames: a small one repeated, which painting would not be."""
    small = make_burst("landscape", width=1014, height=760, moving=True, turn=0.0)
    frames = [np.tile(frame, (4, 4)) for frame in small.frames]
    return replace(small, frames=frames, truth=np.tile(small.truth, (4, 4)))


def _megabytes(field: str) -> float:
    """A memory figure of this process, from proc(5)'s status."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(":", 1) for line in lines)[field].split()[0]) * 1024 / 1e6


def _growth(file: Path, bare: TestBurst, library: Path | None, threads: int) -> float:
    stack = np.load(file)
    burst = replace(bare, frames=list(stack))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    before = _megabytes("VmRSS")
    if library:
        HalideLibrary(library, threads).merge(stack, np.empty_like(stack[0]))
    else:
        merge(burst, threads=threads)
    return _megabytes("VmHWM") - before


def peak(burst: TestBurst, library: Path | None, threads: int) -> float:
    """Megabytes that a merge adds to a process of its own, the result included.

    The process is a fresh one: a forked one inherits freed memory, which falsifies its figure.
    """
    bare = replace(burst, frames=[], truth=np.empty((0, 0)))
    with TemporaryDirectory() as folder:
        file = Path(folder, "frames.npy")
        np.save(file, np.stack(burst.frames))
        with get_context("spawn").Pool(1) as pool:
            return pool.apply(_growth, (file, bare, library, threads))


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--halide", type=Path, action="append", default=[])
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    burst = large_burst()
    stack = np.stack(burst.frames)
    burst = replace(burst, frames=list(stack))
    merged = np.zeros_like(stack[0])  # there already, as the floor's and the peers' output
    works: dict[str, Callable[[], object]] = {
        "ours": partial(merge, burst, threads=options.threads)
    }
    for path in options.halide:
        library = HalideLibrary(path, options.threads)
        works[f"halide {path}"] = partial(library.merge, stack, merged)
    libraries = [None, *options.halide]
    peaks = {
        name: peak(burst, library, options.threads)
        for name, library in zip(works, libraries, strict=True)
    }
    floor = partial(memory_floor, burst.frames, merged, threads=options.threads)
    rounds = [("floor", floor)] * FLOORS + list(works.items())
    least = dict.fromkeys(["floor", *works], (np.inf, np.inf))
    for _ in range(options.runs):
        for name, work in rounds:
            start, spent = perf_counter(), process_time()
            work()
            wall, processor = 1e3 * (perf_counter() - start), 1e3 * (process_time() - spent)
            least[name] = min(least[name][0], wall), min(least[name][1], processor)
    print("| | ms | x floor | processor ms | x floor | peak MB beyond the burst |")
    print("|---|---|---|---|---|---|")
    for name, times in least.items():
        cells = [f"{t:.1f} | {t / f:.1f}" for t, f in zip(times, least["floor"], strict=True)]
        memory = f"{peaks[name]:.0f}" if name in peaks else ""
        print(f"| {name} | {' | '.join(cells)} | {memory} |")


if __name__ == "__main__":
    main()
