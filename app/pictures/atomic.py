"""Files that appear whole or not at all, and never over another.

A file is written under a hidden name in its own folder, flushed to the disk, then given its name.
While it is written its descriptor holds a flock, so that anyone can tell a file in the making from
one whose writer died.
"""

import errno
import fcntl
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

SUFFIX = ".part"
_PATIENCE = 5.0  # s, until a wait for another process is told
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)  # FAT and its like
_NO_FOLDER_SYNC = (errno.EINVAL, errno.EBADF, errno.EOPNOTSUPP)  # some network folders


class Draft:
    """A file (or a folder of files) in the making.

    Leaving the context without publish() removes it.

    Args:
        path: the name it will have.
        folder: whether it will be a folder.

    Raises:
        OSError: as the system says.
    """

    def __init__(self, path: Path, *, folder: bool = False) -> None:
        self.path = path
        self.hidden = path.with_name(f".{path.name}{SUFFIX}")
        self._folder = folder
        if folder:
            self.hidden.mkdir()
            self._handle = os.open(self.hidden, os.O_RDONLY | os.O_DIRECTORY)
        else:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._handle = os.open(self.hidden, flags, 0o666)
        with suppress(OSError):  # where there are no locks, nothing is ever taken for abandoned
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        remove(self.hidden)
        os.close(self._handle)

    def write(self, data: bytes) -> None:
        """Writes all of the file and flushes it to the disk."""
        _write_all(self._handle, data)

    def write_member(self, name: str, data: bytes) -> None:
        """Writes one file of a folder, or of one in it, and flushes it to the disk."""
        (self.hidden / name).parent.mkdir(exist_ok=True)
        handle = os.open(self.hidden / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            _write_all(handle, data)
        finally:
            os.close(handle)

    def lock(self) -> int:
        """A descriptor that goes on holding the draft's lock when the draft is left."""
        return os.dup(self._handle)

    def publish(self) -> None:
        """Gives it its name; FileExistsError if that is taken."""
        if self._folder:
            for folder in (self.hidden, *filter(Path.is_dir, self.hidden.iterdir())):
                sync_folder(folder)
            move(self.hidden, self.path)
        else:
            publish(self.hidden, self.path)


def publish(hidden: Path, path: Path) -> None:
    """Gives a file its name; FileExistsError if that is taken."""
    try:
        os.link(hidden, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Claim the name with an empty file, then replace our own claim.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        try:
            hidden.replace(path)
        except BaseException:
            remove(path)
            raise
    else:
        remove(hidden)


def move(source: Path, target: Path) -> None:
    """Moves a folder; FileExistsError if its new name is taken."""
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    source.rename(target)


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file that may replace its older self, atomically."""
    path = path.resolve()  # what a link points to, not the link
    hidden = path.with_name(f".{path.name}.{os.getpid()}{SUFFIX}")
    handle = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        _write_all(handle, data)
    except BaseException:
        remove(hidden)
        raise
    finally:
        os.close(handle)
    hidden.replace(path)
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, each flushed to the disk, where they are missing."""
    if path.is_dir():
        return
    make_folder(path.parent)
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError as error:  # no folder has the name
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from error
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Flushes a file and what is noted of it, as its mode, to the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Flushes a folder's names to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(handle)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds a lock file against other processes and threads; waits for it, and says so if long."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        with suppress(OSError):  # no locks here: names are still never overwritten
            _wait_for(handle, path)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, path: Path) -> None:
    with suppress(BlockingIOError):
        return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    told = threading.Timer(_PATIENCE, log.warning, ("%s: waits for another Baryta's work", path))
    told.daemon = True
    told.start()
    try:
        return fcntl.flock(handle, fcntl.LOCK_EX)
    finally:
        told.cancel()


def abandoned(path: Path) -> bool:
    """Whether a draft's writer is gone."""
    handle = take(path)
    if handle is None:
        return False
    os.close(handle)
    return True


def take(path: Path) -> int | None:
    """A descriptor that locks a file or folder; None if another holds it or it cannot be had."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def remove(path: Path) -> None:
    """Removes a file or folder if it is there; a failure is of no consequence."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
    os.fsync(handle)
