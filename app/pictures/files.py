"""Files that a person named: written whole or not at all."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.pictures.atomic import replace_file
from app.pictures.errors import StoreError

_SAVING = "cannot save"
_OTHER = "choose another folder"
_REMEDIES = {
    errno.ENOSPC: f"delete pictures or {_OTHER}",
    errno.EDQUOT: f"delete pictures or {_OTHER}",
    errno.EROFS: f"make it writable or {_OTHER}",
    errno.EACCES: f"allow writing there or {_OTHER}",
    errno.EPERM: f"allow writing there or {_OTHER}",
    errno.ENOENT: f"make it or {_OTHER}",
    errno.ENOTDIR: f"a file is in the way; move it or {_OTHER}",
    errno.EEXIST: f"a file is in the way; move it or {_OTHER}",
    errno.EISDIR: "a folder is in the way; move it or choose another name",
    errno.EIO: "copy what can be read and replace the disk",
}
_OF_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)  # no one file's fault


def write_file(path: Path, data: bytes) -> None:
    """Writes a file, replacing an older one; the name holds the old or the new one, never half.

    Raises:
        StoreError: if it cannot be written; nothing is left behind.
    """
    with failures(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        replace_file(path, data)


def check_writable(path: Path) -> None:
    """Tries whether a file could be written, before the work that makes it.

    Raises:
        StoreError: if its folder is missing or nothing can be written there.
    """
    with failures(path):
        folder = path.parent
        if not folder.exists():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if path.is_file() and not path.stat().st_mode & stat.S_IWUSR:
            raise StoreError(f"{path}: is protected; choose another name")
        with tempfile.TemporaryFile(prefix=".baryta-", dir=folder) as trial:
            trial.write(b"\0")


@contextmanager
def failures(place: Path, what: str = _SAVING) -> Iterator[None]:
    """Turns the system's errors into a StoreError of one line: place, cause, remedy.

    The place is the very file that the system names, unless the whole disk is at fault.

    Args:
        place: where it was tried.
        what: cannot be done.
    """
    try:
        yield
    except OSError as error:
        code = error.errno or 0
        reason = os.strerror(code).lower() if code else str(error)
        remedy = _REMEDIES.get(code, _OTHER)
        if what != _SAVING and code in (errno.ENOSPC, errno.EDQUOT):
            remedy = "make room: baryta library empty-trash, or move a file elsewhere"
        elif what != _SAVING:
            remedy = remedy.removesuffix(f" or {_OTHER}")
        raise StoreError(f"{_at_fault(error) or place}: {what} ({reason}); {remedy}") from error


def _at_fault(error: OSError) -> str:
    """The file that the system names; empty if it names none, or the disk is at fault."""
    taken = error.filename2 if error.errno == errno.EEXIST else None  # of a link: its name to be
    name = taken or error.filename
    return str(name) if isinstance(name, str | Path) and error.errno not in _OF_DISK else ""
