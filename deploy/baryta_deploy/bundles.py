"""Bundles made on the operator's machine: one for each processor and Python among the devices."""

import fcntl
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from baryta_deploy.errors import DeployError
from baryta_release.bundle import MANIFEST, Manifest

PROJECT = Path(__file__).resolve().parents[2]
_BUILD = PROJECT / "build" / "deploy"
_PLATFORMS = ("manylinux_2_28", "manylinux2014", "manylinux_2_17")  # bookworm's glibc and older
EPOCH = "1735689600"  # the date of every file in a wheel: the same sources give the same wheel
_OFFLINE = ("connection", "name resolution", "no matching distribution")
_KEPT = 8  # bundles, of this run and others


class Bundles:
    """Makes each kind of bundle once, whoever asks first.

    Args:
        baryta: a wheel of Baryta for every device, instead of building one for each processor.
        wheels: a folder with all the other wheels, instead of downloading them.
    """

    def __init__(self, baryta: Path | None = None, wheels: Path | None = None) -> None:
        self._baryta, self._wheels = baryta, wheels
        self._made: dict[tuple[str, str], tuple[Manifest, Path]] = {}
        self._lock = threading.Lock()

    def make(self, python: str, machine: str) -> tuple[Manifest, Path]:
        """The manifest and the file of the bundle for a Python and a processor.

        Raises:
            DeployError: a wheel cannot be built or downloaded.
        """
        with self._lock, _alone():
            kind = python, machine
            if kind not in self._made:
                wheels = [self._baryta or build_wheel(machine)]
                wheels += sorted((self._wheels or download(python, machine)).glob("*.whl"))
                if not any(wheel.name.startswith("pip-") for wheel in wheels):
                    raise DeployError(f"{self._wheels} lacks pip's wheel; leave --wheels out")
                self._made[kind] = write_bundle(wheels, python, machine, _BUILD)
                for bundle in sorted(_BUILD.glob("*.tar"), key=_written)[:-_KEPT]:
                    bundle.unlink()
            return self._made[kind]


@contextmanager
def _alone() -> Iterator[None]:
    """Waits while another process makes its own: they share the folders."""
    _BUILD.mkdir(parents=True, exist_ok=True)
    with (_BUILD / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _written(path: Path) -> float:
    return path.stat().st_mtime


def write_bundle(
    wheels: Sequence[Path], python: str, machine: str, folder: Path
) -> tuple[Manifest, Path]:
    """Packs wheels, Baryta's own first; returns the manifest and the file."""
    version = wheels[0].name.split("-")[1]
    hashes = {wheel.name: hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels}
    manifest = Manifest(version, python, machine, hashes)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{manifest.release}.tar"
    part = path.with_suffix(".part")
    with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, MANIFEST, manifest.text().encode())
        for wheel in wheels:
            _add(tar, wheel.name, wheel.read_bytes())
    part.replace(path)
    return manifest, path


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def build_wheel(machine: str) -> Path:
    """Baryta's wheel for a processor, cross-built if it is not this one; for every Python."""
    folder = _fresh(_BUILD / f"baryta-{machine}")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", str(PROJECT)]
    command += ["--wheel-dir", str(folder), f"--config-settings=build-dir=build/wheel-{machine}"]
    foreign = machine != platform.machine()
    if foreign:
        if not shutil.which(f"{machine}-linux-gnu-gcc"):
            raise DeployError(
                f"{machine}-linux-gnu-gcc is missing: apt install gcc-aarch64-linux-gnu "
                "libc6-dev-arm64-cross, or give a wheel built on a device with --wheel"
            )
        toolchain = PROJECT / "native" / "toolchains" / f"{machine}.cmake"
        command.append(f"--config-settings=cmake.args=-DCMAKE_TOOLCHAIN_FILE={toolchain}")
    _run(command, "Baryta's wheel cannot be built")
    wheel = next(folder.glob("baryta-*.whl"))
    if not foreign:
        return wheel
    retag = [sys.executable, "-m", "wheel", "tags", f"--platform-tag=linux_{machine}", "--remove"]
    _run([*retag, str(wheel)], "Baryta's wheel cannot be named")
    return next(folder.glob("baryta-*.whl"))


def download(python: str, machine: str) -> Path:
    """The pinned wheels for a Python and a processor; each is checked against its hash."""
    pinned = PROJECT / "deploy" / f"wheels-{python}.txt"
    if not pinned.exists():
        raise DeployError(f"there are no pinned wheels for Python {python}; {pinned} lists them")
    folder = _fresh(_BUILD / f"wheels-{python}-{machine}")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", "--requirement", str(pinned)]
    command += ["--dest", str(folder), f"--python-version={python}"]
    command += [f"--platform={name}_{machine}" for name in _PLATFORMS]
    _run(command, "the wheels cannot be downloaded")
    return folder


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _run(command: Sequence[str], trouble: str) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environment.pop("PYTHONPATH", None)  # our own, which is no business of a build
    done = subprocess.run(  # noqa: S603 - commands are our own
        command, capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        causes = [line for line in lines if line.strip().lower().startswith("error")]
        told = [*causes[-1:], *lines[-1:], f"it ended with {done.returncode}"]
        offline = any(word in done.stderr.lower() for word in _OFFLINE)
        raise DeployError(f"{trouble}: {told[0]}{'; is the network there?' if offline else ''}")


if __name__ == "__main__":
    what, *kind = sys.argv[1:]
    print(download(*kind) if what == "download" else Bundles().make(*kind)[1])
