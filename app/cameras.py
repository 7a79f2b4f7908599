"""The cameras at hand, which of them is used, and what a person has set on each."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeGuard

from capture.source import MAINS, CameraSource, Controls

log = logging.getLogger(__name__)

_MOST = 8.0  # EV, of a compensation that is believed


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that can be opened.

    Attributes:
        name: for people.
        open: makes its source, not started yet.
        key: what its settings are remembered under: libcamera's id stays when another camera of
            the kind, and so a number in the name, comes or goes. By default the name.
    """

    name: str
    open: Callable[[], CameraSource]
    key: str = ""

    @property
    def remembered_as(self) -> str:
        """Its key, or its name without one."""
        return self.key or self.name


def camera_names(models: Sequence[str]) -> list[str]:
    """Names for people, each once: a model's own, with its number where there are several."""
    return [
        model if models.count(model) == 1 else f"{model} {number}"
        for number, model in enumerate(models)
    ]


class Cameras:
    """One or more cameras, one of them chosen.

    Args:
        cameras: at least one, of different names.
        memory: a JSON file for what is remembered; None for none.
        mains: hertz, of cameras on which nobody has set them; 0 for daylight.
    """

    def __init__(
        self, cameras: Sequence[Camera], memory: Path | None = None, mains: int = 0
    ) -> None:
        if not cameras:
            raise ValueError("there must be a camera to choose")
        self._cameras = {camera.name: camera for camera in cameras}
        self._memory, self._mains = memory, mains
        remembered = _read(memory)
        self._controls = {
            camera.name: _lasting(remembered.get(camera.remembered_as), mains) for camera in cameras
        }
        chosen = remembered.get("chosen")
        there = (camera.name for camera in cameras if camera.remembered_as == chosen)
        self._chosen = next(there, cameras[0].name)

    @classmethod
    def one(cls, make: Callable[[], CameraSource], name: str = "", mains: int = 0) -> Self:
        """The only camera there is, of which nothing is remembered."""
        return cls([Camera(name, make)], mains=mains)

    @property
    def names(self) -> tuple[str, ...]:
        """Of all."""
        return tuple(self._cameras)

    @property
    def chosen(self) -> str:
        """The name of the one in use."""
        return self._chosen

    @property
    def controls(self) -> Controls:
        """What is set on the one in use."""
        return self._controls[self._chosen]

    def open(self) -> CameraSource:
        """The one in use, not started yet."""
        return self._cameras[self._chosen].open()

    def choose(self, name: str) -> None:
        """Uses another one; ValueError if there is none of that name."""
        if name not in self._cameras:
            raise ValueError(f"no camera named {name!r}; there are {', '.join(self._cameras)}")
        self._chosen = name
        self._remember()

    def set(self, controls: Controls) -> None:
        """Sets controls of the one in use."""
        lasting = self._saved(controls) != self._saved(self.controls)
        self._controls[self._chosen] = controls
        if lasting:
            self._remember()

    def _saved(self, controls: Controls) -> dict[str, Any]:
        """Those that outlive the session; the others are of a scene, or the settings' own."""
        saved: dict[str, Any] = {"exposure_value": controls.exposure_value}
        return saved if controls.mains == self._mains else saved | {"mains": controls.mains}

    def _remember(self) -> None:
        if self._memory is None:
            return
        kept: dict[str, Any] = _read(self._memory)
        for name, controls in self._controls.items():
            kept[self._cameras[name].remembered_as] = self._saved(controls)
        if len(self._cameras) > 1:
            kept["chosen"] = self._cameras[self._chosen].remembered_as
        draft = self._memory.with_suffix(".new")
        try:
            draft.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(kept), encoding="utf-8")
            draft.replace(self._memory)
        except OSError as error:  # it is set for this session all the same
            log.warning("%s: settings of the camera are not remembered (%s)", self._memory, error)


def _lasting(values: object, by_default: int) -> Controls:
    """Controls of what a file tells; what is damaged or nonsense is the default."""
    told = values if isinstance(values, dict) else {}
    ev, mains = told.get("exposure_value"), told.get("mains")
    return Controls(
        exposure_value=float(ev) if _number(ev) and abs(ev) <= _MOST else 0.0,
        mains=int(mains) if _number(mains) and mains in MAINS else by_default,
    )


def _number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(memory: Path | None) -> dict[str, Any]:
    try:
        values = json.loads(memory.read_text("utf-8")) if memory is not None else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
