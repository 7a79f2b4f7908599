"""Releases for the tests: wheels that pass for Baryta's, and behave well or badly."""

import base64
import hashlib
import zipfile
from pathlib import Path

_APP = """
import json, os, signal, socket, sys, time

BEHAVIOUR, MARK = {behaviour!r}, {mark!r}

def log(text, shot, taken):
    fields = f"MESSAGE={{text}}\\nBARYTA_SHOT={{shot}}\\nBARYTA_TAKEN={{taken}}\\n"
    if text.startswith("saved"):
        fields += f"BARYTA_PICTURE=BARY{{int(shot):04}}\\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(fields.encode(), "/run/systemd/journal/socket")

def stop(*_):
    with open("/var/lib/baryta/stopped", "w"):
        pass
    sys.exit(0)

def tell(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(text.encode(), os.environ["NOTIFY_SOCKET"].replace("@", "\\0", 1))

if "doctor" in sys.argv:
    status = "bad" if BEHAVIOUR == "sick" else "good"
    print(json.dumps({{"findings": [
        {{"check": "pictures", "status": status, "found": "cannot be written", "remedy": ""}},
        {{"check": "display", "status": "good", "found": os.environ.get("WAYLAND_DISPLAY", "none"),
          "remedy": ""}}]}}))
    sys.exit(status == "bad")
if BEHAVIOUR == "crashes":
    sys.exit("RuntimeError: no such camera")
signal.signal(signal.SIGTERM, stop)
log("finished after a stop", 0, "12:00:02")
for number in (1, 2):
    log(f"begun {{number}}", number, f"12:00:0{{number}}")
    log(f"saved {{number}}", number, f"12:00:0{{number}}")
tell("STATUS=waiting for a frame")
if BEHAVIOUR != "silent":
    tell("READY=1")
began = time.monotonic()
while True:
    time.sleep(0.5)  # what was logged before is in the journal before a last word
    if BEHAVIOUR == "dies" and time.monotonic() > began + 2:
        sys.exit("RuntimeError: the cable is loose")
    if os.path.exists("/var/lib/baryta/fall"):
        sys.exit("RuntimeError: the sensor has gone")
    if BEHAVIOUR != "silent" and not os.path.exists("/var/lib/baryta/hang"):
        tell("WATCHDOG=1")
"""


def stand_in(folder: Path, behaviour: str = "good", mark: str = "", megabytes: int = 0) -> Path:
    """A wheel that installs as Baryta.

    Args:
        folder: to write it to.
        behaviour: good, crashes, dies, silent (never ready), sick (its doctor finds something), or
            broken (cannot be imported).
            Whatever it is, it stops feeding the watchdog while /var/lib/baryta/hang is there, and
            ends when /var/lib/baryta/fall is. It logs of two shots, and of one that it has found.
        mark: makes two wheels of one behaviour differ.
        megabytes: how large it is at least.
    """
    main = "raise ImportError('half a module')" if behaviour == "broken" else ""
    files = {
        "app/__init__.py": "",
        "app/main.py": main,
        "app/__main__.py": _APP.format(behaviour=behaviour, mark=mark),
        "native/__init__.py": "def core_version():\n    return 'none'\n",
        "baryta-0.1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: baryta\nVersion: 0.1.0\n",
        "baryta-0.1.0.dist-info/WHEEL": (
            "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
    }
    records = [f"{name},sha256={_digest(text)},{len(text)}" for name, text in files.items()]
    files["baryta-0.1.0.dist-info/RECORD"] = "\n".join(
        [*records, "baryta-0.1.0.dist-info/RECORD,,", ""]
    )
    place = folder / f"{behaviour}-{mark}"
    place.mkdir(parents=True, exist_ok=True)
    path = place / "baryta-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), text)
        for number in range(megabytes):
            wheel.writestr(f"app/{number}", bytes(1 << 20))
    return path


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
