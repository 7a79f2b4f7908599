"""The operator's machine, and its command."""

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from machine import KEY

PROJECT = Path(__file__).parents[2]
WHEELS = PROJECT / f"build/deploy/wheels-3.13-{platform.machine()}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What baryta-deploy gave."""

    status: int
    devices: list[dict[str, Any]]
    out: str
    err: str

    @property
    def only(self) -> dict[str, Any]:
        """The one device's row."""
        assert len(self.devices) == 1, self.err
        return self.devices[0]


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator's machine."""

    place: Path

    @property
    def wheels(self) -> Path:
        """What stand-ins need besides themselves: pip."""
        folder = self.place / "wheels"
        if not folder.exists():
            folder.mkdir()
            shutil.copy(next(WHEELS.glob("pip-*.whl")), folder)
        return folder

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Starts baryta-deploy."""
        environment = os.environ | {"PYTHONPATH": f"{PROJECT}/deploy:{PROJECT}/deploy/device"}
        line = ["--key", str(self.place / KEY), "--known-hosts", str(self.place / "known_hosts")]
        shown = () if words[0] in {"logs", "boot"} else ("--json",)
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "baryta_deploy", words[0], *shown, *line, *words[1:]],
            env=environment | {"HOME": str(self.place)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def interrupt(self, process: subprocess.Popen[str]) -> None:
        """Kills baryta-deploy and what it has started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def end(self, process: subprocess.Popen[str]) -> Answer:
        """Waits for what was begun."""
        out, err = process.communicate(timeout=800)
        print(out, err)
        devices = json.loads(out)["devices"] if out.startswith("{") else []
        return Answer(process.returncode, devices, out, err)

    def run(self, *words: str) -> Answer:
        """Runs baryta-deploy to its end."""
        return self.end(self.begin(*words))

    def deploy(self, wheel: Path, *words: str, gate: float = 60.0) -> Answer:
        """Deploys a stand-in."""
        return self.end(self.begin_deploy(wheel, *words, gate=gate))

    def begin_deploy(self, wheel: Path, *words: str, gate: float = 60.0) -> subprocess.Popen[str]:
        """Starts to deploy a stand-in."""
        given = ["--desktop", f"--gate={gate}", f"--wheel={wheel}", f"--wheels={self.wheels}"]
        return self.begin("deploy", *given, *words)
