"""What a device's journal holds: all of the camera's lines, or those about one shot."""

import json
from typing import Any

from baryta_deploy.errors import DeployError
from baryta_deploy.fleet import Device

_JOURNAL = ("journalctl", "--no-pager", "-q")
_UNIT = "_SYSTEMD_UNIT=baryta.service"
_UNITS = ("baryta.service", "baryta-safe.service", "baryta-resume.service", "baryta-deploy-*")


def lines_of(device: Device, lines: int, shot: str = "") -> list[str]:
    """Lines of the camera and of deployments, the newest last.

    Args:
        lines: how many at most.
        shot: only those about a shot: its number, of the last session that had it, or its picture's
            name as BARY0012; "" for all.

    Raises:
        DeployError: the journal knows no such shot, or nothing of Baryta.
    """
    wanted = _about(device, shot) if shot else [f"--unit={unit}" for unit in _UNITS]
    out = device.check(*_JOURNAL, "-o", "short-iso", f"--lines={lines}", *wanted)
    if not out.strip():
        raise DeployError("its journal has no line of Baryta's; is it installed there?")
    return out.splitlines()


def _about(device: Device, shot: str) -> list[str]:
    """Matches for what its session logged of a shot, and what a later one did that finished it."""
    match = f"BARYTA_SHOT={int(shot)}" if shot.isdecimal() else f"BARYTA_PICTURE={shot}"
    out = device.check(*_JOURNAL, "-o", "json", "--lines=1", _UNIT, match).strip()
    if not out:
        raise DeployError(
            f"its journal knows no shot {shot}: it keeps the newest lines, and the camera's only, "
            "not those of commands by hand"
        )
    line: dict[str, Any] = json.loads(out)
    number, taken, invocation = (
        str(line.get(name, ""))
        for name in ("BARYTA_SHOT", "BARYTA_TAKEN", "_SYSTEMD_INVOCATION_ID")
    )
    press = [_UNIT, f"BARYTA_TAKEN={taken}"]
    if number == "0":  # finished by a later session; the press tells it apart
        return press
    session = [_UNIT, f"BARYTA_SHOT={number}", f"_SYSTEMD_INVOCATION_ID={invocation}"]
    return [*session, "+", *press, "BARYTA_SHOT=0"]
