"""The local networks that the device is on: for each its interface and the address there."""

import errno
import fcntl
import ipaddress
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

# Linux's netdevice(7).
_FLAGS: Final = 0x8913
_ADDRESS: Final = 0x8915
_UP, _LOOPBACK, _RUNNING = 0x1, 0x8, 0x40
_REQUEST: Final = struct.Struct("16s24x")  # struct ifreq
_CLOSED = (errno.EAFNOSUPPORT, errno.EACCES, errno.EPERM)  # how a service is kept from the network
_ELSEWHERE: Final = ("192.0.2.1", 9)  # a documentation address (RFC 5737)


@dataclass(frozen=True, slots=True)
class Network:
    """A network that the device is on.

    Attributes:
        name: of the interface, as the kernel calls it.
        address: of the device there, private IPv4 (RFC 1918, RFC 3927).
    """

    name: str
    address: str


def local_networks() -> tuple[Network, ...]:
    """The private networks there are, that of the default route first; nothing is sent.

    An interface counts that is up and has a carrier, whether or not a route leads on from it: a
    camera that is its own access point has none. A public address is left out.

    Raises:
        PermissionError: this process may use no network, as a service that was set up so.
    """
    try:
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    except OSError as error:
        if error.errno not in _CLOSED:
            raise
        raise PermissionError("this camera was set up without a network") from error
    found = []
    with probe:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # without an address, or gone meanwhile
                found += _network(probe, name)
        with suppress(OSError):
            probe.connect(_ELSEWHERE)
            first = probe.getsockname()[0]
            found.sort(key=lambda network: network.address != first)
    return tuple(found)


def _network(probe: socket.socket, name: str) -> list[Network]:
    request = _REQUEST.pack(name.encode())
    (flags,) = struct.unpack_from("H", fcntl.ioctl(probe, _FLAGS, request), 16)
    if flags & (_UP | _RUNNING) != _UP | _RUNNING or flags & _LOOPBACK:
        return []
    address = socket.inet_ntoa(fcntl.ioctl(probe, _ADDRESS, request)[20:24])
    return [Network(name, address)] if ipaddress.ip_address(address).is_private else []
