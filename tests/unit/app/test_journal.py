"""What the journal is told of each shot."""

import io
import logging
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from app.journal import about, handler, in_journal

TAKEN = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)


def fields(datagram: bytes) -> dict[str, str]:
    """A message of the native protocol, read as its description has it."""
    found, rest = {}, datagram
    while rest:
        line, _, rest = rest.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            size = int.from_bytes(rest[:8], "little")
            value, rest = rest[8 : 8 + size], rest[8 + size + 1 :]
        found[name.decode()] = value.decode()
    return found


@pytest.fixture
def journald(tmp_path: Path) -> Iterator[socket.socket]:
    """Listens as journald does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "socket"))
        listening.settimeout(10.0)
        yield listening


@pytest.fixture
def log(tmp_path: Path) -> Iterator[logging.Logger]:
    """The root of all loggers, told to write to that journal."""
    root, new = logging.getLogger(), handler(journal=True, path=tmp_path / "socket")
    before = root.level
    root.addHandler(new)
    root.setLevel(logging.INFO)
    yield root
    root.removeHandler(new)
    root.setLevel(before)
    new.close()


def test_fields_of_a_line(journald: socket.socket, log: logging.Logger) -> None:
    """Shot, press and picture are fields; a line of several lines stays one; others have none."""
    with about(7, TAKEN):
        log.warning("two\nlines", extra={"picture": "BARY0012"})
    log.error("later")
    first, second = fields(journald.recv(4096)), fields(journald.recv(4096))
    assert first["MESSAGE"] == "root two\nlines"
    assert (first["PRIORITY"], second["PRIORITY"]) == ("4", "3")
    assert first["SYSLOG_IDENTIFIER"] == "baryta"
    assert first["BARYTA_SHOT"] == "7"
    assert first["BARYTA_TAKEN"] == "2026-01-02T03:04:05.678+00:00"
    assert first["BARYTA_PICTURE"] == "BARY0012"
    assert not any(name.startswith("BARYTA") for name in second)


def test_plain_text_says_the_shot_too(tmp_path: Path) -> None:
    """In a line that does not say so by itself; also when journald is not there after all."""
    text = io.StringIO()
    for made in (
        handler(journal=False, stream=text),
        handler(journal=True, stream=text, path=tmp_path),
    ):
        log = logging.Logger("app.part")  # noqa: LOG001 - of this test alone
        log.addHandler(made)
        with about(7, TAKEN):
            log.warning("a lens without a profile")
            log.warning("shot 7: saved")
        with about(0, TAKEN):
            log.warning("a lens\nand more")
        log.warning("no shot")
        made.close()
    half = (
        "WARNING app.part a lens without a profile (shot 7)\n"
        "WARNING app.part shot 7: saved\n"
        "WARNING app.part a lens (shot of 2026-01-02T03:04:05.678+00:00)\nand more\n"
        "WARNING app.part no shot\n"
    )
    assert text.getvalue() == 2 * half


def test_whether_standard_error_is_the_journals(tmp_path: Path) -> None:
    """The variable names the stream; one that was redirected since is not it."""
    with (tmp_path / "log").open("w") as stream:
        told = os.fstat(stream.fileno())
        its = {"JOURNAL_STREAM": f"{told.st_dev}:{told.st_ino}"}
        assert in_journal(its, stream)
        assert not in_journal({"JOURNAL_STREAM": f"{told.st_dev}:1"}, stream)
        assert not in_journal({}, stream)
    assert not in_journal(its, cast("Any", io.StringIO()))
