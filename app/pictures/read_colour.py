"""Colour of a raw file's camera: from DNG's tags, or from what LibRaw knows of the camera.

Source: DNG specification 1.7, chapter 6 (mapping camera colour space to CIE XYZ).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.pictures.illuminants import temperature_of
from app.pictures.story import numbers
from app.pictures.tags import Tag
from app.pictures.tiff_reader import ReadDirectory
from capture.colour import (
    D50_XY,
    D65_XY,
    SRGB_TO_XYZ,
    adaptation,
    calibration_xy,
    xy_to_xyz,
)
from capture.frames import ColourCalibration

Matrix = npt.NDArray[np.float64]
Neutral = tuple[float, float, float]

_D50, _D65 = xy_to_xyz(D50_XY), xy_to_xyz(D65_XY)
# The camera of last resort.
_XYZ_TO_SRGB: Matrix = np.asarray(np.linalg.inv(SRGB_TO_XYZ), np.float64)
_TOLERANCE = 0.02  # of a forward matrix's white


@dataclass(frozen=True, slots=True)
class LibRawColour:
    """What LibRaw knows: XYZ to camera (3x3, D65) and white-balance gains; zeros if unknown."""

    matrix: Matrix
    gains: tuple[float, ...]


def read_calibrations(
    first: ReadDirectory | None, properties: dict[str, str], libraw: LibRawColour
) -> tuple[ColourCalibration, ...]:
    """One or two calibrations, the warmer first.

    Without tags, LibRaw's matrix for D65; without that, the camera is taken for an sRGB one.
    """
    exact = numbers(properties, "Illuminants")
    found: list[ColourCalibration] = []
    for i, (matrix_tag, forward_tag, illuminant_tag) in enumerate(
        (
            (Tag.COLOR_MATRIX_1, Tag.FORWARD_MATRIX_1, Tag.CALIBRATION_ILLUMINANT_1),
            (Tag.COLOR_MATRIX_2, Tag.FORWARD_MATRIX_2, Tag.CALIBRATION_ILLUMINANT_2),
        )
    ):
        matrix = None if first is None else _matrix(first, matrix_tag, balanced=True)
        if first is None or matrix is None:
            continue
        temperature = temperature_of(first.integer(illuminant_tag))
        if i < len(exact) and 1000 < exact[i] < 1e5:
            temperature = exact[i]
        forward = _matrix(first, forward_tag)
        if forward is None or np.abs(forward.sum(axis=1) - _D50).max() > _TOLERANCE:
            forward = forward_of(matrix, calibration_xy(temperature))
        found.append(ColourCalibration(temperature, matrix, forward))
    if not found:
        matrix = libraw.matrix if _usable(libraw.matrix) else _XYZ_TO_SRGB
        found.append(ColourCalibration(6504.0, matrix, forward_of(matrix, D65_XY)))
    return tuple(sorted(found, key=lambda calibration: calibration.temperature))


def read_neutral(
    first: ReadDirectory | None,
    calibrations: tuple[ColourCalibration, ...],
    libraw: LibRawColour,
    estimate: Callable[[], Neutral],
) -> Neutral:
    """Camera RGB of the shot's white, green 1: as shot, else as LibRaw reads it, else estimated."""
    if first is not None:
        neutral = _scaled(first.numbers(Tag.AS_SHOT_NEUTRAL))
        if neutral is not None:
            return neutral
        white = first.numbers(Tag.AS_SHOT_WHITE_XY)
        if len(white) == 2 and white[1] > 0:
            neutral = _scaled(calibrations[-1].colour_matrix @ xy_to_xyz((white[0], white[1])))
            if neutral is not None:
                return neutral
    gains = libraw.gains[:3]
    neutral = _scaled([1 / gain for gain in gains] if gains and min(gains) > 0 else [])
    return estimate() if neutral is None else neutral


def forward_of(matrix: Matrix, light: tuple[float, float]) -> Matrix:
    """White-balanced camera RGB to XYZ D50, from XYZ to camera under a light's chromaticity."""
    neutral = matrix @ xy_to_xyz(light)
    forward: Matrix = adaptation(light, D50_XY) @ np.linalg.inv(matrix) @ np.diag(neutral)
    return forward


def _matrix(directory: ReadDirectory, tag: Tag, *, balanced: bool = False) -> Matrix | None:
    values = directory.numbers(tag)
    if len(values) != 9:
        return None
    matrix = np.array(values).reshape(3, 3)
    balance = directory.numbers(Tag.ANALOG_BALANCE) if balanced else ()
    if len(balance) == 3 and all(0 < gain < 100 for gain in balance):
        matrix = np.diag(balance) @ matrix
    return matrix if _usable(matrix) else None


def _usable(matrix: Matrix) -> bool:
    return bool(
        np.all(np.isfinite(matrix))
        and np.abs(matrix).max() < 100
        and abs(np.linalg.det(matrix)) > 1e-6
        and np.all(matrix @ _D65 > 0)
    )


def _scaled(neutral: npt.ArrayLike) -> Neutral | None:
    values = np.asarray(neutral, np.float64)
    if values.shape != (3,) or not np.all(np.isfinite(values) & (values > 0)):
        return None
    red, green, blue = values.tolist()
    scaled = (red / green, 1.0, blue / green)
    return scaled if max(scaled) < 1e3 and min(scaled) > 1e-3 else None
