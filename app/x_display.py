"""How large an X display is: its server tells whoever connects, before any window is open.

X Window System Protocol, version 11, release 7.7, chapter 8 and appendix B; Xau(3) for the file of
what the server asks of whom it lets in.
"""

import os
import re
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

COOKIE = b"MIT-MAGIC-COOKIE-1"
SOCKETS = "/tmp/.X11-unix/X"  # noqa: S108 - X has it there
PORT = 6000  # of display 0
PATIENCE = 1.0  # seconds for an answer


def size(environment: Mapping[str, str] = os.environ) -> tuple[int, int] | None:
    """Width and height of the screen of DISPLAY in pixels; None if nobody tells.

    The connection stays open until the process ends: a server begins anew when its last client has
    left, and refuses those that come meanwhile.
    """
    named = re.fullmatch(r"(.*):(\d+)(?:\.(\d+))?", environment.get("DISPLAY", ""))
    if named is None:
        return None
    host, number, screen = named[1], int(named[2]), int(named[3] or 0)
    with suppress(OSError, struct.error, IndexError), _connected(host, number) as server:
        cookie = next(_cookies(environment, number), b"")
        name = COOKIE if cookie else b""
        asked = struct.pack("<cx5H", b"l", 11, 0, len(name), len(cookie), 0)
        server.sendall(asked + _padded(name) + _padded(cookie))
        accepted, length = struct.unpack("<B5xH", _read(server, 8))
        told = _read(server, 4 * length)
        if accepted == 1:
            server.detach()
            return _screens(told)[screen]
    return None


def _connected(host: str, number: int) -> socket.socket:
    if host.removeprefix("unix"):
        server = socket.create_connection((host, PORT + number), PATIENCE)
    else:
        server = socket.socket(socket.AF_UNIX)
        server.settimeout(PATIENCE)
        try:
            server.connect(f"{SOCKETS}{number}")
        except OSError:
            server.close()
            raise
    return server


def _cookies(environment: Mapping[str, str], number: int) -> Iterator[bytes]:
    """Those for a display, of whatever host."""
    file = Path(environment.get("XAUTHORITY") or Path.home() / ".Xauthority")
    with suppress(OSError, struct.error, RuntimeError):
        data, at = file.read_bytes(), 0
        while at < len(data):
            at += 2  # the family of addresses
            entry = []  # address, display, name, cookie
            for _ in range(4):
                (length,) = struct.unpack_from(">H", data, at)
                entry.append(data[at + 2 : at + 2 + length])
                at += 2 + length
            if entry[2] == COOKIE and entry[1] in (b"", b"%d" % number):
                yield entry[3]


def _screens(told: bytes) -> list[tuple[int, int]]:
    """Width and height of each, from what the server tells of itself, without its first 8 bytes."""
    maker, screens, formats = struct.unpack_from("<16xH2x2B", told)
    at = 32 + maker + -maker % 4 + 8 * formats
    found = []
    for _ in range(screens):
        width, height, depths = struct.unpack_from("<20x2H15xB", told, at)
        found.append((width, height))
        at += 40
        for _ in range(depths):
            (visuals,) = struct.unpack_from("<2xH", told, at)
            at += 8 + 24 * visuals
    return found


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def _read(server: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = server.recv(length - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data
