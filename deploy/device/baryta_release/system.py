"""The files of the system that a release runs under: units, commands, what was chosen.

They lie in a folder by their path, as templates; they are put into their places, filled in, with a
release, and back with it.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from .durable import PART, discard, sync_folder
from .errors import ReleaseError
from .filling import filled
from .places import Config


def put(folder: Path, base: Path, config: Config) -> None:
    """Puts each file of a folder into its place below a root, filled in, with its mode, whole.

    Raises:
        ReleaseError: one cannot be read; then none is put.
        OSError: the disk does not answer, or is full.
    """
    files = [(path, place, _filled(path, config)) for path, place in _files(folder, base)]
    for path, place, data in files:
        if _same(path, place, config):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(data, path, place)


def differing(folder: Path, base: Path, config: Config) -> list[str]:
    """Which files below a root are not as in a folder, filled in."""
    return [str(place) for path, place in _files(folder, base) if not _same(path, place, config)]


def record(folder: Path, into: Path) -> None:
    """Keeps a folder's files as they are now; the copy is there whole, or the one before it."""
    part = into.with_name(into.name + PART)
    shutil.rmtree(part, ignore_errors=True)
    if not folder.is_dir():
        return
    part.mkdir()
    for path, copy in _files(folder, part):
        copy.parent.mkdir(parents=True, exist_ok=True)
        _write(path.read_bytes(), path, copy)
    before = _before(into)
    discard(before)
    if into.exists():
        into.rename(before)
    part.rename(into)
    sync_folder(into.parent)
    discard(before)


def restore(into: Path) -> None:
    """Takes the copy before, where a crash has kept record() from putting the new one there."""
    if not into.exists() and _before(into).exists():
        _before(into).rename(into)


def _before(into: Path) -> Path:
    return into.with_name(f"{into.name}.before")


def _files(folder: Path, base: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != PART:
            yield path, base / path.relative_to(folder)


def _filled(path: Path, config: Config) -> bytes:
    try:
        return filled(path.read_text("utf-8"), config).encode()
    except UnicodeDecodeError as error:
        raise ReleaseError(f"{path} cannot be read ({error}); deploy again") from error


def _same(path: Path, place: Path, config: Config) -> bool:
    try:
        modes = path.stat().st_mode, place.stat().st_mode
        return modes[0] == modes[1] and _filled(path, config) == place.read_bytes()
    except FileNotFoundError:
        return False


def _write(data: bytes, path: Path, place: Path) -> None:
    """With a file's mode."""
    part = place.with_name(place.name + PART)
    part.write_bytes(data)
    part.chmod(stat.S_IMODE(path.stat().st_mode))
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(place)
    sync_folder(place.parent)
