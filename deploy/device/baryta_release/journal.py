"""What is being done with a release, written before each step, so that a crash finds its way."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from .durable import write_whole


class Step(StrEnum):
    """The steps in their order; BACK instead of an end."""

    BUILD = "build"  # unpack and install beside everything else; nothing is changed yet
    PROVE = "prove"  # from before the switch to the end of the gate
    BACK = "back"  # to the earlier release
    OVER = "over"


class Outcome(StrEnum):
    """How it ended."""

    OPEN = ""
    LIVE = "live"
    UNCHANGED = "unchanged"
    BACK = "rolled back"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Entry:
    """One deployment.

    Attributes:
        run: the operator's name for it, to recognise it after a lost connection.
        target: the release that is to run.
        previous: the one that ran before; "" for none.
        step: which was begun.
        outcome: how it ended; OPEN while it has not.
        reason: of an outcome that is not wanted.
        boots: how often the device has started since the switch.
        recorded: whether it is to run with the system's files that it was proven with before, not
            those that were shipped last.
    """

    run: str
    target: str
    previous: str = ""
    step: Step = Step.BUILD
    outcome: Outcome = Outcome.OPEN
    reason: str = ""
    boots: int = 0
    recorded: bool = False


def write_entry(path: Path, entry: Entry) -> Entry:
    """Puts an entry in the last one's place, and returns it."""
    write_whole(path, json.dumps(asdict(entry)) + "\n")
    return entry


def read_entry(path: Path) -> Entry | None:
    """The last entry; None if there is none, or none that can be read."""
    try:
        values = json.loads(path.read_text("utf-8"))
        values |= {"step": Step(values["step"]), "outcome": Outcome(values["outcome"])}
        return Entry(**values)
    except (OSError, ValueError, TypeError, KeyError):
        return None
