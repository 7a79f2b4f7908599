"""The real app, built from these sources, on a device with a display that nobody sees."""

import base64
import platform
from collections.abc import Callable

from machine import Machine
from operating import PROJECT, WHEELS, Operator

_DISPLAY = """[Service]
Environment=LIBGL_ALWAYS_SOFTWARE=1
ExecStartPre=/usr/bin/python3 /srv/allowed.py
"""
# As app.clock asks who keeps the clock, as the page of Send listens, and as lgpio makes a pipe
# where it starts: all have to be allowed.
_ALLOWED = """import ctypes, os, socket
os.mkfifo(str(0))
os.remove(str(0))
assert ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)) >= 0
socket.create_server((str(), 0)).close()
"""


def test_the_real_app_passes_the_gate(
    machines: Callable[..., list[Machine]], operator: Operator
) -> None:
    """A person's desktop, replayed frames, doctor, all within the unit's sandbox."""
    (machine,) = machines()
    machine.read("systemd-run", "--unit=display", "Xvfb", ":0", "-ac", "-screen", "0", "800x480x24")
    folder = "/etc/systemd/system/baryta.service.d"
    machine.read("sh", "-c", f"mkdir -p {folder} && echo '{_DISPLAY}' >{folder}/display.conf")
    # Frames of a few pixels: many devices' worth of processor is not what is tried here.
    frame = base64.b64encode((PROJECT / "tests/data/negatives/first.dng").read_bytes()).decode()
    put = f"mkdir -p /srv/frames && echo {frame} | base64 -d >/srv/frames/first.dng"
    machine.read("sh", "-c", put)
    machine.read("sh", "-c", f"echo '{_ALLOWED}' >/srv/allowed.py")
    (wheel,) = (PROJECT / f"build/deploy/baryta-{platform.machine()}").glob("*.whl")
    answer = operator.run(
        "deploy",
        "--desktop",
        "--user=pi",
        "--hand-over",
        "--source=replay:/srv/frames",
        "--gate=120",
        f"--wheel={wheel}",
        f"--wheels={WHEELS}",
        machine.target,
    )
    print(machine.run("journalctl", "--no-pager", "-u", "baryta").stdout)
    assert answer.only["outcome"] == "live", answer.only["told"]
    assert machine.read("systemctl", "show", "-P", "StatusText", "baryta") == "ready"
    found = machine.read("sh", "-c", "cd / && HOME=/root baryta doctor")
    assert "core" in found
    boot = operator.run("boot", machine.target).out
    assert "app: first frame on the screen" in boot
    machine.read("systemctl", "stop", "baryta")
    assert machine.read("systemctl", "show", "-P", "Result", "baryta") == "success"
