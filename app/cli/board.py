"""baryta doctor's look at the board: power, heat, memory for the camera, card, versions."""

import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.cli.finding import Finding
from app.display import has_console, touch_device
from app.store.card import existing

_SYSTEM = Path("/")
_CMA = 256  # MB: six unpacked 12 MP frames and the preview's
_HOT = 80  # degrees Celsius, where a Raspberry Pi slows down
_SAMPLE = 16 << 20  # bytes written to measure a card
_SLOW = 10.0  # MB/s: the slowest card of class 10; a shot is about 30 MB

# Raspberry Pi's firmware, get_throttled: bits for now, and sixteen higher for since the start.
_UNDER_VOLTAGE, _CAPPED, _THROTTLED, _HEAT = 1, 2, 4, 8


def check_board(system: Path = _SYSTEM) -> Iterator[Finding]:
    """What the board tells; nothing about what it does not tell.

    Args:
        system: the root of the file system that is asked.
    """
    yield from _power(system)
    yield from _heat(system)
    yield from _camera_memory(system)
    yield from _card(system)
    yield from _touch(system)


def check_speed(pictures: Path, clock: Callable[[], float] = time.monotonic) -> Finding:
    """How fast pictures get onto the card: a file of 16 MB, synced, that has no name."""
    place = existing(pictures)
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            data = os.urandom(_SAMPLE)
            began = clock()
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            spent = max(clock() - began, 1e-6)
    except OSError as error:
        found = f"{place} takes no files ({error.strerror or error})"
        return Finding("speed", "warning", found, "check the card or choose another folder")
    speed = _SAMPLE / 1e6 / spent
    told = f"{speed:.0f} MB/s in {place}"
    if speed >= _SLOW:
        return Finding("speed", "good", told)
    remedy = "pictures wait long to be saved; use a faster card (A1 or better)"
    return Finding("speed", "warning", told, remedy)


def versions() -> Finding:
    """What runs here, for whoever is asked for help."""
    found = [f"baryta {version('baryta')}", f"Python {platform.python_version()}"]
    for name in ("numpy", "kivy", "picamera2"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return Finding("versions", "good", ", ".join([*found, f"Linux {platform.release()}"]))


def _power(system: Path) -> Iterator[Finding]:
    text = next((_text(p) for p in system.glob("sys/devices/platform/soc*/*/get_throttled")), "")
    try:
        bits = int(text, 16)
    except ValueError:
        return
    since = bits >> 16
    if bits & _UNDER_VOLTAGE:
        remedy = "use the board's own power supply and a short cable, or charge the battery"
        yield Finding("power", "warning", "the voltage is too low", remedy)
    elif since & _UNDER_VOLTAGE:
        remedy = "a stronger power supply or a shorter cable helps"
        yield Finding("power", "warning", "the voltage was too low since the start", remedy)
    else:
        yield Finding("power", "good", "the voltage has been right")
    if bits & (_CAPPED | _THROTTLED | _HEAT) or since & (_THROTTLED | _HEAT):
        when = "is" if bits & (_CAPPED | _THROTTLED | _HEAT) else "was"
        remedy = "merging takes longer; a heat sink or a fan helps"
        yield Finding("throttling", "warning", f"the processor {when} slowed down", remedy)


def _heat(system: Path) -> Iterator[Finding]:
    text = _text(system / "sys/class/thermal/thermal_zone0/temp")
    if not text.lstrip("-").isdecimal():
        return
    degrees = int(text) / 1000
    if degrees < _HOT:
        yield Finding("temperature", "good", f"{degrees:.0f} C")
    else:
        yield Finding("temperature", "warning", f"{degrees:.0f} C", "let it cool, or fit a fan")


def _camera_memory(system: Path) -> Iterator[Finding]:
    lines = _text(system / "proc/meminfo").splitlines()
    values = dict(line.partition(":")[::2] for line in lines)
    try:
        total, free = (int(values[name].split()[0]) // 1024 for name in ("CmaTotal", "CmaFree"))
    except (KeyError, ValueError, IndexError):
        return
    if not total or not _text(system / "proc/device-tree/model").startswith("Raspberry Pi"):
        return  # elsewhere cameras do without
    told = f"{total} MB, {free} MB free"
    if total >= _CMA:
        yield Finding("camera memory", "good", told)
    else:
        remedy = "in /boot/firmware/config.txt: dtoverlay=vc4-kms-v3d,cma-512, then restart"
        yield Finding("camera memory", "warning", told, remedy)


def _card(system: Path) -> Iterator[Finding]:
    """The kernel's count of errors of each file system, and the wear that an eMMC tells."""
    for path in sorted(system.glob("sys/fs/ext4/*/errors_count")):
        if _text(path) not in ("", "0"):
            remedy = "copy the pictures now, then check the card with fsck, or change it"
            found = f"{path.parent.name} has had {_text(path)} errors"
            yield Finding("card", "warning", found, remedy)
    for path in sorted(system.glob("sys/block/mmcblk*/device/pre_eol_info")):
        if _text(path) in ("0x02", "0x03"):
            device = path.parents[1].name
            yield Finding("card", "warning", f"{device} is nearly worn out", "change it soon")


def _touch(system: Path) -> Iterator[Finding]:
    if not has_console(system / "sys"):
        return
    device = touch_device(system / "sys")
    if device is not None:
        yield Finding("touch", "good", str(device))
    else:
        remedy = "check the panel's cable; keys and the command line work without"
        yield Finding("touch", "warning", "the screen has none", remedy)


def _text(path: Path) -> str:
    """A small file of the kernel's; "" if there is none or it does not answer."""
    try:
        return path.read_text("utf-8", errors="replace").strip().strip("\0")
    except OSError:
        return ""
