"""JPEG files: 4:4:4, Display P3, with EXIF, thumbnail and XMP."""

import struct
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from app.pictures import icc
from app.pictures.exif import encode_exif
from app.pictures.framing import framed
from app.pictures.negative import ShotInfo
from app.pictures.story import story
from app.pictures.upright import upright
from app.pictures.xmp import encode_xmp
from styles import Frame

Picture = npt.NDArray[np.uint8]

_SEGMENT_LIMIT = 65533  # bytes of a segment after its length field
_THUMBNAIL = (160, 120)  # as DCF asks


def encode_jpeg(
    picture: Picture,
    info: ShotInfo,
    quality: int = 95,
    *,
    orientation: int = 1,
    frame: Frame | None = None,
) -> bytes:
    """A finished picture as a JPEG file.

    Args:
        picture: (height, width, 3) uint8, Display P3 with the sRGB transfer function.
        info: the shot's story.
        quality: libjpeg's, 1..100.
        orientation: EXIF orientation of the pixels, 1..8.
        frame: of the look; a framed picture is stored upright, so that what is below is below.

    Raises:
        ValueError: for a side over 65535.
    """
    if frame is not None and frame.wanted:
        picture, orientation = framed(upright(picture, orientation), frame, info), 1
    height, width = picture.shape[:2]
    image = Image.fromarray(picture, "RGB")
    exif = encode_exif(info, width, height, _thumbnail(image), orientation)
    xmp = encode_xmp(info.software, info.taken, story(info))
    head = b"".join(
        [
            _segment(0xE1, b"Exif\0\0" + exif),
            _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp),
            _segment(0xE2, b"ICC_PROFILE\0\1\1" + icc.display_p3()),
        ]
    )
    coded = code_pixels(image, quality, subsampling=0)
    return coded[:2] + head + coded[2:]


def code_pixels(image: Image.Image, quality: int, *, subsampling: int) -> bytes:
    """A bare JPEG: no JFIF segment, no metadata. subsampling: 0 for 4:4:4, 2 for 4:2:0."""
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=subsampling)
    coded = out.getvalue()
    if coded[2:4] == b"\xff\xe0":  # the JFIF segment; EXIF's belongs in its place
        (length,) = struct.unpack_from(">H", coded, 4)
        coded = coded[:2] + coded[4 + length :]
    return coded


def to_srgb(image: Image.Image) -> Image.Image:
    """A Display P3 image in sRGB, colours outside it clipped."""
    converted = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(BytesIO(icc.display_p3())),
        ImageCms.ImageCmsProfile(BytesIO(icc.srgb())),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    if converted is None:  # only with inPlace=True
        raise ValueError("colour conversion gave no image")
    return converted


def _thumbnail(image: Image.Image) -> bytes:
    small = image.copy() if min(image.size) < _THUMBNAIL[1] else image.reduce(_reduction(image))
    small.thumbnail(_THUMBNAIL, Image.Resampling.LANCZOS)
    return code_pixels(to_srgb(small), 80, subsampling=2)


def _reduction(image: Image.Image) -> int:
    """A whole factor that leaves the image above the thumbnail's size, for speed."""
    return max(1, min(image.width // (2 * _THUMBNAIL[0]), image.height // (2 * _THUMBNAIL[1])))


def _segment(marker: int, data: bytes) -> bytes:
    if len(data) > _SEGMENT_LIMIT:
        raise ValueError(f"a JPEG segment cannot hold {len(data)} bytes")
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data
