from collections.abc import Callable
from itertools import pairwise

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
