"""The composition root: picks the camera, wires the parts, starts the app or a command."""

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from app.cli import CommandError, Context, NotInThisVersionError, UsageError, build_parser
from app.pictures.errors import PictureError, StoreError
from app.settings import SettingsError, load_settings, settings_path
from capture.source import CameraError, CameraSource
from native import NativeError
from styles import StyleError

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
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        status = _run(parsed)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; there is nobody to tell
        return FAILED
    except (UsageError, NotInThisVersionError) as error:
        sys.stderr.write(_line(error))
        return WRONG_USAGE
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (told in one line)
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
        return open_simulated(detail)
    if kind == "replay" and detail:
        return open_replay(Path(detail))
    if kind in ("auto", "picamera2") and not detail:
        return Picamera2Source()
    raise UsageError(
        f"unknown source {name!r}: use auto, picamera2, simulated[:SCENE or FILE.exr] or replay:DIR"
    )


def local_time() -> datetime:
    """Now, with the local offset from UTC."""
    return datetime.now(UTC).astimezone()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM ends a command as Ctrl-C does: cleanly."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
