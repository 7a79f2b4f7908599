"""The composition root: picks the camera, wires the parts, starts the app or a command."""

import argparse
import gc
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self

from app import battery, ui
from app.buttons import Pins, attached, parse_pins
from app.cameras import Camera, Cameras, camera_names
from app.cli import CommandError, Context, NotInThisVersionError, UsageError, build_parser
from app.clock import local_time, time_source
from app.developing import tone_mapped
from app.drive import Drive
from app.journal import handler, in_journal
from app.lenses import Lens, LensError, Mount, focal_length_35mm
from app.library import Library
from app.looks import PREVIEW_SIZE, frame_named, look_named
from app.memory import LOW_MEMORY, available_memory, ring_depth
from app.modes import Wish, plan_wish
from app.negatives import unpack_frame
from app.notify import watched
from app.pictures.errors import PictureError, StoreError
from app.recovering import CardShelf, look_or_own
from app.session import Session
from app.settings import Settings, SettingsError, load_settings, own_settings, settings_path
from app.shot_queue import SavedPicture, Shot
from app.stages import Listener, Stages
from app.starting import Step, mark
from app.workshop import Workshop, lens_without_book
from capture.frames import SensorProfile
from capture.pi.library import list_cameras, list_ids
from capture.pi.source import PiSource
from capture.plan import ExposurePlan, Metering
from capture.plans.motion import Motion
from capture.source import CameraError, CameraSource
from native import Look, NativeError
from styles import Frame, StyleError, usable

DONE, FAILED, WRONG_USAGE = 0, 1, 2

_EXPECTED = (
    CameraError,
    CommandError,
    LensError,
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
    journal = in_journal()
    quiet = logging.INFO if journal else logging.WARNING
    level = logging.DEBUG if parsed.verbose else quiet  # a journal is told of every shot
    logging.basicConfig(handlers=[handler(journal=journal)], level=level)
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
    path = settings_path()
    if parsed.run is None:
        return _start_app(parsed, path)
    settings = load_settings(path)
    gc.enable()
    parsed.run(
        parsed,
        Context(settings, open_source, local_time, sys.stdout, sys.stderr, time_source),
    )
    return DONE


@dataclass(frozen=True, slots=True)
class _Setup:
    """What the app begins with.

    Attributes:
        settings, pins, workshop: as set up.
        unusable: why the settings are Baryta's own instead of those that were made; "" if not.
    """

    settings: Settings
    pins: Pins
    workshop: Workshop
    unusable: str = ""

    @classmethod
    def of(cls, settings: Settings, unusable: str = "") -> Self:
        """Raises SettingsError if the app cannot begin with them."""
        return cls(settings, parse_pins(settings.buttons), Workshop.of(settings), unusable)


def _start_app(parsed: argparse.Namespace, path: Path) -> int:
    try:
        setup = _Setup.of(load_settings(path))
    except SettingsError as error:
        logging.getLogger("baryta").warning("the screen tells: %s", error)
        setup = _Setup.of(own_settings(path), str(error))
        return _run_app(parsed, setup, Cameras.one(partial(_no_camera, path)))
    source = getattr(parsed, "source", setup.settings.source)
    return _run_app(parsed, setup, _cameras(source, setup.settings, open_source))


def _no_camera(path: Path) -> CameraSource:
    """In place of one, where the settings cannot be used: the failure screen tells why.

    Pictures would else go to another place than the one that was set, and bursts that wait would be
    developed otherwise than asked.
    """
    try:
        _Setup.of(load_settings(path))
    except SettingsError as error:
        raise CameraError(str(error)) from error
    raise CameraError("the settings are mended; start Baryta again")


def _run_app(parsed: argparse.Namespace, setup: _Setup, cameras: Cameras) -> int:
    """The touchscreen app; where the settings are unusable, no picture is taken or touched."""
    mark(Step.LOADED)
    settings, workshop = setup.settings, setup.workshop
    source = getattr(parsed, "source", settings.source)
    try:
        workshop = workshop.for_source(source, settings)
    except (SettingsError, StoreError) as error:  # a camera that takes pictures comes first
        logging.getLogger("baryta").warning("%s; pictures are not signed", error)
    names = tuple(usable(settings.styles))

    mount = Mount(workshop.lenses, workshop.lens, lens_without_book(settings))

    def through(lens: Lens) -> Workshop:
        return replace(workshop, lens=lens)

    def process(shot: Shot, report: Listener) -> SavedPicture:
        from app.pipeline import make_picture  # noqa: PLC0415 - loaded behind the first frame

        look, frame = look_or_own(shot.style, settings)
        return make_picture(
            shot.burst,
            look,
            through(mount.at(shot.taken)) if shot.number else workshop.without_credentials(),
            Stages(report),
            taken=shot.taken,
            time_source=shot.time_source,
            frame=frame,
            entry=shot.entry,
        )

    def planned(
        metering: Metering, profile: SensorProfile, wish: Wish, motion: Motion
    ) -> ExposurePlan:
        mount.look(local_time())  # on the camera's thread, twice a second and at a press
        return plan_wish(
            metering,
            profile,
            wish,
            motion,
            frames=settings.frames,
            focal_length_35mm=focal_length_35mm(mount.lens, profile),
        )

    def low_memory() -> bool:
        free = available_memory()
        return free is not None and free < LOW_MEMORY

    session = Session(
        cameras,
        planned,
        process,
        names,
        style=next((name for name in names if name.casefold() == settings.style.casefold()), None),
        shelf=None if setup.unusable else CardShelf(workshop, settings, mount),
        low_memory=low_memory,
        free_pictures=workshop.store.free_pictures,
        focus_first=settings.focus_first,
        local_time=local_time,
        time_source=time_source,
    )

    drive = Drive(session)

    def shown(name: str) -> Look:
        return tone_mapped(look_named(name, settings.styles, PREVIEW_SIZE), settings.tone_mapping)

    def picture_looks(name: str) -> tuple[Look, Frame]:
        return look_named(name, settings.styles), frame_named(name, settings.styles)

    screen = ui.Screen(preferences=settings.state / "screen.json")
    try:
        with watched(session), battery.watched(session), attached(session, drive, setup.pins):
            library = Library(workshop, picture_looks, setup.unusable)
            return ui.run(drive, mount, shown, library, screen)
    except KeyboardInterrupt:  # asked to end, as a service is; nothing is amiss unless a picture is
        return FAILED if session.stop() else DONE


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
        from capture.simulated import SimulatedSource  # noqa: PLC0415 - no camera's start waits for it

        return SimulatedSource(detail or "still-life")
    if kind == "replay" and detail:
        from app.replaying import read_frame  # noqa: PLC0415 - as above
        from capture.replay import ReplaySource  # noqa: PLC0415 - as above

        return ReplaySource(Path(detail), read_frame)
    if name == "auto":
        return _first_camera()
    if kind == "picamera2" and (detail.isdecimal() or name == kind):
        return _real_camera(int(detail or 0))
    raise UsageError(
        f"unknown source {name!r}: use auto, picamera2[:NUMBER], simulated[:SCENE or FILE.exr] "
        "or replay:DIR"
    )


def _cameras(source: str, settings: Settings, make: Callable[[str], CameraSource]) -> Cameras:
    """What --source stands for; of real cameras all there are, the one named first."""
    first = partial(make, source)
    kind, _, number = source.partition(":")
    try:
        real = kind in {"auto", "picamera2"}
        models, ids = (list_cameras(), list_ids()) if real else ((), ())
    except CameraError:
        models, ids = (), ()  # told when it is opened
    memory, mains = settings.state / "cameras.json", settings.mains
    if not models:
        return Cameras.one(first, source, mains=mains)
    if len(models) == 1:
        only = Camera(models[0], partial(_real_camera, ids[0]), ids[0])
        return Cameras([only], memory, mains)
    cameras = [
        Camera(name, partial(_real_camera, found), found)
        for name, found in zip(camera_names(models), ids, strict=True)
    ]
    chosen = Cameras(cameras, memory, mains)
    if number.isdecimal() and int(number) < len(cameras):
        chosen.choose(cameras[int(number)].name)
    return chosen


def _real_camera(camera: int | str) -> CameraSource:
    return PiSource(unpack_frame, camera, ring_depth=ring_depth)


def _first_camera() -> CameraSource:
    """The first real camera; CameraError names the simulated one where there is none."""
    try:
        if list_cameras():
            return _real_camera(0)
        reason = "none is connected"
    except CameraError as error:
        reason = str(error)
    raise CameraError(f"no camera: {reason}; without one, use --source simulated")
