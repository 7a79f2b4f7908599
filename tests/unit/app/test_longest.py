"""The dark of a bracket is taken from its longest frames, in all colours together."""

from dataclasses import replace

import numpy as np

from app.longest import aligned_long, find_clipping, find_served, take_served
from native import FrameReport, MosaicFormat, MosaicNoise

LAYOUT = MosaicFormat((0, 1, 1, 2), (4096.0,) * 4, 65520.0)
NOISE = MosaicNoise((2e-3,) * 4, (4e-5,) * 4)
RATIO = 16.0
SHAPE = (122, 86)
NONE = np.zeros((61, 43), bool)


def mosaic(value: np.ndarray) -> np.ndarray:
    """Samples of normalised light."""
    return np.rint(np.clip(value, -0.06, 1.0) * (65520.0 - 4096.0) + 4096.0).astype(np.uint16)


def flat(level: float, share: float = 0.1, seed: int = 1) -> np.ndarray:
    """Light with so large a share of a long frame's noise variance."""
    variance = (2e-3 * level / RATIO + 4e-5 / RATIO**2) * share
    return level + np.random.default_rng(seed).normal(0.0, variance**0.5, SHAPE).astype(np.float32)


def test_the_dark_is_taken_and_the_clear_is_not() -> None:
    """Where the shortest frame shows next to nothing all is theirs, with a soft edge."""
    ours, theirs = flat(0.002), flat(0.002, seed=2)
    ours[:60] += 0.4
    theirs[:60] += 0.4
    share = find_served(mosaic(ours), theirs, NONE, LAYOUT, NOISE, 2.0)
    assert share.shape == (61, 43)
    assert share[:25].max() == 0.0
    assert share[36:].min() > 0.99
    assert np.abs(np.diff(share, axis=0)).max() < 0.5


def test_what_moved_is_taken_whole() -> None:
    """Where only the shortest frame's noise is left all four sites come from the longest."""
    ours, theirs = flat(0.002), flat(0.002, seed=2)
    ours[:30] += 0.4
    theirs[:30] += 0.4
    one = np.random.default_rng(3).normal(0.0, (2e-3 * 0.002 + 4e-5) ** 0.5, SHAPE)
    ours[40:80, 30:60] += one[40:80, 30:60]
    merged = mosaic(ours)
    share = find_served(merged, theirs, NONE, LAYOUT, NOISE, RATIO)
    assert share[20:40, 15:30].min() > 0.99
    assert share[:12].max() == 0.0
    before = merged.copy()
    take_served(merged, theirs, LAYOUT, share)
    light = (merged.astype(np.float32) - 4096.0) / (65520.0 - 4096.0)
    assert np.abs(light - theirs)[40:80, 30:60].max() < 1e-4
    assert np.array_equal(merged[:20], before[:20])


def test_what_the_shortest_frame_shows_clearly_is_its_own() -> None:
    """A bright thing that moved stays as it was at the press."""
    ours, theirs = flat(0.05), flat(0.05, seed=2)
    noise = MosaicNoise((1e-4,) * 4, (1e-7,) * 4)
    ours[40:80, 30:60] *= 1.3
    assert not find_served(mosaic(ours), theirs, NONE, LAYOUT, noise, RATIO).any()


def test_clipped_light_is_never_taken() -> None:
    """Round what clips in the longest frames, and so far as resampling spreads it, all is kept."""
    ours, theirs = flat(0.002), flat(0.004, seed=2)
    ours[60:70, 40:50] = 0.9
    theirs[60:70, 40:50] = 1.0 / RATIO
    share = find_served(mosaic(ours), theirs, NONE, LAYOUT, NOISE, RATIO)
    assert share[28:37, 18:27].max() == 0.0
    assert share[:20].min() > 0.9


def test_what_hides_a_light_that_clips_in_the_longest_keeps_its_other_place() -> None:
    """Before a pane the shortest frame saw it, the longest beside it: it stays at the first."""
    ours, theirs = flat(0.002), flat(0.002, seed=2)
    ours[20:100, :44] = theirs[20:100, :44] = 0.9
    theirs[40:80, 46:66] += 0.01
    clips = NONE.copy()
    clips[10:50, :22] = True
    moved = find_served(mosaic(ours), theirs, clips, LAYOUT, NOISE, RATIO)
    assert moved[22:38, 24:32].min() > 0.99
    ours[40:80, 10:30] = theirs[40:80, 10:30] = 0.01  # the longest show nothing there but white
    stays = find_served(mosaic(ours), theirs, clips, LAYOUT, NOISE, RATIO)
    assert stays[22:38, 24:32].max() == 0.0
    assert stays[:5].min() > 0.99


def test_where_the_longest_clip_is_told_at_the_bracket_s_place() -> None:
    """Light is brought over by the motion, as the frame was; beyond its edge nothing is known."""
    clear = flat(0.1)
    clear[20:40, 50:70] = 1.0
    motion = FrameReport((12.0, -8.0), 0.0, 1.0, False, 0.0, 0.0)
    clips = find_clipping(mosaic(clear), LAYOUT, motion)
    expected = NONE.copy()
    expected[14:24, 19:29] = True
    assert np.array_equal(clips, expected)
    turned = find_clipping(mosaic(clear), LAYOUT, replace(motion, shift=(0.0, 0.0), rotation=90.0))
    assert turned.sum() == 100
    assert turned[17:27, 1:11].all()


def test_bands_do_not_show() -> None:
    """A tall picture, which is looked at in bands, gives what its parts give."""
    rng = np.random.default_rng(4)
    theirs = np.full((700, 40), 0.001, np.float32)
    theirs += 0.4 * np.repeat(np.arange(14) % 2, 50)[:, None].astype(np.float32)
    ours = (theirs + rng.normal(0.0, 0.003, (700, 40))).astype(np.float32)
    none = np.zeros((350, 20), bool)
    share = find_served(mosaic(ours), theirs, none, LAYOUT, NOISE, RATIO)
    part = find_served(mosaic(ours)[200:330], theirs[200:330], none[:65], LAYOUT, NOISE, RATIO)
    assert 0.1 < share.mean() < 0.95
    assert np.abs(share[112:153] - part[12:53]).max() < 1e-3


def test_the_longest_frames_come_back_from_a_merge() -> None:
    """One part of the reference is taken out of the mean of one and seven."""
    reference, other = flat(0.01), flat(0.02, seed=2)
    both = mosaic((reference + 7.0 * other) / 8.0)
    found = aligned_long(mosaic(reference), both, LAYOUT)
    assert np.abs(found - other).max() < 3e-5
