"""A scene painted once as the lens throws it onto the sensor: camera RGB, ready for sampling."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capture.scenes.scene import Frame, Layer, Scene, View
from capture.simulation.bands import in_bands
from capture.simulation.defocus import defocus, discs, enlarge, reduction

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
        if reduction(blur) > 1:
            _add_soft_layer(planes, layer, frame, margin, matrix, blur, threads)
        else:
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


def _add_soft_layer(
    planes: Floats,
    layer: Layer,
    frame: Frame,
    margin: int,
    matrix: npt.NDArray[np.float64],
    blur: float,
    threads: int | None,
) -> None:
    """A layer far out of focus: painted as coarsely as its blur allows, then enlarged."""
    height, width = planes.shape[1:]
    factor = reduction(blur)
    rows, columns = -(-height // factor), -(-width // factor)
    y = ((np.arange(rows) + 0.5) * factor - margin - frame.height / 2.0) / frame.unit
    x = ((np.arange(columns) + 0.5) * factor - margin - frame.width / 2.0) / frame.unit
    across, down = x.astype(np.float32)[None, :], y.astype(np.float32)[:, None]
    light = np.ones((4, rows, columns), np.float32)

    def paint(band: range) -> None:
        part = slice(band.start, band.stop)
        painted = layer.paint(View(across, down[part], factor / frame.unit))
        colours = matrix.astype(np.float32) @ painted[:3].reshape(3, -1)
        light[:3, part] = np.maximum(colours, 0.0).reshape(3, len(band), columns)
        light[3:, part] = painted[3:] if len(painted) > 3 else 1.0

    in_bands(rows, paint, threads)
    soft = discs(light, blur / factor)

    def add(band: range) -> None:
        large = enlarge(soft, factor, band, width)
        target = planes[:, band.start : band.stop]
        target *= 1.0 - large[3]
        target += large[:3]

    in_bands(height, add, threads)
