"""baryta doctor: what keeps this device from taking pictures, and the remedy."""

import os
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import native
from app.cli.context import CommandError, Context
from app.looks import look_named
from app.pictures.space import free_pictures
from app.pictures.store import Store, StoreError
from capture.picamera2_source import list_cameras
from capture.source import CameraError
from styles import StyleError

_MEMORY_FOR_A_SHOT = 900  # MB: 8 packed 12 MP frames, the merge and a linear image
_FEW_PICTURES = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do if it is not as it should be.

    Attributes:
        check: what was looked at.
        status: "good", "warning" (pictures can be taken) or "bad" (they cannot).
        found: in words.
        remedy: empty if all is good.
    """

    check: str
    status: str
    found: str
    remedy: str = ""


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
        raise CommandError(f"needs attention: {', '.join(bad)}")


def _findings(context: Context) -> Iterator[Finding]:
    threads = native.default_threads()
    yield Finding("core", "good", f"version {native.core_version()}, {threads} threads")
    yield _look(context)
    yield _camera()
    yield _memory()
    yield from _disk(context.settings.pictures)
    yield _display()
    yield from _permissions()


def _look(context: Context) -> Finding:
    name = context.settings.style
    try:
        look_named(name, context.settings.styles)
    except StyleError as error:
        return Finding("look", "bad", f"the settings' own cannot be used: {error}")
    return Finding("look", "good", name)


def _camera() -> Finding:
    try:
        cameras = list_cameras()
    except CameraError as error:
        return Finding("camera", "warning", str(error), "or use --source simulated")
    if cameras:
        return Finding("camera", "good", ", ".join(cameras))
    remedy = "switch off, check the ribbon cable, or use --source simulated"
    return Finding("camera", "warning", "none found", remedy)


def _memory() -> Finding:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    free = int(values["MemAvailable"].split()[0]) // 1024
    if free >= _MEMORY_FOR_A_SHOT:
        return Finding("memory", "good", f"{free} MB available")
    remedy = "close other programs, or shoot with --frames 4"
    return Finding("memory", "warning", f"only {free} MB available", remedy)


def _disk(pictures: Path) -> Iterator[Finding]:
    try:
        Store.library(pictures).prepare()
    except StoreError as error:
        yield Finding("pictures", "bad", str(error))
        return
    count = free_pictures(pictures)
    if count >= _FEW_PICTURES:
        yield Finding("pictures", "good", f"room for about {count} in {pictures}")
    else:
        found = f"room for only {count} in {pictures}"
        yield Finding("pictures", "warning", found, "make room or change the card")


def _display() -> Finding:
    if find_spec("kivy") is None:
        return Finding("display", "warning", "Kivy is not installed", "make app installs it")
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return Finding("display", "good", "a desktop session")
    if Path("/dev/dri").exists():
        return Finding("display", "good", "a console with a display")
    return Finding("display", "warning", "none", "connect one, or use baryta shoot")


def _permissions() -> Iterator[Finding]:
    for device, group in (("/dev/video0", "video"), ("/dev/dri/card0", "render")):
        if Path(device).exists() and not os.access(device, os.R_OK | os.W_OK):
            remedy = f"sudo usermod -aG {group} $USER, then log in again"
            yield Finding("permissions", "warning", f"no access to {device}", remedy)
