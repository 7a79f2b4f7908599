"""The one interface every camera offers: real, simulated or replayed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from capture.frames import Burst, PreviewFrame, SensorProfile
from capture.plan import ExposurePlan, Metering

Progress = Callable[[float], None]  # fraction in [0, 1]; may raise to cancel


class CameraError(Exception):
    """The camera cannot do what was asked; the message names the cause and the remedy."""


@dataclass(frozen=True, slots=True)
class Controls:
    """What a person may set. None leaves it to the camera's automatics.

    Attributes:
        exposure_time: seconds.
        analogue_gain: factor.
        exposure_value: compensation of the automatic exposure, EV.
        frame_rate: preview frames a second.
        lens_position: focus in dioptres, 0 infinity.
        colour_gains: red and blue white-balance gains.
    """

    exposure_time: float | None = None
    analogue_gain: float | None = None
    exposure_value: float = 0.0
    frame_rate: float | None = None
    lens_position: float | None = None
    colour_gains: tuple[float, float] | None = None


class CameraSource(Protocol):
    """A camera. Methods are called from one thread at a time; start() comes first.

    Every method raises CameraError when the camera fails.
    """

    @property
    def profile(self) -> SensorProfile:
        """The sensor behind this camera."""
        ...

    def start(self) -> None:
        """Opens the camera and starts streaming. Starting twice is an error."""
        ...

    def stop(self) -> None:
        """Ends streaming and releases the camera. Stopping twice is allowed."""
        ...

    def set_controls(self, controls: Controls) -> None:
        """Asks for new controls; they take effect a few frames later, as the metadata shows."""
        ...

    def preview(self) -> PreviewFrame:
        """The next frame of the live stream; waits for it, at most a second."""
        ...

    def metering(self) -> Metering:
        """What the camera sees now: the automatic exposure and the highlights' headroom."""
        ...

    def capture(self, plan: ExposurePlan, progress: Progress | None = None) -> Burst:
        """Takes the plan's frames. An exception raised by progress ends the burst and passes on."""
        ...
