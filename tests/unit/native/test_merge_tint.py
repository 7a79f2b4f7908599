"""A frame of another lamp's light: its colours are made up for, and it serves like the others."""

from functools import partial

import numpy as np
import pytest
from bursts import TestBurst, make_burst
from scenes import MARGIN, OVERSAMPLING, Floats
from useless import MISFIT, discoloured, harm, noisy


def lamp(height: int, width: int) -> Floats:
    """One lamp's light in a room, no edge anywhere."""
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (height, width))
    y, x = np.mgrid[0:rows, 0:columns]
    far = np.hypot(x - 0.4 * columns, y - 0.5 * rows) / (0.25 * rows)
    return np.asarray((0.02 + 0.06 * np.exp(-(far**2)))[..., None] * (1.0, 0.7, 0.5), np.float32)


def lit_by_another(
    scene: str, iso: int, seed: int, red: float, blue: float, *, moving: bool = False
) -> TestBurst:
    """Five frames, the last of other colours; noise of its own."""
    plane = lamp(272, 352) if scene == "lamp" else None
    taken = partial(make_burst, "flat" if plane is not None else scene, iso=iso, seed=seed)
    taken = partial(taken, width=352, height=272, frames=5, plane=plane, moving=moving)
    burst, still = taken(), taken(noise_free=True)
    other = discoloured(still.frames[MISFIT], red, blue)
    burst.frames[MISFIT] = noisy(other, iso, np.random.default_rng(3))
    return burst


@pytest.mark.parametrize(
    ("scene", "iso", "seed"),
    [
        ("lamp", 400, 5),
        ("lamp", 1600, 6),
        ("lamp", 3200, 7),
        ("landscape", 400, 8),
        ("text", 100, 9),
    ],
)
@pytest.mark.parametrize(("red", "blue"), [(1.8, 0.5), (0.6, 1.7)])
def test_a_frame_of_quite_other_colours_is_harmless(
    scene: str, iso: int, seed: int, red: float, blue: float
) -> None:
    """It weighs by the colour that it has least of; in a dark room no tile tells of it."""
    assert harm(lit_by_another(scene, iso, seed, red, blue))[1] < 0.05


@pytest.mark.parametrize(("scene", "iso", "seed"), [("lamp", 200, 5), ("landscape", 400, 8)])
@pytest.mark.parametrize(("red", "blue"), [(1.08, 0.93), (0.87, 1.15)])
def test_a_lamp_whose_colour_flickers_costs_nothing(
    scene: str, iso: int, seed: int, red: float, blue: float
) -> None:
    """The frame is used: it gains what a fifth frame gains."""
    rejected, cost = harm(lit_by_another(scene, iso, seed, red, blue))
    assert not rejected
    assert cost < -0.3


def test_another_lamp_beside_people_is_made_up_for() -> None:
    """Who moves is left out of what tells the colours."""
    rejected, cost = harm(lit_by_another("lamp", 400, 5, 1.15, 0.87, moving=True))
    assert not rejected
    assert cost < -0.1
