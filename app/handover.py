"""Pictures handed over on the local network: a small web page, off until somebody opens it.

Of pictures it is read-only. Where nobody knows the time, it offers to take the telephone's for the
device's clock, and takes nothing else. Its address has a token of 128 random bits, new each time;
whoever has not got it gets nothing. It is bound to one address of the device and ends when the
screen's page is left. It is not encrypted: who can listen on the network can see the pictures that
are taken from it.
"""

import html
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from app.clock import ask_to_set, can_be_set
from app.library import jpeg_of
from app.pictures.thumbnail import read_thumbnail
from app.store import Shot

log = logging.getLogger(__name__)

_LONGEST = 40  # bytes of a time
_LARGEST_REQUEST = 1 << 16  # bytes of a body: whoever has no token cannot fill the memory
_GRANTED = 3.0  # seconds for the device to set its clock, before the page is shown anew
_ENDING = 2.0  # seconds for its threads to end
_CLOCK = """<form method="post" action="clock"><button name="now"
onclick="this.value=Math.trunc(Date.now()/1000)">{}</button></form>"""
MOST = 120  # pictures on a page, the newest first
_TYPES = {".JPG": "image/jpeg", ".DNG": "image/x-adobe-dng"}
_PRIVATE = (
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
_STYLE = """body{background:#0b0b0c;color:#ede8de;font:16px system-ui;margin:1em}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:12px}
nav{margin:1em 0;display:flex;gap:2em}
img{width:100%;aspect-ratio:4/3;object-fit:contain;background:#161617}
a{color:#eea647;text-decoration:none;margin-right:.8em}"""

Environment = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says, in the language of the screen.

    Attributes:
        language: its code, for the browser.
        clock: on the button that sets the device's clock.
        newer, older: on the ways to other pages.
        none: in the place of pictures.
    """

    language: str = "en"
    clock: str = "Set the camera's clock by this telephone"
    newer: str = "Newer"
    older: str = "Older"
    none: str = "No pictures yet"


class HandOver:
    """The page, from its making until close().

    Args:
        shots: gives the pictures to show, the newest first; asked by every page.
        address: of the device that it is bound to; no other is listened on.
        words: of the page.

    Attributes:
        url: for a browser on the same network.

    Raises:
        OSError: if nothing can be bound there.
    """

    def __init__(
        self, shots: Callable[[], tuple[Shot, ...]], address: str, words: Words | None = None
    ) -> None:
        from waitress.server import create_server  # noqa: PLC0415 - no start waits for it

        # It warns of each request that waits for another, as of pictures of one page do.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._ask, self._words = shots, words or Words()
        self._listed: tuple[Shot, ...] = ()
        self._paths: dict[str, Path] = {}  # by the names that the page gave them
        self._token = secrets.token_urlsafe(16)
        self._server = create_server(
            self.answer,
            host=address,
            port=0,
            threads=2,
            ident=None,
            max_request_body_size=_LARGEST_REQUEST,
            clear_untrusted_proxy_headers=True,
        )
        port = self._server.effective_port
        self.url = f"http://{address}:{port}/{self._token}/"
        self._thread = threading.Thread(target=self._server.run, name="hand-over", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends it, and what is under way; the address is of no use any more."""
        if not self._token:
            return
        self._token = ""
        trigger, tasks = self._server.trigger, self._server.task_dispatcher
        trigger.pull_trigger(self._hang_up)
        # The trigger last: a task that wrote to its pipe afterwards might hit another file.
        tasks.shutdown(timeout=_ENDING)
        trigger.pull_trigger(trigger.close)
        self._thread.join(_ENDING)

    def answer(self, environment: Environment, start: Start) -> Iterable[bytes]:
        """One request, as WSGI has it (PEP 3333)."""
        token, slash, rest = str(environment.get("PATH_INFO", "")).lstrip("/").partition("/")
        method = environment.get("REQUEST_METHOD")
        known = bool(self._token) and secrets.compare_digest(token.encode(), self._token.encode())
        if not known:
            return _refuse(start, "404 Not Found")
        if method == "POST" and rest == "clock" and can_be_set():
            return _set_clock(environment, start)
        if method not in ("GET", "HEAD"):
            return _refuse(start, "405 Method Not Allowed")
        if not slash:  # the page's own links are relative
            return _lead(start, f"{token}/")
        return self._read(rest, environment, start)

    def _read(self, rest: str, environment: Environment, start: Start) -> Iterable[bytes]:
        try:
            return self._file(rest, environment, start) if rest else self._page(environment, start)
        except FileNotFoundError:  # deleted since
            return _refuse(start, "404 Not Found")
        except Exception:
            log.exception("hand-over of %r failed", rest)
            return _refuse(start, "500 Internal Server Error")

    def _shots(self) -> tuple[Shot, ...]:
        shots = self._ask()
        if shots is not self._listed:
            paths = (path for shot in shots for path in shot.paths if path.suffix in _TYPES)
            self._paths = {_name(path): path for path in paths}
            self._listed = shots
        return shots

    def _page(self, environment: Environment, start: Start) -> Iterable[bytes]:
        shots, words = self._shots(), self._words
        pages = max(1, -(-len(shots) // MOST))
        page = _number(environment, pages)
        cells = map(_cell, shots[(page - 1) * MOST : page * MOST])
        clock = _CLOCK.format(_text(words.clock)) if can_be_set() else ""
        ways = ""
        if pages > 1:
            newer = _way(page - 1, words.newer) if page > 1 else ""
            older = _way(page + 1, words.older) if page < pages else ""
            ways = f"<nav>{newer}<span>{page} / {pages}</span>{older}</nav>"
        none = "" if shots else f"<p>{_text(words.none)}</p>"
        text = (
            f'<!doctype html><html lang="{html.escape(words.language)}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><title>Baryta</title>'
            f"<style>{_STYLE}</style><h1>Baryta</h1>{clock}{ways}{none}"
            f"<main>{''.join(cells)}</main>{ways}"
        )
        return _give(start, "text/html; charset=utf-8", text.encode())

    def _file(self, rest: str, environment: Environment, start: Start) -> Iterable[bytes]:
        """A file of the library by the name that the page gave it; nothing else has a name."""
        wanted = rest.removeprefix("small/")
        if wanted not in self._paths:
            self._shots()
        path = self._paths.get(wanted)
        if path is None:
            return _refuse(start, "404 Not Found")
        if wanted != rest:
            small = read_thumbnail(path)
            return _give(start, "image/jpeg", small) if small else _refuse(start, "404 Not Found")
        size = path.stat().st_size
        part = _part(str(environment.get("HTTP_RANGE", "")), size)
        if not part:
            return _refuse(start, "416 Range Not Satisfiable")
        file = path.open("rb")
        file.seek(part.start)
        whole = len(part) == size
        headers = [
            ("Content-Type", _TYPES[path.suffix]),
            ("Content-Length", str(len(part))),
            ("Accept-Ranges", "bytes"),
            *([] if whole else [("Content-Range", f"bytes {part[0]}-{part[-1]}/{size}")]),
            *_PRIVATE,
        ]
        start("200 OK" if whole else "206 Partial Content", headers)
        if environment["REQUEST_METHOD"] == "HEAD":
            file.close()
            return [b""]
        # Sent by the thread that listens: a telephone that stops reading keeps no other waiting.
        sent: Iterable[bytes] = environment["wsgi.file_wrapper"](file, 1 << 16)
        return sent

    def _hang_up(self) -> None:
        """Takes no more, and ends every connection; on the thread that listens."""
        from waitress.wasyncore import dispatcher  # noqa: PLC0415 - as create_server

        dispatcher.close(self._server)  # and not the server's own: the trigger is still needed
        for channel in tuple(self._server.active_channels.values()):
            channel.handle_close()


def _text(words: str) -> str:
    return html.escape(words, quote=False)


def _way(page: int, words: str) -> str:
    return f'<a href="?page={page}">{_text(words)}</a>'


def _cell(shot: Shot) -> str:
    """A shot's picture, number and files."""
    links = "".join(
        f'<a href="{_name(path)}" download>{path.suffix[1:]}</a>'
        for path in shot.paths
        if path.suffix in _TYPES
    )
    jpeg = jpeg_of(shot)
    small = ""
    if jpeg:  # a touch shows it large
        name = _name(jpeg)
        small = f'<a href="{name}"><img loading="lazy" src="small/{name}" alt="{shot.id}"></a>'
    return f"<div>{small}<br>{_text(shot.id)} {links}</div>"


def _number(environment: Environment, pages: int) -> int:
    """The page that is asked for, 1 to pages; the first for what is no number."""
    asked = parse_qs(str(environment.get("QUERY_STRING", ""))).get("page", ["1"])[0]
    page = 1
    with suppress(ValueError):
        page = int(asked[:9])
    return min(max(page, 1), pages)


def _part(wanted: str, size: int) -> range:
    """The bytes that a download which was cut off goes on with (RFC 9110, 14.2).

    Of a header that is not one range, all of them; of one beyond the file, none.
    """
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", wanted.strip())
    if found is None or found[0].endswith("=-"):
        return range(size)
    first, last = found.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    return range(int(first), min(int(last) + 1, size) if last else size)


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
    return _lead(start, "./")


def _name(path: Path) -> str:
    """Folder and name, which no other picture has."""
    return f"{path.parent.name}/{path.name}"


def _give(start: Start, kind: str, body: bytes) -> Iterable[bytes]:
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        *_PRIVATE,
    ]
    start("200 OK", headers)
    return [body]


def _refuse(start: Start, status: str) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return [b""]


def _lead(start: Start, place: str) -> Iterable[bytes]:
    start("303 See Other", [("Location", place), ("Content-Length", "0")])
    return [b""]
