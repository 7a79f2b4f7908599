"""The package of Debian's: installed, in use, removed, purged."""

import json
from collections.abc import Callable

from machine import Machine
from operating import PROJECT

_DROP_IN = """[Service]
Environment=DISPLAY=:7 LIBGL_ALWAYS_SOFTWARE=1
TTYPath=
StandardInput=null
ExecStartPre=/usr/bin/python3 /srv/closed.py
ExecStart=
ExecStart=/usr/bin/baryta --source replay:/srv/frames
"""

_UNPLUGGED = "[Service]\nExecStartPre=/usr/bin/false\n"

# Without --hand-over, or a drop-in that does the same, there is no network.
_CLOSED = """import socket, sys
try:
    socket.socket(socket.AF_INET)
except OSError:
    sys.exit()
sys.exit("the network is open")
"""


def test_the_package_comes_and_goes(machines: Callable[..., list[Machine]]) -> None:
    """Installed without a network it is a camera; removed and purged, only pictures stay."""
    (machine,) = machines()
    (package,) = (PROJECT / "build/deb").glob("baryta_*_amd64.deb")
    machine.put("/srv/baryta.deb", package.read_bytes())
    machine.put("/opt/baryta/config.json", b"{}")
    assert "baryta-deploy remove" in machine.run("dpkg", "-i", "/srv/baryta.deb").stderr
    machine.read("rm", "-r", "/opt/baryta")
    machine.read("dpkg", "-i", "/srv/baryta.deb")
    assert machine.run("systemctl", "is-enabled", "baryta").stdout.strip() == "disabled"

    machine.read("systemd-run", "--unit=display", "Xvfb", ":7", "-ac", "-screen", "0", "800x480x24")
    frame = (PROJECT / "tests/data/negatives/first.dng").read_bytes()
    machine.put("/srv/frames/first.dng", frame)
    machine.put("/srv/closed.py", _CLOSED.encode())
    machine.put("/etc/systemd/system/baryta.service.d/test.conf", _DROP_IN.encode())
    machine.read("systemctl", "daemon-reload")
    machine.read("systemctl", "enable", "-q", "baryta")
    machine.read("systemctl", "start", "baryta")
    machine.read("systemctl", "is-active", "-q", "baryta-power.path", "baryta-clock.path")
    assert machine.read("systemctl", "show", "-P", "StatusText", "baryta") == "ready"
    home = ("env", "HOME=/var/lib/baryta", "XDG_PICTURES_DIR=/var/lib/baryta/pictures")
    shoot = (*home, "baryta", "shoot", "--source", "replay:/srv/frames")
    machine.read("sh", "-c", f"cd / && runuser -u baryta -- {' '.join(shoot)}")

    began = machine.read("systemctl", "show", "-P", "ExecMainPID", "baryta")
    machine.put("/var/lib/baryta/pictures/brought", b"back by root")
    machine.read("dpkg", "-i", "/srv/baryta.deb")  # an update
    assert machine.read("stat", "-c", "%U", "/var/lib/baryta/pictures/brought") == "baryta"
    machine.wait_for()
    assert machine.read("systemctl", "show", "-P", "ExecMainPID", "baryta") != began

    # Its camera is unplugged, say: that is no reason not to be updated.
    machine.put("/etc/systemd/system/baryta.service.d/unplugged.conf", _UNPLUGGED.encode())
    machine.read("systemctl", "daemon-reload")
    machine.read("dpkg", "-i", "/srv/baryta.deb")
    assert not machine.is_up()
    machine.read("rm", "/etc/systemd/system/baryta.service.d/unplugged.conf")
    machine.read("systemctl", "daemon-reload")

    explained = machine.read("baryta-explain")
    assert "The camera does not start" in explained
    assert "/var/lib/baryta/pictures" in explained  # the camera's library, not root's

    machine.read("dpkg", "--remove", "baryta")
    assert not machine.is_up()
    left = "ls -d /usr/lib/baryta /usr/bin/baryta /usr/lib/systemd/system/baryta* || true"
    assert machine.read("sh", "-c", left) == ""
    machine.read("dpkg", "--purge", "baryta")
    assert machine.run("ls", "/var/cache/baryta").returncode != 0
    assert "BARY0001.JPG" in machine.read("find", "/var/lib/baryta/pictures", "-name", "*.JPG")


def test_a_card_with_the_package_becomes_a_camera(
    machines: Callable[..., list[Machine]],
) -> None:
    """As cloud-init runs user-data's commands at the first start; apt looks at dates again."""
    (machine,) = machines()
    (package,) = (PROJECT / "build/deb").glob("baryta_*_amd64.deb")
    dates = "/etc/apt/apt.conf.d/94cloud-init-config"
    machine.put(dates, b'Acquire::Check-Date "false";\n')
    machine.put("/boot/firmware/config.txt", b"dtoverlay=vc4-kms-v3d\n")
    machine.put(f"/boot/firmware/{package.name}", package.read_bytes())
    machine.put(f"/boot/firmware/{package.name.replace('_', '_0.0.9-', 1)}", b"an older one")
    card = (PROJECT / "deploy/cloud-init/user-data").read_text("utf-8")
    commands = [line.removeprefix("  - ") for line in card.splitlines() if line.startswith("  - [")]
    for command in commands:
        print(machine.run(*json.loads(command)))
    assert machine.read("systemctl", "is-enabled", "baryta") == "enabled"
    machine.read("test", "-x", "/usr/bin/baryta")
    assert machine.read("cat", "/boot/firmware/config.txt") == "dtoverlay=vc4-kms-v3d,cma-512"
    assert machine.run("ls", dates).returncode != 0
