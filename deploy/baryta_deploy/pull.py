"""New pictures from a device: resumed where they stopped, and whole or not here at all.

What lies here is never written over, whether it was changed here, is another device's, or of
another card in the same one: what comes under a name that is taken gets the next free one, as
BARY0001-2.JPG.
"""

import hashlib
import itertools
import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from baryta_deploy.errors import DeployError
from baryta_deploy.fleet import Device, Result
from baryta_deploy.inventory import Target
from baryta_release.places import Config

Say = Callable[[str], None]

LIBRARY = f"{Config().environment['XDG_PICTURES_DIR']}/Baryta"
_COMING = ".baryta-pull"  # what has come so far; whole, a file goes to its own place
_PULLED = ".baryta-pulled"  # what has come: SHA-256, size and name on the device, a file a line
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64}) (?P<size>[0-9]+) (?P<name>.+)")
_SAFE = re.compile(r"DCIM(?:/(?!\.)[^/\0\n]+)+")

# Each file with the hash it was saved with, from the library's index; one that the index does not
# know is read, unless one of its name and size was pulled.
# immutable: the index is looked at as it lies, and nothing is created beside it.
LIST = """
import hashlib, json, os, sqlite3, sys
root = sys.argv[1]
known = {(name, size): digest for digest, size, name in json.loads(sys.stdin.read())}
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
        pulled = known.get((relative, size))
        digest = saved.get(("/".join(relative.split("/")[2:]), size), pulled)
        if digest is None:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != pulled:
            found.append([relative, size, digest])
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of a device's library.

    Attributes:
        name: below the library's root.
        size: bytes.
        digest: SHA-256 (hexadecimal) that it was saved with.
    """

    name: str
    size: int
    digest: str


def pull(device: Device, into: Path, ssh: list[str], say: Say) -> Result:
    """Brings what has not come yet into a folder named after the device.

    Args:
        device: whose library.
        into: the folder for all devices.
        ssh: the command that rsync reaches it by.
        say: told how much comes.

    Raises:
        DeployError: a file does not come, or not as it was saved.
    """
    folder = into / folder_name(device.target)
    script = ("python3", "-c", LIST, LIBRARY)
    known = json.dumps(_pulled(folder))
    listed = [Picture(*values) for values in device.json(*script, stdin=known, timeout=3600)]
    if strange := next((each.name for each in listed if not _SAFE.fullmatch(each.name)), None):
        raise DeployError(f"{strange!r} is no name of a picture; look at the device")
    wanted = [each for each in listed if not _is_here(folder, each)]
    if not wanted:
        return Result(device.name, well=True, outcome="nothing new")
    say(f"{device.name}: {len(wanted)} files, {sum(each.size for each in wanted) >> 20} MB")
    (folder / _COMING).mkdir(parents=True, exist_ok=True)
    try:
        _transfer(device, folder / _COMING, ssh, [each.name for each in wanted])
    finally:  # also of what was cut short; the device may never bring the rest
        damaged = [each.name for each in wanted if not _take(folder, each)]
    _tidy(folder / _COMING, damaged)
    if damaged:
        raise DeployError(
            f"{damaged[0]} is not as it was saved: it has changed on the card since; "
            "sudo -u baryta baryta library verify there tells of all that have"
        )
    return Result(device.name, well=True, outcome=f"{len(wanted)} files", told=str(folder))


def folder_name(target: Target) -> str:
    """A folder for each device, those behind one name and several ports too."""
    name = target.name.replace(":", "_") or "camera"
    return f"{name}_{target.port}" if target.port else name


def _pulled(folder: Path) -> list[tuple[str, int, str]]:
    """What has come before: SHA-256, size, name; half a line, of a crash, does not count."""
    try:
        lines = (folder / _PULLED).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = filter(None, map(_LINE.fullmatch, lines))
    return [(line["digest"], int(line["size"]), line["name"]) for line in found]


def _is_here(folder: Path, picture: Picture) -> bool:
    """Whether a file is here though it was not noted: cut short before, or an older folder."""
    if not _is(folder / picture.name, picture.digest):
        return False
    _note(folder, picture)
    return True


def _take(folder: Path, picture: Picture) -> bool:
    """A file that has come goes to its place, if it is whole."""
    come = folder / _COMING / picture.name
    if not _is(come, picture.digest):
        return False
    place = folder / picture.name
    place.parent.mkdir(parents=True, exist_ok=True)
    for other in _names(place):
        if not other.exists():
            come.rename(other)
            break
        if _is(other, picture.digest):
            come.unlink()
            break
    _note(folder, picture)
    return True


def _tidy(coming: Path, damaged: Sequence[str]) -> None:
    """Removes what did not come as it was saved, and folders that are empty."""
    for name in damaged:
        (coming / name).unlink(missing_ok=True)
    for folder in sorted((path for path in coming.rglob("*") if path.is_dir()), reverse=True):
        with suppress(OSError):
            folder.rmdir()
    with suppress(OSError):
        coming.rmdir()


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in itertools.count(2):
        yield path.with_stem(f"{path.stem}-{number}")


def _note(folder: Path, picture: Picture) -> None:
    with (folder / _PULLED).open("a", encoding="utf-8") as file:
        file.write(f"{picture.digest} {picture.size} {picture.name}\n")


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
    command += ["--inplace", "--timeout=30", f"--rsh={shlex.join(ssh)}"]
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
        remedy = "pull again, it goes on where it stopped"
        if "not found" in done.stderr:
            remedy = "sudo apt install rsync, there and here"
        raise DeployError(f"{told}; {remedy}")


def _is(path: Path, digest: str) -> bool:
    """Whether there is a file of that content."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return False
