"""Saved JPEGs as pixels for the screen."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageOps

from app.pictures.thumbnail import read_thumbnail

Pixels = npt.NDArray[np.uint8]

THUMBNAIL = (160, 120)  # pixels: what files hold ready
_BROKEN = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)
_ORIENTATION = 0x0112  # EXIF


def load_picture(path: Path, width: int, height: int) -> Pixels:
    """Reads a JPEG no larger than needed, upright, its colour profile turned into sRGB.

    Args:
        path: of the file.
        width: of the box it is fitted into, pixels.
        height: of that box.

    Returns:
        (h, w, 4) uint8 R, G, B, 255 with sRGB's primaries and transfer function.

    Raises:
        OSError: the file cannot be read, or is no picture.
    """
    with _told(path), Image.open(path) as image:
        # Decodes at 1/2, 1/4 or 1/8: the full size is not needed.
        image.draft("RGB", (width, height))
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((max(width, 1), max(height, 1)), Image.Resampling.LANCZOS)
    return shown(upright, profile)


def load_thumbnail(path: Path) -> Pixels | None:
    """The small picture that a JPEG carries, upright, or one made of the file itself.

    Returns:
        (h, w, 4) uint8 as load_picture(); None if the file gives no picture.

    Raises:
        OSError: the card cannot be read, or the file is not there; another time it may be.
    """
    try:
        small = read_thumbnail(path)
        if small is None:
            return load_picture(path, *THUMBNAIL)
        with Image.open(path) as whole, Image.open(BytesIO(small)) as image:
            turned = Image.new("RGB", image.size)
            turned.paste(image)
            exif = turned.getexif()
            exif[_ORIENTATION] = whole.getexif().get(_ORIENTATION, 1)
            return shown(ImageOps.exif_transpose(turned), None)
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        return None


class WholePicture:
    """A JPEG at its full size, of which parts are taken.

    Args:
        path: of the file; OSError if it cannot be read.

    Attributes:
        size: width and height, upright, pixels.
    """

    def __init__(self, path: Path) -> None:
        with _told(path), Image.open(path) as image:
            self._profile = image.info.get("icc_profile")
            self._image = ImageOps.exif_transpose(image).convert("RGB")
        self.size: tuple[int, int] = self._image.size

    def part(self, box: tuple[int, int, int, int], size: tuple[int, int]) -> Pixels:
        """A rectangle of it at a size, as load_picture() gives it.

        Args:
            box: left, top, right, bottom; pixels from the top left, within the picture.
            size: width and height wanted, pixels; a part is never enlarged.
        """
        part = self._image.crop(box)
        part.thumbnail(size, Image.Resampling.LANCZOS)
        return shown(part, self._profile)


def shown(image: Image.Image, profile: bytes | None) -> Pixels:
    """An image in sRGB, (h, w, 4) uint8, whatever colour profile it has.

    A profile that is broken, or not one of RGB, is left aside.
    """
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
            image = turned if turned is not None else image
    return np.array(image.convert("RGBA"))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What a file that gives no picture raises is told in a photographer's words."""
    try:
        yield
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:  # the card's, not the file's
            reason = (error.strerror or str(error)).lower()
            raise OSError(f"{path}: cannot be read ({reason}); check the folder") from error
        raise OSError(f"{path.name} is damaged or no picture; check the folder") from error
