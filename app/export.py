"""Pictures copied to a memory stick or card, each read back and compared."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.progress import Progress
from app.store import Shot

FOLDER: Final = "Baryta"
_PIECE: Final = 1 << 20  # bytes
_SPARE: Final = 1 << 24  # bytes that stay free for the file system's own
_MOST: Final = 1000  # files of one name


class ExportError(Exception):
    """Something could not be copied; the message names the cause and the remedy."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Something to copy to.

    Attributes:
        name: for people.
        path: where it is mounted.
    """

    name: str
    path: Path


def volumes(
    library: Path,
    mounts: Path = Path("/proc/self/mounts"),
    system: Path = Path("/sys/class/block"),
) -> tuple[Volume, ...]:
    """What is mounted, can be written to, and can be taken out: by the kernel, or on USB.

    A camera may run from USB itself: its system, and the disk of its library, are none of them.

    Args:
        library: the library's folder; it need not be there yet.
        mounts: what is mounted, as proc(5) has it.
        system: the block devices, as sysfs has them.
    """
    own = _disk(library)
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ()
    found = []
    for line in lines:
        device, place, *rest = line.split(" ")
        if not device.startswith("/dev/") or len(rest) < 2 or "rw" not in rest[1].split(","):
            continue
        path = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), place))
        if (
            _removable(system / Path(device).name)
            and path != Path("/")
            and path.parts[1:2] != ("boot",)
            and os.access(path, os.W_OK)
            and (disk := _disk(path)) is not None
            and disk != own
        ):
            found.append(Volume(path.name, path))
    return tuple(found)


def _disk(path: Path) -> int | None:
    """The number of the file system that holds a path, or will; None where that one fails."""
    places = (path.absolute(), *path.absolute().parents)
    try:
        return next(place for place in places if place.exists()).stat().st_dev
    except OSError:
        return None


def _removable(block: Path) -> bool:
    """Whether a block device can be taken out; a partition is as its disk is."""
    place = block.resolve()
    for folder in (place, place.parent):
        with suppress(OSError):
            if (folder / "removable").read_text("ascii").strip() == "1":
                return True
    return any(re.fullmatch(r"usb\d+", part) for part in place.parts)


def export(shots: Sequence[Shot], volume: Path, report: Progress | None = None) -> int:
    """Copies the shots' files; what is there already, byte for byte, is left alone.

    Each file is written under another name, forced to the medium, read back from it, compared, and
    only then given its name: whatever is interrupted leaves no broken picture.

    Args:
        shots: of the library.
        volume: the folder of a mounted medium.
        report: told how much is done.

    Returns:
        How many files are there now that were not.

    Raises:
        ExportError: when the medium is full, gone, or does not give back what was written.
    """
    files = [path for shot in shots for path in _files(shot)]
    target = volume / FOLDER
    try:
        target.mkdir(exist_ok=True)
        total = max(sum(path.stat().st_size for path in files), 1)
        done = copied = 0
        for path in files:
            size = path.stat().st_size

            def told(part: int, before: int = done) -> None:
                if report is not None:
                    report((before + part) / total)

            copied += _copy(path, target, told)
            done += size
        _sync(target)
    except OSError as error:
        raise ExportError(
            f"{volume.name}: cannot be copied to ({error.strerror or error}); "
            "check that it is there and has room"
        ) from error
    return copied


def _files(shot: Shot) -> Iterator[Path]:
    """JPEG and DNG; a folder of raw frames stays."""
    yield from (path for path in shot.paths if path.is_file())


def _copy(source: Path, target: Path, told: Callable[[int], None]) -> bool:
    size = source.stat().st_size
    wanted = _digest(source)
    for path in _names(target, source.name):
        if not path.exists():
            break
        if path.stat().st_size == size and _digest(path) == wanted:
            told(size)
            return False
    room = os.statvfs(target)
    if room.f_bavail * room.f_frsize < size + _SPARE:
        raise ExportError(f"{target.parent.name} is full; take another medium, or make room on it")
    part = path.with_name(f".{path.name}.part")
    try:
        with source.open("rb") as data, part.open("wb") as out:
            while piece := data.read(_PIECE):
                out.write(piece)
                told(data.tell())
            out.flush()
            os.fsync(out.fileno())
            # Else what is read back is memory's, and not the medium's.
            os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if _digest(part) != wanted:
            raise ExportError(
                f"{target.parent.name} does not give back what was written to it; take another one"
            )
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return True


def _names(target: Path, name: str) -> Iterator[Path]:
    """The name, and others for a file that is another picture's."""
    yield target / name
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in range(2, _MOST):
        yield target / f"{stem}-{number}{suffix}"
    raise ExportError(f"{target.parent.name} holds too many files called {name}; tidy it up")


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
