"""The health gate: a release stays only if it proves that it is a camera."""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from .account import run_as
from .places import Config
from .service import Service, UnitState

_DOCTOR = 60.0  # seconds for its answer
_POLL = 0.5  # seconds between looks
SETTLE = 5.0  # seconds that it has to stay up
_NEXT = 10.0  # seconds for one more frame then

Doctor = Callable[[], str]


def prove(
    service: Service,
    doctor: Doctor,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Asks the doctor, starts the unit, and waits until it is up and stays up.

    The doctor comes first, while nobody else holds the cameras: it tries each of them. What it
    finds keeps the unit from being proven, not from being started: the device may have no other.

    The unit is up once the program has said so itself, which it does when its display is open and
    the first frame has arrived (Type=notify). It feeds the watchdog while frames arrive.

    Args:
        service: of the release; stopped meanwhile.
        doctor: what keeps the device from taking pictures; "" for nothing.
        seconds: for the unit to come up.

    Returns:
        Why it is no camera; "" if it is one.
    """
    service.stop()
    found = doctor()
    service.restart()
    if found:
        return found
    end = clock() + seconds
    state = service.state()
    while state.active != "active":
        if trouble := _trouble(service, state):
            return trouble
        if clock() >= end:
            said = f" (it says: {state.status})" if state.status else ""
            return f"no frame and no open display within {seconds:.0f} s{said}"
        sleep(_POLL)
        state = service.state()
    end = clock() + SETTLE
    while clock() < end:
        sleep(_POLL)
        state = service.state()
        if trouble := _trouble(service, state, up=True):
            return trouble
    return _next_frame(service, state, clock, sleep)


def _next_frame(
    service: Service,
    state: UnitState,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> str:
    """Why none comes any more; "" if one does."""
    fed, end = state.fed, clock() + _NEXT
    while state.fed == fed:
        if clock() >= end:
            return f"it hangs: no frame comes any more, {SETTLE:.0f} s after it came up"
        sleep(_POLL)
        state = service.state()
        if trouble := _trouble(service, state, up=True):
            return trouble
    return ""


def _trouble(service: Service, state: UnitState, *, up: bool = False) -> str:
    ended = state.active != "active" if up else state.active == "failed"
    if not ended and not state.restarts:
        return ""
    said = service.last_words()
    result = state.result if state.result != "success" else "it ended by itself"
    return f"it does not stay up ({result}){f'; its last line: {said}' if said else ''}"


def doctor_of(python: Path, config: Config) -> str:
    """What baryta doctor of a release finds bad, run as the camera's user; "" for nothing.

    What it tells of the cameras, their raw formats foremost, is printed too: for the journal.
    """
    command = [*config.session_at_once, str(python), "-P", "-m", "app", "doctor", "--json"]
    try:
        done = run_as(config, command, _DOCTOR)
        findings = json.loads(done.stdout)["findings"]
        for one in findings:
            if one["check"] == "camera":
                print(f"camera, {one['status']}: {one['found']}")
        bad = [f"{one['check']}: {one['found']}" for one in findings if one["status"] == "bad"]
    except subprocess.TimeoutExpired:
        return "baryta doctor does not answer"
    except (ValueError, KeyError, TypeError):
        lines = done.stderr.strip().splitlines()
        told = lines[-1] if lines else f"it ends with {done.returncode} and tells nothing"
        return f"baryta doctor fails: {told}"
    return "; ".join(bad)
