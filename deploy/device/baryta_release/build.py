"""From a bundle to a release that imports: everything is made beside what runs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .account import run_as
from .bundle import Manifest, unpack
from .durable import PART, sync_folder
from .errors import ReleaseError
from .places import Config, Places

_IMPORTS = "import app.main, native; print(native.core_version())"
_LONGEST = 900.0  # seconds for a step on a slow card


Install = Callable[[Path, Manifest], None]


def build(places: Places, release: str, install: Install) -> None:
    """Makes releases/RELEASE of its bundle; the folder has that name only once all is well.

    One of that name, which then does not run, is replaced; what it was proven with stays.

    Args:
        places: where.
        release: its name.
        install: makes an unpacked folder one that runs.

    Raises:
        ReleaseError: with the cause; what was begun is left for clear_parts.
        OSError: the disk does not answer, or is full.
    """
    places.releases.mkdir(parents=True, exist_ok=True)
    part = places.releases / f"{release}{PART}"
    install(part, unpack(places.bundle(release), part, release))
    for proof in places.proofs(release):
        _keep(proof, part / proof.name)
    os.sync()  # every file before the name that says they are there
    whole = places.release(release)
    old = _replaced(whole)
    if whole.exists():
        whole.rename(old)
    part.rename(whole)
    sync_folder(places.releases)
    shutil.rmtree(old, ignore_errors=True)


def bring_back(places: Places, release: str) -> None:
    """A release that was to be replaced, where what is made anew has not come to its place."""
    whole = places.release(release)
    old = _replaced(whole)
    if old.exists() and not whole.exists():
        old.rename(whole)
        sync_folder(places.releases)


def _replaced(whole: Path) -> Path:
    return whole.with_name(f"{whole.name}.old{PART}")


def _keep(proof: Path, copy: Path) -> None:
    """If it can be read: what is lost is written anew after the next proof."""
    try:
        (shutil.copytree if proof.is_dir() else shutil.copy)(proof, copy)
    except OSError:
        shutil.rmtree(copy, ignore_errors=True)  # half of the files of the system is none


def install(folder: Path, manifest: Manifest) -> None:
    """The wheels into a virtual environment that sees the packages of apt, offline.

    No console scripts are relied on: the folder is renamed afterwards, and only python itself
    finds its environment from where it lies.
    """
    _check_machine(manifest)
    venv = folder / "venv"
    _run(sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", str(venv))
    wheels = sorted((folder / "wheels").iterdir())
    pip = next((wheel for wheel in wheels if wheel.name.startswith("pip-")), None)
    if pip is None:
        raise ReleaseError("the bundle lacks pip, which installs the rest; deploy again")
    python = str(venv / "bin" / "python")
    command = [python, f"{pip}/pip", "install", "--no-index", "--no-deps", "--no-compile"]
    command += ["--quiet", "--disable-pip-version-check", "--ignore-installed"]
    _run(*command, *(str(wheel) for wheel in wheels if wheel != pip))
    # Compiled once, with the paths that tracebacks will have.
    final = str(folder).removesuffix(PART)
    _run(python, "-m", "compileall", "-q", "-s", str(folder), "-p", final, str(venv / "lib"))
    shutil.rmtree(folder / "wheels")


def smoke_test(folder: Path, config: Config) -> None:
    """Imports the whole app as the camera's user, and asks the native core for its version."""
    command = [str(folder / "venv" / "bin" / "python"), "-I", "-c", _IMPORTS]
    try:
        done = run_as(config, command, _LONGEST)
    except subprocess.TimeoutExpired as error:
        raise ReleaseError(f"importing the app took over {_LONGEST:.0f} s") from error
    _check(done, "importing the app")


def _check_machine(manifest: Manifest) -> None:
    here = f"{sys.version_info.major}.{sys.version_info.minor}", os.uname().machine
    if (manifest.python, manifest.machine) != here:
        raise ReleaseError(
            f"the bundle is for Python {manifest.python} on {manifest.machine}, this is "
            f"{' on '.join(here)}; deploy again"
        )


def _run(*command: str) -> None:
    """Runs a command as root, with nothing of the caller's environment."""
    what = f"{Path(command[0]).name} {command[1]}"
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 - commands are our own
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            env=environment,
            cwd="/",
        )
    except subprocess.TimeoutExpired as error:
        raise ReleaseError(f"{what} took over {_LONGEST:.0f} s") from error
    _check(done, what)


def _check(done: subprocess.CompletedProcess[str], what: str) -> None:
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        said = lines[-1] if lines else f"it ended with {done.returncode}"
        raise ReleaseError(f"{what}: {said}")
