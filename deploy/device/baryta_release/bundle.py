"""A release on its way: a tar of wheels, and a manifest with their SHA-256.

The release is named after its content, so that the same content is never installed twice.
"""

import hashlib
import json
import os
import re
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ReleaseError

MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 1 << 20  # bytes
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,100}-[0-9a-f]{12}")
_WHEEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,200}\.whl")
_GROWTH = 4  # what wheels take once installed, over their own size, generously


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a bundle.

    Attributes:
        version: Baryta's.
        python: the interpreter it is for, as "3.13".
        machine: the processor it is for, as "aarch64".
        wheels: SHA-256 (hexadecimal) by file name.
    """

    version: str
    python: str
    machine: str
    wheels: Mapping[str, str]

    @property
    def release(self) -> str:
        """The release's name: the version, and the content in twelve hexadecimal digits."""
        return f"{self.version}-{hashlib.sha256(self.text().encode()).hexdigest()[:12]}"

    def text(self) -> str:
        """As it is kept; the same content gives the same text."""
        values = {
            "version": self.version,
            "python": self.python,
            "machine": self.machine,
            "wheels": dict(sorted(self.wheels.items())),
        }
        return json.dumps(values, indent=1) + "\n"


def valid_name(name: str) -> str:
    """The name of a release, if it is one.

    Raises:
        ReleaseError: if it is none; a name becomes part of a path.
    """
    if not _NAME.fullmatch(name):
        raise ReleaseError(f"{name!r} is no release's name; baryta-release status lists them")
    return name


def unpack(bundle: Path, folder: Path, release: str) -> Manifest:
    """Unpacks a bundle into a new folder and compares every file with the manifest.

    Args:
        bundle: the tar; its first member is the manifest.
        folder: does not exist yet.
        release: the name the content must have.

    Raises:
        ReleaseError: damaged, not what it should be, or no room.
        OSError: the disk does not answer.
    """
    try:
        needed = bundle.stat().st_size * _GROWTH
    except FileNotFoundError as error:
        raise ReleaseError(f"{bundle} is not there; deploy again") from error
    if (free := shutil.disk_usage(folder.parent).free) < needed:
        raise ReleaseError(
            f"{free >> 20} MB are free, {needed >> 20} MB are needed; make room on the card"
        )
    folder.mkdir()
    try:
        with tarfile.open(bundle, "r:") as tar:
            manifest = _manifest(tar)
            if manifest.release != release:
                raise ReleaseError(f"{bundle} holds {manifest.release}; deploy again")
            (folder / MANIFEST).write_text(manifest.text(), "utf-8")
            (folder / "wheels").mkdir()
            found = {member.name for member in tar if _take(tar, member, folder, manifest.wheels)}
    except tarfile.TarError as error:
        raise ReleaseError(f"{bundle} is damaged ({error}); deploy again") from error
    if missing := manifest.wheels.keys() - found:
        raise ReleaseError(f"{bundle} lacks {min(missing)}; deploy again")
    return manifest


def _manifest(tar: tarfile.TarFile) -> Manifest:
    member = tar.next()
    file = tar.extractfile(member) if member is not None and member.name == MANIFEST else None
    if member is None or file is None or member.size > _LARGEST_MANIFEST:
        raise ReleaseError("the bundle has no manifest; deploy again")
    return read_manifest(file.read())


def read_manifest(data: bytes) -> Manifest:
    """The manifest that a text holds; ReleaseError if it holds none."""
    try:
        values: dict[str, Any] = json.loads(data)
        wheels = {str(name): str(digest) for name, digest in values["wheels"].items()}
        manifest = Manifest(values["version"], values["python"], values["machine"], wheels)
        valid_name(manifest.release)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError("the bundle's manifest is damaged; deploy again") from error
    if not all(map(_WHEEL.fullmatch, wheels)):
        raise ReleaseError("the bundle's manifest names what is no wheel; deploy again")
    return manifest


def _take(
    tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, wheels: Mapping[str, str]
) -> bool:
    """Writes a wheel that the manifest names; only the name's own text becomes a path."""
    if member.name == MANIFEST:
        return False
    source = tar.extractfile(member) if member.isreg() and member.name in wheels else None
    if source is None:
        raise ReleaseError(f"the bundle holds {member.name!r}, which its manifest does not name")
    digest = hashlib.sha256()
    with (folder / "wheels" / member.name).open("xb") as file:
        while block := source.read(1 << 20):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != wheels[member.name]:
        raise ReleaseError(f"{member.name} was damaged on its way; deploy again")
    return True
