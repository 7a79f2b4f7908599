"""JPEG files: 4:4:4, Display P3, with EXIF, thumbnail, XMP and an HDR gain map."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.pictures import icc
from app.pictures.exif import encode_exif
from app.pictures.framing import framed, framed_gain
from app.pictures.hdr_gain_map import GainMap, announcement, append_gain_map, encode_gain_map
from app.pictures.jpeg_segments import code_pixels, segment, xmp_segment
from app.pictures.negative import ShotInfo
from app.pictures.srgb import to_srgb
from app.pictures.story import story
from app.pictures.upright import upright
from app.pictures.xmp import encode_xmp
from native import ycc
from styles import Frame

Picture = npt.NDArray[np.uint8]

_THUMBNAIL = (160, 120)  # as DCF asks
_ATTEMPTS = 4


def encode_jpeg(
    picture: Picture,
    info: ShotInfo,
    quality: int = 95,
    *,
    orientation: int = 1,
    frame: Frame | None = None,
    gain: GainMap | None = None,
    seal: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """A finished picture as a JPEG file.

    Args:
        picture: (height, width, 3) uint8, Display P3 with the sRGB transfer function.
        info: the shot's story.
        quality: libjpeg's, 1..100.
        orientation: EXIF orientation of the pixels, 1..8.
        frame: of the look; a framed picture is stored upright, so that what is below is below.
        gain: for HDR displays, in the picture's own orientation; a frame gains nothing.
        seal: puts something into the finished file, as credentials, ahead of its metadata.

    Raises:
        ValueError: for a side over 65535, or for a seal that never has the same length twice.
    """
    if frame is not None and frame.wanted:
        bare = upright(picture, orientation)
        picture = framed(bare, frame, info)
        if gain is not None:
            turned = upright(gain.map, orientation)
            turned = framed_gain(turned, bare.shape[:2], picture.shape[:2])
            gain = replace(gain, map=turned)
        orientation = 1
    height, width = picture.shape[:2]
    exif = encode_exif(info, width, height, _thumbnail(picture), orientation)
    coded_map = encode_gain_map(gain, quality) if gain else b""
    told = announcement(len(coded_map)) if gain else ()
    xmp = encode_xmp(info.software, info.taken, story(info), *told)
    coded = code_pixels(Image.fromarray(ycc(picture), "YCbCr"), quality, subsampling=0)
    head = b"".join(
        [
            coded[:2],
            segment(0xE1, b"Exif\0\0" + exif),
            xmp_segment(xmp),
            segment(0xE2, b"ICC_PROFILE\0\1\1" + icc.display_p3()),
        ]
    )
    if not gain:
        whole = head + coded[2:]
        return seal(whole) if seal else whole
    if seal is None:
        return append_gain_map(head, coded[2:], coded_map)
    return _sealed(lambda growth: append_gain_map(head, coded[2:], coded_map, growth), seal)


def _sealed(assemble: Callable[[int], bytes], seal: Callable[[bytes], bytes]) -> bytes:
    """A file of two pictures, sealed.

    The index of both is sealed too, and has to know by how much that makes the first one longer.
    """
    growth = 0
    for _ in range(_ATTEMPTS):
        whole = assemble(growth)
        sealed = seal(whole)
        if len(sealed) - len(whole) == growth:
            return sealed
        growth = len(sealed) - len(whole)
    raise ValueError("what seals the JPEG is of another length each time")


def _thumbnail(picture: Picture) -> bytes:
    image = Image.fromarray(picture, "RGB")
    small = image.copy() if min(image.size) < _THUMBNAIL[1] else image.reduce(_reduction(image))
    small.thumbnail(_THUMBNAIL, Image.Resampling.LANCZOS)
    return code_pixels(Image.fromarray(to_srgb(np.asarray(small)), "RGB"), 80, subsampling=2)


def _reduction(image: Image.Image) -> int:
    """A whole factor that leaves the image above the thumbnail's size, for speed."""
    return max(1, min(image.width // (2 * _THUMBNAIL[0]), image.height // (2 * _THUMBNAIL[1])))
