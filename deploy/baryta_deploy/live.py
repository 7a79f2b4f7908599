"""A bundle goes to a device and lives there; the device does the work, and we look on."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from baryta_deploy.errors import DeployError, LineLostError
from baryta_deploy.fleet import Device, Result
from baryta_release.bundle import Manifest
from baryta_release.journal import Entry, Outcome, Step
from baryta_release.places import Places

TOOL = "/usr/local/sbin/baryta-release"
NOTHING = "baryta-deploy has installed nothing there"
_LONGEST = 900.0  # seconds for a slow card to build and prove a release
_ANSWER = 20  # seconds for a device to answer; longer, and the line is cut
_POLL = 2.0  # seconds between looks
_UNKNOWN = 10  # looks in a row at a run that is not at work

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Status:
    """What a device says of its releases.

    Attributes:
        current: the release that runs; "" for none.
        releases: all, the newest first.
        earlier: the next older one than the one that runs; "" for none.
        unit: state of the camera's unit.
        why: how it ended, and its last line where it does not run.
        last: the last deployment; None for none.
        differing: files of the system that are not as they were shipped last.
    """

    current: str
    releases: tuple[str, ...]
    earlier: str
    unit: str
    why: str
    last: Entry | None
    differing: tuple[str, ...]


def status_of(device: Device) -> Status:
    """Asks a device.

    Raises:
        DeployError: Baryta is not installed there.
        LineLostError: no answer comes.
    """
    answer = device.run(TOOL, "status", timeout=_ANSWER)
    if "not found" in answer.err:
        raise DeployError(NOTHING)
    try:
        values: dict[str, Any] = json.loads(answer.out)
    except ValueError as error:
        said = (answer.err or answer.out).strip().splitlines()
        if not said:  # as of a device that dies while it is asked
            raise LineLostError("the line is cut: no answer came") from error
        raise DeployError(f"{TOOL}: {said[-1]}") from error
    try:
        ended = values["unit"]["result"].replace("success", "")  # it came up once
        return Status(
            values["current"],
            tuple(values["releases"]),
            values["earlier"],
            values["unit"]["active"],
            ", ".join(filter(None, (ended, values["said"]))),
            _entry(values["last"]),
            tuple(values["differing"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DeployError("another version deployed it; use that one, or deploy again") from error


def _entry(values: dict[str, Any] | None) -> Entry | None:
    if values is None:
        return None
    told = {"step": Step(values["step"]), "outcome": Outcome(values["outcome"])}
    return Entry(**(values | told))


def persist(device: Device, act: Callable[[], T], say: Say) -> T:
    """Does what can be done anew, until no line is cut in the middle.

    Raises:
        LineLostError: it does not come back.
    """
    end = time.monotonic() + _LONGEST
    while True:
        try:
            return act()
        except LineLostError:
            if not _is_back(device, say, end):
                raise


def ship(device: Device, manifest: Manifest, bundle: Path) -> None:
    """Sends a bundle, unless that is there, or its release is, and runs if it should."""
    remote = str(Places().bundle(manifest.release))
    status = status_of(device)
    well = manifest.release != status.current or status.unit not in ("failed", "inactive")
    there = manifest.release in status.releases and well
    if not there and not device.run("test", "-e", remote).well:
        device.put(bundle, remote)


def _is_back(device: Device, say: Say, end: float) -> bool:
    """Takes a cut line up again, until a time."""
    say(f"{device.name}: the line is cut; trying again")
    while time.monotonic() < end:
        if device.reconnect():
            return True
        time.sleep(_POLL)
    return False


def start(device: Device, *command: str) -> str:
    """Starts baryta-release on the device in a unit of its own, which our line cannot take along.

    Returns:
        The run's name, to follow it by.
    """
    run = secrets.token_hex(4)
    unit = f"--unit=baryta-deploy-{run}"
    # Killed, as for want of memory, it may have stopped the camera; what it says itself is its end.
    # A release that eats the memory may take the doctor along, and no more than that.
    finish = ("OnFailure=baryta-resume.service", "SuccessExitStatus=1", "OOMPolicy=continue")
    properties = (f"--property={each}" for each in finish)
    words = (unit, *properties, TOOL, *command, f"--run={run}")
    device.check("systemd-run", "--quiet", "--collect", *words)
    return run


def follow(device: Device, run: str, say: Say, limit: float = _LONGEST) -> Result:
    """Looks on until a run has ended; a cut line is taken up again.

    Raises:
        DeployError: it did not begin, has stopped half-way, or does not end.
    """
    end, step, unknown = time.monotonic() + limit, "", 0
    while time.monotonic() < end:
        try:
            status = status_of(device)
            last = status.last
            if last is not None and last.run == run:
                if last.outcome is not Outcome.OPEN:
                    return _result(device, status, last)
                if last.step != step:
                    step = last.step
                    say(f"{device.name}: {step}")
            unknown = 0 if _at_work(device, run) else unknown + 1
            if unknown == _UNKNOWN:
                raise DeployError(_why(device, run))
        except LineLostError:
            _is_back(device, say, end)
        time.sleep(_POLL)
    raise DeployError(f"it goes on after {limit:.0f} s; see baryta-deploy status {device.name}")


def _at_work(device: Device, run: str) -> bool:
    """Whether the run's unit does something, or the one that finishes it after a start."""
    units = f"baryta-deploy-{run}", "baryta-resume"
    states = device.run(
        "systemctl", "show", "--property=ActiveState", "--value", *units
    ).out.split()
    return bool({"active", "activating"}.intersection(states))


def _result(device: Device, status: Status, last: Entry) -> Result:
    well = last.outcome in (Outcome.LIVE, Outcome.UNCHANGED)
    return Result(device.name, well, last.outcome, status.current, last.reason)


def _why(device: Device, run: str) -> str:
    unit = f"_SYSTEMD_UNIT=baryta-deploy-{run}.service"
    said = device.run("journalctl", "-q", "--no-pager", "-o", "cat", "-n", "1", unit).out.strip()
    return (
        said.removeprefix("baryta-release: ")
        or "its work has stopped; it goes on at its next start"
    )
