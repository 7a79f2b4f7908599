"""The journal and index of a store: one SQLite file, flushed at every commit.

A shot is entered with the size and hash of each of its files *before* the first byte of them is
written, and marked as saved once they have their names. So after a crash it can be told which files
are whole; and later, whether they still are.
"""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zlib import crc32

from app.store.card import is_full

_SCHEMA = """
CREATE TABLE IF NOT EXISTS shots (
    number INTEGER PRIMARY KEY, state TEXT NOT NULL, style TEXT, taken TEXT, sum INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS files (
    number INTEGER NOT NULL REFERENCES shots ON DELETE CASCADE,
    name TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, damaged INTEGER NOT NULL,
    PRIMARY KEY (number, name)
) STRICT, WITHOUT ROWID;
"""
_PAGE = 500  # shots that are read at once
_LEAST = -(2**63)  # a damaged index may hold any number
_SHOTS_FROM = """
SELECT * FROM shots
WHERE number >= ?1 AND (?2 = '[]' OR state IN (SELECT value FROM json_each(?2)))
ORDER BY number LIMIT ?3
"""
_CODES = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_BUSY: errno.EBUSY,
    sqlite3.SQLITE_LOCKED: errno.EBUSY,
    sqlite3.SQLITE_PROTOCOL: errno.EBUSY,
}
_BUSY_SECONDS = 30.0


class DamagedIndexError(Exception):
    """The index is no longer a sound SQLite file; it is to be rebuilt from the pictures."""

    def __init__(self, message: str) -> None:
        # SQLite quotes what it found in the file, whatever that is.
        printable = "".join(letter if letter.isprintable() else " " for letter in message)
        super().__init__(" ".join(printable.split()))


class State(StrEnum):
    """Where a shot is on its way."""

    WRITING = "writing"  # its files are being written, or a crash came in between
    SAVED = "saved"
    UNDEVELOPED = "undeveloped"  # a crash took the JPEG; the negative is whole
    DELETING = "deleting"  # on its way into the trash, or a crash came in between
    DELETED = "deleted"  # in the trash
    RESTORING = "restoring"  # on its way back, or a crash came in between


ON_THE_WAY = (State.WRITING, State.DELETING, State.RESTORING)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file should be.

    Attributes:
        name: below the shot's folder: "BARY0001.JPG", "BARY0001.BURST/FRAME001.DNG".
        size: bytes.
        sha256: of its content, hexadecimal.
        damaged: whether the last look found it otherwise.
    """

    name: str
    size: int
    sha256: str
    damaged: bool = False

    @classmethod
    def of(cls, name: str, data: bytes) -> "FileRecord":
        """The record of a content."""
        return cls(name, len(data), hashlib.sha256(data).hexdigest())

    @classmethod
    def read(cls, name: str, path: Path) -> "FileRecord":
        """The record of a file as it is now; OSError if it cannot be read."""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256")
            return cls(name, stream.tell(), digest.hexdigest())

    def matches(self, path: Path) -> bool:
        """Whether a file is whole, byte for byte; False too if it is not there."""
        try:
            if not path.is_file() or path.stat().st_size != self.size:
                return False
            now = FileRecord.read(self.name, path)
        except OSError:
            return False
        return now.sha256 == self.sha256


@dataclass(frozen=True, slots=True)
class ShotRecord:
    """A shot in the index.

    Attributes:
        number: of the shot.
        state: where it is on its way.
        style: the look it was taken in; None if its files do not tell.
        taken: when, ISO 8601; None if its files do not tell.
        files: by name.
    """

    number: int
    state: State
    style: str | None
    taken: str | None
    files: tuple[FileRecord, ...]

    @property
    def sum(self) -> int:
        """Tells of a bit that has flipped in the index; a state's word tells that by itself."""
        files = sorted((file.name, file.size, file.sha256, file.damaged) for file in self.files)
        return crc32(json.dumps((self.number, self.style, self.taken, files)).encode())


class Index:
    """The index file; opened when first asked, and anew after a fork.

    Args:
        path: of the file; its folder exists.

    All methods raise OSError as the system would, or DamagedIndexError. Whoever changes a store
    holds its lock, so writers never meet here; who reads waits until a writer of this process is
    done.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._opened: tuple[int, ...] = ()  # by which process, and which file
        self._turn = threading.RLock()  # a reader would see another thread's half of a change

    def close(self) -> None:
        """Closes the file; it opens again when asked."""
        with self._turn:
            if self._database is not None and self._opened[0] == os.getpid():
                self._database.close()
            self._database = None

    def copy(self, folder: Path) -> "Index":
        """A copy elsewhere, to be read where the file's own place takes no locks."""
        for path in (self._path, self._path.with_name(f"{self._path.name}-wal")):
            if path == self._path or path.exists():
                shutil.copyfile(path, folder / path.name)
        return Index(folder / self._path.name)

    def check(self) -> None:
        """Looks through the whole file, and whether it can be written to."""
        try:
            with self._open() as database:
                if (answer := database.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
                    raise DamagedIndexError(str(answer))
                database.execute("DELETE FROM shots WHERE FALSE")  # may it be written to?
        except OSError as error:  # a damaged header looks to SQLite like a file it may not touch
            refused = error.errno in (errno.EROFS, errno.EACCES)
            if refused and os.access(self._path, os.R_OK | os.W_OK):
                raise DamagedIndexError(str(error.strerror)) from error
            raise

    def put(self, *records: ShotRecord) -> None:
        """Enters shots, each replacing its older record; on the disk when this returns."""
        with self._open() as database, _transaction(database):
            for record in records:
                _delete(database, record.number)
                database.execute(
                    "INSERT INTO shots VALUES (?, ?, ?, ?, ?)",
                    (record.number, record.state, record.style, record.taken, record.sum),
                )
                database.executemany(
                    "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
                    [
                        (record.number, file.name, file.size, file.sha256, file.damaged)
                        for file in record.files
                    ],
                )

    def set_state(self, number: int, state: State, *, after: State | None = None) -> None:
        """Moves a shot on its way; with after, only if it is there still."""
        with self._open() as database, _transaction(database):
            database.execute(
                "UPDATE shots SET state = ?1 WHERE number = ?2 AND (?3 IS NULL OR state = ?3)",
                (state, number, after),
            )

    def forget(self, *numbers: int) -> None:
        """Takes shots out."""
        with self._open() as database, _transaction(database):
            for number in numbers:
                _delete(database, number)

    def get(self, number: int) -> ShotRecord | None:
        """A shot's record."""
        with self._open() as database, _transaction(database, "DEFERRED"):
            shots = database.execute("SELECT * FROM shots WHERE number = ?", (number,))
            files = database.execute("SELECT * FROM files WHERE number = ?", (number,))
            return next(_records(shots, _by_shot(files)), None)

    def all(self, *states: State) -> list[ShotRecord]:
        """The shots in these states, or all, in order of number."""
        return list(self.each(*states))

    def each(self, *states: State) -> Iterator[ShotRecord]:
        """The same, a few hundred at a time: for who keeps little of them."""
        wanted, begin = json.dumps(states), _LEAST
        while True:
            with self._open() as database, _transaction(database, "DEFERRED"):
                rows = database.execute(_SHOTS_FROM, (begin, wanted, _PAGE)).fetchall()
                if not rows:
                    return
                span = rows[0][0], rows[-1][0]
                files = database.execute("SELECT * FROM files WHERE number BETWEEN ? AND ?", span)
                begin = span[1] + 1
                page = list(_records(rows, _by_shot(files)))
            yield from page

    def sound(self) -> list[ShotRecord]:
        """What a damaged file still holds of the shots, as far as it is as it was entered."""
        rows: dict[str, list[Any]] = {"files": [], "shots": []}
        for table, found in rows.items():
            with suppress(OSError, DamagedIndexError), self._open() as database:
                found.extend(database.execute(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
        by_shot = _by_shot(rows["files"])
        records: list[ShotRecord] = []
        for row in rows["shots"]:
            with suppress(ValueError, TypeError):
                records += _records([row], by_shot)
        return records

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._turn, _system_errors(self._path):
                if self._database is None or self._opened != self._identity():
                    self.close()
                    self._database = _connect(self._path)
                    self._opened = self._identity()
                yield self._database
        except OSError:
            self.close()  # the card may come back as another
            raise

    def _identity(self) -> tuple[int, ...]:
        """This process and the file that has the name now: a card can be changed under it."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return ()
        return os.getpid(), status.st_dev, status.st_ino


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        database.execute("PRAGMA journal_mode = WAL")  # some disks do not know it, and stay without
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA trusted_schema = OFF")
        database.executescript(_SCHEMA)
    except BaseException:
        database.close()
        raise
    return database


def _by_shot(rows: Iterable[Any]) -> dict[int, list[FileRecord]]:
    files: dict[int, list[FileRecord]] = {}
    for number, name, size, sha256, damaged in rows:
        files.setdefault(number, []).append(FileRecord(name, size, sha256, bool(damaged)))
    return files


def _records(rows: Iterable[Any], files: dict[int, list[FileRecord]]) -> Iterator[ShotRecord]:
    """The records of rows; ValueError at one that is not as it was entered."""
    for number, state, style, taken, *told in rows:
        if taken is not None:
            datetime.fromisoformat(taken)
        record = ShotRecord(number, State(state), style, taken, tuple(files.get(number, ())))
        if told not in ([record.sum], []):  # an index of before there were sums has none
            raise ValueError(f"a bit has flipped in shot {number}")
        yield record


def _delete(database: sqlite3.Connection, number: int) -> None:
    database.execute("DELETE FROM shots WHERE number = ?", (number,))


@contextmanager
def _transaction(database: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    database.execute(f"BEGIN {kind}")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


@contextmanager
def _system_errors(path: Path) -> Iterator[None]:
    """SQLite's errors as the system's; anything that no full or broken disk explains is damage."""
    try:
        yield
    except sqlite3.OperationalError as error:
        code = _CODES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if code is None:
            raise DamagedIndexError(str(error)) from error
        if code == errno.EIO and is_full(path.parent):  # SQLite tells some of both alike
            code = errno.ENOSPC
        raise OSError(code, os.strerror(code), str(path)) from error
    except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
        raise DamagedIndexError(str(error)) from error
