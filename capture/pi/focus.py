"""Autofocus by libcamera's AfTrigger and AfState, with a limit that the camera does not have."""

from collections.abc import Callable, Mapping
from typing import Any

from capture.pi.controls import Area, ending, searching
from capture.pi.library import translated
from capture.pi.requests import next_request
from capture.source import Controls

_OBEYED = 10  # frames after which the state told is that of the search
_SCANNING, _FOCUSED, _FAILED = 1, 2, 3  # AfState; 0 is idle


def lens_positions(offered: Mapping[str, Any]) -> tuple[float, float] | None:
    """The range of the focus motor, dioptres; None without one."""
    if "LensPosition" not in offered:
        return None
    nearest = float(offered["LensPosition"][1])
    return float(offered["LensPosition"][0]), nearest


def search(
    camera: Any,  # noqa: ANN401  (untyped library)
    controls: Controls,
    area: Area | None,
    limit: float,
    clock: Callable[[], float],
    longest: float,
) -> bool:
    """Starts a search and waits for its end.

    A search can take 25 seconds (picamera2 issue 884); this one is ended when its time is up, and
    the lens stays where it is.

    Args:
        camera: a started Picamera2.
        controls: where to look.
        area: of the sensor that the picture shows.
        limit: seconds.
        clock: seconds.
        longest: seconds, the longest exposure under way.

    Returns:
        Whether the focus was found.
    """
    offered = camera.camera_controls
    order = {n: value for n, value in searching(controls, area).items() if n in offered}
    with translated("focused"):
        camera.set_controls(order)
    end = clock() + limit
    frames = 0
    while clock() < end:
        with next_request(camera, longest) as request:
            state = request.get_metadata().get("AfState")
        frames = _OBEYED if state == _SCANNING else frames + 1
        if frames >= _OBEYED and state in (_FOCUSED, _FAILED):
            return bool(state == _FOCUSED)
    with translated("focused"):
        camera.set_controls(ending())
    return False
