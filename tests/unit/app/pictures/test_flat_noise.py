"""The noise of flat places, in pictures that are flat and in textured ones."""

import numpy as np
import numpy.typing as npt
import pytest

from app.pictures.flat_noise import flat_noise
from native import MosaicFormat, MosaicNoise

LAYOUT = MosaicFormat((0, 1, 1, 2), (4096.0,) * 4, 65520.0)
SHOT, READ = 2e-5, 4e-8
TOLD = MosaicNoise((SHOT,) * 4, (READ,) * 4)


def mosaic(light: npt.NDArray[np.float64], part: float) -> npt.NDArray[np.uint16]:
    """A scene with a part of the variance that is told."""
    random = np.random.default_rng(11)
    noisy = light + np.sqrt(part * (SHOT * light + READ)) * random.standard_normal(light.shape)
    return np.rint(4096.0 + noisy * (65520.0 - 4096.0)).astype(np.uint16)


def scene() -> npt.NDArray[np.float64]:
    """A ramp of light, an eighth of it flat, the rest with texture."""
    y, x = np.mgrid[:768, :1024]
    light = 0.1 + 0.3 * x / 1024
    texture = np.random.default_rng(5).uniform(0.8, 1.2, light.shape)
    return np.where(y < 96, light, light * texture)


def test_a_flat_picture_keeps_what_the_merge_measured() -> None:
    """The model told is the model given."""
    assert flat_noise(mosaic(np.full((512, 512), 0.2), 1.0), LAYOUT, TOLD) == TOLD


@pytest.mark.parametrize("part", [0.05, 0.3, 1.0])
def test_flat_places_tell_the_noise_of_a_textured_picture(part: float) -> None:
    """Within 15 per cent of the variance there, for white noise."""
    told = flat_noise(mosaic(scene(), part), LAYOUT, TOLD)
    for site in range(4):
        variance = told.shot[site] * 0.25 + told.read[site]
        assert variance == pytest.approx(part * (SHOT * 0.25 + READ), rel=0.15)


def test_a_picture_without_flat_places_tells_no_more_than_the_merge() -> None:
    """Texture is not taken for noise, nor are pictures too small or too dark measured."""
    light = np.random.default_rng(2).uniform(0.1, 0.4, (512, 512))
    assert flat_noise(mosaic(light, 1.0), LAYOUT, TOLD) == TOLD
    assert flat_noise(mosaic(light[:64, :64], 1.0), LAYOUT, TOLD) == TOLD
    assert flat_noise(mosaic(np.zeros((512, 512)), 1.0), LAYOUT, TOLD) == TOLD
