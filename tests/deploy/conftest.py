"""A network with devices on it."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from machine import BRIDGE, HERE, KEY, Machine, wait_for
from operating import PROJECT, Operator
from stand_in import stand_in


@pytest.fixture(scope="session")
def network() -> Iterator[None]:
    """A bridge in the network namespace of these tests, which must be theirs alone."""
    links = [name for _, name in socket.if_nameindex()]
    if any(name.startswith(("e", "w")) for name in links):  # this machine's own
        pytest.exit("these tests need a network of their own: run .ci/deploy", returncode=2)
    for command in (
        f"ip link add {BRIDGE} type bridge",
        f"ip addr add {HERE}/24 dev {BRIDGE}",
        f"ip link set {BRIDGE} up",
        "ip link set lo up",
    ):
        subprocess.run(command.split(), check=True)
    yield
    subprocess.run(["ip", "link", "del", BRIDGE], check=True)


@pytest.fixture
def place(network: None) -> Iterator[Path]:  # noqa: ARG001 - has to be there
    """A folder for one test, on a file system that an overlay can write to."""
    with _place() as path:
        yield path


@pytest.fixture(scope="session")
def installed(network: None) -> Iterator[Path]:  # noqa: ARG001 - has to be there
    """What a good release leaves on a device's disk, for the tests that begin with one."""
    with _place() as path:
        machine = Machine(path / "camera", Path(os.environ["BARYTA_TRIXIE"]), 199)
        machine.switch_on()
        try:
            answer = Operator(path).deploy(stand_in(path), machine.target)
            assert answer.only["outcome"] == "live", answer.only["told"]
            machine.run("systemctl", "poweroff")
            wait_for(lambda: machine.process is not None and machine.process.poll() is not None)
        finally:
            machine.cut_power()
        disk = path / "camera/upper"
        (disk / "var/lib/baryta/stopped").unlink()
        shutil.rmtree(disk / "home/pi")  # each place has a key of its own
        yield disk


@contextmanager
def _place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="baryta-deploy-", dir=PROJECT / "build") as name:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{name}/{KEY}"]
        subprocess.run(command, check=True)
        yield Path(name)


@pytest.fixture
def operator(place: Path) -> Operator:
    """Who deploys."""
    return Operator(place)


@pytest.fixture
def machines(place: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., list[Machine]]]:
    """Switches so many devices on, new ones or cameras already; off they go by themselves."""
    made: list[Machine] = []

    def make(
        count: int = 1, opt: str = "", suite: str = "trixie", *, cameras: bool = False
    ) -> list[Machine]:
        base = Path(os.environ[f"BARYTA_{suite.upper()}"])
        before: Path | None = request.getfixturevalue("installed") if cameras else None
        new = [
            Machine(place / f"camera{number}", base, number, opt, installed=before)
            for number in range(len(made) + 1, len(made) + 1 + count)
        ]
        made.extend(new)
        for machine in new:
            machine.switch_on()
            if cameras:
                machine.wait_for()
        return new

    yield make
    for machine in made:
        machine.cut_power()
