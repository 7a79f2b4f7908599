"""The networks a device is on, in network namespaces of the kernel's own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.networks import local_networks

ASK = """
from app.networks import local_networks
print([(network.name, network.address) for network in local_networks()])"""


def seen_after(*commands: str) -> str:
    """What is found in a namespace in which nothing but the loopback is, after some of ip's."""
    unshare, ip = shutil.which("unshare"), shutil.which("ip")
    if unshare is None or ip is None:
        pytest.skip("no unshare or ip (apt install util-linux iproute2)")
    script = " && ".join(
        [*(f"{ip} {command}" for command in commands), f"{sys.executable} -c '{ASK}'"]
    )
    done = subprocess.run(
        [unshare, "--user", "--map-root-user", "--net", "sh", "-c", script],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode and "Traceback" not in done.stderr:
        pytest.skip(f"no network namespace with interfaces here: {done.stderr.strip()}")
    assert not done.returncode, done.stderr
    return done.stdout.strip()


def up(name: str, address: str) -> tuple[str, ...]:
    """An interface with a carrier."""
    return (
        f"link add {name} type ifb",
        f"addr add {address}/24 dev {name}",
        f"link set {name} up",
    )


def test_a_device_alone_is_on_no_network() -> None:
    """The loopback is none, and neither is an interface that is down."""
    assert seen_after("link set lo up") == "[]"
    assert seen_after(*up("eth0", "10.0.0.2"), "link set eth0 down") == "[]"


def test_an_access_point_without_a_default_route_is_a_network() -> None:
    """As when the camera itself is the hotspot."""
    assert seen_after(*up("wlan0", "10.42.0.1")) == "[('wlan0', '10.42.0.1')]"


def test_the_network_of_the_default_route_comes_first_and_no_public_one_at_all() -> None:
    """Each by its interface."""
    ways = (*up("wlan0", "10.42.0.1"), *up("eth0", "192.168.7.2"), *up("wan", "8.8.8.1"))
    here = "[('eth0', '192.168.7.2'), ('wlan0', '10.42.0.1')]"
    assert seen_after(*ways, "route add default dev eth0") == here


def test_a_camera_without_a_network_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that may not use one is told apart from a cable that is out."""

    def refuse(*_: object) -> None:
        raise OSError(97, "Address family not supported by protocol")

    monkeypatch.setattr("socket.socket", refuse)
    with pytest.raises(PermissionError, match="without a network"):
        local_networks()
