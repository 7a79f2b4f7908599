from dataclasses import replace

import numpy as np
import pytest
from bursts import BLACK, WHITE, TestBurst, make_burst, psnr
from merge_gains import Image, merge, normalised, single

from native import Merger, MosaicFormat, MosaicNoise, NativeError

LAYOUTS = [(0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1), (1, 1, 1, 1)]
LIFTS = (0.0, 3.0, 17.0, 40.0)  # the sites' black levels need not be equal
CENTRE = (slice(16, -16), slice(16, -16))


def merge_as(burst: TestBurst, bits: int) -> Image:
    """Merges the burst as if the sensor had so many bits."""
    factor = (2**bits - 1) / WHITE
    shape = burst.truth.shape
    lift = np.resize(np.resize(LIFTS[:2], shape[1]), shape)
    lift[1::2] = np.resize(LIFTS[2:], shape[1])
    span = (WHITE - BLACK - lift) / (WHITE - BLACK)
    frames = [
        np.rint(((frame - BLACK) * span + BLACK + lift) * factor).astype(np.uint16)
        for frame in burst.frames
    ]
    b0, b1, b2, b3 = ((BLACK + at) * factor for at in LIFTS)
    layout = MosaicFormat(burst.colours, (b0, b1, b2, b3), float(2**bits - 1))
    noise = MosaicNoise((burst.shot,) * 4, (burst.read,) * 4)
    with Merger(frames[0], layout, noise) as merger:
        for frame in frames[1:]:
            merger.add(frame)
        merged = merger.finish()
    scale = merged.format.white / layout.white
    black = (BLACK + lift) * factor * scale
    image = (merged.mosaic - black) / (merged.format.white - black)
    return np.minimum(image, 1.0)


@pytest.mark.parametrize("colours", LAYOUTS, ids=["rggb", "bggr", "grbg", "gbrg", "mono"])
@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_every_depth_and_colour_order_gain_alike(
    bits: int, colours: tuple[int, int, int, int]
) -> None:
    """On its own scale, with four black levels and an odd size, every sensor gains the same."""
    burst = make_burst("landscape", width=163, height=131, frames=4, colours=colours)
    image = merge_as(burst, bits)
    assert psnr(image, burst.truth) > psnr(single(burst), burst.truth) + 4.5


@pytest.mark.parametrize(("scene", "least"), [("landscape", 12.5), ("flat", 14.0)])
def test_gain_grows_up_to_64_frames(scene: str, least: float) -> None:
    """Each doubling of the frames gains, and no sum overflows on the way."""
    whole = make_burst(scene, width=160, height=128, iso=1600, frames=64, shake=3.0)
    found = [0.0]
    for count in (2, 4, 8, 16, 32, 64):
        burst = replace(whole, frames=whole.frames[:count], exposures=[1.0] * count)
        merged, reports = merge(burst, shrink=0.0)
        assert not any(report.rejected for report in reports)
        assert merged.frames == pytest.approx(count, rel=0.05)
        alone, together = single(burst)[CENTRE], normalised(merged)[CENTRE]
        found.append(psnr(together, burst.truth[CENTRE]) - psnr(alone, burst.truth[CENTRE]))
        assert found[-1] > found[-2] + 0.5
    assert found[3] > 8.0
    assert found[-1] > least


def test_64_frames_of_white_stay_white() -> None:
    """The largest samples with the largest weights neither wrap around nor darken."""
    frame = np.full((64, 96), 65535, np.uint16)
    layout = MosaicFormat((0, 1, 1, 2), (0.0,) * 4, 65535.0)
    with Merger(frame, layout, MosaicNoise((1e-4,) * 4, (1e-6,) * 4), robustness=0.0) as merger:
        for _ in range(63):
            merger.add(frame)
        merged = merger.finish()
    np.testing.assert_array_equal(merged.mosaic, frame)


@pytest.mark.parametrize("rigid", [True, False])
def test_a_rigid_frame_keeps_what_moved_in_its_place(rigid: bool) -> None:
    """A bright square that moved by itself stays where the frame saw it, and counts in full."""
    texture = np.repeat(
        np.repeat(np.random.default_rng(2).normal(0.0, 900.0, (96, 128)), 4, 0), 4, 1
    )
    reference, frame = (np.clip(4000.0 + texture, 300, 8000).astype(np.uint16) for _ in range(2))
    square = np.clip(9000.0 + texture[:64, :64], 300, 16000).astype(np.uint16)
    reference[64:128, 64:128] = square
    frame[64:128, 76:140] = square
    layout = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 16383.0)
    noise = MosaicNoise((1e-5,) * 4, (1e-7,) * 4)
    with Merger(reference, layout, noise, robustness=0.0, shrink=0.0, rigid=rigid) as merger:
        report = merger.add(frame)
        mosaic = merger.finish().mosaic / layout.whole_scale
    assert not report.rejected
    assert max(np.abs(report.shift)) < 0.01
    mean = (reference.astype(float) + frame) / 2.0
    off = np.abs(mosaic - mean)[72:120, 72:132].mean()
    assert off < 20.0 if rigid else off > 300.0, off


def test_more_frames_than_sums_have_room_for_are_refused() -> None:
    """64 of the greatest weight fit; the one too many is named and leaves the merge as it was."""
    frame = np.full((32, 32), 500, np.uint16)
    layout = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
    noise = MosaicNoise((1e-4,) * 4, (1e-6,) * 4)
    with Merger(frame, layout, noise, frame_noise=1 / 16) as merger:  # counts for seven
        for _ in range(63 + 8):
            merger.add(frame)
        with pytest.raises(NativeError, match="too many: at most 500"):
            merger.add(frame)
        assert np.isfinite(merger.finish().frames)
