"""What the stream's raw tells: stops below clipping, and what clips where."""

from dataclasses import replace

import numpy as np
import pytest

from app.raw_statistics import BINS, STOPS, raw_statistics
from capture.frames import CfaPattern, FrameMetadata, Packing, RawFrame, RawSample, SensorProfile
from capture.profiles import profile
from capture.simulated import SimulatedSource

SENSOR = replace(profile("imx477"), width=96, height=64, bit_depth=12, white_level=4095)


def sample(mosaic: np.ndarray, sensor: SensorProfile = SENSOR) -> RawSample:
    """A mosaic as a camera hands it out."""
    height, width = mosaic.shape
    data = mosaic.astype("<u2")
    return RawSample(RawFrame(data, Packing.U16, width, height, FrameMetadata()), sensor)


def flat(light: tuple[float, float, float], sensor: SensorProfile = SENSOR) -> np.ndarray:
    """A mosaic of one colour, 0 black, 1 clipped."""
    out = np.zeros((64, 96))
    for site, colour in enumerate(sensor.cfa.colours):
        black = sensor.black_level[site]
        out[site // 2 :: 2, site % 2 :: 2] = black + light[colour] * (sensor.white_level - black)
    return np.rint(out)


@pytest.mark.parametrize("cfa", ["RGGB", "BGGR", "GRBG"])
def test_each_colour_lies_its_stops_below_clipping(cfa: str) -> None:
    """Red a stop below, green three, blue six: each is one peak in its bin, whatever the mosaic."""
    sensor = replace(SENSOR, cfa=CfaPattern(cfa))
    seen = raw_statistics(sample(flat((0.51, 0.126, 0.0157), sensor), sensor))
    assert seen.shares.sum(axis=1) == pytest.approx([1.0, 1.0, 1.0])
    for colour, stops in enumerate((1, 3, 6)):
        wanted = (BINS - 1) * (1 - stops / STOPS)
        assert abs(int(seen.shares[colour].argmax()) - wanted) <= 1.0
    assert not seen.clipped[..., :3].any()


def test_what_clips_is_marked_by_colour_and_place() -> None:
    """A corner whose green alone clips: marked there in green, nowhere else."""
    mosaic = flat((0.3, 0.3, 0.3))
    green = np.zeros_like(mosaic, dtype=bool)
    green[0::2, 1::2] = green[1::2, 0::2] = True
    corner = np.zeros_like(green)
    corner[:16, :24] = True
    mosaic[green & corner] = 4095
    seen = raw_statistics(sample(mosaic))
    assert (seen.clipped[:8, :12, 1] == 255).all()
    assert seen.clipped[..., 1].astype(bool).sum() == 96
    assert not seen.clipped[..., 0].any()
    assert not seen.clipped[..., 2].any()
    assert seen.shares[1, -1] == pytest.approx(1 / 16)


def test_a_single_clipped_sample_is_not_lost_in_a_large_frame() -> None:
    """The map is small, and yet shows what clips in one sample of the rows that are read."""
    mosaic = np.full((32, 4056), 600.0)
    mosaic[10, 1001] = 4095
    seen = raw_statistics(sample(mosaic))
    assert seen.clipped.shape[1] <= 240
    assert seen.clipped[..., :3].astype(bool).sum() == 1


def test_a_mono_sensor_has_three_alike() -> None:
    """All three colours tell what the one kind of sample tells."""
    mono = replace(SENSOR, cfa=CfaPattern.MONO)
    mosaic = np.full((64, 96), 1000.0)
    mosaic[20:24, 40:44] = 4095
    seen = raw_statistics(sample(mosaic, mono))
    assert (seen.shares == seen.shares[1]).all()
    assert seen.clipped[10, 20].tolist() == [255, 255, 255, 255]


def test_the_simulated_camera_streams_raw_that_follows_the_exposure() -> None:
    """Its stream's raw is as bright as the frame's exposure makes it."""
    camera = SimulatedSource("still-life", size=(640, 480), preview_size=(160, 120), threads=1)
    camera.start()
    first = camera.preview().raw
    assert first is not None
    bright = raw_statistics(first)
    assert camera.preview().raw is first, "the same until there is a newer one"
    assert bright.clipped[..., :3].mean() < 128
    shares = bright.shares @ np.arange(BINS)
    assert 20 < shares[1] < 60


def test_it_tells_of_the_picture_to_come_not_of_the_stream() -> None:
    """Frames four times as bright are two stops to the right, and what they clip is told."""
    mosaic = flat((0.0157, 0.126, 0.3))
    seen, stream = raw_statistics(sample(mosaic), brighter=4.0), raw_statistics(sample(mosaic))
    two = round(2 * (BINS - 1) / STOPS)
    for colour in (0, 1):
        moved = int(seen.shares[colour].argmax()) - int(stream.shares[colour].argmax())
        assert moved == two
    assert (seen.shares[2, -1], stream.shares[2, -1]) == (1.0, 0.0)
    assert (seen.clipped[..., 2] == 255).all()
    assert not seen.clipped[..., :2].any()
    assert not stream.clipped[..., :3].any()


def test_what_darker_frames_hold_is_not_told_to_clip() -> None:
    """Light that the stream clips, where a look at it told that darker frames hold it."""
    mosaic = flat((0.3, 0.3, 0.3))
    mosaic[:16, :24] = 4095
    seen = raw_statistics(sample(mosaic), brighter=0.25, held=True)
    assert not seen.clipped[..., :3].any()
    assert seen.shares[:, -1].tolist() == [0.0] * 3
    held = int((BINS - 1) * (1 - 2 / STOPS))
    assert seen.shares[1, held : held + 2].sum() == pytest.approx(1 / 16)


@pytest.mark.parametrize("brighter", [0.25, 0.9])
def test_what_darker_frames_are_not_known_to_hold_clips(brighter: float) -> None:
    """It may be any brighter than the stream tells: striped, and in the bar at the right."""
    mosaic = flat((0.3, 0.3, 0.3))
    mosaic[:16, :24] = 4095
    seen = raw_statistics(sample(mosaic), brighter=brighter)
    assert (seen.clipped[:8, :12, :3] == 255).all()
    assert seen.clipped[..., 1].astype(bool).sum() == 96
    assert seen.shares[:, -1] == pytest.approx([1 / 16] * 3)
