"""A look as a DNG camera profile (.dcp) for other raw converters, old ones included.

Source: DNG specification 1.7, "Camera Profiles". The camera's matrices are those of Baryta's own
DNG files.
"""

from typing import Final

from app.pictures.camera_profile import PROFILE_MAGIC, describe_profile
from app.pictures.colour_tags import describe_calibrations
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory, encode_directories
from capture.frames import SensorProfile
from styles import Style
from styles.profile import ProfileTables

_SRGB_ENCODED: Final = 1


def encode_dcp(style: Style, tables: ProfileTables, sensor: SensorProfile) -> bytes:
    """A camera profile as a file.

    Args:
        style: the look, whose name the converter lists.
        tables: the look's.
        sensor: the camera it is for; converters offer a profile for the camera it names only.

    Raises:
        ValueError: for a sensor without colour calibration.
    """
    if not sensor.calibrations:
        raise ValueError(f"{sensor.model} has no colour, so it has no camera profile")
    values, hues, saturations = tables.table.shape[:3]
    first = Directory()
    first.text(Tag.UNIQUE_CAMERA_MODEL, sensor.model)
    describe_profile(first, style)
    describe_calibrations(first, sensor.calibrations)
    first.numbers(Tag.PROFILE_TONE_CURVE, Type.FLOAT, *tables.curve.ravel().tolist())
    first.numbers(Tag.PROFILE_LOOK_TABLE_DIMS, Type.LONG, hues, saturations, values)
    first.numbers(Tag.PROFILE_LOOK_TABLE_DATA, Type.FLOAT, *tables.table.ravel().tolist())
    first.numbers(Tag.PROFILE_LOOK_TABLE_ENCODING, Type.LONG, _SRGB_ENCODED)
    return encode_directories(first, magic=PROFILE_MAGIC)
