"""The camera's systemd unit."""

import json
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from signal import Signals
from typing import Protocol

from .errors import ReleaseError

_SHOWN = ("ActiveState", "SubState", "Result", "ExecMainStatus", "NRestarts", "StatusText")
_FED = "WatchdogTimestampMonotonic"
_WISHES = ("baryta-power.path", "baryta-clock.path")
UNITS = (".service", ".path")
_GETTY = "getty@tty1.service"
_LONGEST = 180.0  # seconds: a stop finishes the queued pictures first
_RUN = "_SYSTEMD_INVOCATION_ID"
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

    def forget(self, *units: str) -> None:
        """Stops others, whose files are about to go, and does not start them any more."""
        ...

    def restart(self) -> None:
        """Stops it cleanly and begins to start it, with all counts at nought."""
        ...

    def stop(self) -> None:
        """Stops it cleanly; whether it runs or not."""
        ...

    def retire(self) -> None:
        """Does not start it with the device any more, and gives the console back."""
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
        self._before = ""  # cursor of a line of systemd's own: older journalctl skip one behind it

    def reload(self) -> None:
        """The camera's own unit, and those that wait for its wishes, as far as they are there."""
        _systemctl("daemon-reload")
        _systemctl("enable", "--quiet", self._unit)
        for wish in _WISHES:
            if _systemctl("cat", wish, check=False):
                _systemctl("enable", "--quiet", "--now", wish)

    def forget(self, *units: str) -> None:
        """One that is not there is forgotten."""
        for unit in units:
            _systemctl("disable", "--quiet", "--now", unit, check=False)

    def restart(self) -> None:
        """Stops it, waiting; then starts it without waiting."""
        self.stop()
        self._before = _field(_journal("--output=json", "--lines=1", "_PID=1"), "__CURSOR")
        _systemctl("reset-failed", self._unit, check=False)
        _systemctl("start", "--no-block", self._unit)

    def stop(self) -> None:
        """Stops it, waiting until its pictures are safe."""
        _systemctl("stop", self._unit, check=False)

    def retire(self) -> None:
        """The console's log-in comes back where the unit had taken it."""
        kept_out = _systemctl("show", "--property=Conflicts", self._unit, check=False)
        _systemctl("disable", "--quiet", self._unit, check=False)
        _systemctl("disable", "--quiet", "--now", *_WISHES, check=False)
        if _GETTY in kept_out:
            _systemctl("start", "--no-block", _GETTY, check=False)

    def state(self) -> UnitState:
        """As systemctl show has it."""
        wanted = f"--property={','.join((*_SHOWN, _FED))}"
        lines = _systemctl("show", wanted, self._unit, check=False).splitlines()
        values = dict(line.partition("=")[::2] for line in lines)
        # It has failed, and is about to be started again.
        again = values.get("SubState", "").startswith("auto-restart")
        return UnitState(
            "failed" if again else values.get("ActiveState", "unknown"),
            _ended(values.get("Result", ""), _number(values.get("ExecMainStatus"))),
            _number(values.get("NRestarts")),
            values.get("StatusText", ""),
            _number(values.get(_FED)),
        )

    def last_words(self) -> str:
        """The newest line in the journal that the program itself wrote.

        Of the run that restart() began: by now it may have been started again.
        """
        _journal("--sync")  # what it said at its end may be on its way still
        ours = [f"_SYSTEMD_UNIT={self._unit}"]
        if self._before:
            begun = _journal("--output=json", f"--cursor={self._before}", *ours)
            ours.append(f"{_RUN}={_field(begun, _RUN)}")
        said = _journal("--output=cat", "--lines=1", *ours)
        last = next(iter(said.strip().splitlines()[-1:]), "")  # a traceback's is its last
        return last if len(last) <= _WORDS else f"{last[:_WORDS]}..."


def _journal(*arguments: str) -> str:
    command = ["journalctl", "--quiet", "--no-pager", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - commands are our own


def _field(lines: str, name: str) -> str:
    """What the first of the journal's lines, as JSON, has in a field; "" if there is none."""
    try:
        return str(json.loads(lines.partition("\n")[0])[name])
    except (ValueError, KeyError):
        return ""


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
        raise ReleaseError(f"systemctl {arguments[0]}: {said[0] if said else error}") from error
    except subprocess.TimeoutExpired as error:
        raise ReleaseError(f"systemctl {arguments[0]} took over {_LONGEST:.0f} s") from error
    return done.stdout
