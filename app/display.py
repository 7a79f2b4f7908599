"""Is there a display, and what touches it; looked up before Kivy opens anything."""

import importlib.util
import os
import struct
import time
from collections.abc import Callable, Mapping
from pathlib import Path

# Each a cause and, after the colon, what to do.
NO_KIVY = "the touchscreen app needs Kivy: pip install 'baryta[ui]', or run `baryta shoot`"
NO_DISPLAY = "no display: set DISPLAY or WAYLAND_DISPLAY, or run `baryta shoot`"
NO_ANSWER = "no display answers: check DISPLAY or WAYLAND_DISPLAY, or run `baryta shoot`"

LATE = 5.0  # seconds that a screen may be found after the app is loaded
WORD = 8 * struct.calcsize("P")  # bits in a word of sysfs, as this process is told them
ABS_MT_POSITION_X = 53  # linux/input-event-codes.h


def missing(environment: Mapping[str, str] = os.environ, system: Path = Path("/sys")) -> str:
    """What the app lacks on this machine, in one line; empty if nothing."""
    if importlib.util.find_spec("kivy") is None:
        return NO_KIVY
    if has_desktop(environment) or has_console(system):
        return ""
    return NO_DISPLAY


def awaited(
    find: Callable[[], str] = missing, queue: Path = Path("/run/udev/queue"), seconds: float = LATE
) -> str:
    """As missing, at the start of a device that may still be looking for its screen and touch.

    Args:
        find: tells what is missing.
        queue: is there while udev works on what the kernel has found.
        seconds: to wait at most.
    """
    end = time.monotonic() + seconds
    while (lack := find()) in {"", NO_DISPLAY} and time.monotonic() < end:
        if not lack and not queue.exists():
            break
        time.sleep(0.05)
    return lack


def has_desktop(environment: Mapping[str, str] = os.environ) -> bool:
    """True under X or Wayland."""
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def driver(environment: Mapping[str, str] = os.environ) -> str:
    """SDL's video drivers to try, in order."""
    drivers = {"WAYLAND_DISPLAY": "wayland", "DISPLAY": "x11"}
    wanted = [name for variable, name in drivers.items() if environment.get(variable)]
    return ",".join(wanted) or "kmsdrm"


def has_console(system: Path = Path("/sys")) -> bool:
    """True if a screen is connected that the console can drive (KMS/DRM)."""
    return any(
        _text(status).strip() == "connected"
        for status in sorted(system.glob("class/drm/card*-*/status"))
    )


def touch_device(system: Path = Path("/sys")) -> Path | None:
    """The first multitouch device, for the console; under X or Wayland the server reads it."""
    for capabilities in sorted(system.glob("class/input/event*/device/capabilities/abs")):
        # Hexadecimal words, the highest first.
        words = reversed(_text(capabilities).split())
        value = sum(int(word, 16) << (WORD * i) for i, word in enumerate(words))
        if value >> ABS_MT_POSITION_X & 1:
            return Path("/dev/input") / capabilities.parents[2].name
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
