"""What other lenses would see: pure geometry for framelines and equivalent focal lengths."""

import math

from app.lenses.book import Lens
from capture.frames import SensorProfile

FULL_FRAME = math.hypot(36.0, 24.0)  # diagonal, millimetres


def equivalent(focal_length: float, diagonal: float) -> float:
    """The focal length of the same angle of view on 24x36 mm film.

    Args:
        focal_length: millimetres.
        diagonal: of the sensor, millimetres, above 0.
    """
    return focal_length * FULL_FRAME / diagonal


def focal_length_35mm(lens: Lens, profile: SensorProfile) -> float | None:
    """What a lens is on 24x36 mm film, millimetres; None where it or the sensor is not known."""
    if not (lens.focal_length and profile.diagonal):
        return None
    return equivalent(lens.focal_length, profile.diagonal)


def frameline(taking: float, other: float) -> tuple[float, float, float, float] | None:
    """The part of the picture that a longer lens would fill.

    Args:
        taking: focal length of the lens on the camera, millimetres, above 0.
        other: of the lens asked for.

    Returns:
        Left, top, right, bottom as shares of width and height; None for a wider lens, whose view
        the picture does not hold. For distant subjects: lenses reach closer by extending.
    """
    if other < taking:
        return None
    half = 0.5 * taking / other
    return (0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half)
