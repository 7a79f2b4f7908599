from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from bursts import TestBurst, make_burst
from disturbances import sparks
from merge_gains import gains, merge, normalised, single
from scenes import BALANCE, MARGIN, OVERSAMPLING, Floats, painted, photographed, specks

HEIGHT, WIDTH = 384, 512
SITES = (np.arange(HEIGHT) % 2 * 2)[:, None] + np.arange(WIDTH) % 2
NEUTRAL, WARM = (1.0, 1.0, 1.0), (1.0, 0.8, 0.5)
Image = npt.NDArray[np.float64]


@cache
def lamps(level: float, colour: tuple[float, float, float]) -> tuple[Floats, Image]:
    """Discs of radius 3 to 13 on dim texture, and each sample's distance to the nearest rim.

    Args:
        level: of the sensor's response in the discs; 1 clips.
        colour: of that response.
    """
    scene = painted("landscape", HEIGHT, WIDTH, 3) * np.float32(0.25) / np.array(BALANCE)
    rows, columns = scene.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns] / OVERSAMPLING - MARGIN
    distance = np.full((rows, columns), np.inf)
    for j in range(4):
        for i in range(6):
            radius = 3 + 2 * ((i + 2 * j) % 6)
            rim = np.hypot(x - 48 - 80 * i - 7 * j, y - 50 - 90 * j - 5 * i) - radius
            distance = np.minimum(distance, rim)
    scene[distance < 0] = level * np.array(colour) / np.array(BALANCE)
    cells = distance.reshape(rows // OVERSAMPLING, OVERSAMPLING, columns // OVERSAMPLING, -1)
    inside = slice(MARGIN, -MARGIN)
    return photographed(scene.astype(np.float32)), cells.mean((1, 3))[inside, inside]


def ring(error: Image, distance: Image, least: float, most: float) -> Image:
    """The mean signed error of red, green and blue between two distances to a rim."""
    there = (distance >= least) & (distance < most)
    return np.array([error[there & (site == SITES)].mean() for site in (0, 1, 3)])


def sigma(burst: TestBurst) -> float:
    """A sample's noise at the clipping level, which is what may hide an error there."""
    return float(np.sqrt(burst.shot + burst.read))


@pytest.mark.parametrize("colour", [NEUTRAL, WARM], ids=["neutral", "warm"])
@pytest.mark.parametrize(
    ("level", "iso"), [(4.0, 100), (4.0, 1600), (1.5, 1600), (1.0, 100), (1.0, 400), (0.93, 400)]
)
def test_lights_have_no_cast_no_halo_and_no_dark_rim(
    level: float, colour: tuple[float, float, float], iso: int
) -> None:
    """Clipped and nearly clipped discs keep their colours inside, and so does what is round them.

    Clipping biases noisy samples near it, in the single frame as well: inside, the merge is held
    to the single frame's means.
    """
    plane, distance = lamps(level, colour)
    burst = make_burst("landscape", iso=iso, plane=plane)
    merged, _ = merge(burst)
    error, alone = normalised(merged) - burst.truth, single(burst) - burst.truth
    unit = sigma(burst)
    inside = ring(error, distance, -99, -2) - ring(alone, distance, -99, -2)
    assert np.abs(inside).max() < 0.2 * unit
    assert np.ptp(inside) < 0.2 * unit
    for least, most, bound in (
        (-1, 0, 0.9),
        (0, 1, 0.9),
        (1, 2, 0.35),
        (2, 3, 0.18),
        (3, 6, 0.05),
        (6, 12, 0.03),
    ):
        assert np.abs(ring(error, distance, least, most)).max() < bound * unit
    result = gains(burst, merged)
    assert min(result.worst, result.root_worst) > 0.0


@pytest.mark.parametrize("iso", [100, 1600])
def test_what_clips_in_all_frames_stays_clipped(iso: int) -> None:
    """Well inside a lamp there is no noise and merging adds none: white stays white."""
    plane, distance = lamps(4.0, NEUTRAL)
    merged, _ = merge(make_burst("landscape", iso=iso, plane=plane))
    deep = normalised(merged)[distance < -4]
    assert deep.size > 2000
    assert deep.min() > 0.99


@pytest.mark.parametrize("iso", [100, 1600])
@pytest.mark.parametrize(("radius", "speed"), [(1.0, 8.0), (2.0, 15.0), (4.0, 3.0), (4.0, 15.0)])
def test_moving_specular_highlights_leave_no_trail(radius: float, speed: float, iso: int) -> None:
    """Where clipped discs pass in the other frames, the merge still gains and is no brighter."""
    places = [(40.0 + 90 * i + 11 * j, 50.0 + 90 * j + 9 * i) for i in range(5) for j in range(4)]
    vx, vy = 0.8 * speed, -0.6 * speed
    dim = painted("landscape", HEIGHT, WIDTH, 5) * np.float32(0.15)
    burst = make_burst("landscape", iso=iso, plane=dim, overlay=sparks(places, radius, vx, vy))
    merged, _ = merge(burst)
    error, alone = normalised(merged) - burst.truth, single(burst) - burst.truth
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    covered = np.zeros((8, HEIGHT, WIDTH), bool)
    for i in range(8):
        for cx, cy in places:
            covered[i] |= np.hypot(x - cx - vx * i, y - cy - vy * i) < radius + 2
    trail = covered[1:].any(0) & ~covered[0]
    assert np.mean(error[trail] ** 2) < 0.6 * np.mean(alone[trail] ** 2)
    assert abs(error[trail].mean()) < 0.03 * sigma(burst)
    assert error[trail].max() < 2 * sigma(burst)
    assert abs(error[covered[0]].mean()) < 0.3 * sigma(burst)


@pytest.mark.parametrize("seed", [2, 6, 7])
def test_specks_in_a_white_sky_stay(seed: int) -> None:
    """What is dark between clipped samples is no defect, and nobody else's view of it is mixed in.

    Specks of noise's own depth, alone in a tile, may still lose.
    """
    height, width = 256, 320
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (height, width))
    plane = photographed(specks(np.random.default_rng(seed), rows, columns), lens=0.2)
    for iso in (50, 100, 400, 1600):
        burst = make_burst(
            "specks", width=width, height=height, iso=iso, seed=seed, plane=plane, shake=7.0
        )
        result = gains(burst, merge(burst)[0])
        print(f"ISO {iso} seed {seed}: {result}")  # noqa: T201  (the figures are the test's product)
        assert min(result.linear, result.root) > -0.05
        assert min(result.worst, result.root_worst) > -0.9


@pytest.mark.parametrize(("iso", "told", "foreign"), [(200, 1.0, True), (400, 2.0, False)])
def test_specks_are_not_taken_for_noise(iso: int, told: float, foreign: bool) -> None:
    """Neither where no frame fits, nor where more noise is told than there is."""
    burst = make_burst(
        "specks", width=384, height=288, iso=iso, frames=2 if foreign else 8, seed=87876
    )
    if foreign:
        other = make_burst("text", width=384, height=288, iso=iso, frames=1, seed=5)
        burst.frames[1] = other.frames[0]
    merged, reports = merge(burst, noise_error=told)
    result = gains(burst, merged)
    assert reports[0].rejected == foreign
    assert min(result.worst, result.root_worst) > -0.4


def _foliage(rng: np.random.Generator, rows: int, columns: int) -> Floats:
    """Dark stripes, crossing, before a sky that clips: everything is within a few samples of it."""
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) / OVERSAMPLING
    u, v = x + 0.7 * y + 3 * np.sin(y / 19), y - 0.6 * x + 3 * np.sin(x / 23)
    leaf = (np.abs(u % 11 - 5.5) < 2.6) | (np.abs(v % 13 - 6.5) < 2.1)
    light = np.where(leaf, 0.02 + 0.1 * rng.random((rows, columns), np.float32), 1.7)
    return photographed(light[..., None] * np.ones(3, np.float32) / np.array(BALANCE))


@pytest.mark.parametrize(
    ("iso", "colours", "least"), [(100, (1, 1, 1, 1), 0.15), (400, (0, 1, 1, 2), 0.3)]
)
def test_foliage_before_a_clipped_sky_gains(
    iso: int, colours: tuple[int, int, int, int], least: float
) -> None:
    """What lies near clipped light is not left to the single frame, and nowhere worse."""
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (256, 320))
    plane = _foliage(np.random.default_rng(1), rows, columns)
    burst = make_burst(
        "night", width=320, height=256, iso=iso, seed=3, plane=plane, colours=colours
    )
    result = gains(burst, merge(burst)[0])
    print(result)  # noqa: T201  (the figures are the test's product)
    assert min(result.linear, result.root) > least
    assert min(result.worst, result.root_worst) > -0.02
