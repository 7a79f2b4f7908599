"""Pictures as uncompressed TIFF: linear ones for measuring, finished ones for other programs."""

import numpy as np
import numpy.typing as npt

from app.pictures import icc
from app.pictures.exif import describe_camera, describe_place, exif_directory
from app.pictures.negative import ShotInfo
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory, encode_directories

_ROWS = 64  # of a strip
_FULL = 65535.0


def encode_linear_tiff(
    linear: npt.NDArray[np.float32], info: ShotInfo | None = None, *, orientation: int = 1
) -> bytes:
    """A linear picture as a 16-bit TIFF with the profile of linear Rec.2020.

    Args:
        linear: (height, width, 3) float32, linear Rec.2020; 1.0 becomes 65535, what lies outside
            0..1 is clipped, what is no number becomes 0.
        info: the shot's story, if it is to be told.
        orientation: how to turn it for showing, as EXIF numbers it, 1..8.

    Raises:
        ValueError: for a picture of another shape or over 4 GiB.
    """
    strips = [_scaled(linear[top : top + _ROWS]) for top in range(0, linear.shape[0], _ROWS)]
    return _encode(linear.shape, 16, strips, icc.linear_rec2020(), info, orientation)


def encode_tiff(
    picture: npt.NDArray[np.uint8], info: ShotInfo | None = None, *, orientation: int = 1
) -> bytes:
    """A finished picture as an 8-bit TIFF with the Display P3 profile.

    Args:
        picture: (height, width, 3) uint8, Display P3 with the sRGB transfer function.
        info: the shot's story, if it is to be told.
        orientation: how to turn it for showing, as EXIF numbers it, 1..8.

    Raises:
        ValueError: for a picture of another shape or over 4 GiB.
    """
    strips = [picture[top : top + _ROWS].tobytes() for top in range(0, picture.shape[0], _ROWS)]
    return _encode(picture.shape, 8, strips, icc.display_p3(), info, orientation)


def encode_samples(samples: npt.NDArray[np.uint16]) -> bytes:
    """A table as a 16-bit TIFF: (height, width, 3) uint16, of no colour space that it tells."""
    strips = [
        samples[top : top + _ROWS].astype("<u2").tobytes()
        for top in range(0, samples.shape[0], _ROWS)
    ]
    return _encode(samples.shape, 16, strips, b"", None, 1)


def _scaled(rows: npt.NDArray[np.float32]) -> bytes:
    scaled = np.nan_to_num(rows, nan=0.0, posinf=1.0, neginf=0.0).clip(0.0, 1.0) * _FULL
    return np.rint(scaled).astype("<u2").tobytes()


def _encode(
    shape: tuple[int, ...],
    bits: int,
    strips: list[bytes],
    profile: bytes,
    info: ShotInfo | None,
    orientation: int,
) -> bytes:
    if len(shape) != 3 or shape[2] != 3 or min(shape) < 1:
        raise ValueError(f"a picture is (height, width, 3), not {shape}")
    height, width, _ = shape
    directory = Directory()
    directory.numbers(Tag.ORIENTATION, Type.SHORT, orientation)
    directory.numbers(Tag.X_RESOLUTION, Type.RATIONAL, 300)
    directory.numbers(Tag.Y_RESOLUTION, Type.RATIONAL, 300)
    directory.numbers(Tag.RESOLUTION_UNIT, Type.SHORT, 2)
    if info is not None:
        describe_camera(directory, info, orientation)
        directory.children(Tag.EXIF_IFD, exif_directory(info))
        describe_place(directory, info)
    directory.numbers(Tag.NEW_SUBFILE_TYPE, Type.LONG, 0)
    directory.numbers(Tag.IMAGE_WIDTH, Type.LONG, width)
    directory.numbers(Tag.IMAGE_LENGTH, Type.LONG, height)
    directory.numbers(Tag.BITS_PER_SAMPLE, Type.SHORT, bits, bits, bits)
    directory.numbers(Tag.COMPRESSION, Type.SHORT, 1)
    directory.numbers(Tag.PHOTOMETRIC, Type.SHORT, 2)
    directory.numbers(Tag.SAMPLES_PER_PIXEL, Type.SHORT, 3)
    directory.numbers(Tag.ROWS_PER_STRIP, Type.LONG, min(_ROWS, height))
    directory.numbers(Tag.PLANAR_CONFIGURATION, Type.SHORT, 1)
    directory.numbers(Tag.SAMPLE_FORMAT, Type.SHORT, 1, 1, 1)
    if profile:
        directory.raw(Tag.ICC_PROFILE, profile)
    directory.image(Tag.STRIP_OFFSETS, Tag.STRIP_BYTE_COUNTS, strips)
    return encode_directories(directory)
