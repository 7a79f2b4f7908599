"""baryta doctor: what keeps this device from taking pictures, and the remedy."""

import grp
import os
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import native
from app import display
from app.cameras import camera_names
from app.cli.board import check_board, check_speed, versions
from app.cli.context import CommandError, Context
from app.cli.finding import Finding
from app.looks import look_named
from app.negatives import unpack_frame
from app.pictures.errors import StoreError
from app.store import Store
from app.store.card import free_pictures
from capture.pi.library import list_cameras
from capture.pi.source import PiSource
from capture.source import Abilities, CameraError
from styles import StyleError

_MEMORY_FOR_A_SHOT = 900  # MB: 8 packed 12 MP frames, the merge and a linear image
_FEW_PICTURES = 20
_INPUT = ("input/event*", "input")
_GROUPS = (  # Debian's and Raspberry Pi OS's
    ("video*", "video"),
    ("media*", "video"),
    ("dma_heap/linux,cma", "video"),
    ("dri/card*", "video"),
    ("dri/renderD*", "render"),
    ("gpiochip*", "gpio"),
    _INPUT,
)


def doctor(arguments: Namespace, context: Context) -> None:
    """Tells every finding; fails if one keeps this device from taking pictures."""
    findings = list(_findings(context))
    if arguments.json:
        context.say_json({"findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            remedy = f"; {finding.remedy}" if finding.remedy else ""
            context.say(f"{finding.status:8}{finding.check}: {finding.found}{remedy}")
    bad = [finding.check for finding in findings if finding.status == "bad"]
    if bad:
        raise CommandError(f"needs attention: {', '.join(dict.fromkeys(bad))}")


def _findings(context: Context) -> Iterator[Finding]:
    threads = native.default_threads()
    yield Finding("core", "good", f"version {native.core_version()}, {threads} threads")
    yield versions()
    yield _look(context)
    yield from check_cameras()
    yield _memory()
    yield check_disk(context.settings.pictures)
    yield check_speed(context.settings.pictures)
    yield check_display()
    yield check_clock(context.time_source())
    yield from check_permissions(console=display.has_console() and not display.has_desktop())
    yield from check_board()


def _look(context: Context) -> Finding:
    name = context.settings.style
    try:
        look_named(name, context.settings.styles)
    except StyleError as error:
        return Finding.of("look", "bad", error, "the settings' own cannot be used")
    return Finding("look", "good", name)


def check_cameras() -> Iterator[Finding]:
    """Whether there are cameras, whether each streams, and in which raw format."""
    try:
        cameras = list_cameras()
    except CameraError as error:
        finding = Finding.of("camera", "warning", error)
        yield replace(finding, remedy=f"{finding.remedy}, or use --source simulated")
        return
    if not cameras:
        remedy = "switch off, check the ribbon cable, or use --source simulated"
        yield Finding("camera", "warning", "none found", remedy)
    for number, name in enumerate(camera_names(cameras)):
        yield from _streaming(number, name)


def _streaming(number: int, name: str) -> Iterator[Finding]:
    camera = PiSource(unpack_frame, number)
    try:
        camera.start()
        frame = camera.preview()
        able, profile = camera.abilities, camera.profile
    except CameraError as error:
        yield Finding.of("camera", "bad", error, name)
        return
    finally:
        camera.stop()
    height, width, _ = frame.pixels.shape
    raw = f"{profile.width}x{profile.height}, raw {able.raw_format}"
    found = f"{name}: {raw}, preview {width}x{height}"
    wrong = list(_wrong(able))
    if not wrong:
        yield Finding("camera", "good", found)
    for count, (what, remedy) in enumerate(wrong):
        yield Finding(
            "camera", "warning", f"{name}: {what}" if count else f"{found}, {what}", remedy
        )


def _wrong(able: Abilities) -> Iterator[tuple[str, str]]:
    """What a camera that streams has to do without, and the remedies."""
    if not able.sensor_known:
        remedy = "colour is plausible at best; ask for a profile of this sensor"
        yield "a sensor Baryta does not know", remedy
    if able.short_of:
        remedy = "close other programs that use the camera, or give it more contiguous memory (cma)"
        yield f"short of {able.short_of}", remedy
    if "lossy" in able.raw_format:
        yield "its raw drops detail", "update libcamera and picamera2"


def _memory() -> Finding:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    free = int(values["MemAvailable"].split()[0]) // 1024
    if free >= _MEMORY_FOR_A_SHOT:
        return Finding("memory", "good", f"{free} MB available")
    remedy = "close other programs, or shoot with --frames 4"
    return Finding("memory", "warning", f"only {free} MB available", remedy)


def check_disk(pictures: Path) -> Finding:
    """Whether pictures can be saved in a folder, and how many."""
    try:
        Store.library(pictures).prepare()
        count = free_pictures(pictures)
    except StoreError as error:
        return Finding.of("pictures", "bad", error)
    except OSError as error:
        found = f"{pictures}: the disk does not answer ({error.strerror or error})"
        return Finding("pictures", "bad", found, "check the card or choose another folder")
    if count >= _FEW_PICTURES:
        return Finding("pictures", "good", f"room for about {count} in {pictures}")
    found = f"room for only {count} in {pictures}"
    return Finding("pictures", "warning", found, "make room or change the card")


def check_display(
    environment: Mapping[str, str] = os.environ, system: Path = Path("/sys")
) -> Finding:
    """Whether the touchscreen app finds what it needs: the very check it makes itself."""
    if lack := display.missing(environment, system):
        cause, _, remedy = lack.partition(": ")
        return Finding("display", "warning", cause, remedy)
    desktop = display.has_desktop(environment)
    return Finding("display", "good", "a desktop session" if desktop else "a connected screen")


def check_clock(source: str) -> Finding:
    """Whether the date of pictures can be believed."""
    if source != "unknown":
        return Finding("clock", "good", f"set by the {source}")
    remedy = (
        "connect to a network once, let a telephone set it on the page of Send, or fit a clock "
        "with a battery; pictures keep their order"
    )
    return Finding("clock", "warning", "nobody has set it since the start", remedy)


def check_permissions(devices: Path = Path("/dev"), *, console: bool = True) -> Iterator[Finding]:
    """The devices that this user may not use, the first of each kind.

    Args:
        devices: the folder that they lie in.
        console: whether the app takes keys and touch itself, as no desktop hands them on.
    """
    there = {group.gr_name for group in grp.getgrall()}  # pins have none on most systems
    for pattern, group in (kind for kind in _GROUPS if kind != _INPUT or console):
        if group not in there:
            continue
        closed = (p for p in sorted(devices.glob(pattern)) if not os.access(p, os.R_OK | os.W_OK))
        if device := next(closed, None):
            remedy = f"sudo usermod -aG {group} $USER, then log in again"
            yield Finding("permissions", "warning", f"no access to {device}", remedy)
