"""When the app came up: a stamp for each step from the process to the first frame on the screen.

Stamps are seconds of CLOCK_MONOTONIC, which systemd's stamps are too.
"""

import json
import os
import time
from enum import StrEnum
from pathlib import Path


class Step(StrEnum):
    """What is reached, in the order a start has it."""

    LOADED = "Baryta's modules"
    WINDOW = "window"
    OPENED = "camera open"
    FRAME = "first preview frame"
    SHOWN = "first frame on the screen"


_stamps: dict[Step, float] = {}  # a process starts once


def mark(step: Step) -> None:
    """Notes that a step is reached; only the first time counts."""
    _stamps.setdefault(step, time.monotonic())


def stamps() -> dict[Step, float]:
    """Those reached, in their order."""
    return {step: _stamps[step] for step in Step if step in _stamps}


def process_start(stat: Path = Path("/proc/self/stat")) -> float:
    """When the kernel began this process."""
    fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
    began = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22 of proc(5), since the boot
    return time.monotonic() - (time.clock_gettime(time.CLOCK_BOOTTIME) - began)


def words(begun: float, reached: dict[Step, float]) -> str:
    """The steps in seconds since the process began."""
    return ", ".join(f"{step} {stamp - begun:.2f} s" for step, stamp in reached.items())


def keep(reached: dict[Step, float], folder: Path) -> None:
    """Leaves the stamps, in microseconds, where baryta-release start-time finds them."""
    text = json.dumps({step: round(stamp * 1e6) for step, stamp in reached.items()})
    part = folder / "start.json.part"
    part.write_text(text + "\n", "utf-8")
    part.replace(folder / "start.json")
