"""From power to the first frame: where the time goes."""

import subprocess
from collections.abc import Callable

from .errors import ReleaseError

Show = Callable[[str, str], int]


def start_time(unit: str, show: Show) -> str:
    """The parts of the last start in seconds, a line each.

    Args:
        unit: the camera's.
        show: a time stamp of a unit, or of the system for "", in microseconds since the kernel
            began; 0 if it has none.

    Raises:
        ReleaseError: the unit has not been up since the start, or was restarted since.
    """
    userspace = show("", "UserspaceTimestampMonotonic")
    begun = show(unit, "ExecMainStartTimestampMonotonic")
    first_frame = show(unit, "ActiveEnterTimestampMonotonic")
    if not userspace < begun < first_frame:
        raise ReleaseError(f"{unit} is not up; systemctl status {unit} tells why")
    if show(unit, "InactiveEnterTimestampMonotonic"):
        raise ReleaseError(f"{unit} has been restarted since the start; restart the device first")
    parts = {
        "kernel": userspace,
        "system, until the app begins": begun - userspace,
        "app, until the first frame": first_frame - begun,
        "together, without the firmware": first_frame,
    }
    return "\n".join(f"{spent / 1e6:6.1f} s  {what}" for what, spent in parts.items())


def shown(unit: str, stamp: str) -> int:
    """A time stamp as systemd has it."""
    command = ["systemctl", "show", f"--property={stamp}", "--value", *([unit] if unit else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    text = done.stdout.strip()
    return int(text) if text.isdecimal() else 0


def chain(unit: str) -> str:
    """What the app waited for, as systemd-analyze tells it."""
    command = ["systemd-analyze", "--no-pager", "critical-chain", unit]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip()
