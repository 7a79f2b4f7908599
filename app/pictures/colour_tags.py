"""A sensor's calibrations as the tags of a DNG and of a camera profile."""

from collections.abc import Sequence

from app.pictures.illuminants import code_of
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory
from capture.frames import ColourCalibration

_TAGS = (
    (Tag.CALIBRATION_ILLUMINANT_1, Tag.COLOR_MATRIX_1, Tag.FORWARD_MATRIX_1),
    (Tag.CALIBRATION_ILLUMINANT_2, Tag.COLOR_MATRIX_2, Tag.FORWARD_MATRIX_2),
)


def describe_calibrations(directory: Directory, calibrations: Sequence[ColourCalibration]) -> None:
    """Sets illuminants and matrices of one or two calibrations, the warmer first."""
    for (illuminant, colour, forward), calibration in zip(_TAGS, calibrations, strict=False):
        directory.numbers(illuminant, Type.SHORT, code_of(calibration.temperature))
        directory.numbers(colour, Type.SRATIONAL, *calibration.colour_matrix.ravel())
        directory.numbers(forward, Type.SRATIONAL, *calibration.forward_matrix.ravel())
