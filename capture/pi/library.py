"""picamera2's package: the only module that imports it, and its errors in our words."""

from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from capture.source import CameraError

CABLE = "check the cable at both ends, then try rpicam-hello --list-cameras"
_APT = "sudo apt install python3-picamera2, in a venv made with --system-site-packages"
_MEMORY = "close other programs that use the camera; if that does not help, restart the device"
_OUT_OF_MEMORY = ("cannot allocate", "allocation", "out of memory", "dma", "cma")


def import_picamera2() -> Any:  # noqa: ANN401  (untyped library)
    """picamera2's package.

    Raises:
        CameraError: when it is not installed, naming the package to install.
    """
    try:
        import picamera2  # noqa: PLC0415  (there only on a Pi)
    except ImportError as error:
        raise CameraError(f"picamera2 cannot be imported ({error}); {_APT}") from error
    except Exception as error:
        raise CameraError(f"picamera2 is broken ({error}); {_APT}") from error
    return picamera2


class NoBuffersError(CameraError):
    """There is no memory for so many buffers."""


class NoFramesError(CameraError):
    """The stream has ended: what was waited for did not come."""


def list_cameras() -> tuple[str, ...]:
    """The sensors libcamera finds, in its order; empty if there is none.

    Raises:
        CameraError: when picamera2 is missing or libcamera fails.
    """
    return tuple(str(camera.get("Model", "unknown")) for camera in _found())


def list_ids() -> tuple[str, ...]:
    """The same cameras' names in libcamera: of their sockets, whatever else is plugged in.

    Raises:
        CameraError: as list_cameras().
    """
    return tuple(str(camera.get("Id", "")) for camera in _found())


def _found() -> list[dict[str, Any]]:
    picamera2 = import_picamera2()
    with translated("listed"):
        return list(picamera2.Picamera2.global_camera_info())


def open_camera(camera: int | str) -> Any:  # noqa: ANN401  (untyped library)
    """A camera by its number or its id, opened.

    Raises:
        CameraError: if there is no such, or it is in use.
    """
    ids = list_ids()
    if isinstance(camera, str):
        if camera not in ids:
            model = camera.rpartition("/")[2].partition("@")[0]
            raise CameraError(f"no camera {model} was found; {CABLE}")
        camera = ids.index(camera)
    if not 0 <= camera < len(ids):
        there = f"there are {len(ids)}, counted from 0" if ids else CABLE
        raise CameraError(f"no camera {camera} was found; {there}")
    with translated("opened"):
        return import_picamera2().Picamera2(camera)


class translated:  # noqa: N801  (reads as a statement)
    """Turns the library's errors into CameraError: cause; remedy."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FutureTimeoutError | CancelledError):
            raise NoFramesError(f"the camera sends no frames; {CABLE}") from error
        if isinstance(error, Exception) and not isinstance(error, CameraError):
            text = str(error.__cause__ or error).strip() or type(error).__name__
            remedy = _remedy(text, error)
            kind = NoBuffersError if remedy == _MEMORY else CameraError
            raise kind(f"the camera cannot be {self._doing}: {text}; {remedy}") from error


def _remedy(text: str, error: Exception) -> str:
    told = text.lower()
    if "busy" in told:
        return "is another program using it?"
    if isinstance(error, MemoryError) or any(sign in told for sign in _OUT_OF_MEMORY):
        return _MEMORY
    return CABLE
