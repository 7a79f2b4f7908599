"""A device for the tests of releases: bundles, and a camera whose unit is a few values."""

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from baryta_release.build import build
from baryta_release.bundle import MANIFEST, Manifest
from baryta_release.deploying import Deployer
from baryta_release.places import Places
from baryta_release.service import UnitState


def manifest_of(content: str) -> Manifest:
    """That of a bundle with one wheel."""
    data = content.encode()
    return Manifest("0.1.0", "3.13", "aarch64", {"x-1-py3-none-any.whl": sha256(data).hexdigest()})


def write_tar(path: Path, members: Mapping[str, bytes]) -> None:
    """A tar of these files in their order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def ship(places: Places, content: str) -> str:
    """Puts a bundle where the operator's machine puts it; the release's name."""
    manifest = manifest_of(content)
    members = {MANIFEST: manifest.text().encode(), "x-1-py3-none-any.whl": content.encode()}
    write_tar(places.bundle(manifest.release), members)
    return manifest.release


def tell(places: Places, text: str) -> None:
    """Ships a file of the system, /etc/told."""
    path = places.shipped / "etc/told"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@dataclass(slots=True)
class Unit:
    """A unit that runs whatever current points to; it knows which contents fail.

    Attributes:
        places: where current lies.
        bad: contents, of releases and of /etc/told, that do not come up.
    """

    places: Places
    bad: tuple[str, ...] = ()
    active: str = "inactive"
    starts: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    reloads: int = 0
    starts_with_device: bool = False

    def reload(self) -> None:
        self.reloads += 1
        self.starts_with_device = True

    def forget(self, *units: str) -> None:
        self.forgotten += units

    def restart(self) -> None:
        wheel = self.places.current / "wheels" / "x-1-py3-none-any.whl"
        content = wheel.read_text()
        self.starts.append(content)
        told = self.places.base / "etc/told"
        words = told.read_text() if told.exists() else "fine"
        self.active = "failed" if content in self.bad or words in self.bad else "active"

    def stop(self) -> None:
        self.active = "inactive"

    def retire(self) -> None:
        self.starts_with_device = False

    def state(self) -> UnitState:
        return UnitState(self.active)

    def last_words(self) -> str:
        return "no such camera"


def deployer(places: Places, unit: Unit) -> Deployer:
    """The device's own transaction around the unit; a release runs as it was unpacked."""

    def prove(_release: str) -> str:
        unit.restart()
        return "" if unit.active == "active" else f"it does not stay up: {unit.last_words()}"

    def built(release: str) -> None:
        build(places, release, lambda _folder, _manifest: None)

    return Deployer(places, unit, built, prove)
