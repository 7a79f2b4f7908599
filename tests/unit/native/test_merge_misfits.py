import numpy as np
import pytest
from bursts import make_burst
from disturbances import elsewhere, flash, knocked
from merge_gains import gains, merge
from scenes import MARGIN, OVERSAMPLING, Floats, painted
from useless import MISFIT, USELESS, harm, noisy


@pytest.mark.parametrize(
    ("scene", "other", "iso"),
    [
        ("landscape", "landscape", 100),
        ("landscape", "leaves", 400),
        ("text", "landscape", 100),
        ("text", "leaves", 1600),
        ("night", "text", 1600),
        ("flat", "flat", 100),
        ("landscape", "landscape", 1600),
        ("text", "landscape", 1600),
        ("night", "flat", 400),
        ("flat", "landscape", 1600),
    ],
)
def test_a_knocked_tripod_is_reported_and_harmless(scene: str, other: str, iso: int) -> None:
    """A frame that shows something else is left out, and the others' gain stays."""
    knock = elsewhere(MISFIT, painted(other, 384, 512, 77))
    rejected, cost = harm(make_burst(scene, iso=iso, frames=6, overlay=knock))
    assert rejected
    assert cost < 0.1


@pytest.mark.parametrize(
    ("scene", "iso", "seed", "degrees", "dx", "dy"),
    [
        ("night", 100, 2, 25.0, 120.0, -60.0),
        ("night", 400, 3, 25.0, 120.0, -60.0),
        ("text", 6400, 21, 12.0, 10.0, -15.0),
    ],
)
def test_a_frame_knocked_far_away_leaves_no_trace(
    scene: str, iso: int, seed: int, degrees: float, dx: float, dy: float
) -> None:
    """Tiles that find what they take for their like in it have none of the edges.

    In little noise as well: frames are asked for edges whatever the noise.
    """
    away = knocked(MISFIT, degrees, dx, dy)
    size = {"width": 352, "height": 272}
    rejected, cost = harm(make_burst(scene, iso=iso, frames=5, seed=seed, warp=away, **size))
    assert rejected
    assert cost < 0.03


@pytest.mark.parametrize(
    ("scene", "kind", "iso", "seed"),
    [
        ("night", "out of focus", 1600, 6),
        ("night", "camera swung", 3200, 9),
        ("text", "camera swung", 6400, 2),
        ("leaves", "camera swung", 6400, 21),
        ("fabric", "out of focus", 6400, 21),
    ],
)
def test_where_no_tile_tells_the_blur_all_do(scene: str, kind: str, iso: int, seed: int) -> None:
    """A frame counts less the more of the edges it lacks, be they below the noise in every tile."""
    rng, size = np.random.default_rng(3), {"width": 352, "height": 272}
    burst = make_burst(scene, iso=iso, frames=5, seed=seed, **size)
    still = make_burst(scene, iso=iso, frames=5, seed=seed, noise_free=True, **size)
    burst.frames[MISFIT] = noisy(USELESS[kind](still.frames[MISFIT], rng), iso, rng)
    assert harm(burst)[1] < 0.08


@pytest.mark.parametrize(
    ("scene", "gain", "iso"),
    [
        ("landscape", 0.3, 100),
        ("landscape", 1.5, 400),
        ("landscape", 6.0, 400),
        ("text", 0.3, 400),
        ("text", 1.5, 400),
        ("text", 6.0, 1600),
        ("night", 0.3, 400),
        ("night", 1.5, 1600),
        ("night", 6.0, 100),
        ("landscape", 1.5, 1600),
        ("night", 1.5, 100),
        ("night", 6.0, 400),
    ],
)
def test_anothers_flash_is_harmless(scene: str, gain: float, iso: int) -> None:
    """A frame lit by a flash that its exposure does not tell is left out or does no harm."""
    overlay = flash(MISFIT, gain)
    rejected, cost = harm(make_burst(scene, iso=iso, frames=6, overlay=overlay))
    assert cost < 0.15
    # Dim scenes and flashes: some tiles fit. Clipped paper tells nothing.
    assert rejected or scene == "night" or gain < 1.0 or (scene, gain) == ("text", 1.5)


@pytest.mark.parametrize("error", [0.3, 2.0, 3.0])
@pytest.mark.parametrize("scene", ["landscape", "night"])
def test_no_frame_passes_for_blurred_by_a_wrong_noise_model(scene: str, error: float) -> None:
    """In much noise, of which the model tells too much or too little, every sharp frame counts."""
    burst = make_burst(scene, iso=1600, seed=52, texture="leaves")
    _, reports = merge(burst, noise_error=error)
    assert not any(report.rejected for report in reports)


@pytest.mark.parametrize("kind", ["camera swung", "out of focus"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_blurred_night_serves_where_it_is_dark(kind: str, seed: int) -> None:
    """Much noise hides the blur but for lit edges: round them the frame is left out."""
    iso, rng = 1600.0, np.random.default_rng(3)
    burst = make_burst("night", iso=iso, frames=5, seed=seed)
    _, sharp = merge(burst)
    still = make_burst("night", iso=iso, frames=5, seed=seed, noise_free=True).frames[MISFIT]
    burst.frames[MISFIT] = noisy(USELESS[kind](still, rng), iso, rng)
    rejected, cost = harm(burst)
    _, reports = merge(burst)
    assert sharp[MISFIT - 1].weight > 0.9
    assert not rejected
    assert 0.15 < reports[MISFIT - 1].weight < 0.6
    assert cost < 0.1


@pytest.mark.parametrize("kind", ["camera swung", "out of focus"])
@pytest.mark.parametrize("seed", [2, 8])
def test_in_the_noise_of_iso_3200_tiles_tell_the_blur(kind: str, seed: int) -> None:
    """No pair of pixels stands out of it, but windows do: round them the frame is left out."""
    iso, rng = 3200.0, np.random.default_rng(3)
    size = {"width": 352, "height": 272}
    burst = make_burst("night", iso=iso, frames=5, seed=seed, **size)
    still = make_burst("night", iso=iso, frames=5, seed=seed, noise_free=True, **size)
    burst.frames[MISFIT] = noisy(USELESS[kind](still.frames[MISFIT], rng), iso, rng)
    rejected, cost = harm(burst)
    _, reports = merge(burst)
    assert not rejected
    assert all(report.weight > 0.9 for report in reports[: MISFIT - 1])
    assert 0.2 < reports[MISFIT - 1].weight < 0.7
    assert cost < 0.06


@pytest.mark.parametrize(
    ("scene", "iso"),
    [
        ("leaves", 400),
        ("leaves", 1600),
        ("text", 1600),
        ("landscape", 1600),
        ("landscape", 100),  # no patch is calm in it: what the reference's quietest directions tell
        ("grey leaves", 800),
        ("beads", 800),
    ],
)
def test_a_frame_of_more_noise_than_told_weighs_by_its_own(scene: str, iso: int) -> None:
    """A gain that was raised and not told: the frame costs nothing."""
    rng, size = np.random.default_rng(3), {"width": 352, "height": 272}
    burst = make_burst(scene, iso=iso, frames=5, seed=21, **size)
    still = make_burst(scene, iso=iso, frames=5, seed=21, noise_free=True, **size)
    burst.frames[MISFIT] = noisy(still.frames[MISFIT], 4.0 * iso, rng)
    assert harm(burst)[1] < 0.05


def wall(height: int, width: int) -> Floats:
    """A soft light over a wall that is hardly rough."""
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (height, width))
    rough = np.random.default_rng(4).standard_normal((rows // 4, columns // 4))
    light = np.linspace(0.08, 0.68, columns) * (1.0 + 0.02 * np.kron(rough, np.ones((4, 4))))
    return np.asarray(light[..., None] * (1.0, 0.95, 0.85), np.float32)


def dim_room(height: int, width: int) -> Floats:
    """One lamp's light in a room, no edge anywhere."""
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (height, width))
    y, x = np.mgrid[0:rows, 0:columns]
    far = np.hypot(x - 0.4 * columns, y - 0.5 * rows) / (0.25 * rows)
    return np.asarray((0.01 + 0.03 * np.exp(-(far**2)))[..., None] * (1.0, 0.7, 0.5), np.float32)


@pytest.mark.parametrize("iso", [400, 1600])
@pytest.mark.parametrize("exposures", [None, [1.0, 2.0, 0.5, 1.0, 2.0, 0.5]])
def test_every_frame_of_a_wall_counts(iso: int, exposures: list[float] | None) -> None:
    """A scene without edges: no frame lacks them, whatever chance shows; of a bracket neither."""
    plane, size = wall(256, 320), {"width": 320, "height": 256}
    burst = make_burst("flat", iso=iso, frames=6, plane=plane, exposures=exposures, **size)
    assert min(report.weight for report in merge(burst)[1]) > 0.75


def display(height: int, width: int, seed: int) -> Floats:
    """A wall of light-emitting diodes 4.2 samples apart: in the grey, at half size, aliased."""
    rng = np.random.default_rng(seed)
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (height, width))
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) / np.float32(4.2 * OVERSAMPLING)
    waves = rng.uniform(0.05, 0.3, (3, 2)) * np.pi
    shown = [
        0.3 + 0.2 * np.sin(np.floor(y) * down + channel) * np.cos(np.floor(x) * across)
        for channel, (down, across) in enumerate(waves)
    ]
    lit = rng.random((512, 512)) > 0.02
    disc = np.clip((0.33 - np.hypot(x % 1 - 0.5, y % 1 - 0.5)) * 6.0, 0.0, 1.0)
    disc *= lit[y.astype(int) % 512, x.astype(int) % 512]
    return (0.01 + np.stack(shown, axis=-1) * disc[..., None]).astype(np.float32)


@pytest.mark.parametrize(("iso", "least"), [(800, 0.6), (3200, 0.85)])
@pytest.mark.parametrize("colours", [(1, 1, 1, 1), (0, 1, 1, 2)])
def test_every_frame_of_a_display_counts(
    iso: int, least: float, colours: tuple[int, int, int, int]
) -> None:
    """What half size cannot show of its diodes no frame lacks."""
    size, plane = {"height": 256, "width": 352}, display(256, 352, 4)
    burst = make_burst("flat", iso=iso, plane=plane, seed=4, colours=colours, **size)
    assert min(report.weight for report in merge(burst)[1]) > least


@pytest.mark.parametrize(("seed", "linear", "root"), [(1, 11.2, 14.5), (3, 9.8, 13.35)])
def test_people_in_a_dim_room_are_no_blur(seed: int, linear: float, root: float) -> None:
    """Where those that move are all the edges, frames are doubted for them at most."""
    plane, size = dim_room(256, 320), {"width": 320, "height": 256}
    burst = make_burst(
        "flat", iso=1600, plane=plane, moving=True, seed=seed, texture="text", **size
    )
    merged, reports = merge(burst)
    result = gains(burst, merged)
    print(f"seed {seed}: {result}")  # noqa: T201  (the figures are the test's product)
    assert min(report.weight for report in reports) > 0.85
    assert result.linear > linear
    assert result.root > root


@pytest.mark.parametrize("ratio", [0.7, 1.1, 1.6])
def test_a_frame_of_another_exposure_than_told_is_made_up_for(ratio: float) -> None:
    """It counts as if it had been told rightly, within a twentieth of a decibel."""
    exposures = [1.0, 1.0, ratio, 1.0]
    burst = make_burst("landscape", iso=400, seed=42, frames=4, exposures=exposures)
    right = gains(burst, merge(burst)[0])
    burst.exposures[:] = [1.0] * 4
    merged, reports = merge(burst)
    assert not any(report.rejected for report in reports)
    assert gains(burst, merged).linear > right.linear - 0.05
