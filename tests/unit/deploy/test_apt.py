"""A device whose apt is at work already, as at its first start."""

import fcntl
import subprocess
from pathlib import Path
from typing import cast

import pytest

import baryta_deploy.setup
from baryta_deploy.errors import DeployError
from baryta_deploy.fleet import Answer, Device
from baryta_deploy.setup import wait_for_apt


class _Near:
    """A device whose root is a folder of this machine."""

    name = "camera"

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *command: str, timeout: int = 120) -> Answer:
        words = [word.replace("/var/lib", f"{self.root}/var/lib") for word in command]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=timeout)
        return Answer(done.returncode == 0, done.stdout, done.stderr)


def test_another_apt_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Free, nothing is said; busy, a line tells; busy for too long, the deployment fails."""
    monkeypatch.setattr(baryta_deploy.setup, "_APT_LONGEST", 2)
    for folder in ("var/lib/dpkg", "var/lib/apt/lists"):
        (tmp_path / folder).mkdir(parents=True)
    device, told = cast("Device", _Near(tmp_path)), list[str]()
    wait_for_apt(device, told.append)
    assert told == []
    with (tmp_path / "var/lib/apt/lists/lock").open("a") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        with pytest.raises(DeployError, match="its apt is busy"):
            wait_for_apt(device, told.append)
    assert told == ["camera: its apt is busy; waiting"]
    wait_for_apt(device, told.append)
