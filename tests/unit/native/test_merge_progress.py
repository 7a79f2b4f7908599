from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from bursts import BLACK, READ, SHOT, WHITE, make_burst

from native import Merger, MosaicFormat, MosaicNoise

LARGEST_STEP = 0.1  # of a call's work: what a cancel may wait for


def told(call: Callable[[Callable[[float], None]], object]) -> list[float]:
    """The fractions that a call reports, its start and end included."""
    fractions: list[float] = []
    call(fractions.append)
    return [0.0, *fractions, 1.0]


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_comes_in_small_steps(threads: int) -> None:
    """A frame as high as one of 12 megapixels never works on for long without asking."""
    burst = make_burst("landscape", width=64, height=3040, frames=2, turn=0.0)
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    noise = MosaicNoise((4 * SHOT,) * 4, (16 * READ,) * 4)
    with Merger(burst.frames[0], layout, noise, threads=threads) as merger:
        for fractions in (
            told(lambda tell: merger.add(burst.frames[1], progress=tell)),
            told(lambda tell: merger.finish(progress=tell)),
        ):
            assert fractions == sorted(fractions)
            assert max(b - a for a, b in pairwise(fractions)) <= LARGEST_STEP


def test_who_finishes_is_told_not_who_added_last() -> None:
    """Thousands of hot pixels, whose verdict falls at the end, are work to tell of."""
    burst = make_burst("landscape", width=384, height=288, frames=4)
    hot = np.random.default_rng(5).random(burst.frames[0].shape) < 0.04
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    noise = MosaicNoise((SHOT,) * 4, (READ,) * 4)
    adding: list[float] = []
    finishing: list[float] = []
    frames = [np.where(hot, np.uint16(WHITE // 2), frame) for frame in burst.frames]
    with Merger(frames[0], layout, noise, threads=1) as merger:
        for frame in frames[1:]:
            merger.add(frame, progress=adding.append)
        added = len(adding)
        merged = merger.finish(progress=finishing.append)
    assert len(adding) == added
    assert finishing == sorted(finishing)
    assert np.count_nonzero(merged.mosaic[hot] < WHITE // 4 * merged.format.white / WHITE) > 512
