"""What merging costs: time for each added frame, its stages, the fast mode, and memory.

Run: .venv/bin/python tests/bench/bench_merge.py [MEGAPIXELS [THREADS]]

Times are the least of several runs, beside the memory floor (read the frames, write one) of the
same run. Memory is the peak of a process of its own beyond what it held with one frame loaded.
"""

import subprocess
import sys
from collections import defaultdict
from math import sqrt
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt

import native
from app.negatives import frame_format, frame_noise, unpack_frame
from capture.plan import plan_auto
from capture.profiles import profile
from capture.simulated import SimulatedSource

Mosaic = npt.NDArray[np.uint16]

DISTINCT = 4  # frames that are merged in turn
RUNS = {8: 3, 32: 1}  # by the number of frames
SCALE = native.MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
NOISE = native.MosaicNoise((3.24e-4,) * 4, (4.3e-6,) * 4)


def shot(megapixels: float) -> tuple[list[Mosaic], native.MosaicFormat, native.MosaicNoise]:
    """Frames of a still life held in the hand."""
    sensor = profile("imx477")
    scale = sqrt(megapixels * 1e6 / (sensor.width * sensor.height))
    size = (round(sensor.width * scale / 4) * 4, round(sensor.height * scale / 4) * 4)
    source = SimulatedSource("still-life", sensor, size=size)
    source.start()
    burst = source.capture(plan_auto(source.metering(), sensor, frames=DISTINCT))
    noise = frame_noise(burst.profile, burst.frames[0].metadata)
    return [unpack_frame(frame) for frame in burst.frames], frame_format(burst.profile), noise


def merge(
    frames: list[Mosaic], scale: native.MosaicFormat, noise: native.MosaicNoise, threads: int
) -> dict[str, float]:
    """Seconds of each stage of one merge."""
    spent: dict[str, float] = defaultdict(float)
    start = perf_counter()
    with native.Merger(frames[0], scale, noise, threads=threads) as merger:
        spent["begin"] = perf_counter() - start
        for frame in frames[1:]:
            report = merger.add(frame)
            spent["align"] += report.align_seconds
            spent["merge"] += report.merge_seconds
        start = perf_counter()
        merger.finish()
        spent["finish"] = perf_counter() - start
    return spent


def fast(
    frames: list[Mosaic], scale: native.MosaicFormat, noise: native.MosaicNoise, threads: int
) -> dict[str, float]:
    """The same at half size, of five frames at most, as `baryta merge --fast` does it."""
    start = perf_counter()
    halves = [native.halve_mosaic(frame, scale, noise, threads=threads) for frame in frames[:5]]
    halving = perf_counter() - start
    _, half_scale, half_noise = halves[0]
    return {"halve": halving} | merge(
        [half for half, _, _ in halves], half_scale, half_noise, threads
    )


def floor(frames: list[Mosaic], threads: int) -> float:
    """Seconds of only reading every frame and writing one."""
    mean = native.memory_floor(frames, threads=threads)
    times = []
    for _ in range(5):
        start = perf_counter()
        native.memory_floor(frames, mean, threads=threads)
        times.append(perf_counter() - start)
    return min(times)


def peak(what: str) -> float:
    """VmHWM or VmRSS of proc(5), megabytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(":", 1) for line in lines)[what].split()[0]) * 1024 / 1e6


def measure_memory(width: int, height: int, count: int, threads: int) -> None:
    """Prints the peak beyond one frame, in megabytes: what a process of its own is started for."""
    frame = np.empty((height, width), np.uint16)
    x = np.arange(width)
    for y, row in enumerate(frame):  # by rows: what large temporaries leave would hide the peak
        row[:] = 1200 + 700 * np.sin(x / 17) * np.cos(y / 23) + 200 * np.sin(x * y / 9e4)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = peak("VmRSS")
    with native.Merger(frame, SCALE, NOISE, threads=threads) as merger:
        for _ in range(count - 1):
            merger.add(frame)
        merger.finish()
    print(round(peak("VmHWM") - before))


def memory(shape: tuple[int, int], count: int, threads: int) -> int:
    """The same, from a new process."""
    height, width = shape
    words = [str(number) for number in (width, height, count, threads)]
    command = [sys.executable, __file__, "memory", *words]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main(megapixels: float, threads: int) -> None:
    """Prints the figures."""
    distinct, scale, noise = shot(megapixels)
    pixels = distinct[0].size / 1e6
    print(f"{pixels:.1f} megapixels, {threads} threads, {native.core_build()}")
    for count, runs in RUNS.items():
        frames = [distinct[i % DISTINCT] for i in range(count)]
        least = floor(frames, threads)
        spent = min((merge(frames, scale, noise, threads) for _ in range(runs)), key=total)
        added = (spent["align"] + spent["merge"]) / (count - 1)
        print(
            f"{count} frames: {total(spent) * 1e3:.0f} ms, {total(spent) / least:.0f} x the floor"
        )
        print(f"  each added frame {added * 1e3:.1f} ms, {added * 1e3 / pixels:.2f} ms/MP")
        print("  " + ", ".join(f"{stage} {t / total(spent):.0%}" for stage, t in spent.items()))
        half = min((fast(frames, scale, noise, threads) for _ in range(runs)), key=total)
        print(
            f"  fast {total(half) / total(spent):.2f} of it, "
            f"{half['halve'] / total(half):.0%} of that halving"
        )
        used = memory(distinct[0].shape, count, threads)
        print(f"  memory {used} MB, {used * 1e6 / distinct[0].nbytes:.1f} frames, result included")


def total(spent: dict[str, float]) -> float:
    """Seconds of all stages."""
    return sum(spent.values())


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        measure_memory(*(int(word) for word in sys.argv[2:6]))
    else:
        numbers = [float(word) for word in sys.argv[1:]]
        main(
            numbers[0] if numbers else 12.3,
            int(numbers[1]) if len(numbers) > 1 else native.default_threads(),
        )
