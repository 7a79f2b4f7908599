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
_REMEDIES = {
    "not found": "sudo apt install rsync, there and here",
    "No space left": "make room here, and pull again: it goes on where it stopped",
    "Permission denied": "look at whose the files are, there and here",
    "Host key": "ssh there once by hand, and see what it says of the host's key",
    "Input/output error": "its card can no longer be read there: copy what is left, replace it",
}
_COMING = ".baryta-pull"  # what has come so far; whole, a file goes to its own place
_SAFE = re.compile(r"DCIM(?:/(?!\.)[^/\0\n\ud800-\udfff]+)+")  # in UTF-8: others are surrogates

# Each file with the hash it was saved with, from the library's index; one that the index does not
# know is read, unless one of its name, size and time was pulled. Where another of its name was
# pulled it is read too: it may be that one, which was no longer as it was saved.
# The index is read in a copy, so that nothing is created beside it; its newest rows lie in -wal.
LIST = """
import contextlib, hashlib, json, os, shutil, sqlite3, sys, tempfile
root = sys.argv[1]
pulled = {}
for name, size, time, digest in json.loads(sys.stdin.read()):
    pulled.setdefault(name, {})[digest] = size, time
saved = {}
def stamps(paths):
    return [(os.stat(path).st_mtime_ns, os.stat(path).st_size) for path in paths]
with tempfile.TemporaryDirectory() as folder, contextlib.suppress(OSError, sqlite3.Error):
    there = os.path.join(root, ".baryta/index.sqlite")
    for _ in range(10):  # the camera may be writing
        paths = [path for path in (there, there + "-wal") if os.path.exists(path)]
        before = stamps(paths)
        for path in paths:
            shutil.copy(path, folder)
        if stamps(paths) == before:
            break
    index = sqlite3.connect(os.path.join(folder, "index.sqlite"))
    for number, name, digest in index.execute("SELECT number, name, sha256 FROM files"):
        saved["DCIM/%dBARYT/%s" % (100 + (number - 1) // 9999, name)] = digest
    index.close()
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
    listed.sort(key=attrgetter("picture", "name"))
    strange = [file.name for file in listed if not _SAFE.fullmatch(file.name)]
    safe = [file for file in listed if file.name not in strange]
    pictures = [list(files) for _, files in groupby(safe, attrgetter("picture"))]
    damaged = [file for file in safe if album.came_damaged(file)]
    wanted = [file for picture in pictures for file in album.wanted(picture)]
    if wanted:
        say(f"{device.name}: {_counted(wanted)}, {sum(each.size for each in wanted) >> 20} MB")
        damaged += _bring(device, album, ssh, pictures, [file.name for file in wanted])
    outcome = _counted(wanted) if wanted else "nothing new"
    if not damaged and not strange:
        told = str(album.folder) if wanted else ""
        return Result(device.name, well=True, outcome=outcome, told=told)
    told = "; ".join([*_of_damaged(album, damaged), *_of_strange(strange)])
    outcome += f", {len(damaged)} damaged" if damaged else ""
    outcome += f", {len(strange)} left there" if strange else ""
    return Result(device.name, well=False, outcome=outcome, told=told)


def _bring(
    device: Device, album: Album, ssh: list[str], pictures: list[list[File]], names: list[str]
) -> list[File]:
    """Has files come and go to their places; gives those that are not as they were saved."""
    coming = album.folder / _COMING
    coming.mkdir(parents=True, exist_ok=True)

    def take(*, ended: bool) -> list[File]:
        return [file for files in pictures for file in album.take(coming, files, ended=ended)]

    try:
        _transfer(device, coming, ssh, names)
    except BaseException:
        with suppress(OSError):
            take(ended=False)  # the device may never bring the rest
        raise
    damaged = take(ended=True)
    _tidy(coming)
    return damaged


def _counted(files: Sequence[File]) -> str:
    return f"{len(files)} file{'s' if len(files) > 1 else ''}"


def _of_damaged(album: Album, files: Sequence[File]) -> list[str]:
    return [
        f"{file.name} is not as it was saved: it has changed on the card since, and lies here as "
        f"{album.damaged(file).name}; sudo -u baryta baryta library verify there tells of all"
        for file in files[:1]
    ]


def _of_strange(names: Sequence[str]) -> list[str]:
    return [f"{name!r} is no name that can be kept here; rename it there" for name in names[:1]]


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
        told = said[0].rstrip(".") if said else f"rsync ended with {done.returncode}"
        known = (remedy for word, remedy in _REMEDIES.items() if word in done.stderr)
        raise DeployError(f"{told}; {next(known, 'pull again, it goes on where it stopped')}")
