"""From a burst to one negative, where the camera tells little."""

from dataclasses import replace

import numpy as np
import pytest

from app.merging import merge_burst
from app.stages import Stages
from capture.frames import Burst, CfaPattern, FrameMetadata, Packing, RawFrame, SensorProfile
from capture.profiles import profile


def _burst(sensor: SensorProfile, mosaic: np.ndarray) -> Burst:
    """One frame of a camera that says nothing of white balance."""
    height, width = mosaic.shape
    frame = RawFrame(mosaic, Packing.U16, width, height, FrameMetadata(exposure_time=0.01))
    return Burst((frame,), replace(sensor, width=width, height=height))


def _mosaic(sensor: SensorProfile, grey: tuple[float, float, float]) -> np.ndarray:
    mosaic = np.empty((64, 96), np.uint16)
    for site, colour in enumerate(sensor.cfa.colours):
        black = sensor.black_level[site]
        mosaic[site // 2 :: 2, site % 2 :: 2] = black + 0.4 * grey[colour] * (4095 - black)
    return mosaic


@pytest.mark.parametrize("light", [0, -1])
def test_an_unknown_white_balance_is_guessed(light: int) -> None:
    """A grey scene in a warm or cool light comes out grey; clipped parts do not count."""
    sensor = replace(profile("imx477"), cfa=CfaPattern.BGGR)
    _, red, blue = sensor.neutral_curve[light]
    mosaic = _mosaic(sensor, (red, 1.0, blue))
    mosaic[:, 48:] = 4095
    negative = merge_burst(_burst(sensor, mosaic), Stages()).negative
    assert negative.neutral == pytest.approx((red, 1.0, blue), rel=0.02)


def test_a_black_or_white_frame_has_a_white_balance_too() -> None:
    """With nothing to guess from the guess is a light that exists."""
    sensor = profile("imx477")
    reds = [row[1] for row in sensor.neutral_curve]
    for level in (0, 4095):
        mosaic = np.full((64, 96), level, np.uint16)
        red, green, blue = merge_burst(_burst(sensor, mosaic), Stages()).negative.neutral
        assert min(reds) <= red <= max(reds)
        assert green == 1.0
        assert blue > 0.0


def test_a_sensor_without_colours_is_merged() -> None:
    """A monochrome sensor has no calibration and needs no white balance."""
    sensor = replace(profile("imx477"), cfa=CfaPattern.MONO, calibrations=(), neutral_curve=())
    mosaic = np.full((64, 96), 1000, np.uint16)
    assert merge_burst(_burst(sensor, mosaic), Stages()).negative.neutral == (1.0, 1.0, 1.0)
