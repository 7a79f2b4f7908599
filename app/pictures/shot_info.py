"""The story of a shot, from the metadata of its JPEG or DNG."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from app.pictures.errors import PictureError
from app.pictures.negative import ShotInfo
from app.pictures.raw_tags import read_tags
from app.pictures.read_info import read_info
from app.pictures.tags import Tag
from app.pictures.tiff_reader import TiffError, TiffFile
from app.pictures.xmp import read_xmp

_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_APP1, _START_OF_SCAN = 0xE1, 0xDA


def read_shot_info(path: Path) -> ShotInfo:
    """The story in a JPEG's or DNG's metadata; pixels are not touched.

    Raises:
        PictureError: if the file is missing or its metadata damaged.
    """
    try:
        with path.open("rb") as stream:
            return read_stream_info(stream)
    except OSError as error:
        raise PictureError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except TiffError as error:
        raise PictureError(f"{path}: {error}; copy it again from the camera") from error


def read_stream_info(stream: BinaryIO) -> ShotInfo:
    """The same of an open JPEG or DNG; TiffError if it is neither, or damaged."""
    return _jpeg_info(stream) if _is_jpeg(stream) else _dng_info(stream)


def _is_jpeg(stream: BinaryIO) -> bool:
    start = stream.read(2)
    stream.seek(0)
    return start == b"\xff\xd8"


def _dng_info(stream: BinaryIO) -> ShotInfo:
    tags = read_tags(stream)
    if tags is None:
        raise TiffError("it is neither a JPEG nor a DNG")
    return read_info(tags.first, tags.exif, tags.gps, tags.properties)


def _jpeg_info(stream: BinaryIO) -> ShotInfo:
    exif, properties = b"", dict[str, str]()
    stream.seek(2)
    while len(head := stream.read(4)) == 4 and head[0] == 0xFF and head[1] != _START_OF_SCAN:
        data = stream.read(max(0, int.from_bytes(head[2:]) - 2))
        if head[1] == _APP1 and data.startswith(_EXIF):
            exif = data[len(_EXIF) :]
        elif head[1] == _APP1 and data.startswith(_XMP):
            properties = read_xmp(data[len(_XMP) :])
    if not exif:
        raise TiffError("it has no EXIF")
    file = TiffFile(BytesIO(exif))
    details, place = (
        next(iter(file.children(file.first, tag)), None) for tag in (Tag.EXIF_IFD, Tag.GPS_IFD)
    )
    return read_info(file.first, details, place, properties)
