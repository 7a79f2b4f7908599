"""Colour of a raw file's camera: from DNG's tags, or from what LibRaw knows of the camera.

Source: DNG specification 1.7, chapter 6 (mapping camera colour space to CIE XYZ).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.pictures.icc import D50, D65, adaptation, xyz
from app.pictures.illuminants import temperature_of
from app.pictures.story import numbers
from app.pictures.tags import Tag
from app.pictures.tiff_reader import ReadDirectory
from capture.frames import ColourCalibration

Matrix = npt.NDArray[np.float64]
Neutral = tuple[float, float, float]

_XYZ_TO_SRGB = np.array(  # IEC 61966-2-1: the camera of last resort
    [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
)
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
        matrix = None if first is None else _matrix(first, matrix_tag)
        if first is None or matrix is None:
            continue
        balance = first.numbers(Tag.ANALOG_BALANCE)
        if len(balance) == 3 and all(gain > 0 for gain in balance):
            matrix = np.diag(balance) @ matrix
        temperature = temperature_of(first.integer(illuminant_tag))
        if i < len(exact) and 1000 < exact[i] < 1e5:
            temperature = exact[i]
        forward = _matrix(first, forward_tag)
        if forward is None or np.abs(forward.sum(axis=1) - D50).max() > _TOLERANCE:
            forward = forward_of(matrix, _white(temperature))
        found.append(ColourCalibration(temperature, matrix, forward))
    if not found:
        matrix = libraw.matrix if _usable(libraw.matrix) else _XYZ_TO_SRGB
        found.append(ColourCalibration(6504.0, matrix, forward_of(matrix, D65)))
    return tuple(sorted(found, key=lambda calibration: calibration.temperature))


def read_neutral(
    first: ReadDirectory | None,
    calibrations: tuple[ColourCalibration, ...],
    libraw: LibRawColour,
) -> Neutral:
    """Camera RGB of the shot's white, green 1: as shot, else as LibRaw sees it, else daylight."""
    if first is not None:
        neutral = _scaled(first.numbers(Tag.AS_SHOT_NEUTRAL))
        if neutral is not None:
            return neutral
        white = first.numbers(Tag.AS_SHOT_WHITE_XY)
        if len(white) == 2 and white[1] > 0:
            neutral = _scaled(calibrations[-1].colour_matrix @ xyz(*white))
            if neutral is not None:
                return neutral
    gains = libraw.gains[:3]
    neutral = _scaled([1 / gain for gain in gains] if gains and min(gains) > 0 else [])
    if neutral is not None:
        return neutral
    return _scaled(calibrations[-1].colour_matrix @ D65) or (1.0, 1.0, 1.0)


def forward_of(matrix: Matrix, white: Matrix) -> Matrix:
    """White-balanced camera RGB to XYZ D50, from XYZ to camera under a white (Bradford)."""
    forward: Matrix = adaptation(white, D50) @ np.linalg.inv(matrix) @ np.diag(matrix @ white)
    return forward


def _white(temperature: float) -> Matrix:
    """XYZ of illuminant A below 4000 K, else of daylight (CIE 15, daylight locus)."""
    if temperature < 4000:
        return xyz(0.44757, 0.40745)
    t = 1e3 / min(temperature, 25000.0)
    if temperature <= 7000:
        x = 0.244063 + 0.09911 * t + 2.9678 * t**2 - 4.6070 * t**3
    else:
        x = 0.237040 + 0.24748 * t + 1.9018 * t**2 - 2.0064 * t**3
    return xyz(x, -3.0 * x * x + 2.870 * x - 0.275)


def _matrix(directory: ReadDirectory, tag: Tag) -> Matrix | None:
    values = directory.numbers(tag)
    if len(values) != 9:
        return None
    matrix = np.array(values).reshape(3, 3)
    return matrix if _usable(matrix) else None


def _usable(matrix: Matrix) -> bool:
    return bool(
        np.all(np.isfinite(matrix))
        and np.abs(matrix).max() < 100
        and abs(np.linalg.det(matrix)) > 1e-6
        and np.all(matrix @ D65 > 0)
    )


def _scaled(neutral: npt.ArrayLike) -> Neutral | None:
    values = np.asarray(neutral, np.float64)
    if values.shape != (3,) or not np.all(np.isfinite(values) & (values > 0)):
        return None
    red, green, blue = values.tolist()
    scaled = (red / green, 1.0, blue / green)
    return scaled if max(scaled) < 1e3 and min(scaled) > 1e-3 else None
