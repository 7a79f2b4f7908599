"""Baryta as a package of Debian's, for those who want apt: no SSH, no health gate, no roll-back.

The wheels are unpacked, not installed: Debian's Python runs them from a folder of the package's
own, so nothing has to be made on the device.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from baryta_deploy.bundles import EPOCH, PROJECT, build_wheel, download
from baryta_deploy.errors import DeployError
from baryta_deploy.setup import GROUPS, PACKAGES, command_texts, rule_text, unit_texts
from baryta_release.filling import filled
from baryta_release.places import SESSION, Config

_DEPLOY = PROJECT / "deploy"
_PARTS = _DEPLOY / "debian"
_MACHINES = {"arm64": "aarch64", "amd64": "x86_64"}
_PYTHON = "3.13"  # trixie's
_LIBRARY = "usr/lib/baryta"
_PATH = f"PYTHONPATH=/{_LIBRARY}"


def make_package(architecture: str, folder: Path, baryta: Path | None = None) -> Path:
    """Builds a .deb; the same sources give the same file.

    Args:
        architecture: Debian's name: arm64 or amd64.
        folder: to write it to.
        baryta: a wheel of Baryta, instead of building it.

    Raises:
        DeployError: an unknown architecture; a wheel cannot be had; dpkg-deb is missing or fails.
    """
    if architecture not in _MACHINES:
        raise DeployError(f"no architecture {architecture!r}; arm64 or amd64")
    machine = _MACHINES[architecture]
    wheels = [baryta or build_wheel(machine), *sorted(download(_PYTHON, machine).glob("*.whl"))]
    version = wheels[0].name.split("-")[1]
    tree = folder / f"baryta-{architecture}"
    shutil.rmtree(tree, ignore_errors=True)
    _unpack([wheel for wheel in wheels if not wheel.name.startswith("pip-")], tree / _LIBRARY)
    _files(tree, version)
    _control(tree, version, architecture)
    for path in [tree, *tree.rglob("*")]:
        runs = path.is_dir() or (
            path.parent.name in ("bin", "sbin", "DEBIAN") and path.name != "control"
        )
        path.chmod(0o755 if runs else 0o644)
    package = folder / f"baryta_{version}_{architecture}.deb"
    _run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(package))
    shutil.rmtree(tree)
    return package


def _unpack(wheels: list[Path], library: Path) -> None:
    library.mkdir(parents=True)
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as file:
            file.extractall(library)
    for scripts in library.glob("*.data"):
        shutil.rmtree(scripts)


def _files(tree: Path, version: str) -> None:
    """What lies outside the library: units, the command, desktop entry, documents."""
    texts = {f"usr/lib/systemd/system/{name}": text for name, text in _units().items()}
    for command, text in command_texts().items():
        if command != SESSION:
            told = _of_package(filled(text, Config()))
            texts[command.removeprefix("/").replace("usr/local", "usr")] = told
    texts["usr/sbin/baryta-explain"] = (_PARTS / "baryta-explain").read_text("utf-8")
    texts["usr/lib/udev/rules.d/90-baryta-stick.rules"] = rule_text()
    texts["usr/share/applications/baryta.desktop"] = (_PARTS / "baryta.desktop").read_text("utf-8")
    terms = (PROJECT / "LICENSE").read_text("utf-8").strip().splitlines()
    indented = "".join(f" {line}\n" if line.strip() else " .\n" for line in terms)
    texts["usr/share/doc/baryta/copyright"] = (_PARTS / "copyright").read_text("utf-8") + indented
    for name, text in texts.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    changes = f"baryta ({version}) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n"
    changes += f" -- {maintainer()}  Wed, 01 Jan 2025 00:00:00 +0000\n"
    with (tree / "usr/share/doc/baryta/changelog.gz").open("wb") as stream:
        stream.write(gzip.compress(changes.encode(), 9, mtime=0))


def _units() -> dict[str, str]:
    """The units, without what only deployments have."""
    texts = {}
    for path, text in unit_texts().items():
        name = Path(path).name
        if name == "baryta-resume.service":
            continue
        told = re.sub(r"ConditionPathExists=/opt/baryta.*\n", "", filled(text, Config()))
        told = told.replace("/opt/baryta/current/venv/bin/python -P -m app", "/usr/bin/baryta")
        told = told.replace("/usr/local/sbin/baryta-release explain", "/usr/sbin/baryta-explain")
        told = _of_package(told)
        if name == "baryta.service":
            told = told.replace("[Unit]", "[Unit]\nWants=baryta-power.path baryta-clock.path")
        texts[name] = told
    return texts


def _of_package(text: str) -> str:
    """A unit or a command of a deployment as the package has it; DeployError if it cannot be."""
    told = text.replace(
        "/opt/baryta/current/venv/bin/python -P", f"env {_PATH} /usr/bin/python3 -P"
    )
    told = told.replace("/usr/local/", "/usr/")
    if "/opt/baryta" in told:
        raise DeployError(f"the package has no /opt/baryta: {told}")
    return told


def _control(tree: Path, version: str, architecture: str) -> None:
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
    major, minor = map(int, _PYTHON.split("."))
    needs = [f"python3 (>= {_PYTHON})", f"python3 (<< {major}.{minor + 1})", "libc6", "libstdc++6"]
    needs += [name for name in PACKAGES if name != "rsync"]
    values = {
        "VERSION": version,
        "ARCHITECTURE": architecture,
        "SIZE": str((size + 1023) // 1024),
        "DEPENDS": ", ".join(needs),
        "MAINTAINER": maintainer(),
        "GROUPS": " ".join(GROUPS),
    }
    folder = tree / "DEBIAN"
    folder.mkdir()
    for name in ("control", "preinst", "postinst", "prerm", "postrm"):
        text = (_PARTS / name).read_text("utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        (folder / name).write_text(text, "utf-8")


def maintainer(sources: Path = PROJECT) -> str:
    """Who answers for a package: who builds it, as Debian's own tools are told it.

    Without that it is whoever made the sources' last commit, so that the same sources give the same
    package; and of sources without a history nobody, by a name that no mail reaches (RFC 2606).
    """
    name, address = _author(sources)
    name = os.environ.get("DEBFULLNAME") or name
    address = os.environ.get("DEBEMAIL") or address
    if not re.fullmatch(r"[^\n<>]+", name) or not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+", address):
        raise DeployError(f"DEBFULLNAME and DEBEMAIL are no maintainer: {name} <{address}>")
    return f"{name} <{address}>"


def _author(sources: Path) -> tuple[str, str]:
    """Name and address of the last commit's author."""
    command = ["git", "-C", str(sources), "log", "-1", "--format=%an%n%ae"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - commands are our own
        name, address = done.stdout.splitlines()
    except (OSError, ValueError, subprocess.CalledProcessError):
        return "The Baryta authors", "nobody@baryta.invalid"
    return name, address


def _run(*command: str) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603 - commands are our own
    except FileNotFoundError as error:
        raise DeployError(f"{command[0]} is missing: apt install dpkg-dev") from error
    except subprocess.CalledProcessError as error:
        raise DeployError(f"{command[0]}: {error.stderr.strip()}") from error


if __name__ == "__main__":
    place = PROJECT / "build" / "deb"
    place.mkdir(parents=True, exist_ok=True)
    for wanted in sys.argv[1:] or ["arm64", "amd64"]:
        print(make_package(wanted, place))
