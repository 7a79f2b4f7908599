"""The composition root: picks the camera, wires the parts, starts the app or a command."""

import argparse
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from app import ui
from app.cli import CommandError, Context, NotInThisVersionError, UsageError, build_parser
from app.developing import tone_mapped
from app.looks import PREVIEW_SIZE, frame_named, installed_looks, look_named
from app.pictures.errors import PictureError, StoreError
from app.pictures.space import free_pictures
from app.pictures.store import Store
from app.pipeline import SavedPicture, Workshop, make_picture
from app.replaying import read_frame
from app.session import Session, Shot
from app.settings import SettingsError, load_settings, settings_path
from app.stages import Listener, Stages
from capture.picamera2_source import Picamera2Source, list_cameras
from capture.plan import plan_auto
from capture.replay import ReplaySource
from capture.simulated import SimulatedSource
from capture.source import CameraError, CameraSource
from native import Look, NativeError
from styles import StyleError, usable

DONE, FAILED, WRONG_USAGE = 0, 1, 2

_EXPECTED = (
    CameraError,
    CommandError,
    NativeError,
    PictureError,
    SettingsError,
    StoreError,
    StyleError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command, or the touchscreen app without one.

    Returns:
        0 done, 1 failed with one clear line, 2 wrong usage.
    """
    parsed = build_parser().parse_args(arguments)
    level = logging.DEBUG if parsed.verbose else logging.WARNING
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s %(message)s")
    try:
        status = _run(parsed)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; there is nobody to tell
        return FAILED
    except (UsageError, NotInThisVersionError) as error:
        sys.stderr.write(_line(error))
        return WRONG_USAGE
    except (Exception, KeyboardInterrupt) as error:
        logging.getLogger("baryta").debug("where it failed", exc_info=True)
        sys.stderr.write(_line(error))
        return FAILED
    return status


def _run(parsed: argparse.Namespace) -> int:
    settings = load_settings(settings_path())
    context = Context(settings, open_source, local_time, sys.stdout, sys.stderr)
    if parsed.run is None:
        return _run_app(parsed, context)
    parsed.run(parsed, context)
    return DONE


def _run_app(parsed: argparse.Namespace, context: Context) -> int:
    """The touchscreen app on the chosen camera."""
    settings = context.settings
    store = Store.library(settings.pictures)
    workshop = Workshop(
        store,
        settings.quality,
        settings.threads or None,
        tone_mapping=settings.tone_mapping,
        looks=installed_looks(settings.styles),
        hdr=settings.hdr,
    )
    source = getattr(parsed, "source", settings.source)
    names = tuple(usable(settings.styles))

    def process(shot: Shot, report: Listener) -> SavedPicture:
        look = look_named(shot.style, settings.styles)
        frame = frame_named(shot.style, settings.styles)
        stages = Stages(report)
        return make_picture(shot.burst, look, workshop, stages, taken=shot.taken, frame=frame)

    session = Session(
        lambda: context.open_source(source),
        partial(plan_auto, frames=settings.frames),
        process,
        names,
        style=next((name for name in names if name.casefold() == settings.style.casefold()), None),
        free_pictures=partial(free_pictures, settings.pictures),
        local_time=context.clock,
    )

    def shown(name: str) -> Look:
        return tone_mapped(look_named(name, settings.styles, PREVIEW_SIZE), settings.tone_mapping)

    return ui.run(session, shown)


def _line(error: BaseException) -> str:
    """What went wrong, in one line."""
    match error:
        case NotInThisVersionError():
            text = f"{error} is not in this version"
        case UsageError():
            text = str(error)
        case KeyboardInterrupt():
            text = "interrupted; nothing half-written is left"
        case MemoryError():
            text = "not enough memory; close other programs or use fewer --frames"
        case _ if isinstance(error, _EXPECTED):
            text = str(error)
        case _:
            kind = type(error).__name__
            text = f"unexpected {kind}: {error}; baryta --verbose COMMAND shows where"
    return f"baryta: {' '.join(text.split())}\n"


def open_source(name: str) -> CameraSource:
    """The camera that a --source text names; not started yet.

    Raises:
        CameraError: if there is no such camera; the message names the remedy.
        UsageError: if the text names no kind of source.
    """
    kind, _, detail = name.partition(":")
    if kind == "simulated":
        return SimulatedSource(detail or "still-life")
    if kind == "replay" and detail:
        return ReplaySource(Path(detail), read_frame)
    if name == "auto":
        return _first_camera()
    if name == "picamera2":
        return Picamera2Source()
    raise UsageError(
        f"unknown source {name!r}: use auto, picamera2, simulated[:SCENE or FILE.exr] or replay:DIR"
    )


def _first_camera() -> CameraSource:
    """The first real camera; CameraError names the simulated one where there is none."""
    try:
        if list_cameras():
            return Picamera2Source()
        reason = "none is connected"
    except CameraError as error:
        reason = str(error)
    raise CameraError(f"no camera: {reason}; without one, use --source simulated")


def local_time() -> datetime:
    """Now, with the local offset from UTC."""
    return datetime.now(UTC).astimezone()
