"""The noise in black that limits how far tone mapping lifts shadows."""

import numpy as np
import pytest

from app.developing import dark_noise, develop_negative
from app.pictures.negative import Negative
from app.stages import Stages
from capture.profiles import profile
from native import MosaicFormat, MosaicNoise

BLACK, WHITE, READ = 4096.0, 65535.0, 4e-4
LUMINANCE = np.array([0.2627, 0.6780, 0.0593], np.float32)  # of Rec.2020


@pytest.mark.parametrize("shading", [1.0, 2.0])
@pytest.mark.parametrize("colours", [(0, 1, 1, 2), (1, 1, 1, 1)])
def test_it_is_the_noise_of_developed_black(
    colours: tuple[int, int, int, int], shading: float
) -> None:
    """It is the noise that shows within a fifth, whatever the white balance and the shading."""
    rng = np.random.default_rng(3)
    mono = colours == (1, 1, 1, 1)
    sensor = profile("imx477")
    # Grey three standard deviations above black, so that nothing is cut off.
    neutral = (1.0, 1.0, 1.0) if mono else (0.4, 1.0, 0.5)
    grey = np.tile(np.array([neutral[c] for c in colours]).reshape(2, 2), (128, 128))
    light = 0.15 * grey + rng.normal(size=grey.shape) * np.sqrt(READ)
    negative = Negative(
        mosaic=np.rint(light * (WHITE - BLACK) + BLACK).astype(np.uint16),
        format=MosaicFormat(colours, (BLACK,) * 4, WHITE),
        noise=MosaicNoise((1e-9,) * 4, (READ,) * 4),
        calibrations=() if mono else sensor.calibrations,
        neutral=neutral,
        shading=np.full((4, 2, 2), shading, np.float32),
        push=0.5,
    )
    shown = (develop_negative(negative, Stages(), ev=0.25) @ LUMINANCE).std()
    assert 0.8 < dark_noise(negative, 0.25) / shown < 1.25
