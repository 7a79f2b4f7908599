"""What a finished picture costs: time by stage beside LibRaw's default conversion, and memory.

Run: .venv/bin/python tests/bench/develop_speed.py [MEGAPIXELS [THREADS [LOOK]]]

A merged still life is developed and rendered in a look, in turn with rawpy's `postprocess` (AHD,
its default) of the same DNG; file reading counts for neither. Times are the least of several
rounds, the floor is the same round's time of only reading the mosaic and writing one. Memory is
the peak of a process of its own beyond what it held with the mosaic loaded. Whole programs, ours
and others that are installed, are timed as develop_peers.py tells.
"""

import os
import subprocess
import sys
from collections import defaultdict
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import rawpy
from develop_peers import measure_programs

import native
from app.developing import develop_negative, render_picture
from app.looks import look_named
from app.merging import merge_burst
from app.pictures.dng import encode_dng
from app.pictures.read_dng import read_dng
from app.stages import Stages
from capture.plan import plan_auto
from capture.profiles import profile
from capture.simulated import SimulatedSource

ROUNDS = 5
PREVIEW = (1280, 720)


def shot(megapixels: float, threads: int, path: Path) -> None:
    """Writes a merged still life as DNG."""
    sensor = profile("imx477")
    scale = sqrt(megapixels * 1e6 / (sensor.width * sensor.height))
    size = (round(sensor.width * scale / 4) * 4, round(sensor.height * scale / 4) * 4)
    source = SimulatedSource("still-life", sensor, size=size)
    source.start()
    burst = source.capture(plan_auto(source.metering(), sensor, frames=3))
    path.write_bytes(encode_dng(merge_burst(burst, Stages(), threads=threads).negative))


def measure_times(path: Path, threads: int, name: str) -> None:
    """Prints the times of one DNG."""
    negative, look = read_dng(path), look_named(name, Path("none"))
    pixels = negative.mosaic.size / 1e6
    floor = native.memory_floor([negative.mosaic], threads=threads)
    spent: dict[str, list[float]] = defaultdict(list)
    work: dict[str, list[float]] = defaultdict(list)  # seconds of the processor
    for _ in range(ROUNDS):
        start = perf_counter()
        native.memory_floor([negative.mosaic], floor, threads=threads)
        spent["floor"].append((perf_counter() - start) * 1e3)
        with rawpy.imread(str(path)) as raw:
            raw.raw_image  # noqa: B018 - reads the file before the clock starts
            start, busy = perf_counter(), process_time()
            raw.postprocess()
            spent["libraw"].append((perf_counter() - start) * 1e3)
            work["libraw"].append(process_time() - busy)
        stages, busy = Stages(), process_time()
        linear = develop_negative(negative, stages, threads=threads)
        render_picture(linear, look, negative, stages, threads=threads)
        work["ours"].append(process_time() - busy)
        for stage, milliseconds in stages.milliseconds.items():
            spent[stage].append(milliseconds)
        spent["ours"].append(sum(stages.milliseconds.values()))
        # A preview is developed and rendered from a mosaic of its own size.
        small = linear[: PREVIEW[1], : PREVIEW[0]]
        stages = Stages()
        render_picture(small, look, negative, stages, threads=threads)
        spent["preview"].append(stages.milliseconds["style"])
    least = {stage: min(times) for stage, times in spent.items()}
    print(f"{pixels:.1f} megapixels, {threads} threads, {name}, {native.core_build()}")
    for stage, time in least.items():
        print(
            f"{stage:10}{time:9.1f} ms{time / pixels:8.2f} ms/MP"
            f"{time / least['libraw']:8.3f} x LibRaw{time / least['floor']:8.1f} x floor"
        )
    ours, libraw = min(work["ours"]), min(work["libraw"])
    print(f"of the processor {ours:.2f} s, {ours / libraw:.3f} x LibRaw's {libraw:.2f} s")


def held(what: str) -> float:
    """VmHWM or VmRSS of proc(5), megabytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(":", 1) for line in lines)[what].split()[0]) * 1024 / 1e6


def measure_memory(path: Path, threads: int, name: str) -> None:
    """Prints the peak beyond the mosaic, megabytes: what a process of its own is started for."""
    negative, look = read_dng(path), look_named(name, Path("none"))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = held("VmRSS")
    stages = Stages()
    linear = develop_negative(negative, stages, threads=threads)
    render_picture(linear, look, negative, stages, threads=threads)
    print(f"memory {held('VmHWM') - before:.0f} MB beyond the mosaic, picture included")


PARTS = {"times": measure_times, "memory": measure_memory, "programs": measure_programs}


def main(megapixels: float, threads: int, name: str) -> None:
    """Prints the figures.

    Each part has a process of its own: LibRaw takes its number of threads from the environment.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shot.dng"
        shot(megapixels, threads, path)
        environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
        for part in PARTS:
            command = [sys.executable, __file__, part, str(path), str(threads), name]
            subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    words = sys.argv[1:]
    if words and words[0] in PARTS:
        PARTS[words[0]](Path(words[1]), int(words[2]), words[3])
    else:
        main(
            float(words[0]) if words else 12.3,
            int(words[1]) if words[1:] else 2,
            words[2] if words[2:] else "Authentic",
        )
