"""What the simulated camera's automatics see: a small sensor before the same scene."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from capture.frames import FrameMetadata, Packing, RawFrame, SensorProfile
from capture.scenes import Frame, Scene
from capture.simulation.readout import quantise
from capture.simulation.sensor import SENSITIVITY, Exposure, SimulatedSensor
from capture.source import Point

_WIDTH = 320  # samples
_SPOT = 0.05  # of the picture's sides, half of what counts at a point
_SINGLE_WIDTH = 2  # pixels painted to see what lies at a point


class Meter:
    """Light and distance of a scene.

    Args:
        scene: what is in front of the camera.
        profile: the sensor.

    Attributes:
        profile: the small one.
    """

    def __init__(self, scene: Scene, profile: SensorProfile) -> None:
        width = min(_WIDTH, profile.width)
        height = max(2, round(width * profile.height / profile.width / 2.0) * 2)
        small = replace(profile, width=width, height=height)
        self._scene, self._frame = scene, Frame(width, height)
        self.profile = small
        self._sensor = SimulatedSensor(scene, small, 0, 0.0, 1)
        self._y = np.linspace(-1.0, 1.0, height)[:, None]
        self._x = np.linspace(-1.0, 1.0, width)[None, :]
        self._weight = 1.5 - 0.5 * (self._x * self._x + self._y * self._y)
        self._whole = self._weight.sum()
        self.at: Point | None = None
        """What is to be grey; None for the whole picture."""

    def levels(self, exposure: float) -> tuple[float, float]:
        """What the meter sees at an exposure: mean, and mean of the brightest fiftieth.

        Shading is corrected; in the mean the centre weighs more, or a point alone counts.
        """
        green = self._sensor.green(self._scene.focus)
        level = np.minimum(green * (exposure * self._scene.lux * SENSITIVITY), 1.0)
        if self.at is not None:
            across, down = abs(self._x - 2 * self.at[0] + 1), abs(self._y - 2 * self.at[1] + 1)
            place = (across <= 2 * _SPOT) & (down <= 2 * _SPOT)
            return float(level[place].mean()), float("inf")
        brightest = np.partition(level.ravel(), -(level.size // 50) - 1)[-(level.size // 50) - 1 :]
        return float((level * self._weight).sum() / self._whole), float(brightest.mean())

    def light(self, shutter: float, gain: float) -> npt.NDArray[np.float32]:
        """What the samples are lit with, (height, width) float32, 1 where they clip."""
        still = replace(self._sensor, shake=0.0)
        return still.light(Exposure(0.0, shutter, gain, self._scene.focus))

    def frame(self, shutter: float, gain: float) -> RawFrame:
        """The samples of that, without noise; its metadata are unknown."""
        samples = quantise(np.minimum(self.light(shutter, gain), 4.0), self.profile, 0)
        size = (self.profile.width, self.profile.height)
        return RawFrame(samples.astype("<u2"), Packing.U16, *size, FrameMetadata())

    def distance(self, at: Point | None) -> float:
        """Dioptres of what lies at a point of the picture; of the subject without one."""
        if at is None:
            return self._scene.focus
        left, top = (
            min(int(part * side), side - _SINGLE_WIDTH)
            for part, side in zip(at, (self._frame.width, self._frame.height), strict=True)
        )
        view = self._frame.view(range(top, top + 1), range(left, left + _SINGLE_WIDTH))
        for layer in reversed(self._scene.layers):
            painted = layer.paint(view)
            if len(painted) == 3 or painted[3].mean() > 0.5:
                return layer.dioptres
        return self._scene.focus
