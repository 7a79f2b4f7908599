"""From power to the first frame: where the time goes."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from .errors import ReleaseError

KEPT = Path("/run/baryta/start.json")  # the app's own stamps, see app/starting.py

Show = Callable[[str, str], int]


def start_time(unit: str, show: Show, kept: Path = KEPT) -> str:
    """The parts of the last start in seconds, a line each.

    Args:
        unit: the camera's.
        show: a time stamp of a unit, or of the system for "", in microseconds of the monotonic
            clock; 0 if it has none.
        kept: what the app has noted of itself.

    Raises:
        ReleaseError: the unit is not up.
    """
    begun = show(unit, "ExecMainStartTimestampMonotonic")
    up = show(unit, "ActiveEnterTimestampMonotonic")
    if not 0 < begun < up:
        raise ReleaseError(f"{unit} is not up; systemctl status {unit} tells why")
    # Installed or started again, when the device had long been up.
    up_before = 0 < show("", "FinishTimestampMonotonic") < begun
    alone = up_before or show(unit, "InactiveEnterTimestampMonotonic") > 0
    parts: dict[str, int] = {}
    if not alone:
        # A container has no kernel of its own: the clock is that of the machine around it.
        userspace = show("", "UserspaceTimestampMonotonic")
        if show("", "KernelTimestamp"):
            parts["kernel"] = userspace
        parts["system, until the app begins"] = begun - userspace
    steps = _steps(kept, begun) or {"first frame": up}
    last = begun
    for name, stamp in steps.items():
        parts[f"app: {name}"] = stamp - last
        last = stamp
    parts["together, without the firmware"] = sum(parts.values())
    lines = [f"{spent / 1e6:6.2f} s  {what}" for what, spent in parts.items()]
    if alone:
        lines.append("The app alone: it was started after the device's start. Restart the device.")
    return "\n".join(lines)


def _steps(kept: Path, begun: int) -> dict[str, int]:
    """The app's stamps in their order; none if they are missing or of another process."""
    try:
        told = json.loads(kept.read_text("utf-8"))
        steps = {str(name): int(stamp) for name, stamp in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    stamps = [begun, *steps.values()]
    return steps if stamps == sorted(stamps) else {}


def shown(unit: str, stamp: str) -> int:
    """A time stamp as systemd has it; one that is a date counts as 1."""
    command = ["systemctl", "show", f"--property={stamp}", "--value", *([unit] if unit else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - commands are our own
    text = done.stdout.strip()
    return int(text) if text.isdecimal() else int(text not in {"", "n/a"})


def chain(unit: str) -> str:
    """What the app waited for, as systemd-analyze tells it."""
    command = ["systemd-analyze", "--no-pager", "critical-chain", unit]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - commands are our own
    return done.stdout.strip()
