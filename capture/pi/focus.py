"""Autofocus by libcamera's AfTrigger and AfState."""

from collections.abc import Mapping
from typing import Any

from capture.pi.controls import MANUAL, SINGLE, Area, windows
from capture.source import Controls

LONGEST = 100  # frames; without phase detection a search takes about fifty
_CANCEL = 1
_FAST = 1  # AfSpeed
_START = 0
_OBEYED = 10  # frames after which the state told is that of the search
_SCANNING, _FOCUSED, _FAILED = 1, 2, 3  # AfState; 0 is idle


def lens_positions(offered: Mapping[str, Any]) -> tuple[float, float] | None:
    """The range of the focus motor, dioptres; None without one."""
    if "LensPosition" not in offered:
        return None
    nearest = float(offered["LensPosition"][1])
    return float(offered["LensPosition"][0]), nearest


def searching(controls: Controls, area: Area | None, offered: Mapping[str, Any]) -> dict[str, Any]:
    """What starts one search for focus."""
    order = windows(controls, area) | {
        "AfMode": SINGLE,
        "AfSpeed": _FAST,
        "AfTrigger": _START,
    }
    return {name: value for name, value in order.items() if name in offered}


def returning(position: float | None) -> dict[str, Any]:
    """What ends a search; the lens would stay in its midst, and goes where it was."""
    if position is None:
        return {"AfTrigger": _CANCEL}
    return {"AfMode": MANUAL, "LensPosition": position}


class Search:
    """Follows a search by the states that frames tell."""

    def __init__(self) -> None:
        self._frames = 0

    def ended(self, state: int | None) -> bool | None:
        """Whether the focus was found; None while the search goes on.

        The first frames are of before the search and may tell that all is sharp.
        """
        self._frames = _OBEYED if state == _SCANNING else self._frames + 1
        if self._frames >= _OBEYED and state in {_FOCUSED, _FAILED}:
            return state == _FOCUSED
        return None
