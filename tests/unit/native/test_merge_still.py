"""A camera on a tripod: nothing is resampled, and the mean of the frames is all but reached."""

import numpy as np
import pytest
from bursts import TestBurst, make_burst
from merge_gains import gains, merge
from scenes import MARGIN, OVERSAMPLING, Floats

MEAN_OF_EIGHT = 10 * np.log10(8.0)  # dB


def backlit(height: int, width: int, seed: int) -> Floats:
    """A canopy: dark leaves of a few pixels everywhere, and between them a sky that clips."""
    rng = np.random.default_rng(seed)
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (height, width))
    plane = np.full((rows, columns, 3), (1.2, 1.3, 1.4), np.float32)
    y, x = np.mgrid[-20:21, -20:21] / (3.5 * OVERSAMPLING)
    for _ in range(rows * columns // (12 * OVERSAMPLING) ** 2 * 4):
        turn, light = rng.uniform(0.0, np.pi), rng.uniform(0.02, 0.3)
        long, wide = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        leaf = long**2 + (2.5 * wide) ** 2 < 1.0
        row, column = rng.integers(0, rows - 41), rng.integers(0, columns - 41)
        plane[row : row + 41, column : column + 41][leaf] = light * np.array((0.5, 1.0, 0.2))
    return plane


def burst_of(scene: str, *, iso: int, moving: bool = False) -> TestBurst:
    """Eight frames of a camera that stands still."""
    plane = backlit(384, 512, 3) if scene == "canopy" else None
    name = "landscape" if scene == "canopy" else scene
    return make_burst(name, iso=iso, shake=0.0, turn=0.0, moving=moving, plane=plane)


@pytest.mark.parametrize("iso", [100, 400])
@pytest.mark.parametrize(
    ("scene", "within"),
    [
        ("landscape", 0.2),
        ("text", 0.2),
        ("night", -0.8),
        ("leaves", 0.2),
        ("weave", 0.1),
        ("meadow", 0.3),
        ("canopy", 0.8),
    ],
)
def test_a_still_camera_gains_what_its_frames_hold(scene: str, iso: int, within: float) -> None:
    """Nearly what averaging gains, or more; beside clipped light too, and in every tile."""
    burst = burst_of(scene, iso=iso)
    merged, reports = merge(burst)
    result = gains(burst, merged)
    assert all(report.shift == (0.0, 0.0) and report.rotation == 0.0 for report in reports)
    assert result.linear > MEAN_OF_EIGHT - within
    assert result.worst > MEAN_OF_EIGHT - 1.2


@pytest.mark.parametrize("iso", [100, 1600])
@pytest.mark.parametrize("scene", ["landscape", "night", "weave", "canopy"])
def test_what_moves_before_a_still_camera_leaves_no_ghost(scene: str, iso: int) -> None:
    """No tile is worse than the single frame."""
    burst = burst_of(scene, iso=iso, moving=True)
    result = gains(burst, merge(burst)[0])
    assert min(result.worst, result.root_worst) > 0.0


def test_a_camera_that_moved_a_little_is_not_taken_for_still() -> None:
    """A fifth of a sample shows, and frames are brought over by it."""
    burst = make_burst("landscape", iso=400, shake=0.2, turn=0.0)
    _, reports = merge(burst)
    for report, (x, y, _) in zip(reports[1:], burst.motions[2:], strict=True):
        assert report.shift == pytest.approx((x, y), abs=0.05)
    assert any(report.shift != (0.0, 0.0) for report in reports)
