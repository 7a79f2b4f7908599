"""The camera's systemd unit."""

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from signal import Signals
from typing import Protocol

from .errors import ReleaseError

_SHOWN = ("ActiveState", "Result", "ExecMainStatus", "NRestarts", "StatusText")
_FED = "WatchdogTimestampMonotonic"
_WISHES = ("baryta-power.path", "baryta-clock.path")
_LONGEST = 180.0  # seconds: a stop finishes the queued pictures first
_WORDS = 200  # letters of a line that is passed on


@dataclass(frozen=True, slots=True)
class UnitState:
    """What systemd tells of a unit.

    Attributes:
        active: "active", "activating", "failed" and so on.
        result: "success", "exit status 3", "killed by SIGSEGV", "watchdog" and so on.
        restarts: since it was started by hand.
        status: what the program says of itself.
        fed: when its watchdog was fed last; microseconds on a clock of the system's.
    """

    active: str
    result: str = "success"
    restarts: int = 0
    status: str = ""
    fed: int = 0


class Service(Protocol):
    """What the transaction needs of a unit."""

    def reload(self) -> None:
        """Takes note of changed units, and has them start with the device."""
        ...

    def restart(self) -> None:
        """Stops it cleanly and begins to start it, with all counts at nought."""
        ...

    def stop(self) -> None:
        """Stops it cleanly; whether it runs or not."""
        ...

    def state(self) -> UnitState:
        """How it is."""
        ...

    def last_words(self) -> str:
        """The newest line it logged that tells why it failed; "" for none."""
        ...


class Systemd:
    """A unit of the system's own manager."""

    def __init__(self, unit: str) -> None:
        self._unit = unit

    def reload(self) -> None:
        """The camera's own unit, and those that wait for its wishes."""
        _systemctl("daemon-reload")
        _systemctl("enable", "--quiet", self._unit)
        _systemctl("enable", "--quiet", "--now", *_WISHES)

    def restart(self) -> None:
        """Stops it, waiting; then starts it without waiting."""
        self.stop()
        _systemctl("reset-failed", self._unit, check=False)
        _systemctl("start", "--no-block", self._unit)

    def stop(self) -> None:
        """Stops it, waiting until its pictures are safe."""
        _systemctl("stop", self._unit, check=False)

    def state(self) -> UnitState:
        """As systemctl show has it."""
        wanted = f"--property={','.join((*_SHOWN, _FED))}"
        lines = _systemctl("show", wanted, self._unit, check=False).splitlines()
        values = dict(line.partition("=")[::2] for line in lines)
        return UnitState(
            values.get("ActiveState", "unknown"),
            _ended(values.get("Result", ""), _number(values.get("ExecMainStatus"))),
            _number(values.get("NRestarts")),
            values.get("StatusText", ""),
            _number(values.get(_FED)),
        )

    def last_words(self) -> str:
        """The newest line in the journal that the program itself wrote."""
        command = ["journalctl", "--quiet", "--no-pager"]
        # What it said at its end may be on its way still.
        subprocess.run([*command, "--sync"], capture_output=True, check=False)  # noqa: S603
        command += ["--output=cat", "--lines=1", f"_SYSTEMD_UNIT={self._unit}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        last = next(iter(done.stdout.strip().splitlines()[-1:]), "")  # a traceback's is its last
        return last if len(last) <= _WORDS else f"{last[:_WORDS]}..."


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _ended(result: str, status: int) -> str:
    """A result with the number that tells more of it."""
    if result == "exit-code":
        return f"exit status {status}"
    if result in ("signal", "core-dump"):
        with suppress(ValueError):
            return f"killed by {Signals(status).name}"
    return result


def _systemctl(*arguments: str, check: bool = True) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - commands are our own
            ["systemctl", *arguments],  # noqa: S607 - wherever the system has it
            check=check,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()
        raise ReleaseError(f"systemctl {arguments[0]}: {said[-1] if said else error}") from error
    except subprocess.TimeoutExpired as error:
        raise ReleaseError(f"systemctl {arguments[0]} took over {_LONGEST:.0f} s") from error
    return done.stdout
