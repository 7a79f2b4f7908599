"""From a bundle to a release that imports: everything is made beside what runs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .bundle import Manifest, unpack
from .durable import PART, sync_folder
from .errors import ReleaseError
from .places import Config, Places

_IMPORTS = "import app.main, native; print(native.core_version())"
_LONGEST = 900.0  # seconds for a step on a slow card


def build(places: Places, config: Config, release: str) -> None:
    """Makes releases/RELEASE of its bundle; the folder has that name only once all is well.

    Raises:
        ReleaseError: with the cause; what was begun is left for clear_parts.
        OSError: the disk does not answer, or is full.
    """
    places.releases.mkdir(parents=True, exist_ok=True)
    part = places.releases / f"{release}{PART}"
    manifest = unpack(places.bundle(release), part, release)
    install(part, manifest)
    smoke_test(part, config)
    os.sync()  # every file before the name that says they are there
    part.rename(places.release(release))
    sync_folder(places.releases)


def install(folder: Path, manifest: Manifest) -> None:
    """The wheels into a virtual environment that sees the packages of apt, offline.

    No console scripts are relied on: the folder is renamed afterwards, and only python itself
    finds its environment from where it lies.
    """
    _check_machine(manifest)
    venv = folder / "venv"
    _run([sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", str(venv)])
    wheels = sorted((folder / "wheels").iterdir())
    pip = next((wheel for wheel in wheels if wheel.name.startswith("pip-")), None)
    if pip is None:
        raise ReleaseError("the bundle lacks pip, which installs the rest; deploy again")
    python = str(venv / "bin" / "python")
    command = [python, f"{pip}/pip", "install", "--no-index", "--no-deps", "--no-compile"]
    command += ["--quiet", "--disable-pip-version-check", "--ignore-installed"]
    _run([*command, *(str(wheel) for wheel in wheels if wheel != pip)])
    # Compiled once, with the paths that tracebacks will have.
    final = str(folder).removesuffix(PART)
    _run([python, "-m", "compileall", "-q", "-s", str(folder), "-p", final, str(venv / "lib")])
    shutil.rmtree(folder / "wheels")


def smoke_test(folder: Path, config: Config) -> None:
    """Imports the whole app as the camera's user, and asks the native core for its version."""
    python = str(folder / "venv" / "bin" / "python")
    _run([python, "-I", "-c", _IMPORTS], config)


def _check_machine(manifest: Manifest) -> None:
    here = f"{sys.version_info.major}.{sys.version_info.minor}", os.uname().machine
    if (manifest.python, manifest.machine) != here:
        raise ReleaseError(
            f"the bundle is for Python {manifest.python} on {manifest.machine}, this is "
            f"{' on '.join(here)}; deploy again"
        )


def _run(command: Sequence[str], config: Config | None = None) -> None:
    """Runs a command, as the camera's user if its settings are given; its last line on failure."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    user = None
    if config is not None and os.geteuid() == 0:
        environment, user = config.environment, config.user
    try:
        subprocess.run(  # noqa: S603 - commands are our own
            command,
            check=True,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            env=environment,
            user=user,
            group=user,
            cwd="/",
        )
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or error.stdout).strip().splitlines()
        said = lines[-1] if lines else f"it ended with {error.returncode}"
        raise ReleaseError(f"{Path(command[0]).name} {command[1]}: {said}") from error
    except subprocess.TimeoutExpired as error:
        raise ReleaseError(f"{Path(command[0]).name} took over {_LONGEST:.0f} s") from error
    except KeyError as error:
        raise ReleaseError(f"there is no user {user}; deploy again") from error
