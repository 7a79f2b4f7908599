import numpy as np
import pytest
from bursts import make_burst
from merge_gains import Gains, gains, merge
from scenes import BALANCE, MARGIN, OVERSAMPLING, glass, painted, photographed

SCENES = ("landscape", "text", "night")


def measured(iso: int, *, moving: bool) -> list[Gains]:
    """The gains of every scene, printed."""
    rows = []
    for scene in SCENES:
        burst = make_burst(scene, iso=iso, moving=moving, texture="landscape")
        rows.append(gains(burst, merge(burst)[0]))
        print(f"ISO {iso} {scene} {'moving' if moving else 'static'}: {rows[-1]}")  # noqa: T201  (the figures are the test's product)
    return rows


@pytest.mark.parametrize("moving", [False, True], ids=["static", "moving"])
@pytest.mark.parametrize(
    ("iso", "least"), [(100, (5.5, 4.7)), (400, (8.0, 7.2)), (1600, (11.0, 10.2))]
)
def test_merging_gains(iso: int, least: tuple[float, float], moving: bool) -> None:
    """The mean gain over the single frame reaches its mark and no tile loses."""
    rows = measured(iso, moving=moving)
    assert np.mean([row.linear for row in rows]) > least[moving]
    assert min(row.worst for row in rows) > 0.0
    assert min(row.root_worst for row in rows) > 0.0


@pytest.mark.parametrize("iso", [100, 400, 1600])
def test_dead_leaves_never_lose(iso: int) -> None:
    """Independent colours at every pixel, a demosaic's worst case, stay above the single frame."""
    burst = make_burst("leaves", iso=iso, moving=True)
    result = gains(burst, merge(burst)[0])
    assert result.linear > 0.5
    assert min(result.worst, result.root_worst) > -0.1


@pytest.mark.parametrize("iso", [100, 400, 1600])
@pytest.mark.parametrize(("scene", "factor"), [("leaves", 3.0), ("leaves", 8.0), ("text", 5.0)])
def test_fine_detail_that_clips_never_loses(scene: str, factor: float, iso: int) -> None:
    """Overexposed leaves and print, 15 to 80 % of them clipped, stay above the single frame."""
    height, width = 256, 320
    plane = photographed(painted(scene, height, width, 5) * np.float32(factor))
    burst = make_burst(scene, width=width, height=height, iso=iso, seed=5, plane=plane)
    result = gains(burst, merge(burst)[0])
    assert min(result.linear, result.root) > 0.2
    assert min(result.worst, result.root_worst) > -0.05


@pytest.mark.parametrize("seed", range(1, 9))
def test_stained_glass_never_loses(seed: int) -> None:
    """Behind glass of saturated colours, where nothing is calm, every tile gains."""
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (384, 512))
    plane = photographed(glass(np.random.default_rng(seed), rows, columns), lens=0.1)
    for iso in (50, 100, 400):
        burst = make_burst("glass", iso=iso, seed=seed, plane=plane, shake=7.0, turn=1.0)
        result = gains(burst, merge(burst)[0])
        print(f"ISO {iso} seed {seed}: {result}")  # noqa: T201  (the figures are the test's product)
        assert min(result.worst, result.root_worst) > 0.0


@pytest.mark.parametrize(
    ("seed", "factor", "iso"),
    [(8, 2, 50), (3, 3, 50), (5, 4, 100), (2, 4, 50), (1, 4, 50), (9, 4, 50)],
)
def test_overexposed_glass_hardly_loses(seed: int, factor: int, iso: int) -> None:
    """Where most is clipped and the rest full of grain, noise is taken for no more than it is."""
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (384, 512))
    plane = photographed(glass(np.random.default_rng(seed), rows, columns), lens=0.1)
    plane = plane * np.float32(factor)
    burst = make_burst("glass", iso=iso, seed=seed, plane=plane, shake=7.0, turn=1.0)
    result = gains(burst, merge(burst)[0])
    print(f"ISO {iso} seed {seed} x {factor}: {result}")  # noqa: T201  (the figures are the test's product)
    assert result.worst > -0.15
    assert result.root_worst > 0.1


@pytest.mark.parametrize(("iso", "seed", "error"), [(400, 2, 1.0), (400, 2, 2.0), (400, 1, 1.0)])
def test_what_demosaicing_gets_wrong_of_cloth_is_no_noise(
    iso: int, seed: int, error: float
) -> None:
    """Threads of a few pixels, whose colours no demosaic gets right, are not taken for noise."""
    burst = make_burst("fabric", iso=iso, seed=seed)
    result = gains(burst, merge(burst, noise_error=error)[0])
    print(f"seed {seed} told {error}: {result}")  # noqa: T201  (the figures are the test's product)
    assert min(result.worst, result.root_worst) > 0.3
    assert result.linear > 1.5


@pytest.mark.parametrize(
    ("scene", "iso", "seed"),
    [("weave", 400, 3), ("weave", 800, 3), ("beads", 100, 2), ("beads", 400, 2), ("beads", 400, 3)],
)
def test_a_pattern_that_is_everywhere_is_no_noise(scene: str, iso: int, seed: int) -> None:
    """Coloured detail as even as noise, finer than the sensor shows it, is not averaged away."""
    burst = make_burst(scene, width=448, height=320, iso=iso, seed=seed)
    result = gains(burst, merge(burst)[0])
    print(f"ISO {iso} seed {seed}: {result}")  # noqa: T201  (the figures are the test's product)
    assert min(result.linear, result.root) > 0.2
    assert min(result.worst, result.root_worst) > -0.02


@pytest.mark.parametrize("iso", [100, 1600])
def test_a_plain_wall_counts_every_frame(iso: int) -> None:
    """Where there is nothing but noise, chance tells no edges, motion or likeness of frames."""
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (256, 320))
    plane = np.full((rows, columns, 3), 0.2, np.float32)
    merged, reports = merge(make_burst("flat", width=320, height=256, iso=iso, plane=plane))
    assert min(report.weight for report in reports) > 0.95
    assert merged.frames > 7.5


@pytest.mark.parametrize(("iso", "least"), [(100, 12.5), (400, 11.7), (1600, 9.4)])
def test_patches_at_the_clipping_limit_gain(iso: int, least: float) -> None:
    """Where noise clips samples of some channels here and there, the others tell no untruth."""
    rng = np.random.default_rng(5)
    size = 64 * OVERSAMPLING
    levels = np.kron(rng.uniform(0.85, 1.1, (5, 7, 3)), np.ones((size, size, 1)))
    plane = photographed(np.asarray(levels / BALANCE, np.float32))
    burst = make_burst("flat", width=384, height=256, iso=iso, plane=plane)
    result = gains(burst, merge(burst)[0])
    print(f"ISO {iso}: {result}")  # noqa: T201  (the figures are the test's product)
    assert result.linear > least
