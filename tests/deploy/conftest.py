"""A network with devices on it."""

import os
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from machine import BRIDGE, KEY, Machine
from operating import PROJECT, Operator


@pytest.fixture(scope="session")
def network() -> Iterator[None]:
    """A bridge in the network namespace of these tests, which must be theirs alone."""
    links = [name for _, name in socket.if_nameindex()]
    if any(name.startswith(("e", "w")) for name in links):  # this machine's own
        pytest.exit("these tests need a network of their own: run .ci/deploy", returncode=2)
    for command in (
        f"ip link add {BRIDGE} type bridge",
        f"ip addr add 10.77.0.1/24 dev {BRIDGE}",
        f"ip link set {BRIDGE} up",
        "ip link set lo up",
    ):
        subprocess.run(command.split(), check=True)
    yield
    subprocess.run(["ip", "link", "del", BRIDGE], check=True)


@pytest.fixture
def place(network: None) -> Iterator[Path]:  # noqa: ARG001
    """A folder for one test, on a file system that an overlay can write to."""
    with tempfile.TemporaryDirectory(prefix="baryta-deploy-", dir=PROJECT / "build") as name:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{name}/{KEY}"]
        subprocess.run(command, check=True)
        yield Path(name)


@pytest.fixture
def operator(place: Path) -> Operator:
    """Who deploys."""
    return Operator(place)


@pytest.fixture
def machines(place: Path) -> Iterator[Callable[..., list[Machine]]]:
    """Switches so many devices on; off they go by themselves."""
    made: list[Machine] = []

    def make(count: int = 1, opt: str = "", suite: str = "trixie") -> list[Machine]:
        base = Path(os.environ[f"BARYTA_{suite.upper()}"])
        new = [
            Machine(place / f"camera{number}", base, number, opt)
            for number in range(len(made) + 1, len(made) + 1 + count)
        ]
        made.extend(new)
        for machine in new:
            machine.switch_on()
        return new

    yield make
    for machine in made:
        machine.cut_power()
