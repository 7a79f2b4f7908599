"""What makes a device a camera: who may reach it, its button, its read-only root, its desktop."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from machine import BRIDGE, HERE, KEY, Machine, wait_for
from operating import Operator
from stand_in import stand_in

Machines = Callable[..., list[Machine]]

# A compositor's socket, as a desktop session leaves it.
_WAYLAND = """
import os, socket
socket.socket(socket.AF_UNIX).bind("/run/user/%d/wayland-0" % os.getuid())
"""
# The clock is this machine's too, and no device's to set: neither by the command nor by the call.
_NO_CLOCK = """[Service]
ProtectClock=yes
Environment=PATH=/srv/stand-in:/usr/bin:/bin
"""
_STAND_INS = {
    "date": '#!/bin/sh\n[ "$*" = -u ] || echo "$*" >>/run/told\n',
    "timedatectl": "#!/bin/sh\necho no\n",
}


# What the unit's own lines about the network let through.
_TRY = f"""import socket
for address in ("{HERE}", "203.0.113.1"):
    try:
        socket.create_connection((address, 8123), 5).close()
        print(address, "open")
    except OSError:
        print(address, "closed")
"""
_TRIED = "[Service]\nType=oneshot\nExecStart=/usr/bin/python3 /srv/try.py\n"


def test_only_ssh_is_open_and_the_button_switches_off(machines: Machines) -> None:
    """No other port listens; logind switches off at the button, and a stop comes first."""
    (machine,) = machines(cameras=True)
    listening = machine.read("ss", "-H", "-ltun").splitlines()
    assert listening
    assert {line.split()[4].rpartition(":")[2] for line in listening} == {"22"}

    name = "org.freedesktop.login1"
    key = (name, f"/{name.replace('.', '/')}", f"{name}.Manager", "HandlePowerKey")
    assert machine.read("busctl", "get-property", *key) == 's "poweroff"'
    machine.run("systemctl", "poweroff")  # what logind does then
    wait_for(lambda: machine.process is not None and machine.process.poll() is not None)
    assert (machine.place / "upper/var/lib/baryta/stopped").exists()


def test_the_network_of_a_camera_that_sends_is_the_local_one(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """With --hand-over its unit reaches a private address and no public one, if both are there."""
    (machine,) = machines()
    operator.deploy(stand_in(place), machine.target, "--hand-over")
    public = "203.0.113.1"  # of documentation's (RFC 5737), and on the tests' own network only
    subprocess.run(f"ip address add {public}/24 dev {BRIDGE}".split(), check=True)
    try:
        machine.read(*f"ip route add {public} dev eth0".split())
        machine.put("/srv/try.py", _TRY)
        shown = machine.read("systemctl", "cat", "baryta").splitlines()
        lines = [line for line in shown if line.startswith(("IPAddress", "RestrictAddress"))]
        machine.put("/etc/systemd/system/try.service", _TRIED + "\n".join(lines) + "\n")
        machine.read("systemctl", "daemon-reload")
        with socket.create_server(("0.0.0.0", 8123)):  # noqa: S104 - the tests' own network
            assert machine.read("python3", "/srv/try.py").split()[1::2] == ["open", "open"]
            machine.read("systemctl", "start", "try")
        told = machine.read("journalctl", "--no-pager", "-o", "cat", "-u", "try")
        assert f"{HERE} open" in told
        assert f"{public} closed" in told
    finally:
        subprocess.run(f"ip address delete {public}/24 dev {BRIDGE}".split(), check=True)


@contextmanager
def _stick(machine: Machine, label: str | bytes, *options: str) -> Iterator[str]:
    """A stick that is plugged in, ext4 with an owner of its own; its device's name.

    Not every kernel that runs tests knows FAT.
    """
    owner = ":".join(machine.read("id", option, "baryta") for option in ("-u", "-g"))
    image = machine.place / f"stick{len(list(machine.place.glob('stick*')))}"
    with image.open("wb") as file:
        file.truncate(8 << 20)
    command = ["mkfs.ext4", "-q", "-L", label, "-E", f"root_owner={owner}", str(image)]
    subprocess.run(command, check=True)
    set_up = ["losetup", *options, "--find", "--show", image]
    found = subprocess.run(set_up, check=True, capture_output=True, text=True)
    device = Path(found.stdout.strip())
    try:
        major, minor = (str(part(device.stat().st_rdev)) for part in (os.major, os.minor))
        machine.read("mknod", str(device), "b", major, minor)
        yield device.name
    finally:
        machine.run("baryta-stick", "unmount", device.name)
        subprocess.run(["losetup", "--detach", device], check=True)


def test_a_memory_stick_is_the_cameras_to_write(machines: Machines) -> None:
    """Mounted while the app runs, in its sandbox too; the system's own disk is left alone."""
    (machine,) = machines(cameras=True)
    with _stick(machine, "../Our trip") as stick:
        machine.read("baryta-stick", "mount", stick)
        picture = "/media/baryta/_Our trip/Baryta/BARY0001.JPG"
        pid = machine.read("systemctl", "show", "-P", "MainPID", "baryta")
        seen = ("nsenter", "-t", pid, "-m", "runuser", "-u", "baryta", "--", "sh", "-c")
        machine.read(*seen, f"mkdir '{Path(picture).parent}' && touch '{picture}'")
        machine.read(*seen, f"sleep 60 >'{picture}' 2>&1 &")  # pulled while it is written to
        machine.read("baryta-stick", "unmount", stick)
        assert machine.run("ls", "/media/baryta/_Our trip").returncode != 0
        machine.read("mount", f"/dev/{stick}", "/srv")
        machine.read("test", "-e", "/srv/Baryta/BARY0001.JPG")
        machine.read("baryta-stick", "mount", stick)  # now a disk of the system's
        assert machine.read("ls", "/media/baryta") == ""
        machine.read("umount", "/srv")
        machine.read("pkill", "sleep")


def test_odd_memory_sticks(machines: Machines) -> None:
    """Two of one name, in letters of any language; one that is locked; links lead nowhere."""
    (machine,) = machines(cameras=True)
    zurich, cut = "Z\u00fcrich", b"F\xd6TOS\n"  # FAT's labels may be in any code
    with (
        _stick(machine, zurich) as first,
        _stick(machine, zurich) as second,
        _stick(machine, cut, "--read-only") as locked,
    ):
        sticks = (first, second, locked)
        mounts = " & ".join(f"baryta-stick mount {stick}" for stick in sticks)
        machine.read("sh", "-c", f"{mounts} & wait")
        names = machine.read("ls", "/media/baryta").splitlines()
        assert sorted(names) in (
            sorted([zurich, f"{zurich} {other}", "FTOS"]) for other in (first, second)
        )
        machine.read("ln", "-s", "/etc/hostname", f"/media/baryta/{zurich}/link")
        assert machine.run("cat", f"/media/baryta/{zurich}/link").returncode != 0
        assert "ro" in machine.read("findmnt", "-no", "OPTIONS", "/media/baryta/FTOS").split(",")
        machine.read("rm", f"/run/baryta-stick/{first}")  # as a version before mounted it
        for stick in sticks:
            machine.read("baryta-stick", "unmount", stick)
        assert machine.read("ls", "/media/baryta") == ""
        assert "/media/baryta" not in machine.read("cat", "/proc/self/mounts")


def test_a_telephones_time_reaches_the_clock(machines: Machines) -> None:
    """A wish of the app's, which has no rights, is root's to grant; what is no time is dropped."""
    (machine,) = machines(cameras=True)
    for name, text in _STAND_INS.items():
        machine.put(f"/srv/stand-in/{name}", text)
    machine.put("/etc/systemd/system/baryta-clock.service.d/test.conf", _NO_CLOCK)
    machine.read("systemctl", "daemon-reload")
    assert machine.read("systemctl", "show", "-P", "ProtectClock", "baryta-clock") == "yes"
    for told in ("nonsense", "1795741200"):
        wish = f"printf {told} >/run/baryta/wish; mv /run/baryta/wish /run/baryta/set-clock"
        machine.read("runuser", "-u", "baryta", "--", "sh", "-c", wish)
        wait_for(lambda: machine.run("ls", "/run/baryta/set-clock").returncode != 0)
    wait_for(lambda: machine.run("cat", "/run/baryta-clock").stdout == "telephone\n", 60)
    assert machine.read("cat", "/run/told") == "-u -s @1795741200"


def test_a_desktops_session_is_waited_for(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """With --desktop and a person's account the app begins when Wayland's socket is there."""
    (machine,) = machines()
    answer = operator.begin_deploy(stand_in(place), "--user=pi", machine.target)
    unit = ("systemctl", "show", "-P", "ActiveState", "baryta")
    wait_for(lambda: machine.run(*unit).stdout.strip() == "activating")
    machine.read("install", "-d", "-o", "pi", "-m", "700", "/run/user/1000")
    machine.read("runuser", "-u", "pi", "--", "python3", "-c", _WAYLAND)
    assert operator.end(answer).only["outcome"] == "live"
    pid = machine.read("systemctl", "show", "-P", "MainPID", "baryta")
    told = machine.read("cat", f"/proc/{pid}/environ").split("\0")
    assert "WAYLAND_DISPLAY=wayland-0" in told
    assert "XDG_RUNTIME_DIR=/run/user/1000" in told
    doctor = ("runuser", "-u", "pi", "--", "baryta", "doctor")
    assert "wayland-0" in machine.read(*doctor), "where the camera's screen is"
    machine.read("rm", "/run/user/1000/wayland-0")
    assert "none" in machine.read("timeout", "10", *doctor), "who asks by hand does not wait"


def test_a_read_only_root_keeps_pictures_and_forgets_the_rest(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """With pictures on a partition of their own; an update, which would be gone, is refused."""
    (place / "camera1/pictures").mkdir(parents=True)
    (machine,) = machines()
    assert operator.deploy(stand_in(place), machine.target).only["outcome"] == "live"
    machine.cut_power()
    machine.overlay = True
    machine.switch_on()
    machine.wait_for()
    picture = "/var/lib/baryta/pictures/BARY0001.JPG"
    machine.read("runuser", "-u", "baryta", "--", "touch", picture)
    machine.read("touch", "/etc/forgotten")
    refused = operator.deploy(stand_in(place, mark="2"), machine.target)
    assert refused.status == 1
    assert "switch the overlay off" in refused.only["told"]
    assert operator.run("status", machine.target).only["outcome"] == "active"
    machine.cut_power()
    machine.switch_on()
    machine.read("test", "-e", picture)
    assert machine.run("test", "-e", "/etc/forgotten").returncode != 0
    machine.wait_for()
    machine.cut_power()
    machine.overlay = False
    machine.switch_on()
    again = operator.deploy(stand_in(place, mark="2"), machine.target)
    assert again.only["outcome"] == "live"


def test_who_cannot_deploy_is_told_why(machines: Machines, operator: Operator, place: Path) -> None:
    """No such name, no such account, no sudo, a foreign system: a line each, nothing is changed."""
    (machine,) = machines()
    good = stand_in(place)

    def told(target: str) -> str:
        answer = operator.deploy(good, target)
        assert answer.status == 1
        return f"{answer.only['outcome']}: {answer.only['told']}"

    machine.read("useradd", "--create-home", "--shell", "/bin/sh", "anna")
    home = Path(f"/proc/{machine.pid}/root/home/anna/.ssh")
    home.mkdir()
    (home / "authorized_keys").write_bytes((place / f"{KEY}.pub").read_bytes())
    machine.read("chown", "-R", "anna:anna", "/home/anna")
    lines = {name: told(name) for name in ("no-such-host.invalid", f"eve@{machine.address}")}
    lines["sudo"] = told(f"anna@{machine.address}")
    release = Path(f"/proc/{machine.pid}/root/etc/os-release")
    text = release.read_text("utf-8")
    release.write_text(text.replace("trixie", "bullseye"), "utf-8")
    lines["old"] = told(machine.target)
    assert machine.run("ls", "/opt/baryta").returncode != 0
    assert lines["no-such-host.invalid"].startswith("unreachable: ")
    assert "is the name right" in lines["no-such-host.invalid"]
    assert "ssh-copy-id" in lines[f"eve@{machine.address}"]
    assert "anna may not sudo without a password" in lines["sudo"]
    assert "it runs bullseye" in lines["old"]
