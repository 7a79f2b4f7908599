"""EXIF 2.32: the shot's story as TIFF directories, for DNG and JPEG alike."""

import math
from datetime import datetime

from app.pictures.negative import ShotInfo
from app.pictures.position import gps_directory
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory, encode_directories

_LARGEST_SHORT = 65535
_COMPOSED_WHEN_SHOOTING = 3  # CompositeImage
_REI = 2  # SensitivityType: recommended exposure index
INFINITY = 0xFFFFFFFF  # of SubjectDistance
MANUAL, _NORMAL, SHUTTER_PRIORITY = 1, 2, 4  # ExposureProgram; it has none for a set gain
_AUTO_EXPOSURE, _MANUAL_EXPOSURE, _AUTO_BRACKET = 0, 1, 2  # ExposureMode
_UNCALIBRATED = 0xFFFF  # ColorSpace: see the ICC profile


def describe_camera(directory: Directory, info: ShotInfo, orientation: int) -> None:
    """Sets IFD0's part: camera, software, time, orientation."""
    directory.text(Tag.MAKE, info.make)
    directory.text(Tag.MODEL, info.model)
    directory.text(Tag.SOFTWARE, info.software)
    directory.numbers(Tag.ORIENTATION, Type.SHORT, orientation)
    directory.numbers(Tag.X_RESOLUTION, Type.RATIONAL, 300)
    directory.numbers(Tag.Y_RESOLUTION, Type.RATIONAL, 300)
    directory.numbers(Tag.RESOLUTION_UNIT, Type.SHORT, 2)
    if info.taken is not None:
        directory.text(Tag.DATE_TIME, _exif_time(info.taken))


def exif_directory(info: ShotInfo) -> Directory:
    """The Exif directory; what is unknown is left out."""
    exif = Directory()
    exif.raw(Tag.EXIF_VERSION, b"0232")
    exif.raw(Tag.FLASHPIX_VERSION, b"0100")
    exif.numbers(Tag.COLOR_SPACE, Type.SHORT, _UNCALIBRATED)
    if info.taken is not None:
        _set_time(exif, info.taken)
    for tag, value in (
        (Tag.EXPOSURE_TIME, info.exposure_time),
        (Tag.F_NUMBER, info.f_number),
        (Tag.FOCAL_LENGTH, info.focal_length),
    ):
        if value is not None:
            exif.numbers(tag, Type.RATIONAL, value)
    _set_wishes(exif, info)
    if info.iso is not None:
        iso = max(1, round(info.iso))
        exif.numbers(Tag.ISO, Type.SHORT, min(iso, _LARGEST_SHORT))
        exif.numbers(Tag.SENSITIVITY_TYPE, Type.SHORT, _REI)
        exif.numbers(Tag.RECOMMENDED_EXPOSURE_INDEX, Type.LONG, iso)
    if info.focal_length_35mm is not None:
        equivalent = min(max(1, round(info.focal_length_35mm)), _LARGEST_SHORT)
        exif.numbers(Tag.FOCAL_LENGTH_35MM, Type.SHORT, equivalent)
    if info.lens is not None:
        exif.text(Tag.LENS_MODEL, info.lens)
        describe_lens(exif, info, Tag.LENS_SPECIFICATION)
    if info.frames_merged > 1:
        exif.numbers(Tag.COMPOSITE_IMAGE, Type.SHORT, _COMPOSED_WHEN_SHOOTING)
        # Those left out are not part of the picture, so all its sources were used.
        count = min(info.frames_merged, _LARGEST_SHORT)
        exif.numbers(Tag.COMPOSITE_IMAGE_COUNT, Type.SHORT, count, count)
    return exif


def describe_lens(directory: Directory, info: ShotInfo, tag: Tag) -> None:
    """Sets the range of focal lengths, one for all lenses of ours; their widest is not known."""
    if info.lens is not None and info.focal_length is not None:
        open_range = (info.focal_length, info.focal_length, math.nan, math.nan)
        directory.numbers(tag, Type.RATIONAL, *open_range)


def describe_place(directory: Directory, info: ShotInfo) -> None:
    """Points IFD0 to the GPS directory, if the place is known."""
    if info.position is not None:
        directory.children(Tag.GPS_IFD, gps_directory(info.position))


def encode_exif(
    info: ShotInfo, width: int, height: int, thumbnail: bytes, orientation: int
) -> bytes:
    """The TIFF structure of a JPEG's APP1 segment, without its "Exif" marker.

    Args:
        info: the shot.
        width: of the picture, pixels.
        height: of the picture.
        thumbnail: a JPEG of 160x120 or so, sRGB.
        orientation: 1..8.
    """
    first = Directory()
    describe_camera(first, info, orientation)
    first.numbers(Tag.YCBCR_POSITIONING, Type.SHORT, 1)
    exif = exif_directory(info)
    exif.raw(Tag.COMPONENTS_CONFIGURATION, b"\1\2\3\0")
    exif.numbers(Tag.PIXEL_X_DIMENSION, Type.LONG, width)
    exif.numbers(Tag.PIXEL_Y_DIMENSION, Type.LONG, height)
    first.children(Tag.EXIF_IFD, exif)
    describe_place(first, info)
    small = Directory()
    small.numbers(Tag.COMPRESSION, Type.SHORT, 6)
    small.numbers(Tag.X_RESOLUTION, Type.RATIONAL, 72)
    small.numbers(Tag.Y_RESOLUTION, Type.RATIONAL, 72)
    small.numbers(Tag.RESOLUTION_UNIT, Type.SHORT, 2)
    small.image(Tag.JPEG_OFFSET, Tag.JPEG_LENGTH, [thumbnail])
    return encode_directories(first, small)


def _set_wishes(exif: Directory, info: ShotInfo) -> None:
    """What was left to the camera, and what was set by hand."""
    hand = info.by_hand
    if hand is not None:
        program, mode = _NORMAL, _AUTO_BRACKET if info.mode == "bracket" else _AUTO_EXPOSURE
        if hand.shutter:
            program = MANUAL if hand.gain else SHUTTER_PRIORITY
            mode = _MANUAL_EXPOSURE if hand.gain else _AUTO_EXPOSURE
        exif.numbers(Tag.EXPOSURE_PROGRAM, Type.SHORT, program)
        exif.numbers(Tag.EXPOSURE_BIAS, Type.SRATIONAL, hand.compensation)
        exif.numbers(Tag.EXPOSURE_MODE, Type.SHORT, mode)
        exif.numbers(Tag.WHITE_BALANCE, Type.SHORT, int(hand.white_balance))
    if info.subject_distance is not None:
        distance = min(info.subject_distance, float(INFINITY))
        exif.numbers(Tag.SUBJECT_DISTANCE, Type.RATIONAL, distance)


def _set_time(exif: Directory, taken: datetime) -> None:
    stamp = _exif_time(taken)
    sub_seconds = f"{taken.microsecond:06d}".rstrip("0") or "0"
    offset = taken.strftime("%z")  # "" for a time without one
    zone = f"{offset[:3]}:{offset[3:5]}" if offset else ""
    exif.text(Tag.DATE_TIME_ORIGINAL, stamp)
    exif.text(Tag.DATE_TIME_DIGITIZED, stamp)
    for tag in (Tag.SUB_SEC_TIME, Tag.SUB_SEC_TIME_ORIGINAL, Tag.SUB_SEC_TIME_DIGITIZED):
        exif.text(tag, sub_seconds)
    for tag in (Tag.OFFSET_TIME, Tag.OFFSET_TIME_ORIGINAL, Tag.OFFSET_TIME_DIGITIZED):
        exif.text(tag, zone)


def _exif_time(taken: datetime) -> str:
    return taken.strftime("%Y:%m:%d %H:%M:%S")
