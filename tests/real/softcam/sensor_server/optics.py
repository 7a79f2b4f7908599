# SPDX-License-Identifier: LGPL-2.1-or-later
"""What lies before a camera and is painted once, however often the camera is opened."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from capture.frames import SensorProfile
from capture.scenes import Frame, Scene, load_scene
from capture.simulation.preview import PreviewRenderer
from capture.simulation.sensor import SimulatedSensor

from .cameras import CameraSpec

_METER_WIDTH = 160


@dataclass(slots=True)
class Optics:
    """A scene as a camera of one configuration sees it. Painting takes seconds, a frame does not.

    Attributes:
        profile: of the sensor, in its mode.
        scene: before it.
        sensor, renderer: of raw frames and of pictures.
        green: (height, 160) float32, what the automatic exposure meters.
        painted: dioptres that the scene is painted for; None at first.
    """

    profile: SensorProfile
    scene: Scene
    sensor: SimulatedSensor
    renderer: PreviewRenderer
    green: npt.NDArray[np.float32]
    painted: float | None = None


@lru_cache(4)
def optics(
    index: int,  # noqa: ARG001  (two cameras alike are not rendered by one)
    spec: CameraSpec,
    mode: int,
    picture: tuple[int, int],
) -> Optics:
    """The scene before a camera configured so; the same one while few others are asked for.

    Args:
        index: the camera's number.
        spec: what it is.
        mode: index of its modes.
        picture: (width, height) of the processed picture.
    """
    profile, scene = spec.profile(mode), load_scene(spec.scene)
    sensor = SimulatedSensor(scene, profile, spec.seed, spec.shake, 1)
    frame = Frame(max(picture[0], 2), max(picture[1], 2))
    shown = type(sensor.hand)(sensor.hand.seed, frame.width, sensor.hand.strength)
    unit = Frame(profile.width, profile.height).unit
    renderer = PreviewRenderer(scene, frame, shown, spec.seed, unit, 1)
    height = max(2, round(_METER_WIDTH * profile.height / profile.width / 2.0) * 2)
    small = replace(profile, width=_METER_WIDTH, height=height)
    green = SimulatedSensor(scene, small, 0, 0.0, 1).green(scene.focus)
    return Optics(profile, scene, sensor, renderer, green)
