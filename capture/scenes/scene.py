"""What a scene is: light to be painted at any size, and what is true of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
"""float32; NumPy's types cannot tell that arithmetic keeps it so."""


@dataclass(frozen=True, slots=True)
class View:
    """The part of a scene to paint: coordinates of pixel centres, in frame units.

    The unit is the height of the largest 4:3 rectangle in the frame, the origin its centre, x to
    the right, y down: what lies within |x| < 2/3, |y| < 1/2 is in every picture.

    Attributes:
        x: (1, width) float32.
        y: (height, 1) float32.
        pixel: size of a pixel; what is finer cannot be drawn.
    """

    x: Floats
    y: Floats
    pixel: float

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return (self.y.shape[0], self.x.shape[1])


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a picture, and with it the scale between frame units and pixels."""

    width: int
    height: int

    @property
    def unit(self) -> float:
        """Pixels to one frame unit."""
        return min(self.width * 0.75, float(self.height))

    def view(self, rows: range, columns: range) -> View:
        """The view of some pixels; they may lie beyond the frame."""
        x = (np.arange(columns.start, columns.stop) + 0.5 - self.width / 2.0) / self.unit
        y = (np.arange(rows.start, rows.stop) + 0.5 - self.height / 2.0) / self.unit
        return View(x.astype(np.float32)[None, :], y.astype(np.float32)[:, None], 1.0 / self.unit)

    def rectangle(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in whole pixels of a box (x0, y0, x1, y1) in frame units."""
        x0, y0, x1, y1 = box
        cx, cy, unit = self.width / 2.0, self.height / 2.0, self.unit
        return (
            round(x0 * unit + cx),
            round(y0 * unit + cy),
            round(x1 * unit + cx),
            round(y1 * unit + cy),
        )


Paint = Callable[[View], Floats]


@dataclass(frozen=True, slots=True)
class Layer:
    """Part of a scene at one distance.

    Attributes:
        paint: gives (3, height, width) float32 linear Rec.2020, 1 a perfect white in the scene's
            light; or with a fourth plane, the coverage in [0, 1], the colours multiplied by it.
            Pure: called from several threads.
        dioptres: the inverse of the distance in metres.
    """

    paint: Paint
    dioptres: float


@dataclass(frozen=True, slots=True)
class Mover:
    """Something that moves across the scene, in front of the layers.

    Attributes:
        paint: as a Layer's with coverage, around the origin, radius at most `radius`.
        radius: frame units.
        place: (x, y) in frame units at a time in seconds, for a frame of so many pixels a unit.
    """

    paint: Paint
    radius: float
    place: Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Patch:
    """An even area of known colour.

    Attributes:
        name: of the colour.
        box: left, top, right, bottom in frame units, inside the area.
        colour: linear Rec.2020 as painted.
    """

    name: str
    box: tuple[float, float, float, float]
    colour: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Scene:
    """Light with known truth.

    Attributes:
        name: as on the command line.
        temperature: of the light, kelvin; colours are as seen with the eye adapted to it.
        lux: illuminance of a white surface painted as 1.
        layers: back to front.
        movers: what moves.
        focus: dioptres of the subject, where the autofocus settles.
        defocus: diameter of the blur disc a dioptre, as a share of the frame's width. 0.003 is a
            6 mm lens at f/2 on a 6.3 mm wide sensor.
        patches: even areas of known colour.
        size: of the picture behind it, pixels, if it is one; no sensor sees more.
        flicker: of lamps on the mains: the share by which the light swings about its mean, 0..1.
        white: chromaticity of the light, where it is not the typical one of its temperature.
    """

    name: str
    temperature: float
    lux: float
    layers: tuple[Layer, ...]
    movers: tuple[Mover, ...] = ()
    focus: float = 1.0
    defocus: float = 0.003
    patches: tuple[Patch, ...] = field(default=())
    size: tuple[int, int] | None = None
    white: tuple[float, float] | None = None
    flicker: float = 0.0
