"""Log lines that know which shot they are about: fields of journald's, or words in plain text.

A shot is known by its number since the session's start and by the moment of its press, which stays
with a burst that waits on the card for the next session.

The protocol is a datagram of fields: https://systemd.io/JOURNAL_NATIVE_PROTOCOL
"""

import logging
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import TextIO

SOCKET = Path("/run/systemd/journal/socket")
_PLAIN = "%(levelname)s %(name)s %(message)s"
_PRIORITIES = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))  # syslog's

_shot: ContextVar[tuple[int, str] | None] = ContextVar("shot", default=None)


@contextmanager
def about(number: int, taken: datetime) -> Iterator[None]:
    """What this thread logs meanwhile is about a shot.

    Args:
        number: since the session's start; 0 for one that an earlier session left.
        taken: its press.
    """
    token = _shot.set((number, taken.isoformat(timespec="milliseconds")))
    try:
        yield
    finally:
        _shot.reset(token)


def in_journal(environment: Mapping[str, str] = os.environ, stream: TextIO | None = None) -> bool:
    """Whether standard error, or another stream, goes to journald."""
    try:
        told = os.fstat((stream or sys.stderr).fileno())
    except (OSError, ValueError, AttributeError):  # closed, or none of the system's
        return False
    return environment.get("JOURNAL_STREAM", "") == f"{told.st_dev}:{told.st_ino}"


def handler(*, journal: bool, stream: TextIO | None = None, path: Path = SOCKET) -> logging.Handler:
    """What log lines go to: journald with their fields, or else a stream as plain text."""
    plain = logging.StreamHandler(stream)
    plain.setFormatter(_Words(_PLAIN))
    return _Journal(plain, path) if journal else plain


class _Words(logging.Formatter):
    """Plain text; a line about a shot says so, unless it does by itself."""

    def format(self, record: logging.LogRecord) -> str:
        text, shot = super().format(record), _shot.get()
        if shot is None or record.getMessage().startswith("shot "):
            return text
        what = f"shot {shot[0]}" if shot[0] else f"shot of {shot[1]}"
        first, *rest = text.split("\n", 1)
        return "\n".join([f"{first} ({what})", *rest])


class _Journal(logging.Handler):
    """Sends records to journald; where it does not listen, to another handler."""

    def __init__(self, plain: logging.Handler, path: Path) -> None:
        super().__init__()
        self._plain, self._address = plain, str(path)
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._line.sendto(_datagram(_fields(record, self.format(record))), self._address)
        except OSError:  # it restarts, or the line is too long: standard error is its own too
            self._plain.handle(record)
        except Exception:  # noqa: BLE001 - logging's own way with a record that cannot be told
            self.handleError(record)

    def close(self) -> None:
        self._line.close()
        super().close()


def _fields(record: logging.LogRecord, message: str) -> dict[str, str]:
    priority = next((sign for level, sign in _PRIORITIES if record.levelno >= level), 7)
    fields = {
        "MESSAGE": message,
        "PRIORITY": str(priority),
        "SYSLOG_IDENTIFIER": "baryta",
        "CODE_FILE": record.pathname,
        "CODE_LINE": str(record.lineno),
        "CODE_FUNC": record.funcName or "",
    }
    if shot := _shot.get():
        fields |= {"BARYTA_SHOT": str(shot[0]), "BARYTA_TAKEN": shot[1]}
    if picture := getattr(record, "picture", ""):
        fields["BARYTA_PICTURE"] = str(picture)
    return fields


def _datagram(fields: Mapping[str, str]) -> bytes:
    parts = []
    for name, text in fields.items():
        value = text.encode("utf-8", "replace")
        if b"\n" in value:
            parts.append(b"%s\n%s%s\n" % (name.encode(), len(value).to_bytes(8, "little"), value))
        else:
            parts.append(b"%s=%s\n" % (name.encode(), value))
    return b"".join(parts)
