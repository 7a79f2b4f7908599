from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from app.pictures.upright import upright


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_viewers_turn_them(orientation: int) -> None:
    """Each of EXIF's eight orientations is undone as Pillow undoes it."""
    picture = np.random.default_rng(1).integers(0, 256, (5, 8, 3), np.uint8)
    file, exif = BytesIO(), Image.Exif()
    exif[274] = orientation
    Image.fromarray(picture).save(file, "PNG", exif=exif)
    with Image.open(file) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    assert (upright(picture, orientation) == expected).all()
