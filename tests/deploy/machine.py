"""A device in namespaces of its own: a root of trixie, systemd as its first process, sshd.

What differs from a board: it has this machine's kernel, no screen, and no camera; a power cut kills
every process at once, but what they wrote to the disk before is there even if it was not synced.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
BRIDGE = f"baryta{_WORKER}"  # each worker has a network of its own
SUBNET = f"10.{77 + _WORKER}.0"
HERE = f"{SUBNET}.1"  # the operator's address
KEY = "key"

_BOOT = """
set -eu
mount --make-rprivate /
hostname "$NAME"
r=$PLACE/root
if [ -n "$OVERLAY" ]; then
    mkdir -p "$PLACE/memory"
    mount -t tmpfs tmpfs "$PLACE/memory"
    mkdir "$PLACE/memory/upper" "$PLACE/memory/work"
    in_memory=upperdir=$PLACE/memory/upper,workdir=$PLACE/memory/work
    mount -t overlay overlayroot -o lowerdir="$PLACE/upper:$BASE",$in_memory "$r"
else
    mount -t overlay overlay -o lowerdir="$BASE",upperdir="$PLACE/upper",workdir="$PLACE/work" "$r"
fi
if [ -d "$PLACE/pictures" ]; then
    mkdir -p "$r/var/lib/baryta"
    mount --bind "$PLACE/pictures" "$r/var/lib/baryta"
fi
mount -t proc proc "$r/proc"
mount --bind "$r/proc/sys" "$r/proc/sys"
mount -o remount,bind,ro "$r/proc/sys"
mount -t sysfs -o ro sysfs "$r/sys"
mount -t cgroup2 cgroup2 "$r/sys/fs/cgroup"
mount -t tmpfs -o mode=755,nosuid tmpfs "$r/dev"
for n in null zero full random urandom tty; do
    : >"$r/dev/$n"; mount --bind "/dev/$n" "$r/dev/$n"
done
mkdir "$r/dev/pts" "$r/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$r/dev/pts"
ln -s pts/ptmx "$r/dev/ptmx"
mount -t tmpfs -o mode=1777 tmpfs "$r/dev/shm"
ln -s /proc/self/fd "$r/dev/fd"
ln -s fd/0 "$r/dev/stdin"; ln -s fd/1 "$r/dev/stdout"; ln -s fd/2 "$r/dev/stderr"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$r/run"
mount -t tmpfs -o mode=1777 tmpfs "$r/tmp"
if [ -n "$OPT" ]; then mount -t tmpfs -o size="$OPT" tmpfs "$r/opt"; fi
echo "$NAME" >"$r/etc/hostname"
echo "127.0.0.1 localhost $NAME" >"$r/etc/hosts"
: >"$r/etc/resolv.conf"
ip link set lo up
cd "$r"
pivot_root . mnt
umount -l /mnt
mount --make-rshared /
exec env -i container=baryta PATH=/usr/sbin:/usr/bin /sbin/init
"""
_NETWORK = """
set -eu
ip link add "$LINK" type veth peer name eth0 netns "$PID"
ip link set "$LINK" master "$BRIDGE" up
nsenter -t "$PID" -n sh -c "ip addr add $ADDRESS/24 dev eth0 && ip link set eth0 up"
"""


def _control_groups() -> Path:
    """Where the unified hierarchy is mounted."""
    for line in Path("/proc/mounts").read_text("ascii").splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(place)
    raise RuntimeError("control groups (version 2) are not mounted")


@dataclass(slots=True)
class Machine:
    """One device.

    Attributes:
        place: its folder; what it writes survives its power cuts there.
        base: the root file system that it starts from; never written to.
        number: 1 to 200; its address ends in the next.
        opt: size of a file system of its own below /opt, as "40M"; "" for none.
        overlay: whether its root is read-only, with an overlay in memory, from the next start on.
            A folder "pictures" in its place, if there is one, is the camera's own partition.
        installed: what another device has written, to begin with.
    """

    place: Path
    base: Path
    number: int
    opt: str = ""
    overlay: bool = False
    installed: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    pid: int = 0

    @property
    def name(self) -> str:
        """Its host name."""
        return f"camera{self.number}"

    @property
    def address(self) -> str:
        """Its address."""
        return f"{SUBNET}.{self.number + 1}"

    @property
    def target(self) -> str:
        """As baryta-deploy is told it."""
        return f"pi@{self.address}"

    def switch_on(self) -> None:
        """Starts it, and waits for its sshd."""
        for name in ("upper", "work", "root"):
            (self.place / name).mkdir(parents=True, exist_ok=True)
        self._lay_key()
        group = self._group()
        group.mkdir(exist_ok=True)
        script = f'echo $$ >"{group}/cgroup.procs"; exec "$@"'
        spaces = ["--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup", "--fork"]
        inner = ["unshare", *spaces, "--kill-child", "sh", "-c", _BOOT]
        self.process = subprocess.Popen(
            ["sh", "-c", script, "sh", *inner],
            env=os.environ
            | {
                "NAME": self.name,
                "PLACE": str(self.place),
                "BASE": ":".join(map(str, filter(None, (self.installed, self.base)))),
                "OPT": self.opt,
                "OVERLAY": "1" if self.overlay else "",
            },
            stdin=subprocess.DEVNULL,
        )
        self.pid = self._first_process()
        link = {"LINK": self._link, "BRIDGE": BRIDGE, "ADDRESS": self.address}
        environment = os.environ | link | {"PID": str(self.pid)}
        subprocess.run(["sh", "-c", _NETWORK], env=environment, check=True)
        self.wait_for("ssh")

    def is_up(self, unit: str = "baryta") -> bool:
        """Whether a unit of it is up."""
        return self.run("systemctl", "is-active", "-q", unit).returncode == 0

    def wait_for(self, unit: str = "baryta") -> None:
        """Waits until a unit of it is up."""
        wait_for(lambda: self.is_up(unit))

    def put(self, name: str, data: bytes | str) -> None:
        """Writes a file that can be run."""
        path = Path(f"/proc/{self.pid}/root{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        path.chmod(0o755)

    def cut_power(self) -> None:
        """Kills every process of it at one instant."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.process = None
        group = self._group()
        wait_for(lambda: _removed(group))

    def plug(self, *, connected: bool) -> None:
        """Plugs its network cable in, or out."""
        state = "up" if connected else "down"
        subprocess.run(["ip", "link", "set", self._link, state], check=True)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command on it, as root, without SSH."""
        return subprocess.run(
            ["nsenter", "-t", str(self.pid), "-a", *command],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def read(self, *command: str) -> str:
        """What a command prints, which has to succeed."""
        done = self.run(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @property
    def _link(self) -> str:
        """Its cable, as the operator's side has it."""
        return f"b{_WORKER}-{self.name}"

    def _group(self) -> Path:
        """Its control group; the name has the test's folder, which no other run has."""
        return _control_groups() / f"{self.place.parent.name}-{self.name}"

    def _lay_key(self) -> None:
        home = self.place / "upper/home/pi"
        if home.exists():
            return
        (home / ".ssh").mkdir(parents=True)
        shutil.copy(self.place.parent / f"{KEY}.pub", home / ".ssh/authorized_keys")
        owner = (self.base / "home/pi").stat()
        for path in (home, home / ".ssh", home / ".ssh/authorized_keys"):
            os.chown(path, owner.st_uid, owner.st_gid)

    def _first_process(self) -> int:
        assert self.process is not None
        parent = self.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children")
        wait_for(lambda: bool(children.read_text("ascii").split()))
        return int(children.read_text("ascii").split()[0])


def _removed(group: Path) -> bool:
    """Removes a control group with all below; False while processes are left in it."""
    try:
        for folder, _, _ in os.walk(group, topdown=False):
            Path(folder).rmdir()
    except OSError:
        return False
    return not group.exists()


def wait_for(true: Callable[[], bool], seconds: float = 120.0) -> None:
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.1)
