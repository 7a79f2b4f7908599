"""The hand-over page: what it gives, to whom, and what it never does."""

import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from app import clock
from app.clock import TimeSource
from app.library import Library
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.store import Store
from app.workshop import Workshop

pytest.importorskip("waitress", reason="the hand-over needs waitress: pip install 'baryta[ui]'")

from app.handover import MOST, HandOver, Words  # after the check of what it needs


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library of one picture."""
    store = Store.library(tmp_path / "card")
    store.save(encode_jpeg(np.full((240, 320, 3), 90, np.uint8), ShotInfo()), b"negative")
    (tmp_path / "secret.JPG").write_bytes(b"secret")
    return Library(Workshop(store), None)  # type: ignore[arg-type]


@pytest.fixture
def page(library: Library) -> Iterator[HandOver]:
    """It is handed over on the loopback address."""
    page = HandOver(library.shots, "127.0.0.1")
    yield page
    page.close()


def get(url: str, method: str = "GET", data: bytes | None = None) -> tuple[int, bytes]:
    """Status and body."""
    try:
        request = urllib.request.Request(url, data, method=method)  # noqa: S310 - our own page
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_page_shows_pictures_and_gives_files(page: HandOver, library: Library) -> None:
    """Thumbnail, JPEG and DNG come as they are on the card."""
    status, body = get(page.url)
    assert status == 200
    assert b'href="100BARYT/BARY0001.JPG" download' in body
    assert b'<a href="100BARYT/BARY0001.JPG"><img' in body, "a touch shows it large"
    store = library.workshop.store
    jpeg = (store.root / "DCIM/100BARYT/BARY0001.JPG").read_bytes()
    assert get(f"{page.url}100BARYT/BARY0001.JPG") == (200, jpeg)
    assert get(f"{page.url}100BARYT/BARY0001.DNG") == (200, b"negative")
    assert get(f"{page.url}small/100BARYT/BARY0001.JPG")[1].startswith(b"\xff\xd8")


def test_without_the_token_there_is_nothing(page: HandOver) -> None:
    """A wrong token, a part of it, and none are answered alike."""
    base, token = page.url.rstrip("/").rsplit("/", 1)
    for wrong in ("", "/", f"/{token[:-1]}/", f"/{token[:-1]}x/", "/x/100BARYT/BARY0001.JPG"):
        assert get(base + wrong)[0] == 404
    assert len(token) >= 22


def test_nothing_but_pictures_can_be_read_and_nothing_written(page: HandOver) -> None:
    """Paths that lead elsewhere find nothing; other methods are refused."""
    for path in ("../secret.JPG", "..%2f..%2fsecret.JPG", "/etc/passwd", ".baryta/number"):
        assert get(page.url + path)[0] == 404
    for method in ("POST", "PUT", "DELETE"):
        assert get(page.url, method)[0] == 405


def test_each_time_has_a_token_of_its_own_and_ends(page: HandOver) -> None:
    """An address that was seen once is of no use later."""
    other = HandOver(tuple, "127.0.0.1")
    assert other.url.rsplit("/", 2)[1] != page.url.rsplit("/", 2)[1]
    url = other.url
    other.close()
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        get(url)


def test_a_telephone_sets_a_clock_that_nobody_keeps(
    page: HandOver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offered only then, with the token only, and anything but a time is refused."""
    wish = tmp_path / "set-clock"
    offer = b"Set the camera's clock"
    monkeypatch.setattr(clock, "time_source", lambda: TimeSource.UNKNOWN)
    assert offer not in get(page.url)[1]
    assert get(f"{page.url}clock", "POST", b"now=1795741200")[0] == 405
    monkeypatch.setenv("BARYTA_SET_CLOCK", str(wish))
    assert offer in get(page.url)[1]
    for wrong in (b"", b"now=", b"now=x", b"now=1", b"then=1795741200", b"\xff" * 5000):
        assert get(f"{page.url}clock", "POST", wrong)[0] == 400
    assert get(f"{page.url[:-3]}xx/clock", "POST", b"now=1795741200")[0] == 404
    assert not wish.exists()
    status, body = get(f"{page.url}clock", "POST", b"now=1795741200")
    assert (status, offer in body) == (200, True)  # led back to the page
    assert wish.read_text() == "1795741200\n"
    monkeypatch.setattr(clock, "time_source", lambda: TimeSource.TELEPHONE)
    assert offer not in get(page.url)[1]


def test_more_pictures_than_a_page_holds_are_on_others(tmp_path: Path) -> None:
    """Every picture is on one page, in the screen's words; a page that is none is the nearest."""
    store = Store.library(tmp_path / "card")
    jpeg = encode_jpeg(np.full((24, 32, 3), 90, np.uint8), ShotInfo())
    for _ in range(MOST + 2):
        store.save(jpeg, None)
    words = Words("de", "<Uhr>", "Neuer", "\N{LATIN CAPITAL LETTER A WITH DIAERESIS}lter", "Keine")
    library = Library(Workshop(store), None)  # type: ignore[arg-type]
    page = HandOver(library.shots, "127.0.0.1", words)
    try:
        first, second = (get(page.url + query)[1].decode() for query in ("", "?page=2"))
        assert first.count("<img") == MOST
        assert second.count("<img") == 2
        assert "BARY0001.JPG" in second
        assert first.count('<a href="?page=2">\N{LATIN CAPITAL LETTER A WITH DIAERESIS}lter') == 2
        assert "Neuer" not in first
        assert '<a href="?page=1">Neuer' in second
        assert '<html lang="de">' in first
        for query, same in (("?page=9", second), ("?page=-1", first), ("?page=x", first)):
            assert get(page.url + query)[1].decode() == same
    finally:
        page.close()


def test_an_address_typed_without_its_last_slash_leads_to_the_page(page: HandOver) -> None:
    """Else all that the page holds would be looked for in the wrong place."""
    with urllib.request.urlopen(page.url.rstrip("/"), timeout=10) as answer:  # noqa: S310 - ours
        assert answer.url == page.url


def test_what_has_no_small_picture_or_is_gone_is_not_found(
    page: HandOver, library: Library
) -> None:
    """A DNG without preview, and a picture deleted since the page was shown."""
    assert get(page.url)[0] == 200
    assert get(f"{page.url}small/100BARYT/BARY0001.DNG")[0] == 404
    library.delete(library.shots()[0])
    assert get(f"{page.url}100BARYT/BARY0001.JPG")[0] == 404


def stalled(page: HandOver) -> socket.socket:
    """A telephone that asks for the negative, and stops reading."""
    parts = urlsplit(page.url)
    telephone = socket.socket()
    telephone.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    telephone.connect((parts.hostname, parts.port))
    telephone.sendall(f"GET {parts.path}100BARYT/BARY0001.DNG HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert telephone.recv(16).startswith(b"HTTP/1.1 200")
    return telephone


@pytest.fixture
def others() -> set[threading.Thread]:
    """Threads of whatever came before."""
    return set(threading.enumerate())


@pytest.fixture
def large(tmp_path: Path) -> Iterator[HandOver]:
    """A picture whose negative no socket's buffers hold."""
    store = Store.library(tmp_path / "large")
    store.save(encode_jpeg(np.full((24, 32, 3), 90, np.uint8), ShotInfo()), bytes(30_000_000))
    page = HandOver(Library(Workshop(store), None).shots, "127.0.0.1")  # type: ignore[arg-type]
    yield page
    page.close()


def test_a_file_says_what_the_page_says(page: HandOver) -> None:
    """No browser guesses its kind, keeps it, or tells the next site where it came from."""
    for name in ("", "100BARYT/BARY0001.JPG", "small/100BARYT/BARY0001.JPG"):
        with urllib.request.urlopen(page.url + name, timeout=10) as answer:  # noqa: S310 - ours
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"


def test_telephones_that_stop_reading_keep_nobody_waiting(large: HandOver) -> None:
    """Four of them, and the page is there for a fifth; a whole download is whole."""
    telephones = [stalled(large) for _ in range(4)]
    assert get(large.url)[0] == 200
    status, body = get(f"{large.url}100BARYT/BARY0001.DNG")
    assert (status, len(body)) == (200, 30_000_000)
    assert get(f"{large.url}100BARYT/BARY0001.DNG", "HEAD") == (200, b"")
    for telephone in telephones:
        telephone.close()


def test_its_end_ends_downloads_connections_and_threads(
    others: set[threading.Thread], large: HandOver, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection kept alive and one in mid-download are closed, and no thread is left."""
    parts = urlsplit(large.url)
    kept = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    kept.request("GET", parts.path)
    kept.getresponse().read()
    telephone = stalled(large)
    large.close()
    telephone.settimeout(10)
    with suppress(ConnectionError):
        assert len(b"".join(iter(lambda: telephone.recv(1 << 16), b""))) < 30_000_000
    assert kept.sock.recv(1) == b""
    kept.close()
    telephone.close()
    end = time.monotonic() + 10
    while ours := set(threading.enumerate()) - others:
        assert time.monotonic() < end, ours
        time.sleep(0.05)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=3-", 206, b"ative"),
        ("bytes=0-0", 206, b"n"),
        ("bytes=2-99", 206, b"gative"),
        ("bytes=-2", 206, b"ve"),
        ("bytes=0-", 200, b"negative"),
        ("bytes=8-", 416, b""),
        ("bytes=5-2", 416, b""),
        ("bytes=-", 200, b"negative"),
        ("bytes=1-2,4-5", 200, b"negative"),
        ("lines=1-", 200, b"negative"),
    ],
)
def test_a_download_goes_on_where_it_was_cut_off(
    page: HandOver, asked: str, status: int, body: bytes
) -> None:
    """One range of bytes; what is no such thing gives the whole file."""
    get(page.url)
    where = urlsplit(page.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
    connection.request("GET", f"{where.path}100BARYT/BARY0001.DNG", headers={"Range": asked})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (status, body)
    if status == 206:
        first = b"negative".index(body)
        told = f"bytes {first}-{first + len(body) - 1}/8"
        assert answer.getheader("Content-Range") == told
    connection.close()
