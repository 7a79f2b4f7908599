"""Pictures handed over on the local network: a small web page, off until somebody opens it.

Of pictures it is read-only. Where nobody knows the time, it offers to take the telephone's for the
device's clock, and takes nothing else. Its address has a token of 128 random bits, new each time;
whoever has not got it gets nothing. It is bound to one address of the device and ends when the
screen's page is left. It is not encrypted: who can listen on the network can see the pictures that
are taken from it.
"""

import errno
import html
import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.util import FileWrapper

from app.clock import ask_to_set, can_be_set
from app.library import Library, jpeg_of
from app.pictures.thumbnail import read_thumbnail

log = logging.getLogger(__name__)

_LONGEST = 40  # bytes of a time
_GRANTED = 3.0  # seconds for the device to set its clock, before the page is shown anew
_CLOSED = (errno.EAFNOSUPPORT, errno.EACCES, errno.EPERM)  # how a service is kept from the network
_CLOCK = """<form method="post" action="clock"><button name="now"
onclick="this.value=Math.trunc(Date.now()/1000)">Set the camera's clock by this telephone
</button></form>"""
MOST = 500  # pictures on the page, the newest
_TYPES = {".JPG": "image/jpeg", ".DNG": "image/x-adobe-dng"}
_STYLE = """body{background:#0b0b0c;color:#ede8de;font:16px system-ui;margin:1em}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:12px}
img{width:100%;aspect-ratio:4/3;object-fit:contain;background:#161617}
a{color:#eea647;text-decoration:none;margin-right:.8em}"""

Environment = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], object]


def local_address() -> str | None:
    """The device's address on the network it would use; None without one. Nothing is sent.

    Raises:
        PermissionError: this process may use no network, as a service that was set up so.
    """
    try:
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    except OSError as error:
        if error.errno not in _CLOSED:
            raise
        raise PermissionError("this camera was set up without a network") from error
    with probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address (RFC 5737)
        except OSError:
            return None
        return str(probe.getsockname()[0])


class HandOver:
    """The page, from its making until close().

    Args:
        library: whose pictures it shows.
        address: of the device that it is bound to; no other is listened on.

    Attributes:
        url: for a browser on the same network.

    Raises:
        OSError: if nothing can be bound there.
    """

    def __init__(self, library: Library, address: str) -> None:
        from waitress.server import create_server  # noqa: PLC0415 - no start waits for it

        self._library = library
        self._token = secrets.token_urlsafe(16)
        self._server = create_server(
            self.answer,
            host=address,
            port=0,
            threads=2,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        port = self._server.effective_port
        self.url = f"http://{address}:{port}/{self._token}/"
        self._thread = threading.Thread(target=self._serve, name="hand-over", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends it; the address is of no use any more."""
        self._token = ""
        self._server.close()

    def answer(self, environment: Environment, start: Start) -> Iterable[bytes]:
        """One request, as WSGI has it (PEP 3333)."""
        token, _, rest = str(environment.get("PATH_INFO", "")).lstrip("/").partition("/")
        known = bool(self._token) and secrets.compare_digest(token.encode(), self._token.encode())
        if not known:
            return _refuse(start, "404 Not Found")
        if environment.get("REQUEST_METHOD") == "POST" and rest == "clock" and can_be_set():
            return _set_clock(environment, start)
        if environment.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return _refuse(start, "405 Method Not Allowed")
        try:
            return self._page(start) if not rest else self._file(rest, start)
        except Exception:
            log.exception("hand-over of %r failed", rest)
            return _refuse(start, "500 Internal Server Error")

    def _page(self, start: Start) -> Iterable[bytes]:
        cells = []
        for shot in self._library.shots()[:MOST]:
            files = [path for path in shot.paths if path.suffix in _TYPES]
            links = "".join(
                f'<a href="{_name(path)}" download>{path.suffix[1:]}</a>' for path in files
            )
            jpeg = jpeg_of(shot)
            small = f'<img loading="lazy" src="small/{_name(jpeg)}" alt="">' if jpeg else ""
            cells.append(f"<div>{small}<br>{html.escape(shot.id)} {links}</div>")
        clock = _CLOCK if can_be_set() else ""
        page = (
            '<!doctype html><meta charset="utf-8"><meta name="viewport" '
            'content="width=device-width"><title>Baryta</title>'
            f"<style>{_STYLE}</style><h1>Baryta</h1>{clock}<main>{''.join(cells)}</main>"
        )
        return _give(start, "text/html; charset=utf-8", page.encode())

    def _file(self, rest: str, start: Start) -> Iterable[bytes]:
        """A file of the library by the name that the page gave it; nothing else has a name."""
        small = rest.startswith("small/")
        wanted = rest.removeprefix("small/")
        paths = (path for shot in self._library.shots() for path in shot.paths)
        path = next((p for p in paths if p.suffix in _TYPES and _name(p) == wanted), None)
        if path is None:
            return _refuse(start, "404 Not Found")
        if small:
            return _give(start, "image/jpeg", read_thumbnail(path) or b"")
        headers = [
            ("Content-Type", _TYPES[path.suffix]),
            ("Content-Length", str(path.stat().st_size)),
            ("Cache-Control", "no-store"),
        ]
        start("200 OK", headers)
        return FileWrapper(path.open("rb"), 1 << 16)

    def _serve(self) -> None:
        try:
            self._server.run()
        except OSError:
            log.debug("hand-over ended", exc_info=True)


def _set_clock(environment: Environment, start: Start) -> Iterable[bytes]:
    """Asks for the clock to be set to what the browser said, and leads back to the page."""
    try:
        length = min(int(environment.get("CONTENT_LENGTH") or 0), _LONGEST)
        said = parse_qs(environment["wsgi.input"].read(length).decode("ascii"))
        ask_to_set(int(said["now"][0]))
    except (ValueError, KeyError):
        return _refuse(start, "400 Bad Request")
    except OSError:
        log.exception("the clock cannot be set")
        return _refuse(start, "500 Internal Server Error")
    end = time.monotonic() + _GRANTED
    while can_be_set() and time.monotonic() < end:
        time.sleep(0.1)
    log.info("a telephone has told the time: %s", "refused" if can_be_set() else "taken")
    start("303 See Other", [("Location", "./"), ("Content-Length", "0")])
    return [b""]


def _name(path: Path) -> str:
    """Folder and name, which no other picture has."""
    return f"{path.parent.name}/{path.name}"


def _give(start: Start, kind: str, body: bytes) -> Iterable[bytes]:
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start("200 OK", headers)
    return [body]


def _refuse(start: Start, status: str) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return [b""]
