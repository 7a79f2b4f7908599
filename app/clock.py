"""The time of day, and how far it can be believed: many a board has no clock of its own."""

import ctypes
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

_UNSYNCHRONISED = 0x0040  # STA_UNSYNC of adjtimex(2)
_TIMEX_BYTES = 512  # struct timex is 208 bytes; status is its int after modes and four longs
_STATUS_AT = {8: 40, 4: 20}  # by the size of a long: offset of status, bytes
_SYSTEM = Path("/")


class TimeSource(StrEnum):
    """Where the system's time comes from."""

    NETWORK = "network"
    RTC = "rtc"  # a battery-backed clock on the board
    UNKNOWN = "unknown"  # a guess: the last shutdown, perhaps


def local_time() -> datetime:
    """Now, with the local offset from UTC."""
    return datetime.now(UTC).astimezone()


def time_source(system: Path = _SYSTEM) -> TimeSource:
    """Where the time comes from now: the kernel's discipline, timesyncd's mark, the board's clock.

    Args:
        system: the root of the file system that is asked.
    """
    if _disciplined() or (system / "run/systemd/timesync/synchronized").exists():
        return TimeSource.NETWORK
    for clock in (system / "sys/class/rtc").glob("rtc*/hctosys"):
        try:
            if clock.read_text("ascii").strip() == "1":  # it set the system's time at the start
                return TimeSource.RTC
        except OSError:
            continue
    return TimeSource.UNKNOWN


def _disciplined() -> bool:
    """Whether an NTP program keeps the kernel's clock, whichever it is."""
    answer = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes 0: only read
    try:
        if ctypes.CDLL(None).adjtimex(answer) < 0:
            return False
    except (AttributeError, OSError):
        return False
    at = _STATUS_AT[ctypes.sizeof(ctypes.c_long)]
    return not int.from_bytes(answer.raw[at : at + 4], "little") & _UNSYNCHRONISED
