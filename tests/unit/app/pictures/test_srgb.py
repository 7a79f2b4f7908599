"""Display P3 in sRGB."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from app.pictures import icc
from app.pictures.srgb import to_srgb


def test_it_is_what_lcms_makes_of_the_two_profiles() -> None:
    """Bit for bit: greys, every level of each primary, and a million colours."""
    picture = np.random.default_rng(7).integers(0, 256, (1000, 1000, 3), np.uint8)
    picture[0, :256] = np.arange(256)[:, None]
    for channel in range(3):
        picture[1 + channel, :256] = 0
        picture[1 + channel, :256, channel] = np.arange(256)
    profiles = (ImageCms.ImageCmsProfile(BytesIO(data)) for data in (icc.display_p3(), icc.srgb()))
    wanted = ImageCms.profileToProfile(
        Image.fromarray(picture),
        *profiles,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert np.array_equal(to_srgb(picture), np.asarray(wanted))


def test_greys_may_be_one_plane_seen_thrice() -> None:
    """Whatever the array's layout; greys stay what they are."""
    grey = np.broadcast_to(np.arange(256, dtype=np.uint8)[None, :, None], (2, 256, 3))
    assert np.array_equal(to_srgb(grey), grey)
