"""New pictures from a device: resumed where they stopped, and whole or not here at all."""

import hashlib
import json
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from baryta_deploy.errors import DeployError
from baryta_deploy.fleet import Device, Result
from baryta_release.places import Config

Say = Callable[[str], None]

LIBRARY = f"{Config().environment['XDG_PICTURES_DIR']}/Baryta"
_PART = ".baryta-pull"  # rsync's folder of what has come so far
_SAFE = re.compile(r"DCIM(?:/(?!\.)[^/\0\n]+)+")

# Each file with the hash it was saved with, from the library's index; one that the index does not
# know is read. immutable: the index is looked at as it lies, and nothing is created beside it.
LIST = """
import hashlib, json, os, sqlite3, sys
root = sys.argv[1]
known = set(json.loads(sys.stdin.read()))
saved = {}
try:
    path = os.path.join(root, ".baryta/index.sqlite")
    index = sqlite3.connect("file:%s?immutable=1" % path, uri=True)
    rows = index.execute("SELECT name, size, sha256 FROM files WHERE sha256 != '' AND NOT damaged")
    saved = {(name, size): digest for name, size, digest in rows}
except sqlite3.Error:
    pass
found = []
base = os.path.join(root, "DCIM")
for folder, folders, names in os.walk(base):
    folders.sort()
    for name in sorted(names):
        path = os.path.join(folder, name)
        if name.startswith(".") or os.path.islink(path) or not os.path.isfile(path):
            continue
        relative, size = os.path.relpath(path, root), os.path.getsize(path)
        if "%s %d" % (relative, size) in known:
            continue
        digest = saved.get(("/".join(relative.split("/")[2:]), size))
        if digest is None:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        found.append([relative, size, digest])
print(json.dumps(found))
"""


def pull(device: Device, into: Path, ssh: list[str], say: Say) -> Result:
    """Brings what is not here yet into a folder named after the device.

    Args:
        device: whose library.
        into: the folder for all devices.
        ssh: the command that rsync reaches it by.
        say: told how much comes.

    Raises:
        DeployError: a file does not come, or not as it was saved.
    """
    folder = into / (device.target.name.replace(":", "_") or "camera")
    here = [
        f"{path.relative_to(folder)} {path.stat().st_size}"
        for path in folder.glob("DCIM/**/*")
        if path.is_file() and _PART not in path.parts
    ]
    script = ("python3", "-c", LIST, LIBRARY)
    wanted: list[tuple[str, int, str]] = device.json(*script, stdin=json.dumps(here), timeout=3600)
    if not wanted:
        return Result(device.name, well=True, outcome="nothing new")
    if strange := next((name for name, _, _ in wanted if not _SAFE.fullmatch(name)), None):
        raise DeployError(f"{strange!r} is no name of a picture; look at the device")
    say(f"{device.name}: {len(wanted)} files, {sum(size for _, size, _ in wanted) >> 20} MB")
    folder.mkdir(parents=True, exist_ok=True)
    _transfer(device, folder, ssh, [name for name, _, _ in wanted])
    damaged = [name for name, _, digest in wanted if not _whole(folder / name, digest)]
    if damaged:
        raise DeployError(f"{damaged[0]} did not come as it was saved; pull again")
    return Result(device.name, well=True, outcome=f"{len(wanted)} files", told=str(folder))


def ssh_command(device: Device, key: Path | None, known_hosts: Path | None) -> list[str]:
    """The ssh that goes the way pyinfra does, and never asks."""
    command = ["ssh", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=5"]
    if device.target.port:
        command += ["-p", str(device.target.port)]
    if device.target.user:
        command += ["-l", device.target.user]
    if key is not None:
        command += ["-i", str(key)]
    if known_hosts is not None:
        command += ["-o", f"UserKnownHostsFile={known_hosts}"]
    return command


def _transfer(device: Device, folder: Path, ssh: list[str], names: list[str]) -> None:
    command = ["rsync", "--times", "--protect-args", "--files-from=-", "--from0"]
    command += [f"--partial-dir={_PART}", "--timeout=30", f"--rsh={shlex.join(ssh)}"]
    if device.run("id", "-u", root=False).out.strip() != "0":
        command.append("--rsync-path=sudo -n rsync")
    name = device.target.name
    source = f"[{name}]:{LIBRARY}/" if ":" in name else f"{name}:{LIBRARY}/"
    done = subprocess.run(  # noqa: S603 - the command is our own
        [*command, source, f"{folder}/"],
        input="\0".join(names),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        told = said[0] if said else f"rsync ended with {done.returncode}"
        raise DeployError(f"{told}; pull again, it goes on where it stopped")


def _whole(path: Path, digest: str) -> bool:
    """Whether a file is as it was saved; one that is not goes."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return False
    if found != digest:
        path.unlink()
    return found == digest
