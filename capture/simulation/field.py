"""A scene painted once as the lens throws it onto the sensor: camera RGB, ready for sampling."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capture.scenes.scene import Frame, Layer, Scene
from capture.simulation.bands import in_bands
from capture.simulation.defocus import defocus

Floats = npt.NDArray[np.float32]


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
    planes = np.empty((3, frame.height + 2 * margin, frame.width + 2 * margin), np.float32)
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
    columns = range(-margin, frame.width + margin)
    rows = matrix.astype(np.float32)
    blurred = None
    if blur > 0.5:
        blurred = np.empty((4, height, width), np.float32)
        blurred[3] = 1.0

    def work(band: range) -> None:
        view = frame.view(range(band.start - margin, band.stop - margin), columns)
        painted = layer.paint(view)
        colours = painted[..., :3].reshape(-1, 3) @ rows.T
        np.maximum(colours, 0.0, out=colours)
        light = colours.T.reshape(3, len(band), width)
        if blurred is not None:
            blurred[:3, band.start : band.stop] = light
            if painted.shape[2] == 4:
                blurred[3, band.start : band.stop] = painted[..., 3]
            return
        target = planes[:, band.start : band.stop]
        if painted.shape[2] == 4:
            target *= 1.0 - painted[..., 3]
            target += light
        else:
            target[...] = light

    in_bands(height, work, threads)
    if blurred is not None:
        soft = defocus(blurred, blur, threads)
        planes *= 1.0 - soft[3]
        planes += soft[:3]
