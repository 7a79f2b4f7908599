"""A saved JPEG as pixels for the screen."""

from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageOps


def load_picture(path: Path, width: int, height: int) -> npt.NDArray[np.uint8]:
    """Reads a JPEG no larger than needed, upright, its colour profile turned into sRGB.

    Args:
        path: of the file.
        width: of the box it is fitted into, pixels.
        height: of that box.

    Returns:
        (h, w, 4) uint8 R, G, B, 255 with sRGB's primaries and transfer function.

    Raises:
        OSError: the file cannot be read.
    """
    with Image.open(path) as image:
        image.draft(
            "RGB", (width, height)
        )  # decodes at 1/2, 1/4 or 1/8: the full size is not needed
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((max(width, 1), max(height, 1)), Image.Resampling.LANCZOS)
    if profile:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(upright, source, ImageCms.createProfile("sRGB"))
        upright = turned if turned is not None else upright
    return np.array(upright.convert("RGBA"))
