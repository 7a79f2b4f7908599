"""The time of day, and how far it can be believed: many a board has no clock of its own."""

import ctypes
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

_UNSYNCHRONISED = 0x0040  # STA_UNSYNC of adjtimex(2)
_TIMEX_BYTES = 512  # struct timex is 208 bytes; status is its int after modes and four longs
_STATUS_AT = {8: 40, 4: 20}  # by the size of a long: offset of status, bytes
_SYSTEM = Path("/")
_SET = "run/baryta-clock"  # left by baryta-set-clock, which alone may set it

EARLIEST, LATEST = 1_735_689_600, 4_102_444_800  # 2025 and 2100: what a telephone may tell, s


class TimeSource(StrEnum):
    """Where the system's time comes from."""

    NETWORK = "network"
    RTC = "rtc"  # a battery-backed clock on the board
    TELEPHONE = "telephone"  # told by the browser on the hand-over page, to about a second
    UNKNOWN = "unknown"  # a guess: the last shutdown, perhaps


def local_time() -> datetime:
    """Now, with the local offset from UTC."""
    return datetime.now(UTC).astimezone()


def time_source(system: Path = _SYSTEM) -> TimeSource:
    """Where the time comes from now: the kernel's discipline, or who has set the clock.

    Args:
        system: the root of the file system that is asked.
    """
    if _disciplined() or (system / "run/systemd/timesync/synchronized").exists():
        return TimeSource.NETWORK
    if any(map(_has_set, (system / "sys/class/rtc").glob("rtc*"))):
        return TimeSource.RTC
    return TimeSource.TELEPHONE if (system / _SET).exists() else TimeSource.UNKNOWN


def can_be_set(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a better time is wanted, and this device has somebody who sets it."""
    return bool(environment.get("BARYTA_SET_CLOCK")) and time_source() is TimeSource.UNKNOWN


def ask_to_set(now: int, environment: Mapping[str, str] = os.environ) -> None:
    """Asks for the system's clock to be set; the app itself has no right to.

    Args:
        now: seconds since 1970, UTC.
        environment: BARYTA_SET_CLOCK names the file that baryta-clock.path waits for.

    Raises:
        ValueError: it is no time of this century, or nobody here sets clocks.
        OSError: the wish cannot be written.
    """
    wish = environment.get("BARYTA_SET_CLOCK", "")
    if not wish or not EARLIEST <= now < LATEST:
        raise ValueError(f"the clock cannot be set to {now}")
    part = Path(f"{wish}.part")
    part.write_text(f"{now}\n", "ascii")
    part.replace(wish)


def _has_set(clock: Path) -> bool:
    """Whether a board's clock set the system's time at the start, and knew it.

    One without a battery, as a Pi 5's, is asked too, and begins in 1970.
    """
    try:
        asked = (clock / "hctosys").read_text("ascii").strip() == "1"
        return asked and int((clock / "since_epoch").read_text("ascii")) >= EARLIEST
    except (OSError, ValueError):
        return False


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
