"""baryta bench: each stage's time, its ratios to the memory floor and to LibRaw's conversion."""

import gc
from argparse import Namespace
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from math import sqrt
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import numpy.typing as npt
import rawpy

import native
from app.cli.bench_history import append, circumstances
from app.cli.context import Context, UsageError
from app.developing import develop_negative, render_picture
from app.looks import installed_looks, look_named
from app.merging import merge_burst
from app.negatives import unpack_frame
from app.pictures.dng import encode_dng
from app.pictures.jpeg import encode_jpeg
from app.stages import Stages
from capture.frames import Burst
from capture.plan import plan_auto
from capture.profiles import profile
from capture.simulated import SimulatedSource

_FRAMES = 8
_ROUNDS = 3  # of ours and LibRaw's in turn, a run
_SMALLEST, _LARGEST = 0.1, 64.0  # megapixels


def bench(arguments: Namespace, context: Context) -> None:
    """Shoots one simulated burst and sends it through every stage, several times."""
    if not _SMALLEST <= arguments.megapixels <= _LARGEST:
        raise UsageError(f"--megapixels must be {_SMALLEST} to {_LARGEST:g}")
    threads = arguments.threads or context.settings.threads or native.default_threads()
    if not arguments.json:
        context.warn("rendering a burst ...")
    burst = _burst(arguments.megapixels)
    times: dict[str, list[float]] = defaultdict(list)
    traffic: dict[str, int] = {}
    _forget_peak()
    rounds: list[_Round] = []
    for _ in range(arguments.runs):
        milliseconds, traffic, compared = _one_run(burst, context, threads)
        rounds += compared
        for stage, time in milliseconds.items():
            times[stage].append(time)
    peak = _peak_megabytes()
    floor = median(_floor_milliseconds(burst, threads, 3 * arguments.runs))
    medians = {"floor": floor} | {stage: median(values) for stage, values in times.items()}
    wall = median(each.wall_ratio for each in rounds)
    processor = median(each.processor_ratio for each in rounds)
    told = circumstances(context.clock()) | {
        "megapixels": burst.frames[0].width * burst.frames[0].height / 1e6,
        "frames": _FRAMES,
        "threads": threads,
        "runs": arguments.runs,
        "floor_milliseconds": round(floor, 3),
        "stages": {
            stage: {
                "milliseconds": round(ms, 3),
                "floor_ratio": round(ms / floor, 2),
                "libraw_ratio": round(ms / medians["libraw"], 3),
                "gigabytes_per_second": round(traffic[stage] / ms / 1e6, 3),
            }
            for stage, ms in medians.items()
        },
        "picture": {
            "libraw_ratio": round(wall, 3),
            "libraw_processor_ratio": round(processor, 3),
        },
        "peak_megabytes": round(peak),
    }
    _remember(arguments.history or context.settings.state / "bench.jsonl", told, context)
    if arguments.json:
        context.say_json(told)
        return
    context.say(f"{'stage':12}{'ms':>9}{'x floor':>10}{'x LibRaw':>10}{'GB/s':>9}")
    for stage, ms in medians.items():
        speed, ratio = traffic[stage] / ms / 1e6, ms / medians["libraw"]
        context.say(f"{stage:12}{ms:9.1f}{ms / floor:10.1f}{ratio:10.2f}{speed:9.2f}")
    context.say(
        f"mosaic to picture {wall:.2f} x LibRaw's default conversion, of its processor time"
        f" {processor:.2f}; in turn, {len(rounds)} rounds"
    )
    context.say(
        f"peak memory {peak:.0f} MB, of it {_burst_bytes(burst) / 1e6:.0f} MB the burst itself"
    )


def _remember(path: Path, told: Mapping[str, Any], context: Context) -> None:
    """Adds the run to the history; a history that cannot be written is no reason to fail."""
    try:
        append(path, told)
    except OSError as error:
        context.warn(f"{path}: cannot be written ({error.strerror}); name another with --history")


def _burst(megapixels: float) -> Burst:
    sensor = profile("imx477")
    scale = sqrt(megapixels * 1e6 / (sensor.width * sensor.height))
    size = (round(sensor.width * scale / 2) * 2, round(sensor.height * scale / 2) * 2)
    source = SimulatedSource("still-life", sensor, size=size)
    source.start()
    try:
        return source.capture(plan_auto(source.metering(), sensor, frames=_FRAMES))
    finally:
        source.stop()


@dataclass(frozen=True, slots=True)
class _Round:
    """Mosaic to picture, then LibRaw's conversion: a busy machine slows both.

    Attributes:
        wall_ratio, processor_ratio: of ours to LibRaw's time.
    """

    wall_ratio: float
    processor_ratio: float


def _one_run(
    burst: Burst, context: Context, threads: int
) -> tuple[dict[str, float], dict[str, int], list[_Round]]:
    """One run through every stage.

    Returns:
        Milliseconds of each stage, the bytes that it takes in and gives out, each once, and the
        comparison with LibRaw.
    """
    stages = Stages()
    negative = merge_burst(burst, stages, threads=threads).negative
    look = look_named(context.settings.style, context.settings.styles)
    linear = develop_negative(negative, stages, threads=threads)
    picture = render_picture(linear, look, negative, stages, threads=threads)
    with stages.timed("jpeg"):
        jpeg = encode_jpeg(picture, negative.info, context.settings.quality)
    with stages.timed("dng"):
        dng = encode_dng(negative, picture, installed_looks(context.settings.styles))
    rounds = []
    for _ in range(_ROUNDS):
        start = _clocks()
        linear = develop_negative(negative, Stages(), threads=threads)
        picture = render_picture(linear, look, negative, Stages(), threads=threads)
        ours = _clocks() - start
        with rawpy.imread(BytesIO(dng)) as raw:
            raw.raw_image  # noqa: B018 - read before the clock starts, as ours was
            start = _clocks()
            raw.postprocess()
            theirs = _clocks() - start
        rounds.append(_Round(*(ours / theirs)))
        stages.milliseconds["libraw"] = float(theirs[0]) * 1e3
    with stages.timed("fast"):
        half = merge_burst(burst, Stages(), fast=True, threads=threads).negative
    mosaic = negative.mosaic.nbytes
    frames = mosaic * _FRAMES
    traffic = {
        "floor": frames + mosaic,
        "read": _burst_bytes(burst) + frames,
        "align": frames,
        "merge": frames + mosaic,
        "defects": 2 * mosaic,
        "develop": mosaic + linear.nbytes,
        "style": linear.nbytes + picture.nbytes,
        "jpeg": picture.nbytes + len(jpeg),
        "dng": mosaic + picture.nbytes + len(dng),
        "libraw": mosaic + picture.nbytes,
        "fast": _burst_bytes(burst) + half.mosaic.nbytes,
    }
    return stages.milliseconds, traffic, rounds


def _clocks() -> npt.NDArray[np.float64]:
    """Wall and processor time, seconds."""
    return np.array([perf_counter(), process_time()])


def _floor_milliseconds(burst: Burst, threads: int, runs: int) -> list[float]:
    """The times of only reading every frame and writing one."""
    mosaics = [unpack_frame(frame, threads) for frame in burst.frames]
    mean = native.memory_floor(mosaics, threads=threads)
    times = []
    for _ in range(runs):
        start = perf_counter()
        native.memory_floor(mosaics, mean, threads=threads)
        times.append((perf_counter() - start) * 1e3)
    return times


def _burst_bytes(burst: Burst) -> int:
    return sum(frame.data.nbytes for frame in burst.frames)


def _forget_peak() -> None:
    """Starts the peak anew (proc(5), clear_refs), where that is allowed, without the simulator."""
    gc.collect()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_megabytes() -> float:
    """The most memory this process held since then (VmHWM of proc(5))."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields["VmHWM"].split()[0]) * 1024 / 1e6
