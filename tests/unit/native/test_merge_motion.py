import numpy as np
import pytest
from bursts import make_burst
from disturbances import foreground, passer_by, wobble
from merge_gains import gains, merge
from scenes import MARGIN, OVERSAMPLING, Floats, meadow, painted, photographed


@pytest.mark.parametrize(
    ("shake", "turn"), [(5.0, 3.0), (25.6, 0.1), (25.6, 3.0)], ids=["turn", "shift", "both"]
)
@pytest.mark.parametrize(("scene", "least"), [("landscape", 6.4), ("text", 3.1), ("night", 11.0)])
def test_large_motion_is_survived(scene: str, least: float, shake: float, turn: float) -> None:
    """Turning by 3 degrees and moving by 5 % of the width in a burst costs little, nowhere all."""
    burst = make_burst(scene, iso=400, shake=shake, turn=turn)
    merged, reports = merge(burst)
    result = gains(burst, merged)
    assert not any(report.rejected for report in reports)
    for report, (x, y, angle) in zip(reports, burst.motions[1:], strict=True):
        assert report.shift == pytest.approx((x, y), abs=0.1)
        assert report.rotation == pytest.approx(angle, abs=0.02)
    assert result.linear > least
    assert min(result.worst, result.root_worst) > 0.0


@pytest.mark.parametrize(
    ("scene", "iso", "amplitude", "least"),
    [
        ("landscape", 100, 0.25, 4.0),
        ("landscape", 400, 0.25, 7.0),
        ("text", 400, 0.25, 4.0),
        ("landscape", 100, 1.0, 2.1),
        ("landscape", 400, 1.0, 3.7),
        ("landscape", 400, 2.0, 3.2),
        ("text", 400, 1.0, 1.6),
        ("text", 400, 2.0, 1.3),
        ("night", 400, 2.0, 8.7),
    ],
)
def test_a_rolling_shutter_is_survived(
    scene: str, iso: int, amplitude: float, least: float
) -> None:
    """Rows displaced against each other still gain, and no tile loses."""
    burst = make_burst(scene, iso=iso, warp=wobble(amplitude))
    merged, reports = merge(burst)
    result = gains(burst, merged)
    assert not any(report.rejected for report in reports)
    assert result.linear > least
    assert min(result.worst, result.root_worst) > 0.0


@pytest.mark.parametrize(("vx", "vy"), [(3.0, 1.0), (6.0, -2.0)])
@pytest.mark.parametrize(
    ("scene", "layer", "least"),
    [("landscape", "text", 3.0), ("text", "landscape", 1.3), ("night", "landscape", 3.9)],
)
def test_parallax_is_survived(scene: str, layer: str, least: float, vx: float, vy: float) -> None:
    """A foreground that moves otherwise than what is behind it leaves no ghost in any tile."""
    bars = foreground(painted(layer, 384, 512, 7), vx, vy)
    burst = make_burst(scene, iso=400, overlay=bars)
    merged, reports = merge(burst)
    result = gains(burst, merged)
    assert not any(report.rejected for report in reports)
    assert result.linear > least
    assert min(result.worst, result.root_worst) > 0.0


@pytest.mark.parametrize(
    ("colours", "least"), [((1, 1, 1, 1), 6.5), ((0, 1, 1, 2), 4.0)], ids=["mono", "Bayer"]
)
def test_cloth_too_fine_for_half_size_is_aligned(
    colours: tuple[int, int, int, int], least: float
) -> None:
    """Threads of 2 to 3 pixels, which half size shows as another pattern, are not merged beside."""
    burst = make_burst("shirt", width=352, height=288, iso=100, seed=2, colours=colours)
    merged, reports = merge(burst)
    result = gains(burst, merged)
    off = [
        np.hypot(report.shift[0] - x, report.shift[1] - y)
        for report, (x, y, _) in zip(reports, burst.motions[1:], strict=True)
    ]
    assert np.median(off) < 0.15
    assert result.linear > least
    assert min(result.worst, result.root_worst) > 0.0


def _dim_room(rng: np.random.Generator, width: int, height: int) -> Floats:
    """Furniture and books in little light, of the size that make_burst takes."""
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (height, width))
    room = np.full((rows, columns, 3), (0.039, 0.03, 0.021), np.float32)
    for count, least, most in [(16, 10, 70), (60, 3, 30)]:
        for _ in range(count):
            y, x = int(rng.integers(rows)), int(rng.integers(columns))
            down, across = (OVERSAMPLING * int(size) for size in rng.integers(least, most, 2))
            room[y : y + down, x : x + across] *= rng.uniform(0.3, 2.6, 3)
    return photographed(room)


@pytest.mark.parametrize("shake", [0.0, 5.0], ids=["still", "hand"])
@pytest.mark.parametrize("seed", [3, 4])
def test_who_walks_through_a_dim_room_does_not_take_it_along(seed: int, shake: float) -> None:
    """The room is aligned, though only the passer-by stands clear of the noise."""
    room = _dim_room(np.random.default_rng(seed), 384, 288)
    walker = passer_by(384, 288, speed=19.2)
    burst = make_burst(
        "night",
        width=384,
        height=288,
        iso=800,
        frames=4,
        seed=seed,
        shake=shake,
        turn=0.0,
        plane=room,
        overlay=walker,
    )
    _, reports = merge(burst)
    for report, (x, y, _) in zip(reports, burst.motions[1:], strict=True):
        assert report.shift == pytest.approx((x, y), abs=1.0)
        assert report.rotation == pytest.approx(0.0, abs=0.3)


def test_flowers_are_no_defects_of_the_light() -> None:
    """Flowers of a pixel, which stand out like hot ones, do not make good frames too bright."""
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (256, 320))
    plane = photographed(meadow(np.random.default_rng(2), rows, columns), lens=0.1)
    burst = make_burst("meadow", width=320, height=256, iso=100, seed=2, plane=plane)
    merged, reports = merge(burst)
    result = gains(burst, merged)
    assert not any(report.rejected for report in reports)
    assert min(result.worst, result.root_worst) > -0.01
