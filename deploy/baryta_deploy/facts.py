"""What a device is, asked before anything is changed."""

from dataclasses import dataclass

from baryta_deploy.errors import DeployError
from baryta_deploy.fleet import Device
from baryta_release.places import Config

_ALL = 700  # MB that must be free: for packages of apt too
_RELEASE = 100  # MB: for a bundle and a release
_PICTURES = 600  # MB: some twenty
_MACHINES = ("aarch64", "x86_64")
_PYTHONS = {"bookworm": "3.11", "trixie": "3.13"}

# Python's own library only, for nothing of ours is on the device yet.
_ASK = """
import glob, grp, json, os, pwd, shutil, subprocess, sys
system = {}
for line in open("/etc/os-release"):
    key, _, value = line.strip().partition("=")
    system[key] = value.strip('"')
wanted = WANTED
shown = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n", *wanted],
                       capture_output=True, text=True)
have = {line.split()[0] for line in shown.stdout.splitlines() if line.endswith(" installed")}
def text(path):
    try:
        return open(path, errors="replace").read().strip("\\0\\n ")
    except OSError:
        return ""
def said(command):
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True).stdout
place, pictures = "/opt" if os.path.isdir("/opt") else "/", "HOME"
print(json.dumps({
    "codename": system.get("VERSION_CODENAME", ""),
    "machine": os.uname().machine if sys.maxsize > 2**32 else "32-bit",  # below a kernel of 64, too
    "python": "%d.%d" % sys.version_info[:2],
    "free": shutil.disk_usage(place).free >> 20,
    "room": shutil.disk_usage(pictures if os.path.isdir(pictures) else "/").free >> 20,
    "missing": sorted(set(wanted) - have),
    "groups": sorted(group.gr_name for group in grp.getgrall()),
    "users": sorted(user.pw_name for user in pwd.getpwall()),
    "model": text("/proc/device-tree/model"),
    "cameras": len(glob.glob("/sys/class/video4linux/v4l-subdev*")),
    "systemd": os.path.isdir("/run/systemd/system"),
    "synchronised": "yes" in said("timedatectl show -P NTPSynchronized"),  # whoever keeps it
    "packaged": os.path.isdir("/usr/lib/baryta/app"),
    "read_only": bool(os.statvfs(place).f_flag & os.ST_RDONLY)
                 or "overlayroot" in text("/proc/mounts"),
}))
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What matters of a device.

    Attributes:
        codename: of its Debian.
        machine: its processor.
        python: the system's Python, as "3.13".
        free, room: megabytes below /opt, and for pictures.
        missing: packages of apt that are not there.
        groups, users: that exist.
        model: of the board; "" if it does not tell.
        cameras: sensors and lenses that the kernel knows.
        systemd: whether systemd runs the device.
        synchronised: whether its clock is the network's.
        packaged: whether Baryta's own package of Debian's is there.
        read_only: whether its root is an overlay or not writable.
    """

    codename: str
    machine: str
    python: str
    free: int
    room: int
    missing: list[str]
    groups: list[str]
    users: list[str]
    model: str
    cameras: int
    systemd: bool
    synchronised: bool
    packaged: bool
    read_only: bool

    def check(self) -> None:
        """DeployError if Baryta cannot be installed there."""
        if self.machine not in _MACHINES:
            raise DeployError(
                f"it is {self.machine}; a 64-bit system is needed: write a new card with one"
            )
        if self.codename not in _PYTHONS or self.python != _PYTHONS[self.codename]:
            found = f"{self.codename or 'unknown'} with Python {self.python}"
            raise DeployError(
                f"it runs {found}; Debian or Raspberry Pi OS trixie is needed: write a new card"
            )
        if not self.systemd:
            raise DeployError("systemd does not run there; Baryta is a unit of it")
        if self.packaged:
            raise DeployError("Baryta's package is there; sudo apt remove baryta, deploy again")
        if self.read_only:
            raise DeployError(
                "its root is read-only; switch the overlay off, restart, deploy again"
            )

    def check_room(self, *, there: bool) -> None:
        """DeployError if there is none for what is missing.

        Args:
            there: the release is on the device.
        """
        needed = _ALL if self.missing else 0 if there else _RELEASE
        if self.free < needed:
            raise DeployError(
                f"only {self.free} MB are free, {needed} are needed; pull pictures and make room, "
                "or use a larger card"
            )

    def notes(self) -> list[str]:
        """What is worth a word, though it keeps nobody from going on."""
        found = []
        if self.room < _PICTURES:
            found.append(f"only {self.room} MB are free for pictures")
        if not self.cameras:
            found.append("no camera is connected")
        if not self.synchronised:
            found.append("its clock is not the network's")
        return found


def ask(device: Device, packages: tuple[str, ...]) -> Facts:
    """Asks a device; nothing on it is changed."""
    script = _ASK.replace("WANTED", repr(list(packages))).replace("HOME", Config().home)
    return Facts(**device.json("python3", "-", stdin=script))
