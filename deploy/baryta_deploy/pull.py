"""New pictures from a device: resumed where they stopped, each compared with its hash."""

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from baryta_deploy.album import Album, File
from baryta_deploy.errors import DeployError
from baryta_deploy.fleet import Device, Result
from baryta_deploy.inventory import Target
from baryta_release.places import Config

Say = Callable[[str], None]

LIBRARY = f"{Config().environment['XDG_PICTURES_DIR']}/Baryta"
_COMING = ".baryta-pull"  # what has come so far; whole, a file goes to its own place
_SAFE = re.compile(r"DCIM(?:/(?!\.)[^/\0\n]+)+")

# Each file with the hash it was saved with, from the library's index; one that the index does not
# know is read, unless one of its name, size and time was pulled. Where another of its name was
# pulled it is read too: it may be that one, which was no longer as it was saved.
# immutable: the index is looked at as it lies, and nothing is created beside it.
LIST = """
import hashlib, json, os, sqlite3, sys
root = sys.argv[1]
pulled = {}
for name, size, time, digest in json.loads(sys.stdin.read()):
    pulled.setdefault(name, {})[digest] = size, time
saved = {}
try:
    path = os.path.join(root, ".baryta/index.sqlite")
    index = sqlite3.connect("file:%s?immutable=1" % path, uri=True)
    for number, name, digest in index.execute("SELECT number, name, sha256 FROM files"):
        saved["DCIM/%dBARYT/%s" % (100 + (number - 1) // 9999, name)] = digest
except sqlite3.Error:
    pass
def read(path):
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # rsync will tell
found = []
for folder, folders, names in os.walk(os.path.join(root, "DCIM")):
    folders[:] = sorted(name for name in folders if not name.startswith("."))
    for name in sorted(names):
        path = os.path.join(folder, name)
        if name.startswith(".") or os.path.islink(path) or not os.path.isfile(path):
            continue
        relative, now = os.path.relpath(path, root), ""
        known = os.path.getsize(path), int(os.path.getmtime(path))
        came = pulled.get(relative, {})
        digest = saved.get(relative)
        if not digest:
            same = [digest for digest in came if came[digest] == known]
            digest = same[-1] if same else read(path)
        elif came and digest not in came:
            now = read(path)
        found.append([relative, *known, digest, now])
print(json.dumps(found))
"""


def pull(device: Device, into: Path, ssh: list[str], say: Say) -> Result:
    """Brings what has not come yet into a folder named after the device.

    Args:
        device: whose library.
        into: the folder for all devices.
        ssh: the command that rsync reaches it by.
        say: told how much comes.

    Raises:
        DeployError: a file does not come.
    """
    album = Album(into / folder_name(device.target))
    known = json.dumps(album.pulled)
    script = ("python3", "-c", LIST, LIBRARY)
    listed = [File(*values) for values in device.json(*script, stdin=known, timeout=3600)]
    if strange := next((each.name for each in listed if not _SAFE.fullmatch(each.name)), None):
        raise DeployError(f"{strange!r} is no name of a picture; look at the device")
    listed.sort(key=attrgetter("picture", "name"))
    pictures = [list(files) for _, files in groupby(listed, attrgetter("picture"))]
    damaged = [file for file in listed if album.came_damaged(file)]
    wanted = [file for picture in pictures for file in album.wanted(picture)]
    if wanted:
        say(f"{device.name}: {len(wanted)} files, {sum(each.size for each in wanted) >> 20} MB")
        damaged += _bring(device, album, ssh, pictures, [file.name for file in wanted])
    return _result(device, album, len(wanted), damaged)


def _bring(
    device: Device, album: Album, ssh: list[str], pictures: list[list[File]], names: list[str]
) -> list[File]:
    """Has files come and go to their places; gives those that are not as they were saved."""
    coming, ended = album.folder / _COMING, False
    coming.mkdir(parents=True, exist_ok=True)
    try:
        _transfer(device, coming, ssh, names)
        ended = True
    finally:  # also of what was cut short; the device may never bring the rest
        damaged = [file for files in pictures for file in album.take(coming, files, ended=ended)]
    _tidy(coming)
    return damaged


def _result(device: Device, album: Album, count: int, damaged: Sequence[File]) -> Result:
    outcome = f"{count} files" if count else "nothing new"
    if not damaged:
        told = str(album.folder) if count else ""
        return Result(device.name, well=True, outcome=outcome, told=told)
    place = album.damaged(damaged[0])
    told = (
        f"{damaged[0].name} is not as it was saved: it has changed on the card since, and lies "
        f"here as {place.name}; sudo -u baryta baryta library verify there tells of all that have"
    )
    return Result(device.name, False, f"{outcome}, {len(damaged)} damaged", told=told)


def folder_name(target: Target) -> str:
    """A folder for each device, those behind one name and several ports too."""
    name = target.name.replace(":", "_") or "camera"
    return f"{name}_{target.port}" if target.port else name


def _tidy(coming: Path) -> None:
    """Removes folders that are empty."""
    folders = [path for path in coming.rglob("*") if path.is_dir()]
    for folder in (*sorted(folders, reverse=True), coming):
        with suppress(OSError):
            folder.rmdir()


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
