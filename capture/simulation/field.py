"""A scene painted once as the lens throws it onto the sensor: camera RGB, ready for sampling."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capture.scenes.scene import Frame, Layer, Scene
from capture.simulation.bands import in_bands
from capture.simulation.defocus import defocus

Floats = npt.NDArray[np.float32]
_INVISIBLE = 0.5  # pixels of blur that the lens hides anyway
_COLUMNS = 1024  # painted at once: what is worked on stays in the cache


@dataclass(frozen=True, slots=True)
class Field:
    """Light in the sensor's plane.

    Attributes:
        planes: (3, height + 2 margin, width + 2 margin) float32, not negative.
        margin: pixels beyond the frame on each side.
    """

    planes: Floats
    margin: int


def paint_field(
    scene: Scene,
    frame: Frame,
    margin: int,
    matrix: npt.NDArray[np.float64],
    lens_position: float,
    threads: int | None = None,
) -> Field:
    """Paints a scene and turns it into another colour space.

    Args:
        scene: what to paint.
        frame: size of the picture.
        margin: pixels to paint beyond it on each side.
        matrix: 3x3 from linear Rec.2020 to the planes.
        lens_position: dioptres in focus.
        threads: None for all processors.
    """
    planes = np.zeros((3, frame.height + 2 * margin, frame.width + 2 * margin), np.float32)
    for layer in scene.layers:
        blur = scene.defocus * abs(layer.dioptres - lens_position) * frame.width
        _add_layer(planes, layer, frame, margin, matrix, blur, threads)
    return Field(planes, margin)


def _add_layer(
    planes: Floats,
    layer: Layer,
    frame: Frame,
    margin: int,
    matrix: npt.NDArray[np.float64],
    blur: float,
    threads: int | None,
) -> None:
    height, width = planes.shape[1:]
    rows = matrix.astype(np.float32)
    blurred = None
    if blur > _INVISIBLE:
        blurred = np.empty((4, height, width), np.float32)

    def work(band: range) -> None:
        down = range(band.start - margin, band.stop - margin)
        for left in range(0, width, _COLUMNS):
            right = min(left + _COLUMNS, width)
            painted = layer.paint(frame.view(down, range(left - margin, right - margin)))
            light = rows @ painted[:3].reshape(3, -1)
            np.maximum(light, 0.0, out=light)
            light = light.reshape(3, len(band), right - left)
            cover = painted[3] if len(painted) > 3 else None
            if blurred is not None:
                blurred[:3, band.start : band.stop, left:right] = light
                blurred[3, band.start : band.stop, left:right] = 1.0 if cover is None else cover
                continue
            target = planes[:, band.start : band.stop, left:right]
            if cover is None:
                target[...] = light
            else:
                target *= 1.0 - cover
                target += light

    in_bands(height, work, threads)
    if blurred is not None:
        soft = defocus(blurred, blur, threads)
        planes *= 1.0 - soft[3]
        planes += soft[:3]
