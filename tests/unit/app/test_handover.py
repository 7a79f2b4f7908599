"""The hand-over page: what it gives, to whom, and what it never does."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

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

from app.handover import HandOver, local_address  # after the check of what it needs


@pytest.fixture
def page(tmp_path: Path) -> Iterator[HandOver]:
    """A library of one picture, handed over on the loopback address."""
    store = Store.library(tmp_path / "card")
    store.save(encode_jpeg(np.full((240, 320, 3), 90, np.uint8), ShotInfo()), b"negative")
    (tmp_path / "secret.JPG").write_bytes(b"secret")
    page = HandOver(Library(Workshop(store), None), "127.0.0.1")  # type: ignore[arg-type]
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


def test_the_page_shows_pictures_and_gives_files(page: HandOver) -> None:
    """Thumbnail, JPEG and DNG come as they are on the card."""
    status, body = get(page.url)
    assert status == 200
    assert b'href="100BARYT/BARY0001.JPG"' in body
    store = page._library.workshop.store  # noqa: SLF001 - the test's own library
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
    other = HandOver(page._library, "127.0.0.1")  # noqa: SLF001 - the test's own library
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


def test_a_camera_without_a_network_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that may not use one is told apart from a cable that is out."""

    def refuse(*_: object) -> None:
        raise OSError(97, "Address family not supported by protocol")

    monkeypatch.setattr("socket.socket", refuse)
    with pytest.raises(PermissionError, match="without a network"):
        local_address()
