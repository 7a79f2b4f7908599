"""What a wrong noise model costs where a pattern or detail as white as noise is everywhere."""

from dataclasses import replace

import numpy as np
import pytest
from bursts import TestBurst, make_burst
from merge_gains import Gains, gains, merge
from scenes import MARGIN, OVERSAMPLING, Floats


def told(burst: TestBurst, error: float) -> Gains:
    """The gains of a burst that was told its noise times so much, printed."""
    result = gains(burst, merge(burst, noise_error=error)[0])
    print(f"told {error}: {result}")  # noqa: T201  (the figures are the test's product)
    return result


def first(burst: TestBurst, frames: int) -> TestBurst:
    """The first frames of a burst."""
    return replace(burst, frames=burst.frames[:frames], exposures=burst.exposures[:frames])


@pytest.mark.parametrize(
    ("scene", "iso", "frames", "error"),
    [
        ("fabric", 1600, 8, 0.5),
        ("fabric", 3200, 8, 2.0),
        ("weave", 400, 8, 2.0),
        ("weave", 1600, 3, 2.0),
        ("shirt", 100, 8, 0.5),
    ],
)
def test_a_pattern_tells_its_noise(scene: str, iso: int, frames: int, error: float) -> None:
    """Cloth without a calm patch, told a wrong noise by two, costs half a decibel at most."""
    burst = first(make_burst(scene, width=384, height=288, iso=iso), frames)
    right, wrong = told(burst, 1.0), told(burst, error)
    assert wrong.linear > right.linear - 0.5
    assert wrong.root > right.root - 0.5
    assert min(wrong.worst, wrong.root_worst) > 0.0


@pytest.mark.parametrize(("scene", "iso", "error"), [("meadow", 400, 1.0), ("weave", 400, 2.0)])
def test_detail_in_everything_is_no_noise(scene: str, iso: int, error: float) -> None:
    """Flowers of a pixel or two, misplaced in every frame, are not averaged away."""
    burst = make_burst(scene, width=384, height=288, iso=iso)
    for frames in (3, 8):
        result = told(first(burst, frames), error)
        assert min(result.worst, result.root_worst) > 0.0


def pixels(rng: np.random.Generator) -> Floats:
    """Every pixel a light of its own, as no lens draws it: 384x288."""
    rows, columns = ((size + 2 * MARGIN) for size in (288, 384))
    light = rng.uniform(0.05, 0.75, (rows, columns, 1)).repeat(3, -1)
    return np.asarray(np.kron(light, np.ones((OVERSAMPLING, OVERSAMPLING, 1))), np.float32)


@pytest.mark.parametrize("shake", [0.0, 5.0], ids=["still", "moving"])
def test_detail_as_white_as_noise_is_none(shake: float) -> None:
    """What looks like noise by itself is not taken for it; frames that have not moved tell."""
    burst = make_burst(
        "flat",
        width=384,
        height=288,
        iso=400,
        plane=pixels(np.random.default_rng(1)),
        shake=shake,
        turn=0.02 * shake,
    )
    right = told(burst, 1.0)
    assert right.linear > (7.5 if shake == 0.0 else 2.0)
    assert min(right.worst, right.root_worst) > 0.3
    for error in (0.5, 2.0):
        wrong = told(burst, error)
        assert min(wrong.worst, wrong.root_worst) > 0.3
        assert shake > 0.0 or wrong.linear > right.linear - 0.6
