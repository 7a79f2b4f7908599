"""The one interface every camera offers: real, simulated or replayed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from capture.frames import Burst, PreviewFrame, SensorProfile
from capture.plan import ExposurePlan, Metering

Progress = Callable[[float], None]  # fraction in [0, 1]; may raise to cancel
Seen = Callable[[PreviewFrame], None]  # a frame of the live stream
Enough = Callable[[], bool]
MAINS = (0, 50, 60)  # hertz
Point = tuple[float, float]  # in the picture, 0..1 from the left and the top


class CameraError(Exception):
    """The camera cannot do what was asked; the message names the cause and the remedy."""


class CutShortError(CameraError):
    """The camera failed during a burst, some of whose frames are whole.

    Attributes:
        burst: of what there is, in time order.
    """

    def __init__(self, message: str, burst: Burst) -> None:
        super().__init__(message)
        self.burst = burst


@dataclass(frozen=True, slots=True)
class Controls:
    """What a person may set. None leaves it to the camera's automatics.

    Attributes:
        exposure_time: seconds.
        analogue_gain: factor.
        exposure_value: compensation, EV; where the exposure is not fixed, see dial.
        frame_rate: preview frames a second.
        lens_position: focus in dioptres, 0 infinity.
        colour_gains: red and blue white-balance gains.
        focus_at: where autofocus looks; None for the camera's own choice.
        focus_held: the lens stays where it is but for focus(); otherwise focus follows the scene.
        meter_at: what is to be as bright as a middle grey; None for the whole picture.
        exposure_locked: the automatic exposure stays as it is.
        colour_locked: the automatic white balance stays as it is.
        mains: hertz of the mains whose lamps are not to flicker, 50 or 60; 0 for daylight.
    """

    exposure_time: float | None = None
    analogue_gain: float | None = None
    exposure_value: float = 0.0
    frame_rate: float | None = None
    lens_position: float | None = None
    colour_gains: tuple[float, float] | None = None
    focus_at: Point | None = None
    focus_held: bool = False
    meter_at: Point | None = None
    exposure_locked: bool = False
    colour_locked: bool = False
    mains: int = 0

    def __post_init__(self) -> None:
        """Refuses what no camera can do.

        Raises:
            ValueError: for a point outside the picture, or mains that are neither 50 nor 60 Hz.
        """
        for point in (self.focus_at, self.meter_at):
            if point is not None and not all(0.0 <= part <= 1.0 for part in point):
                raise ValueError(f"{point} is no point of the picture: both numbers are 0 to 1")
        if self.mains not in MAINS:
            raise ValueError(f"mains have 50 or 60 hertz, not {self.mains}; 0 for daylight")

    @property
    def exposure_fixed(self) -> bool:
        """Whether nothing is left to the automatic exposure."""
        return self.exposure_time is not None and self.analogue_gain is not None

    @property
    def dial(self) -> float:
        """EV that a picture is to be brighter than what is metered, which does not know of it.

        An automatic exposure goes by levels that clip, and ends: what it makes of a compensation is
        none in EV. So plans and the preview make up for all of it.
        """
        return 0.0 if self.exposure_fixed else self.exposure_value

    @property
    def exposure_chosen(self) -> bool:
        """Whether a person pointed at what is to be bright, or locked the exposure."""
        return self.exposure_locked or self.meter_at is not None


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a camera can do beyond taking pictures.

    Attributes:
        lens_positions: of a focus motor, dioptres, the farthest first; None without one.
        autofocus: whether the camera can find the focus.
        flicker: whether it can avoid lamps' flicker.
        raw_format: of the raw stream, in the camera's words, "lossy" if it drops detail.
        short_of: what it has to do without; "" for nothing.
        sensor_known: whether its profile was measured; otherwise colour is plausible at best.
        margin: shares of the live stream's width and height that pictures leave out at each edge.
    """

    lens_positions: tuple[float, float] | None = None
    autofocus: bool = False
    flicker: bool = False
    raw_format: str = ""
    short_of: str = ""
    sensor_known: bool = True
    margin: tuple[float, float] = (0.0, 0.0)


class CameraSource(Protocol):
    """A camera. Methods are called from one thread at a time; start() comes first.

    Every method raises CameraError when the camera fails.
    """

    @property
    def profile(self) -> SensorProfile:
        """The sensor behind this camera."""
        ...

    @property
    def abilities(self) -> Abilities:
        """What this camera can do; of a camera that is started."""
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
        """The next frame of the live stream; waits for it, three seconds at most.

        A camera that fails here has ended its stream: it is to be stopped and started anew, and
        until then capture() gives what can be saved of a press before.
        """
        ...

    def metering(self) -> Metering:
        """What the camera sees now: the automatic exposure and the highlights' headroom."""
        ...

    def expect(self, plan: ExposurePlan | None) -> None:
        """Hears what a press would take, of the newest metering; None if that is nothing.

        A camera may expose its live stream so, for the press to find its frames there. What is
        shown and metered stays what the automatics wanted.
        """
        ...

    def focus(
        self, limit: float = 8.0, seen: Seen | None = None, enough: Enough | None = None
    ) -> bool:
        """Looks for the focus once, at focus_at, for so many seconds at most.

        Args:
            limit: seconds.
            seen: hears the live stream's frames that pass meanwhile.
            enough: asked after each of them; the search is given up once it is true.

        Returns:
            Whether it was found; True at once from a camera without autofocus.
        """
        ...

    def capture(
        self,
        plan: ExposurePlan,
        progress: Progress | None = None,
        *,
        since_press: float | None = None,
        seen: Seen | None = None,
    ) -> Burst:
        """Takes the plan's frames. An exception raised by progress ends the burst and passes on.

        Args:
            plan: what to take.
            progress: told how much is taken.
            since_press: seconds that have gone since the press: frames of the live stream around it
                are taken if they have the exposure planned. None: all frames are taken from now on.
            seen: hears the live stream's frames that pass meanwhile.

        Raises:
            CutShortError: if the camera fails on the way, or has failed since the press, and
                something can be saved.
            CameraError: if it fails, or does not take the exposures planned.
        """
        ...


@runtime_checkable
class Salvage(Protocol):
    """A camera that keeps frames, which can be had when it answers no more."""

    def salvage(self, plan: ExposurePlan) -> Burst | None:
        """What there is of a press's burst; None for nothing.

        Called from another thread than the one that hangs in the camera, which is given up: all
        that may follow is stop().

        Args:
            plan: what was to be taken, as far as it is known.
        """
        ...
