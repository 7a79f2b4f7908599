import numpy as np
import pytest
from bursts import make_burst
from merge_gains import gains, merge, normalised, single
from scenes import painted

BRACKETS = {
    "one stop": [1.0, 0.5, 2.0] * 2,
    "two stops": [1.0, 0.25, 4.0] * 2,
    "three stops": [1.0, 0.125, 8.0] * 2,
    "shorter": [1.0] + [0.25] * 5,
    "longer": [1.0] + [4.0] * 5,
}


@pytest.mark.parametrize("exposures", BRACKETS.values(), ids=BRACKETS.keys())
@pytest.mark.parametrize("iso", [100, 400])
@pytest.mark.parametrize("scene", ["landscape", "text", "night"])
def test_no_bracket_harms(scene: str, iso: int, exposures: list[float]) -> None:
    """Frames that clip more, or show more noise, than the reference cost nothing in any tile."""
    burst = make_burst(scene, iso=iso, frames=len(exposures), exposures=exposures)
    result = gains(burst, merge(burst)[0])
    assert result.linear > 0.0
    assert min(result.worst, result.root_worst) > 0.0


@pytest.mark.parametrize(
    ("bracket", "least"), [("one stop", 6.5), ("two stops", 8.0), ("longer", 8.5)]
)
def test_longer_exposures_clear_the_shadows(bracket: str, least: float) -> None:
    """In a dark scene longer frames count for more than their number."""
    dim = painted("landscape", 384, 512, 1) * np.float32(0.1)
    exposures = BRACKETS[bracket]
    burst = make_burst("landscape", frames=len(exposures), exposures=exposures, plane=dim)
    merged, reports = merge(burst, shrink=0.0)
    assert not any(report.rejected for report in reports)
    assert gains(burst, merged).linear > least


@pytest.mark.parametrize("bracket", ["two stops", "shorter", "longer"])
@pytest.mark.parametrize("scene", ["landscape", "night"])
def test_a_clipped_channel_of_a_longer_frame_gives_no_cast(scene: str, bracket: str) -> None:
    """Where longer frames clip in green alone, the merge keeps the reference's colours."""
    exposures = BRACKETS[bracket]
    burst = make_burst(scene, iso=400, frames=len(exposures), exposures=exposures)
    error = normalised(merge(burst)[0]) - burst.truth
    alone = single(burst) - burst.truth
    lights = np.zeros(burst.truth.shape, bool)
    for dy in (0, 1):
        for dx in (0, 1):  # a cell counts if its green clips at 4 times the exposure
            lights[dy::2, dx::2] = burst.truth[0::2, 1::2] > 0.25
    lights &= burst.truth < 0.9
    assert lights.sum() > 1000
    for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
        site = lights[dy::2, dx::2]
        bias = error[dy::2, dx::2][site].mean() - alone[dy::2, dx::2][site].mean()
        assert abs(bias) < 0.005


def test_63_longer_frames_are_not_too_many() -> None:
    """A burst of 64 frames may be of longer exposures than its reference, and gains by them."""
    dim = painted("landscape", 64, 96, 1) * np.float32(0.05)
    burst = make_burst(
        "landscape",
        frames=64,
        exposures=[1.0] + [8.0] * 63,
        plane=dim,
        width=96,
        height=64,
        shake=2.0,
    )
    merged, reports = merge(burst, shrink=0.0)
    assert not any(report.rejected for report in reports)
    assert gains(burst, merged).linear > 13.0
