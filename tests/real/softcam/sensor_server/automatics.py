# SPDX-License-Identifier: LGPL-2.1-or-later
"""The automatics: exposure, white balance and focus, each a small machine with libcamera's states.

They see the simulated scene itself where the Pi's see statistics, so they are right sooner. What
they keep is what an application meets: they take frames, say so meanwhile, and can be locked.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from capture.frames import SensorProfile
from capture.plan import STEADY, split_exposure
from capture.scenes import Scene
from capture.simulation.automatics import AutoExposure, target_level
from capture.simulation.sensor import SENSITIVITY

AE_IDLE, AE_SEARCHING, AE_CONVERGED = 0, 1, 2  # libcamera's AeState
AF_IDLE, AF_SCANNING, AF_FOCUSED, AF_FAILED = 0, 1, 2, 3  # AfState
MANUAL, AUTO, CONTINUOUS = 0, 1, 2  # AfMode
SPOT, MATRIX = 1, 2  # AeMeteringMode
IMMEDIATE, RESUME = 0, 2  # AfPause
_AE_SPEED = 0.2  # share of the distance to the right exposure covered in a frame, as on a Pi
_AWB_SPEED = 0.3  # share of the distance to the right gains covered in a frame
_SCAN = 50  # frames of a programmed search (af.cpp: coarse, fine, settling)
_FAST_SCAN = 25
_NEAREST = 12.0  # dioptres a search goes to


@dataclass(slots=True)
class Exposure:
    """The automatic exposure of a scene.

    Attributes:
        scene: what is metered.
        profile: the sensor's limits.
        green: (height, width) float32, its light where green falls; small.
        metering: libcamera's AeMeteringMode.
        value: compensation, EV.
        locked: keep what it has.
    """

    scene: Scene
    profile: SensorProfile
    green: npt.NDArray[np.float32]
    metering: int = 0
    value: float = 0.0
    locked: bool = False
    _machine: AutoExposure = field(init=False)

    def __post_init__(self) -> None:
        target = target_level(self.scene.lux)
        self._machine = AutoExposure(self._levels, target, speed=_AE_SPEED)
        self._machine.settle(self.value)

    def step(self, shutter: float | None, gain: float | None) -> None:
        """Moves on by a frame; from what is set by hand, as agc_channel.cpp's filterExposure does.

        Args:
            shutter: seconds, set by hand; None is automatic.
            gain: the same.
        """
        if shutter is not None and gain is not None:
            self._machine.exposure = shutter * gain
        elif not self.locked:
            self._machine.step(self.value)

    def split(
        self, longest: float, shutter: float | None, gain: float | None
    ) -> tuple[float, float]:
        """Shutter (seconds) and gain for what is wanted; what is given by hand stays."""
        exposure = self._machine.exposure
        if shutter is not None and gain is not None:
            return shutter, gain
        if shutter is not None:
            return shutter, exposure / shutter
        if gain is not None:
            return min(exposure / gain, longest), gain
        chosen = split_exposure(exposure, self.profile, longest, STEADY)
        return chosen.exposure_time, chosen.analogue_gain

    def state(self, shutter: float | None, gain: float | None) -> int:
        """AeState."""
        if shutter is not None and gain is not None:
            return AE_IDLE
        settled = self.locked or self._machine.settled(self.value)
        return AE_CONVERGED if settled else AE_SEARCHING

    def _levels(self, exposure: float) -> tuple[float, float]:
        """Mean level as the metering mode weighs it, and that of the brightest fiftieth."""
        height, width = self.green.shape
        y = np.linspace(-1.0, 1.0, height)[:, None]
        x = np.linspace(-1.0, 1.0, width)[None, :]
        radius = x * x + y * y
        weight = np.ones_like(radius)
        if self.metering == SPOT:
            weight = (radius < 0.04).astype(np.float64)
        elif self.metering != MATRIX:
            weight = 1.5 - 0.5 * radius
        level = np.minimum(self.green * (exposure * self.scene.lux * SENSITIVITY), 1.0)
        mean = float((level * weight).sum() / weight.sum())
        seen = level[weight > 0.0]
        brightest = np.partition(seen, -(seen.size // 50) - 1)[-(seen.size // 50) - 1 :]
        return mean, float(brightest.mean())


@dataclass(slots=True)
class WhiteBalance:
    """The automatic white balance: goes to the scene's gains, part of the way each frame.

    Attributes:
        right: red and blue gains of the scene.
        gains: now.
        automatic: whether it moves.
    """

    right: tuple[float, float]
    gains: tuple[float, float]
    automatic: bool = True

    def step(self) -> None:
        """Moves on by a frame."""
        if self.automatic:
            red, blue = (
                gain + _AWB_SPEED * (right - gain)
                for gain, right in zip(self.gains, self.right, strict=True)
            )
            self.gains = (red, blue)


@dataclass(slots=True)
class Focus:
    """The lens and its automatic.

    Attributes:
        right: dioptres at which the scene is sharp.
        mode: libcamera's AfMode.
        position: dioptres, where the lens is.
        state: libcamera's AfState.
        blind: it finds nothing to focus on.
        fast: libcamera's AfSpeed.
        paused: a continuous automatic leaves the lens alone.
    """

    right: float
    mode: int = MANUAL
    position: float = 1.0
    state: int = AF_IDLE
    blind: bool = False
    fast: bool = False
    paused: bool = False
    _scan: list[float] = field(default_factory=list)

    def set_mode(self, mode: int) -> None:
        """Changes the mode; continuous focusing begins at once."""
        if mode == self.mode:
            return
        self.mode, self.state, self._scan, self.paused = mode, AF_IDLE, [], False
        if mode == CONTINUOUS:
            self._begin()

    def move(self, position: float) -> None:
        """Moves the lens by hand; obeyed in manual mode only."""
        if self.mode == MANUAL:
            self.position = position

    def trigger(self, value: int) -> None:
        """AfTrigger: starts (0) or cancels (1) a scan in auto mode."""
        if self.mode != AUTO:
            return
        if value == 0:
            self._begin()
        else:
            self._scan, self.state = [], AF_IDLE

    def pause(self, value: int) -> None:
        """AfPause: at once (0), when it has found the focus (1), or no more (2)."""
        if self.mode != CONTINUOUS or self.paused == (value != RESUME):
            return
        self.paused = not self.paused
        if self.paused and value == IMMEDIATE:
            self._scan, self.state = [], AF_IDLE
        elif not self.paused and self.state == AF_IDLE:
            self._begin()

    def look_elsewhere(self) -> None:
        """New focus windows: the continuous automatic looks again."""
        if self.mode == CONTINUOUS and not self.paused:
            self._begin()

    def settle(self) -> None:
        """Ends a search at once, as one that began before the first frame."""
        while self.state == AF_SCANNING:
            self.step()

    def step(self) -> None:
        """Moves on by a frame."""
        if self.state != AF_SCANNING:
            return
        if self._scan:
            self.position = self._scan.pop(0)
            return
        self.state = AF_FAILED if self.blind else AF_FOCUSED
        if not self.blind:
            self.position = self.right

    def merit(self) -> int:
        """FocusFoM: greatest where the scene is sharp."""
        return round(20_000.0 / (1.0 + (2.0 * (self.position - self.right)) ** 2))

    def _begin(self) -> None:
        frames = _FAST_SCAN if self.fast else _SCAN
        self.state, self._scan = AF_SCANNING, [_NEAREST * k / frames for k in range(frames)]
