"""The history of baryta bench: one line a run, with all that a time depends on."""

import json
import platform
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import native

_CHECKOUT = Path(__file__).parents[2]
_PATIENCE = 10.0  # seconds for git


def circumstances(time: datetime) -> dict[str, str]:
    """When and on what a benchmark ran: time, commit, compiler, board."""
    return {
        "time": time.isoformat(timespec="seconds"),
        "commit": commit(),
        "compiler": native.core_build(),
        "board": board(),
    }


def append(path: Path, line: Mapping[str, Any]) -> None:
    """Adds a run to the history, a JSON object a line.

    Raises:
        OSError: if the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def commit(checkout: Path = _CHECKOUT) -> str:
    """What git describes a checkout as, or the version where there is none."""
    git = shutil.which("git")
    if git is not None and (checkout / ".git").exists():
        command = [git, "-C", str(checkout), "describe", "--always", "--dirty"]
        with suppress(OSError, subprocess.SubprocessError):
            run = subprocess.run(  # noqa: S603  (every word is ours)
                command, capture_output=True, text=True, check=True, timeout=_PATIENCE
            )
            return run.stdout.strip()
    return native.core_version()


def board(proc: Path = Path("/proc")) -> str:
    """The board's name, or its processor's where it has none."""
    with suppress(OSError):
        model = (proc / "device-tree/model").read_text(encoding="utf-8", errors="replace")
        return model.strip("\0\n ")
    with suppress(OSError):
        for line in (proc / "cpuinfo").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.machine()
