"""A card: an ext4 image, mounted, whose content can be copied at one instant while it is written.

The image lies on an XFS file system in an image of its own, for XFS can clone a file atomically
(ioctl FICLONE): the copy is what the device held at that moment, as a power cut leaves it.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

TOOLS = ("mkfs.xfs", "mkfs.ext4", "mount", "umount", "losetup")
_HOST_BYTES = 1 << 30
_CARD_BYTES = 192 << 20


def lack() -> str:
    """What this machine lacks for it; empty if nothing."""
    if os.geteuid() != 0:
        return "mounting images needs root"
    missing = [tool for tool in TOOLS if shutil.which(tool, path=_path()) is None]
    if missing:
        return f"{', '.join(missing)} is missing: apt install xfsprogs e2fsprogs mount"
    if not Path("/dev/loop-control").exists():
        return "this system has no loop devices"
    return ""


class Host:
    """The file system that card images lie on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new_card(self) -> Path:
        """A fresh card image."""
        image = self._folder / "card.img"
        image.unlink(missing_ok=True)
        _sparse(image, _CARD_BYTES)
        _run("mkfs.ext4", "-q", "-F", str(image))
        return image

    def cut(self, image: Path) -> Path:
        """A copy of an image as it is at this instant."""
        copy = self._folder / "cut.img"
        copy.unlink(missing_ok=True)
        _run("cp", "--reflink=always", str(image), str(copy))
        return copy


@contextmanager
def host() -> Iterator[Host]:
    """Mounts a host for card images; all of it is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baryta-power-")))
        image = folder / "host.img"
        _sparse(image, _HOST_BYTES)
        _run("mkfs.xfs", "-q", "-f", "-m", "reflink=1", str(image))
        yield Host(stack.enter_context(mounted(image)))


@contextmanager
def mounted(image: Path) -> Iterator[Path]:
    """Mounts an image on a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="baryta-card-"))
    _run("mount", "-o", "loop", str(image), str(folder))
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))  # a failed check may leave a file open
        folder.rmdir()


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as stream:
        stream.truncate(size)


def _run(*command: str) -> None:
    done = subprocess.run(
        command, env={**os.environ, "PATH": _path()}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")


def _path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
