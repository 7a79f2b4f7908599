"""How large an X display is, as a server tells it; without Kivy."""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.x_display import size

COOKIE = b"MIT-MAGIC-COOKIE-1"
SECRET = bytes(range(16))
WILD = 0xFFFF  # of the families of addresses: whatever the host is called
WINDOW = "from app.ui.start import prepare, window_size; prepare(); print(*window_size())"


def authority(path: Path, display: bytes) -> Path:
    """A file of cookies: that of another display, and that of this one."""
    entries = ((b"9999", b"x" * 16), (display, SECRET))
    data = b""
    for number, cookie in entries:
        data += struct.pack(">H", WILD)
        data += b"".join(
            struct.pack(">H", len(part)) + part for part in (b"host", number, COOKIE, cookie)
        )
    path.write_bytes(data)
    return path


@contextmanager
def server(mode: str, *options: str) -> Iterator[str]:
    """Its display's name."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed (apt install xvfb)")
    read, write = os.pipe()
    asked = [program, "-displayfd", str(write), "-screen", "0", mode, "-nolisten", "tcp", *options]
    process = subprocess.Popen(asked, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        process.terminate()
        process.wait(60)


def test_a_server_tells_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Again too, which a server without a client that stays would refuse."""
    pytest.importorskip("kivy")
    with server("480x320x24") as display:
        for name in (display, f"{display}.0", f"unix{display}"):
            monkeypatch.setenv("DISPLAY", name)
            assert size() == (480, 320)
        monkeypatch.setenv("DISPLAY", f"{display}.3")
        assert size() is None
        wanted = {**os.environ, "DISPLAY": display, "WAYLAND_DISPLAY": "", "HOME": str(tmp_path)}
        wanted.pop("SDL_VIDEODRIVER", None)
        asked = [sys.executable, "-c", WINDOW]
        told = subprocess.run(asked, env=wanted, check=True, capture_output=True, text=True)
        assert told.stdout.split() == ["480", "320"]


def test_a_server_that_asks_for_a_cookie_gets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it nothing is told."""
    file = tmp_path / "authority"
    with server("1400x300x24", "-auth", str(authority(file, b""))) as display:
        authority(file, display[1:].encode())
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.setenv("XAUTHORITY", str(file))
        assert size() == (1400, 300)
        monkeypatch.setenv("XAUTHORITY", str(tmp_path / "none"))
        assert size() is None


@pytest.mark.parametrize("name", ["", ":", "x", ":9999", "nowhere.invalid:1"])
def test_nobody_there_tells_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No display, none of that number, no such host."""
    monkeypatch.setenv("DISPLAY", name)
    assert size() is None
