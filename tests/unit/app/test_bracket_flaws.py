from itertools import pairwise

import numpy as np
import pytest
from interrupting import assert_ends

from app.dark_sides import calm_dark_sides
from app.hot_pixels import hot_pixels, mend
from app.rims import calm_rims
from native import Merged, MosaicFormat, MosaicNoise

LAYOUT = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
NOISE = MosaicNoise((1e-4,) * 4, (4e-6,) * 4)
SHAPE = (96, 128)


def silent(_: float) -> None:
    """Progress that nobody hears."""


def frames(count: int, hot: tuple[tuple[int, int], ...], glow: float) -> list[np.ndarray]:
    """A dark wall at 1 % of white, with noise, and pixels that glow by so many deviations."""
    random = np.random.default_rng(4)
    sigma = np.sqrt(1e-4 * 0.01 + 4e-6) * 3839
    found = []
    for _ in range(count):
        level = np.full(SHAPE, 256.0 + 0.01 * 3839)
        for y, x in hot:
            level[y, x] += glow * sigma
        found.append(np.rint(level + random.normal(0.0, sigma, SHAPE)).astype(np.uint16))
    return found


def test_what_hides_in_one_frame_shows_in_their_mean() -> None:
    """Five deviations are lost in a frame and plain in eight; nothing else is taken for hot."""
    hot = ((10, 11), (40, 90), (70, 20))
    burst = frames(8, hot, 5.0)
    found = hot_pixels(iter(burst), LAYOUT, NOISE, isolation=0.5)
    assert sorted(found.tolist()) == sorted(y * SHAPE[1] + x for y, x in hot)
    assert hot_pixels(iter(frames(8, (), 0.0)), LAYOUT, NOISE, isolation=0.5).size == 0
    assert hot_pixels(iter(()), LAYOUT, NOISE, isolation=0.5).size == 0


def test_a_mended_pixel_is_like_its_neighbours() -> None:
    """In the middle and in the corners the median of like samples stands where it glowed."""
    places = [(0, 0), (40, 90), (SHAPE[0] - 1, SHAPE[1] - 1)]
    frame = frames(1, tuple(places), 200.0)[0]
    mend(frame, np.array([y * SHAPE[1] + x for y, x in places]))
    sigma = np.sqrt(1e-4 * 0.01 + 4e-6) * 3839
    assert max(abs(float(frame[place]) - 294.4) for place in places) < 3.0 * sigma


@pytest.mark.parametrize("dark", [0.0005, 0.002])
def test_the_rim_of_a_lamp_is_as_clean_as_what_lies_beside_it(dark: float) -> None:
    """A short frame's noise falls to a third; the lamp's edge and what is far stay as they are."""
    layout = LAYOUT.scaled(16)
    random = np.random.default_rng(8)
    _, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    lamp = (x >= 64).astype(float)
    edge = (x == 63) * 0.1
    truth = np.where(lamp > 0, 0.8, dark + edge)
    near = (x >= 60) & (x < 64)
    sigma = np.where(near, np.sqrt(1e-4 * truth + 4e-6), 1e-5)
    value = truth + random.normal(0.0, 1.0, SHAPE) * sigma
    white = layout.white - layout.black[0]
    merged = np.clip(np.rint(value * white + layout.black[0]), 0, 65535).astype(np.uint16)
    before = merged.copy()
    changed = calm_rims(
        merged, before, layout, NOISE, {1.0: 1, 16.0: 16, 64.0: 256}, progress=silent
    )
    assert 0 < changed <= int(((x >= 59) & (x < 64)).sum())  # its edge clips, too
    rim = (x >= 60) & (x < 63)
    off = (merged[rim] - layout.black[0]) / white - truth[rim]
    was = (before[rim] - layout.black[0]) / white - truth[rim]
    assert off.std() < was.std() / 3.0
    assert abs(off.mean()) < 0.2 * was.std()
    far = (x < 59) | (x >= 64)
    assert np.array_equal(merged[far], before[far])
    assert np.array_equal(merged[x == 63], before[x == 63])


def test_what_resampling_leaks_over_an_edge_is_taken_back() -> None:
    """Frames spread half a per cent of a lamp beside it, by turns: the short frame tells better."""
    layout = LAYOUT.scaled(16)
    random = np.random.default_rng(9)
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    truth = np.where(x >= 64, 0.2, np.where(x == 63, 0.012, 0.004))
    leaked = (x == 63) * np.where(y % 4 < 2, -0.0012, 0.0012)
    white = layout.white - layout.black[0]

    def mosaic(value: np.ndarray) -> np.ndarray:
        return np.clip(np.rint(value * white + layout.black[0]), 0, 65535).astype(np.uint16)

    reference = mosaic(truth + random.normal(0.0, 1.0, SHAPE) * np.sqrt(1e-4 * truth + 1e-7))
    noise = MosaicNoise((1e-4,) * 4, (1e-7,) * 4)
    merged = mosaic(truth + leaked + random.normal(0.0, 1e-4, SHAPE))
    calm_rims(merged, reference, layout, noise, {1.0: 1, 4.0: 4, 16.0: 64}, progress=silent)
    rim = x == 63
    left = (merged[rim] - layout.black[0]) / white - truth[rim]
    assert np.sqrt(np.mean(left * left)) < 0.6 * 0.0012


def test_the_glow_round_a_light_keeps_its_slope() -> None:
    """A rim that brightens towards its lamp is not drawn down to what lies farther off."""
    layout = LAYOUT.scaled(16)
    _, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    glow = 0.002 + 0.0002 * np.maximum(x - 40, 0)
    truth = np.where(x >= 64, 0.8, glow)
    white = layout.white - layout.black[0]
    merged = np.rint(truth * white + layout.black[0]).astype(np.uint16)
    calm_rims(merged, merged.copy(), layout, NOISE, {1.0: 1, 16.0: 16, 64.0: 256}, progress=silent)
    rim = (x >= 60) & (x < 64)
    left = (merged[rim] - layout.black[0]) / white - truth[rim]
    assert np.abs(left).max() < 0.15 * 0.005


def test_without_lights_no_rim_is_touched() -> None:
    """Nothing clips in any frame: the merge stays bit for bit."""
    layout = LAYOUT.scaled(16)
    merged = np.full(SHAPE, 4096 + 20, np.uint16)
    assert (
        calm_rims(merged, merged.copy(), layout, NOISE, {1.0: 1, 64.0: 256}, progress=silent) == 0
    )
    assert (merged == 4096 + 20).all()


def windowed(noise: MosaicNoise) -> tuple[Merged, np.ndarray]:
    """A merge of a bright window in a dark wall, with a darker beam far off; its truth."""
    layout = LAYOUT.scaled(16)
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    wall = np.where(x < 20, 0.002, 0.004)
    truth = np.where((x >= 64) & (x < 100) & (y >= 30) & (y < 70), 0.2, wall)
    sigma = np.sqrt(noise.shot[0] * truth + noise.read[0])
    value = truth + np.random.default_rng(3).normal(0.0, 1.0, SHAPE) * sigma
    white = layout.white - layout.black[0]
    levels = np.rint(value * white + layout.black[0])
    return Merged(np.clip(levels, 0, 65535).astype(np.uint16), layout, noise, 8.0), truth


def test_the_dark_beside_a_bright_window_is_as_clean_as_the_wall() -> None:
    """Its noise falls to half up to the frame; the window and what is far off stay as they are."""
    merged, truth = windowed(MosaicNoise((1e-5,) * 4, (4e-7,) * 4))
    before = merged.mosaic.copy()
    assert calm_dark_sides(merged, progress=silent) > 0
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    ring = (x >= 58) & (x < 62) & (y >= 30) & (y < 70)
    scale = merged.format.white - merged.format.black[0]
    was, found = ((m[ring] - 4096.0) / scale - truth[ring] for m in (before, merged.mosaic))
    assert found.std() < 0.5 * was.std()
    assert abs(found.mean()) < 0.05 * 0.004
    assert np.array_equal(merged.mosaic[truth > 0.1], before[truth > 0.1])
    assert np.array_equal(merged.mosaic[:, :30], before[:, :30])


def test_noise_that_rounding_hides_is_left() -> None:
    """At the end of 16 bits a second rounding would cost more than it cleans."""
    merged, _ = windowed(MosaicNoise((1e-7,) * 4, (1e-9,) * 4))
    before = merged.mosaic.copy()
    assert calm_dark_sides(merged, progress=silent) == 0
    assert np.array_equal(merged.mosaic, before)


def test_calming_dark_sides_tells_its_progress_and_can_end_at_each_step() -> None:
    """No two fractions are further apart than a tenth, and what the listener raises comes out."""
    noise = MosaicNoise((1e-5,) * 4, (4e-7,) * 4)
    told: list[float] = []
    calm_dark_sides(windowed(noise)[0], progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert max(b - a for a, b in pairwise(told)) < 0.1
    for last in range(len(told)):
        assert_ends(lambda stop: calm_dark_sides(windowed(noise)[0], progress=stop), last)
