"""Hot pixels where the scene has texture, and detail that looks like them."""

import numpy as np
import pytest
from bursts import BLACK, WHITE, TestBurst, make_burst
from merge_gains import gains, merge, normalised
from scenes import MARGIN, OVERSAMPLING, Floats, photographed

HEIGHT, WIDTH = 384, 512


def places(burst: TestBurst, beside: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of 500 pixels apart from each other, and of those so many columns beside."""
    rng = np.random.default_rng(5)
    height, width = burst.truth.shape
    rows, columns = (a.ravel() for a in np.mgrid[8 : height - 10 : 12, 8 : width - 10 : 12])
    chosen = rng.permutation(rows.size)[:500]
    rows = (rows + rng.integers(0, 4, rows.size))[chosen]
    columns = (columns + rng.integers(0, 4, columns.size))[chosen]
    if beside:
        rows, columns = np.tile(rows, 2), np.concatenate([columns, columns + beside])
    return rows, columns


def plant(burst: TestBurst, lift: float, *, beside: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Makes pixels of every frame glow by a share of white, by exposure.

    Returns:
        Rows and columns of those that did not clip in the reference.
    """
    rng = np.random.default_rng(6)
    rows, columns = places(burst, beside)
    for frame, exposure in zip(burst.frames, burst.exposures, strict=True):
        glow = exposure * rng.normal(lift, 0.01 * np.sqrt(lift), rows.size) * (WHITE - BLACK)
        lit = frame[rows, columns] + np.rint(glow)
        frame[rows, columns] = np.minimum(lit, WHITE).astype(np.uint16)
    whole = burst.truth[rows, columns] < 1.0 - 1.1 * lift
    return rows[whole], columns[whole]


def share_left(burst: TestBurst, lift: float, beside: int = 0, told: float = 1.0) -> float:
    """Of planted hot pixels, the share that keep half of their height when merged.

    Args:
        burst: in which they are planted.
        lift: their height, of white.
        beside: columns to a second one of each, 0 for none.
        told: times its noise that the merge is told.
    """
    clean = normalised(merge(burst, threads=2, noise_error=told)[0])
    hot = plant(burst, lift, beside=beside)
    left = (normalised(merge(burst, threads=2, noise_error=told)[0]) - clean)[hot]
    return float(np.mean(left > 0.5 * lift))


@pytest.mark.parametrize(
    ("scene", "lift", "seed", "most"),
    [
        ("landscape", 0.1, 1, 0.16),
        ("landscape", 0.3, 1, 0.06),
        ("grey leaves", 0.3, 1, 0.02),
        ("glass", 0.1, 1, 0.2),
        ("leaves", 0.3, 1, 0.05),
        ("text", 0.3, 1, 0.03),
        ("text", 0.3, 3, 0.12),  # three of its frames moved enough
    ],
)
def test_hot_pixels_vanish_from_texture(scene: str, lift: float, seed: int, most: float) -> None:
    """Few are left, though their neighbours differ among themselves as much as they stand out."""
    assert share_left(make_burst(scene, iso=100, seed=seed), lift) < most


@pytest.mark.parametrize(
    ("scene", "iso", "lift", "seed", "most"),
    [
        ("leaves", 100, 0.1, 1, 0.64),
        ("text", 100, 0.1, 1, 0.62),
        ("weave", 400, 0.3, 1, 0.18),
        ("beads", 400, 0.3, 1, 0.08),
    ],
)
def test_many_frames_prove_what_none_proves(
    scene: str, iso: float, lift: float, seed: int, most: float
) -> None:
    """In dense detail the frames' mean tells more of them than any two witnesses do."""
    assert share_left(make_burst(scene, iso=iso, seed=seed), lift) < most


@pytest.mark.parametrize(("scene", "jitter"), [("meadow", 0.0), ("leaves", 0.15)])
def test_frames_that_moved_alike_prove_no_defects(scene: str, jitter: float) -> None:
    """A knock after the first frame, and what all others get wrong of detail is the same."""
    rng = np.random.default_rng(4)
    apart = np.array((3.3, -2.7)) + rng.normal(0.0, jitter, (8, 2))
    apart[0] = 0.0
    burst = make_burst(
        scene,
        iso=50,
        seed=4,
        shake=0.0,
        turn=0.0,
        warp=lambda i, x, y: (x + np.float32(apart[i, 0]), y + np.float32(apart[i, 1])),
    )
    found = gains(burst, merge(burst, threads=2)[0])
    assert min(found.worst, found.root_worst) > -0.05


@pytest.mark.parametrize(
    ("scene", "iso", "lift", "most"),
    [("landscape", 100, 0.1, 0.14), ("grey leaves", 100, 0.1, 0.1)],
)
def test_noise_told_too_high_hides_no_hot_pixels(
    scene: str, iso: float, lift: float, most: float
) -> None:
    """They stand out of the noise that the burst shows, told as four times that."""
    assert share_left(make_burst(scene, iso=iso, seed=1), lift, told=4.0) < most


@pytest.mark.parametrize(("scene", "lift", "most"), [("text", 0.1, 28), ("landscape", 0.1, 9)])
def test_order_of_frames_hides_no_hot_pixels(scene: str, lift: float, most: int) -> None:
    """Which of 500 vanish is the same in any order, but for a few that come near a limit."""
    burst = make_burst(scene, iso=100, seed=1)
    clean = normalised(merge(burst, threads=2)[0])
    hot = plant(burst, lift)
    left = []
    for order in (range(1, 8), range(7, 0, -1)):
        burst.frames[1:] = [burst.frames[i] for i in order]
        left.append((normalised(merge(burst, threads=2)[0]) - clean)[hot] > 0.5 * lift)
    assert np.count_nonzero(left[0] != left[1]) <= most


@pytest.mark.parametrize("beside", [1, 2])
def test_two_hot_pixels_side_by_side_vanish(beside: int) -> None:
    """Neither hides the other, of whichever colour it is."""
    assert share_left(make_burst("landscape", iso=400, seed=7), 0.3, beside) < 0.15


def test_hot_pixels_of_a_mono_sensor_vanish() -> None:
    """Without colours there is nothing to demosaic."""
    burst = make_burst("landscape", iso=400, seed=7, colours=(1, 1, 1, 1))
    assert share_left(burst, 0.3) < 0.1


@pytest.mark.parametrize(("other", "most"), [(0.5, 0.12), (2.0, 0.35)])
def test_hot_pixels_glow_as_long_as_the_frame_is_exposed(other: float, most: float) -> None:
    """Frames of other exposures tell them as well, but where longer ones clip."""
    burst = make_burst("landscape", iso=100, seed=1, exposures=[1.0] + [other] * 7)
    assert share_left(burst, 0.3) < most


def test_dead_pixels_vanish_from_texture() -> None:
    """What stays dark is a defect as well."""
    burst = make_burst("landscape", iso=100, seed=1)
    rows, columns = places(burst)
    lit = burst.truth[rows, columns] > 0.2
    dead = rows[lit], columns[lit]
    clean = normalised(merge(burst, threads=2)[0])[dead]
    for frame in burst.frames:
        frame[dead] = round(BLACK)
    left = normalised(merge(burst, threads=2)[0])[dead]
    assert lit.sum() > 200
    assert np.mean(left < 0.5 * clean) < 0.2


@pytest.mark.parametrize(
    ("scene", "texture", "seed"),
    [
        ("landscape", "landscape", 7),
        ("leaves", "landscape", 7),
        ("text", "landscape", 7),
        ("leaves", "leaves", 1),
    ],
)
def test_nothing_that_moves_is_a_defect(scene: str, texture: str, seed: int) -> None:
    """What discs hide and show passes for no defect: no tile falls below the single frame."""
    burst = make_burst(scene, iso=100, seed=seed, moving=True, texture=texture)
    found = gains(burst, merge(burst, threads=2)[0])
    assert min(found.worst, found.root_worst) > 0.0


def _stars() -> Floats:
    """A dark sky with 3000 points of light."""
    rng = np.random.default_rng(3)
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (HEIGHT, WIDTH))
    sky = np.full((rows, columns, 3), 0.004, np.float32)
    light = rng.pareto(1.2, (3000, 1)) * 1.5 * rng.uniform(0.6, 1.4, (3000, 3))
    sky[rng.integers(0, rows, 3000), rng.integers(0, columns, 3000)] += light.astype(np.float32)
    return photographed(sky, lens=0.35)


@pytest.mark.parametrize("shake", [0.0, 5.0, 12.0])
def test_stars_stay(shake: float) -> None:
    """Points of light are no defects, on a tripod nor in the hand."""
    turn = 0.1 if shake else 0.0
    burst = make_burst("stars", plane=_stars(), iso=400, shake=shake, turn=turn)
    found = normalised(merge(burst, threads=2)[0])
    bright = (burst.truth > 0.3) & (burst.truth < 0.95)
    kept = found[bright] / burst.truth[bright]
    assert bright.sum() > 150
    assert kept.mean() > 0.9
    assert kept.min() > 0.4
