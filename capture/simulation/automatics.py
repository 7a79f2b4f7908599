"""Automatic exposure, and controls that take effect a few frames late, as a sensor's do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from capture.aim import asked

T = TypeVar("T")

_SETTLED = 1e-7  # what is left to go is rounding's


@dataclass(slots=True)
class Delayed(Generic[T]):
    """A register written at one frame and obeyed a fixed number of frames later.

    Attributes:
        value: obeyed until the first change arrives.
        delay: frames.
    """

    value: T
    delay: int
    _pending: dict[int, T] = field(default_factory=dict)

    def write(self, frame: int, value: T) -> None:
        """Writes before a frame is exposed; a later write for the same frame wins."""
        self._pending[frame + self.delay] = value

    def read(self, frame: int) -> T:
        """The value a frame is taken with. Frames must be read in order."""
        for due in sorted(self._pending):
            if due <= frame:
                self.value = self._pending.pop(due)
        return self.value


@dataclass(slots=True)
class AutoExposure:
    """Moves the exposure toward a target, a part of the way each frame, in EV.

    As libcamera's for the Pi does with the tuning files' "normal" constraint, it brightens what has
    nothing bright in it: a printed page is not grey.

    Attributes:
        measure: mean level in [0, 1] that a frame has at an exposure (seconds times gain), and the
            mean of its brightest fiftieth.
        target: mean level to reach.
        exposure: now.
        speed: share of the distance covered in a frame.
    """

    measure: Callable[[float], tuple[float, float]]
    target: float
    exposure: float = 1e-3
    speed: float = 0.4

    def settle(self, value: float = 0.0) -> None:
        """Goes all the way, with a compensation in EV."""
        for _ in range(60):
            ratio = self._ratio(value)
            self.exposure *= ratio
            if abs(ratio - 1.0) < _SETTLED:
                break

    def step(self, value: float = 0.0) -> float:
        """The exposure for the next frame, with a compensation in EV."""
        ratio = self._ratio(value)
        self.exposure *= ratio if abs(ratio - 1.0) < 0.01 else ratio**self.speed
        return self.exposure

    def settled(self, value: float = 0.0) -> bool:
        """Whether a frame's levels are within 3 % of what is wanted."""
        return abs(self._ratio(value) - 1.0) < 0.03

    def _ratio(self, value: float) -> float:
        mean, brightest = self.measure(self.exposure)
        return min(max(asked(mean, brightest, value, self.target), 0.1), 10.0)


def target_level(lux: float) -> float:
    """Mean level to expose for: 0.16 in good light as libcamera's y_target, less in the dark."""
    return 0.16 if lux > 300.0 else 0.08 + 0.08 * max(lux, 0.0) / 300.0
