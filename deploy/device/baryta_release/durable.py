"""Steps on the disk that a power cut finds done or not begun."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import ReleaseError

PART = ".part"  # the end of every name that is not whole yet


def sync_folder(folder: Path) -> None:
    """Sees to it that a folder's names survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, text: str) -> None:
    """Writes a small file: the old text is there, or the new one."""
    part = path.with_name(path.name + PART)
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def point(link: Path, target: Path) -> None:
    """Makes a link point to a target beside it, at one instant."""
    part = link.with_name(link.name + PART)
    part.unlink(missing_ok=True)
    part.symlink_to(os.path.relpath(target, link.parent))
    part.replace(link)
    sync_folder(link.parent)


def discard(folder: Path) -> None:
    """Removes a folder that counts as whole by its name: the name goes first."""
    part = folder.with_name(folder.name + PART)
    if part.exists():
        shutil.rmtree(part)
    if folder.exists():
        folder.rename(part)
        sync_folder(folder.parent)
        shutil.rmtree(part)


def clear_parts(folder: Path) -> None:
    """Removes what a crash left half made, as far as a bad card gives it up."""
    if not folder.is_dir():
        return
    for path in sorted(folder.glob(f"*{PART}")):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps every other process from changing releases.

    Raises:
        ReleaseError: another one is at it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReleaseError("another deployment is going on; wait for its end") from error
        yield
