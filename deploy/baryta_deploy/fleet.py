"""The devices' lines: pyinfra connects them all at once and runs commands on each."""

import json
import logging
import shlex
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
from paramiko import SSHException
from pyinfra.api.command import StringCommand
from pyinfra.api.config import Config
from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.host import Host
from pyinfra.api.inventory import Inventory
from pyinfra.api.state import State
from pyinfra.context import ctx_state

from baryta_deploy.errors import DeployError, LineLostError
from baryta_deploy.inventory import Target

LOST = (OSError, EOFError, SSHException, PyinfraError)
_KEEPALIVE = 5  # seconds: a line that is cut is noticed, not waited on
_CONNECT = 15  # seconds
_UNANSWERED = 30  # seconds that what was sent may be on its way, be it a part of a long file


@dataclass(frozen=True, slots=True)
class Result:
    """How it went with one device.

    Attributes:
        device: its name.
        well: whether all is as it was asked for.
        outcome: in a word or two.
        release: that runs now; "" for none or unknown.
        told: more, in a line: a reason, or what would change.
    """

    device: str
    well: bool
    outcome: str
    release: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command on a device gave."""

    well: bool
    out: str
    err: str


class Device:
    """One device and the line to it.

    Args:
        host: pyinfra's.
        target: as the person named it.
    """

    def __init__(self, host: Host, target: Target) -> None:
        self.host, self.target = host, target
        self.name = target.text
        self._root: bool | None = None

    def run(self, *command: str, stdin: str = "", timeout: int = 120, root: bool = True) -> Answer:
        """Runs a command.

        Args:
            command: its words; quoted here.
            stdin: for the command; the only way for what must not be on a command line.
            timeout: seconds.
            root: as root, through sudo if need be.

        Raises:
            LineLostError: the line is cut.
        """
        sudo = root and not self._is_root()
        return self._run(shlex.join(command), sudo=sudo, stdin=stdin, timeout=timeout)

    def check(self, *command: str, stdin: str = "", timeout: int = 120) -> str:
        """As run, but a failing command raises DeployError with its last line."""
        answer = self.run(*command, stdin=stdin, timeout=timeout)
        if not answer.well:
            said = (answer.err or answer.out).strip().splitlines()
            raise DeployError(f"{command[0]}: {said[-1] if said else 'it failed'}")
        return answer.out

    def json(self, *command: str, stdin: str = "", timeout: int = 120) -> Any:  # noqa: ANN401 - what it prints
        """The object that a command prints."""
        out = self.check(*command, stdin=stdin, timeout=timeout)
        try:
            return json.loads(out)
        except ValueError as error:
            raise DeployError(
                f"{command[0]} answers with what is no JSON: {out[:60]!r}; "
                "its account's ~/.bashrc has to print nothing"
            ) from error

    def put(self, local: Path, remote: str) -> None:
        """Sends a file; it has its name on the device once it is there whole."""
        part = f"{remote}.part"
        try:
            sent = self.host.put_file(str(local), part, _sudo=not self._is_root())
        except LOST as error:
            raise LineLostError(f"the line was cut while sending: {_words(error)}") from error
        if not sent:
            self.run("rm", "-f", part)
            raise DeployError(f"{remote} could not be written; is there room? see df on the device")
        self.check("mv", part, remote)

    def reconnect(self) -> bool:
        """Tries to get a cut line back."""
        self.close()
        self.host.connected = False
        try:
            self.host.connect(show_errors=False, raise_exceptions=True)
        except LOST:
            return False
        self.host.state.activate_host(self.host)
        self.keep_alive()
        return True

    def close(self) -> None:
        """Hangs up."""
        client = getattr(self.host.connector, "client", None)
        try:
            self.host.connector.disconnect()
            if client is not None:
                client.close()
        except LOST:
            logging.getLogger(__name__).debug("closing a cut line", exc_info=True)

    def keep_alive(self) -> None:
        """Has the line looked at, so that a cut is noticed."""
        client: Any = getattr(self.host.connector, "client", None)
        transport = client.get_transport() if client is not None else None
        if transport is not None:
            transport.set_keepalive(_KEEPALIVE)
            with suppress(AttributeError, OSError):  # not every system's; a proxy has no socket
                limit = _UNANSWERED * 1000
                transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, limit)

    def _is_root(self) -> bool:
        if self._root is None:
            self._root = self._run("id -u", sudo=False, stdin="", timeout=30).out.strip() == "0"
            if not self._root and not self._sudoes():
                who = self._run("id -un", sudo=False, stdin="", timeout=30).out.strip()
                self._root = None
                raise DeployError(
                    f"its account {who} may not sudo without a password; log in there and say: "
                    f"echo '{who} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/{who}"
                )
        return self._root

    def _sudoes(self) -> bool:
        # What sudo says is hidden from pyinfra, which would else ask this terminal for a password.
        quiet = "sudo -n true >/dev/null 2>&1"
        return self._run(quiet, sudo=False, stdin="", timeout=30).well

    def _run(self, command: str, *, sudo: bool, stdin: str, timeout: int) -> Answer:
        try:
            well, output = self.host.run_shell_command(
                StringCommand(command), _sudo=sudo, _stdin=stdin or None, _timeout=timeout
            )
        except LOST as error:  # TimeoutError is an OSError
            raise LineLostError(f"the line is cut: {_words(error)}") from error
        return Answer(well, output.stdout, output.stderr)


class Fleet:
    """Every device that was asked for.

    Args:
        targets: which.
        key: file of a private key; None leaves it to the agent and ~/.ssh.
        known_hosts: file of the hosts' keys; None for ~/.ssh/known_hosts.
        strict: refuse hosts whose key is unknown, instead of noting it at the first meeting.
        parallel: devices at once.
        look: change nothing; operations tell what they would do.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        key: Path | None = None,
        known_hosts: Path | None = None,
        *,
        strict: bool = False,
        parallel: int = 20,
        look: bool = False,
    ) -> None:
        hosts = [
            (target.text, _data(target, key, known_hosts, strict=strict)) for target in targets
        ]
        noted = known_hosts or Path.home() / ".ssh/known_hosts"
        noted.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = Config(PARALLEL=min(parallel, len(hosts)), CONNECT_TIMEOUT=_CONNECT)
        self.state = State(Inventory((hosts, {})), config)
        self.state.is_executing = not look
        by_name = {host.name: host for host in self.state.inventory}
        self.devices = [Device(by_name[target.text], target) for target in targets]

    def each(self, act: Callable[[Device], Result]) -> list[Result]:
        """Does something with each device at once; what fails on one is that one's result."""
        gevent.get_hub().NOT_ERROR += (KeyboardInterrupt,)  # ours to tell, without a traceback
        with ctx_state.use(self.state):  # one for all of pyinfra's greenlets
            lines = [self.state.pool.spawn(self._one, device, act) for device in self.devices]
            gevent.joinall(lines)
            return [line.get() for line in lines]

    def _one(self, device: Device, act: Callable[[Device], Result]) -> Result:
        began, connected = time.monotonic(), False
        try:
            device.host.connect(show_errors=False, raise_exceptions=True)
            connected = True
            self.state.activate_host(device.host)
            device.keep_alive()
            return act(device)
        except LineLostError as error:
            return Result(device.name, well=False, outcome="lost", told=str(error))
        except DeployError as error:
            return Result(device.name, well=False, outcome="failed", told=str(error))
        except LOST as error:
            if connected and isinstance(error, OSError):  # not the line's, which are LineLostError
                told = f"on this machine: {_words(error)}; is there room, and may you write there?"
                return Result(device.name, well=False, outcome="failed", told=told)
            told = f"{_words(error)}{remedy_of(error)}"
            return Result(device.name, well=False, outcome="unreachable", told=told)
        except Exception as error:  # whatever it is, the others go on
            logging.getLogger(__name__).exception("%s", device.name)
            told = f"unexpected {type(error).__name__}: {_words(error)}; --verbose shows where"
            return Result(device.name, well=False, outcome="failed", told=told)
        finally:
            device.close()
            spent = time.monotonic() - began
            logging.getLogger(__name__).info("%s: %.0f s", device.name, spent)


def _data(target: Target, key: Path | None, known_hosts: Path | None, *, strict: bool) -> Any:  # noqa: ANN401 - pyinfra's
    values = {
        "ssh_hostname": target.name,
        "ssh_user": target.user,
        "ssh_port": target.port,
        "ssh_key": str(key) if key else "",
        "ssh_known_hosts_file": str(known_hosts) if known_hosts else "",
        "ssh_strict_host_key_checking": "yes" if strict else "accept-new",
    }
    return {name: value for name, value in values.items() if value}


_REMEDIES = {
    "is encrypted": "ssh-add FILE, and leave --key out",
    "authentication": "is the account's name right, and is your key there? ssh-copy-id USER@HOST",
    "banner": "what answers there is no SSH in order; is the port right, and the device up?",
    "no such user": "is the account's name right?",
    "resolve": "is the name right, and is the device on, in the same network?",
    "refused": "SSH is not switched on there: sudo systemctl enable --now ssh",
    "no host key": "ssh there once, compare the key it shows, and accept it",
    "host key": "was it set up anew? then ssh-keygen -R HOST; else do not trust it",
    "no route": "is it on, and in the same network?",
    "timed out": "is it on, and in the same network?",
    "timeout": "is it on, and in the same network?",
    "unreachable": "is it on, and in the same network?",
    "unable to connect": "is it on, in the same network, and SSH switched on there?",
}


def remedy_of(error: BaseException) -> str:
    """What helps where a device is not reached, to stand after what was said; "" if unknown."""
    said = str(error).lower()
    return next((f"; {remedy}" for word, remedy in _REMEDIES.items() if word in said), "")


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
