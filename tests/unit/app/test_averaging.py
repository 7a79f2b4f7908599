"""The mean of parts of one long exposure: what clips in some of them has no colour of its own."""

from dataclasses import replace

import numpy as np
import pytest

from app.averaging import average, held
from app.pictures.negative import Negative
from app.stages import Stages
from native import MosaicFormat, MosaicNoise

LAYOUT = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
NEUTRAL = (0.5, 1.0, 0.6)
FIRST = Negative(
    np.zeros((0, 0), np.uint16), LAYOUT, MosaicNoise((1e-4,) * 4, (1e-6,) * 4), (), NEUTRAL
)


def flat(red: float, green: float, blue: float) -> np.ndarray:
    """A mosaic of one colour, 1 clipped."""
    cell = np.array([[red, green], [green, blue]])
    return np.rint(np.tile(cell, (16, 16)) * 3839.0 + 256.0).astype(np.uint16)


@pytest.mark.parametrize("clipped", [1, 4, 7, 8])
def test_a_light_that_clips_in_some_parts_is_white(clipped: int) -> None:
    """After the white balance all colours of its trail are as bright."""
    parts = [flat(1.0, 1.0, 1.0)] * clipped + [flat(0.05, 0.1, 0.06)] * (8 - clipped)
    merged = average(replace(FIRST, mosaic=parts[0]), parts[1:], 8, Stages())
    span = merged.format.white - merged.format.black[0]
    red, green, blue = (
        (merged.mosaic[y, x] - merged.format.black[0]) / span for y, x in ((0, 0), (0, 1), (1, 1))
    )
    assert green == pytest.approx((clipped + 0.1 * (8 - clipped)) / 8.0, abs=2e-3)
    assert red / 0.5 == pytest.approx(green, abs=2e-3)
    assert blue / 0.6 == pytest.approx(green, abs=2e-3)


def test_what_does_not_clip_keeps_its_colour() -> None:
    """A red beyond the white's red is no error where nothing clips; one part stays as it is."""
    red = flat(0.9, 0.3, 0.1)
    assert np.array_equal(held(red, LAYOUT, NEUTRAL), red)
    tail_light = flat(1.0, 0.3, 0.1)  # the sensor clips in red alone, which white light never does
    assert np.array_equal(held(tail_light, LAYOUT, NEUTRAL), tail_light)
    one = average(replace(FIRST, mosaic=flat(1.0, 1.0, 1.0)), (), 1, Stages())
    assert np.array_equal(one.mosaic, flat(1.0, 1.0, 1.0))
