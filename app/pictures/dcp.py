"""A look as a DNG camera profile (.dcp) for other raw converters.

Source: DNG specification 1.7, "Camera Profiles": a TIFF directory whose header says 0x4352
instead of 42. The camera's matrices are those of Baryta's own DNG files.
"""

from typing import Final

from app.pictures.colour_tags import describe_calibrations
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory, encode_directories
from capture.frames import SensorProfile
from styles.profile import ProfileTables

_MAGIC: Final = 0x4352
_COPY_FREELY, _SRGB_ENCODED, _NO_BLACK = 0, 1, 1


def encode_dcp(name: str, tables: ProfileTables, sensor: SensorProfile) -> bytes:
    """A camera profile as a file.

    Args:
        name: of the look, which the converter lists.
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
    first.text(Tag.PROFILE_NAME, name)
    first.text(Tag.PROFILE_COPYRIGHT, "CC0")
    first.numbers(Tag.PROFILE_EMBED_POLICY, Type.LONG, _COPY_FREELY)
    describe_calibrations(first, sensor.calibrations)
    first.numbers(Tag.PROFILE_TONE_CURVE, Type.FLOAT, *tables.curve.ravel().tolist())
    first.numbers(Tag.PROFILE_LOOK_TABLE_DIMS, Type.LONG, hues, saturations, values)
    first.numbers(Tag.PROFILE_LOOK_TABLE_DATA, Type.FLOAT, *tables.table.ravel().tolist())
    first.numbers(Tag.PROFILE_LOOK_TABLE_ENCODING, Type.LONG, _SRGB_ENCODED)
    first.numbers(Tag.DEFAULT_BLACK_RENDER, Type.LONG, _NO_BLACK)
    return encode_directories(first, magic=_MAGIC)
