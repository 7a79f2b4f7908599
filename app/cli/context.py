"""What every command is given, and how it speaks."""

import json
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from app.settings import Settings
from capture.source import CameraSource


class UsageError(Exception):
    """The command was called wrongly; the message says how it is called."""


class NotInThisVersionError(Exception):
    """A part of the fixed command line that a later version brings."""


class CommandError(Exception):
    """The command found something wrong and has said what."""


@dataclass(frozen=True, slots=True)
class Context:
    """The world a command runs in.

    Attributes:
        settings: the person's.
        open_source: makes the camera that a --source text names; not started yet.
        clock: local time with its offset.
        out: for results.
        log: for progress and messages.
        time_source: where the clock's time comes from.
        monotonic: seconds, for intervals.
        sleep: waits so many seconds.
    """

    settings: Settings
    open_source: Callable[[str], CameraSource]
    clock: Callable[[], datetime]
    out: TextIO
    log: TextIO
    time_source: Callable[[], str] = lambda: "unknown"
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def tone_mapping(self, arguments: Namespace) -> float:
        """The strength asked for, or the person's own."""
        asked: float | None = arguments.tone_mapping
        return self.settings.tone_mapping if asked is None else asked

    def say(self, text: str) -> None:
        """A line of result."""
        print(text, file=self.out)

    def say_json(self, value: Mapping[str, Any]) -> None:
        """The one object of --json."""
        print(json.dumps(value, indent=2), file=self.out)

    def warn(self, text: str) -> None:
        """A line for the person, beside the result."""
        print(f"baryta: {text}", file=self.log)
