"""The chroma of JPEG files, which their readers decode in whole levels."""

from io import BytesIO

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo

Array = npt.NDArray[np.float64]
TO_YCC = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])


def read(picture: npt.NDArray[np.uint8]) -> Array:
    """Cb and Cr of a picture's file: (height, width, 2), levels."""
    image = Image.open(BytesIO(encode_jpeg(picture, ShotInfo())))
    image.draft("YCbCr", None)  # type: ignore[arg-type]
    return np.asarray(image)[..., 1:].astype(float)


def chroma(pixels: Array) -> Array:
    """Cb and Cr of R, G and B: (..., 2), levels."""
    return 128.0 + pixels @ TO_YCC[1:].T


@pytest.mark.parametrize("seed", range(3))
def test_even_surfaces_have_their_colour(seed: int) -> None:
    """As walls and charts are: dithered, without noise. Whole levels alone are 0.25 off."""
    rng = np.random.default_rng(seed)
    colours = rng.uniform(30.0, 220.0, (3, 4, 1, 3))
    dithered = colours + rng.uniform(-0.5, 0.5, (4096, 1))
    rows = np.rint(dithered).reshape(3, 4, 64, 64, 3).swapaxes(1, 2).reshape(192, 256, 3)
    got = read(rows.astype(np.uint8)).reshape(3, 64, 4, 64, 2).mean((1, 3))
    error = np.abs(got - chroma(colours[:, :, 0])).mean()
    assert error < 0.12, f"{error:.3f} of a level"


def test_a_sky_has_no_bands_of_colour() -> None:
    """A slow change of colour is followed to a fifth of a level; bands were half a level off."""
    ends = np.array([[150.0, 170.0, 190.0], [146.0, 168.0, 193.0]])
    share = np.linspace(0.0, 1.0, 1024)[:, np.newaxis]
    wanted = ends[0] + share * (ends[1] - ends[0])
    noise = np.random.default_rng(5).uniform(-0.5, 0.5, (128, 1024, 1))
    got = read(np.rint(wanted + noise).astype(np.uint8)).mean(0)
    error = (got - chroma(wanted)).reshape(16, 64, 2).mean(1)
    assert np.abs(error).max() < 0.2, f"{np.abs(error).max():.2f} of a level"


def test_greys_stay_grey() -> None:
    """A monochrome has no colour anywhere."""
    grey = np.random.default_rng(6).integers(0, 256, (64, 96, 1), np.uint8).repeat(3, 2)
    assert (read(grey) == 128.0).all()
