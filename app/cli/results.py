"""How work in progress and its results are told to people and to scripts."""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

from app.cli.context import Context
from app.merging import Exposure
from app.stages import Stages

_NAMES = {
    "capture": "Shooting",
    "read": "Reading",
    "align": "Aligning",
    "merge": "Merging",
    "defects": "Cleaning",
    "develop": "Developing",
    "style": "Styling",
    "encode": "Encoding",
    "write": "Saving",
}
_SECONDS_BETWEEN_UPDATES = 0.1
_QUIET_SECONDS = 0.3  # what fails at once fails with its one line alone


@dataclass(frozen=True, slots=True)
class Result:
    """What a command made.

    Attributes:
        paths: the files.
        style: the look's name.
        exposures: seconds and gain of each frame.
        frames_used: how many were merged.
        left_out: indices of those that did not fit the others.
        reference: index of the frame that the others were aligned to.
        mode: that planned the shot; "" if none did.
        plan: what was planned, in one line.
        sensor_known: of a shot: whether the colour of its sensor was measured.
    """

    paths: Sequence[Path]
    style: str
    exposures: Sequence[Exposure]
    frames_used: int
    reference: int = 0
    left_out: Sequence[int] = ()
    mode: str = ""
    plan: str = ""
    sensor_known: bool = True


def tell_result(arguments: Namespace, context: Context, result: Result, stages: Stages) -> None:
    """The fixed object of --json, or the paths and a line with the time of each stage."""
    if not arguments.json:
        for path in result.paths:
            context.say(str(path))
        context.say(times_line(stages.milliseconds))
        return
    context.say_json(_told(result) | _times(stages))


def tell_run(
    arguments: Namespace, context: Context, results: Sequence[Result], stages: Stages
) -> None:
    """The same of a run, its paths told already: the object holds the last, and all in "shots"."""
    if not arguments.json:
        say_amid(context, times_line(stages.milliseconds))
    elif len(results) == 1:
        tell_result(arguments, context, results[0], stages)
    else:
        shots = [_told(result) for result in results]
        paths = [str(path) for result in results for path in result.paths]
        context.say_json(shots[-1] | {"paths": paths, "shots": shots} | _times(stages))


def say_amid(context: Context, text: str) -> None:
    """A line of result while a line of progress stands on the terminal."""
    if context.log.isatty():
        print("\r\x1b[K", end="", file=context.log, flush=True)
    context.say(text)


def _told(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {
        "paths": [str(path) for path in result.paths],
        "style": result.style,
        "exposures": [{"exposure_time": t, "gain": gain} for t, gain in result.exposures],
        "frames_used": result.frames_used,
        "reference": result.reference,
        "left_out": list(result.left_out),
    }
    if result.mode:
        told |= {
            "mode": result.mode,
            "plan": result.plan,
            "sensor_known": result.sensor_known,
        }
    return told


def _times(stages: Stages) -> dict[str, Any]:
    return {"milliseconds": {stage: round(t, 3) for stage, t in stages.milliseconds.items()}}


def counted(number: int, noun: str) -> str:
    """The beginning of a sentence: "1 file is", "2 files are"."""
    return f"{number} {noun} is" if number == 1 else f"{number} {noun}s are"


def warn_of_left_out(context: Context, frames: int, left_out: Sequence[int]) -> None:
    """Says which frames did not fit the others and were left out."""
    if left_out:
        which = ", ".join(map(str, left_out))
        context.warn(
            f"{len(left_out)} of {frames} frames did not fit the reference; left out: {which} "
            "(counted from 0)"
        )


def times_line(milliseconds: Mapping[str, float]) -> str:
    """The time of each stage in one line."""
    return ", ".join(
        f"{stage} {time / 1000:.2f} s" if time >= 1000 else f"{stage} {time:.0f} ms"
        for stage, time in milliseconds.items()
    )


@contextmanager
def told_stages(arguments: Namespace, context: Context) -> Iterator[Stages]:
    """Stages whose progress people see; quiet with --json."""
    progress = ProgressLine(None if arguments.json else context.log)
    try:
        yield Stages(progress)
    finally:
        progress.end()


class ProgressLine:
    """Shows a stage and its fraction: one rewritten line on a terminal, a line a stage elsewhere.

    Args:
        stream: where to; nothing is shown if it is None.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._stage = ""
        self._told: set[str] = set()
        self._begun = monotonic()
        self._shown = 0.0
        self._live = stream is not None and stream.isatty()

    def __call__(self, stage: str, fraction: float) -> None:
        """Tells of progress; at most ten times a second."""
        name = _NAMES.get(stage, stage.capitalize())
        now = monotonic()
        if self._live and (name != self._stage or now - self._shown > _SECONDS_BETWEEN_UPDATES):
            print(f"\r\x1b[K{name} {fraction:4.0%}", end="", file=self._stream, flush=True)
            self._shown = now
        elif self._stream is not None and not self._live and name not in self._told:
            if now - self._begun < _QUIET_SECONDS:
                return
            print(f"{name} ...", file=self._stream, flush=True)
            self._told.add(name)
        self._stage = name

    def end(self) -> None:
        """Clears the line."""
        if self._live and self._stage:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
            self._stage = ""
