"""Shaper and table, and the spatial parts of a look."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from native import Look, NativeError, apply_table, render

Image = npt.NDArray[np.float32]
SCALE, MAXIMUM = 0.02, 8.0


def grid(size: int) -> Image:
    """An identity table."""
    axis = np.linspace(0, 1, size, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)


def look(table: Image | None = None, **spatial: float) -> Look:
    """A look of this table, an identity by default."""
    return Look("test", SCALE, MAXIMUM, grid(17) if table is None else table, **spatial)


def random_table(size: int, seed: int = 1) -> Image:
    """A table of random colours."""
    return np.random.default_rng(seed).random((size, size, size, 3)).astype(np.float32)


def scene(height: int = 130, width: int = 301, top: float = 3.0) -> Image:
    """Random light with many shadows."""
    rng = np.random.default_rng(2)
    return (rng.random((height, width, 3)) ** 3 * top).astype(np.float32)


def shaped(linear: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The shaper, in double precision."""
    return np.arcsinh(np.clip(linear, 0, MAXIMUM).astype(np.float64) / SCALE) / np.arcsinh(
        MAXIMUM / SCALE
    )


def reference(linear: Image, table: Image) -> npt.NDArray[np.float64]:
    """Tetrahedral interpolation as its definition says, one pixel at a time."""
    size = table.shape[0]
    out = []
    for position in shaped(linear).reshape(-1, 3) * (size - 1):
        corner = np.minimum(position.astype(int), size - 2)
        share = position - corner
        value, last = table[tuple(corner)].astype(np.float64), corner.copy()
        for channel in np.argsort(-share, kind="stable"):  # walk along the largest share first
            step = last.copy()
            step[channel] += 1
            value = value + share[channel] * (
                table[tuple(step)].astype(np.float64) - table[tuple(last)]
            )
            last = step
        out.append(value)
    return np.array(out).reshape(linear.shape)


def flat(value: float | tuple[float, float, float], shape: tuple[int, int] = (64, 96)) -> Image:
    """An even field."""
    return np.broadcast_to(np.float32(value), (*shape, 3)).copy()


def spot(level: float = 20.0, shape: tuple[int, int] = (240, 320), radius: float = 6) -> Image:
    """A round light on a dark ground."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    inside = (x - shape[1] / 2) ** 2 + (y - shape[0] / 2) ** 2 < radius**2
    return np.where(inside[..., None], level, 0.05).astype(np.float32) * np.ones(3, np.float32)


@pytest.mark.parametrize("size", [2, 5, 33])
def test_table_matches_its_definition(size: int) -> None:
    """The fast shaper and the branchless tetrahedra agree with double precision within 2e-5."""
    table = random_table(size)
    linear = scene(13, 37, 10.0)
    linear[0, 0], linear[0, 1], linear[0, 2] = 0, MAXIMUM, [0.5, 0.5, 0.5]
    got = apply_table(linear, look(table))
    assert np.abs(got - reference(linear, table)).max() < 2e-5 * size


def test_shaper_is_accurate_over_its_whole_range() -> None:
    """An identity table returns the shaper itself, within 1e-6 from dark to bright."""
    linear = np.repeat(np.geomspace(1e-6, 8, 3000, dtype=np.float32)[:, None, None], 3, 2)
    got = apply_table(linear.reshape(30, 100, 3), look(grid(2)))
    assert np.abs(got.reshape(-1, 3) - shaped(linear).reshape(-1, 3)).max() < 1e-6


def test_light_that_is_no_number_is_harmless() -> None:
    """NaN and negative light count as black, infinite light as the maximum."""
    linear = flat(0.2, (16, 16))
    linear[0, :4, 0] = [np.nan, -1, np.inf, 1e30]
    full = look(
        tone_mapping=1.0, bloom=0.2, halation=0.2, local_contrast=0.5, vignette=-0.5, sharpening=0.5
    )
    got = apply_table(linear, look())
    assert np.isfinite(got).all()
    np.testing.assert_allclose(got[0, :4, 0], [0, 0, 1, 1], atol=1e-6)
    render(linear, full)  # the sanitised build would object to a bad conversion


def test_render_without_spatial_parts_is_the_table() -> None:
    """Within half a step of dither of the table's value; exact levels stay exact."""
    linear = scene()
    table = random_table(9)
    levels = apply_table(linear, look(table)).astype(np.float64) * 255
    picture = render(linear, look(table))
    assert np.abs(picture - levels).max() < 0.99
    assert abs(float((picture - levels).mean())) < 0.01
    for level in (0, 1, 128, 254, 255):
        even = np.full((2, 2, 2, 3), level / 255, np.float32)
        assert (render(flat(0.3), look(even)) == level).all()


def test_dither_carries_the_value_between_two_levels() -> None:
    """A flat field at a quarter between two levels is a quarter of the upper one, and neutral."""
    table = np.full((2, 2, 2, 3), 100.25 / 255, np.float32)
    picture = render(flat(0.3, (256, 256)), look(table))
    assert set(np.unique(picture)) == {100, 101}
    assert (picture == 101).mean() == pytest.approx(0.25, abs=0.02)
    assert (picture == picture[..., :1]).all()


def test_zero_strength_costs_and_changes_nothing() -> None:
    """With every strength at zero the radii do not matter."""
    linear = scene()
    radii = {"halation_radius": 0.2, "bloom_radius": 0.2, "local_contrast_radius": 0.2}
    odd = look(**radii, sharpening_radius=9.0, grain_size=0.009)
    assert np.array_equal(render(linear, look()), render(linear, odd, seed=7))


def light_of(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """The linear light behind an identity table."""
    return np.sinh(picture / 255 * np.arcsinh(MAXIMUM / SCALE)) * SCALE


def test_vignette_darkens_corners_by_its_ev() -> None:
    """Full effect in the corners, none in the middle, and alike on all four sides."""
    picture = render(flat(0.5, (301, 401)), look(vignette=-1.0))
    light = light_of(picture)[..., 1]
    assert light[150, 200] == pytest.approx(0.5, rel=0.02)
    for corner in (light[0, 0], light[0, -1], light[-1, 0], light[-1, -1]):
        assert corner == pytest.approx(0.25, rel=0.03)
    assert (np.diff(light[150, 200:].reshape(-1, 67).mean(1)) < 0).all()


def test_bloom_spreads_white_and_keeps_flat_light() -> None:
    """Light leaves the spot for its surroundings, neutrally; an even field stays as it is."""
    before, after = render(spot(), look()), render(spot(), look(bloom=0.3, bloom_radius=0.03))
    ring = np.s_[120, 172:180]
    assert after[ring].mean() > before[ring].mean() + 20
    assert (after[ring].max(1) - after[ring].min(1)).max() <= 1
    assert np.abs(after[:20].astype(int) - before[:20]).max() <= 2
    even = flat(1.5, (130, 170))
    difference = render(even, look(bloom=1.0)).astype(int) - render(even, look())
    assert np.abs(difference).max() <= 1


def test_halation_is_red_round_lights_only() -> None:
    """Round a white light a red ring appears; shadows and the light itself stay."""
    before, after = render(spot(), look()), render(spot(), look(halation=0.5, halation_radius=0.02))
    ring = after[120, 168:172].astype(int) - before[120, 168:172]
    assert ring[:, 0].mean() > 25
    assert ring[:, 0].mean() > 1.5 * ring[:, 1].mean()
    assert ring[:, 1].mean() > ring[:, 2].mean()
    assert np.array_equal(after[120, 160], before[120, 160])
    dark = flat(0.05)
    assert np.abs(render(dark, look(halation=1.0)).astype(int) - render(dark, look())).max() <= 1


def test_scatter_is_the_same_at_every_size() -> None:
    """Radii follow the diagonal: a picture twice as large glows alike."""
    how = look(bloom=0.3, halation=0.3, bloom_radius=0.03, halation_radius=0.02)
    small = render(spot(shape=(240, 320), radius=8), how)[::2, ::2]
    large = render(spot(shape=(480, 640), radius=16), how)[::4, ::4]
    assert np.abs(small.astype(int) - large).mean() < 1


def test_local_contrast_lifts_texture_without_halos() -> None:
    """Ripples grow; along a hard edge of four stops the plateaus stay even."""
    y, x = np.mgrid[0:240, 0:320]
    ripples = 0.2 * 2 ** (0.3 * np.sin(x / 3) * np.cos(y / 4))
    edge = np.where(x < 160, 0.06, 1.0)
    for image, expect in ((ripples, "more"), (edge, "even")):
        linear = np.repeat(image[..., None], 3, 2).astype(np.float32)
        plain = render(linear, look()).astype(int)[20:-20, 20:-20]
        more = render(linear, look(local_contrast=0.6)).astype(int)[20:-20, 20:-20]
        less = render(linear, look(local_contrast=-0.6)).astype(int)[20:-20, 20:-20]
        if expect == "more":
            assert more.std() > 1.25 * plain.std()
            assert less.std() < 0.8 * plain.std()
        else:
            halo = np.abs(more - plain)
            assert halo.max() <= 5
            assert np.abs(less - plain).max() <= 5


def test_sharpening_steepens_edges_within_limits() -> None:
    """An edge gains contrast, overshoots by a little, keeps its hue; flats stay."""
    x = np.arange(128)
    ramp = 0.05 + 0.5 / (1 + np.exp(-(x - 64) / 1.2))
    linear = np.broadcast_to(ramp[None, :, None] * [1.0, 0.8, 0.6], (80, 128, 3))
    linear = np.ascontiguousarray(linear, np.float32)
    plain = render(linear, look()).astype(int)
    sharp = render(linear, look(sharpening=1.5, sharpening_radius=1.5)).astype(int)
    slope = [np.diff(p[40, :, 1]).max() for p in (plain, sharp)]
    assert slope[1] > 1.15 * slope[0]
    span = plain.max() - plain.min()
    assert sharp[40, :, 1].max() <= plain[40, :, 1].max() + 0.1 * span
    assert np.array_equal(sharp[:, :50], plain[:, :50])
    assert np.abs((sharp - plain)[..., 0] - (sharp - plain)[..., 2]).max() <= 1


def test_sharpening_leaves_no_seams() -> None:
    """The middle of a large picture equals the same part rendered alone."""
    linear = scene(200, 600)
    how = look(sharpening=1.0, sharpening_radius=2.0)
    whole = render(linear, how)
    part = render(np.ascontiguousarray(linear[40:170, 230:300]), how)
    difference = np.abs(whole[50:160, 240:290].astype(int) - part[10:-10, 10:-10])
    assert difference.max() <= 1  # the dither pattern follows the position


@pytest.mark.parametrize("level", [0.1, 0.5, 0.8])
def test_grain_follows_its_law(level: float) -> None:
    """Its spread is grain * 2 sqrt(u (1 - u)), its mean zero, and it is neutral on neutrals."""
    table = np.full((2, 2, 2, 3), level, np.float32)
    picture = render(flat(0.3, (500, 500)), look(table, grain=0.04, grain_size=0.004)) / 255
    wanted = 0.04 * 2 * np.sqrt(level * (1 - level))
    assert picture.std() == pytest.approx(wanted, rel=0.04)
    assert picture.mean() == pytest.approx(level, abs=0.002)
    assert (picture == picture[..., :1]).all()


def test_grain_has_the_size_asked_for() -> None:
    """Neighbours correlate as the autocorrelation of a Gaussian of that width does."""
    table = np.full((2, 2, 2, 3), 0.5, np.float32)
    for fraction in (0.003, 0.006):
        how = look(table, grain=0.08, grain_size=fraction)
        noise = render(flat(0.3, (600, 800)), how)[..., 0].astype(float) - 127.5
        deviation = fraction * 1000 / 2.3548
        for distance in (1, 2):
            got = (noise[:, distance:] * noise[:, :-distance]).mean() / noise.var()
            assert got == pytest.approx(np.exp(-(distance**2) / (4 * deviation**2)), abs=0.03)


@pytest.mark.parametrize("factor", [2, 4, 6])
def test_grain_looks_the_same_at_every_size(factor: int) -> None:
    """A small picture has the grain that a large one has when it is made small."""
    how = look(np.full((2, 2, 2, 3), 0.5, np.float32), grain=0.15, grain_size=0.0012)
    large = render(flat(0.3, (1200, 1200)), how)[..., 0].astype(float)
    side = 1200 // factor
    made_small = large.reshape(side, factor, side, factor).mean((1, 3))
    small = render(flat(0.3, (side, side)), how)[..., 0].astype(float)
    assert small.std() == pytest.approx(made_small.std(), rel=0.08)
    assert small.std() < 0.9 * large.std()


def test_grain_depends_on_seed_and_position_alone() -> None:
    """The same seed gives the same grain, another seed another."""
    how = look(grain=0.05)
    one, two = render(scene(), how, seed=1), render(scene(), how, seed=2)
    assert np.array_equal(one, render(scene(), how, seed=1))
    assert (one != two).mean() > 0.5


FULL = {
    "tone_mapping": 0.8,
    "vignette": -0.7,
    "halation": 0.2,
    "bloom": 0.1,
    "local_contrast": 0.4,
    "sharpening": 0.6,
    "grain": 0.03,
}


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (16, 16), (131, 517)])
def test_threads_and_padding_change_nothing(shape: tuple[int, int]) -> None:
    """1, 2 and 3 threads, and padded rows, give the same bytes at any size."""
    linear = scene(*shape)
    padded = np.full((shape[0], shape[1] + 7, 3), np.nan, np.float32)
    padded[:, : shape[1]] = linear
    how = look(**FULL)
    one = render(linear, how, seed=3, threads=1)
    for threads in (2, 3):
        assert np.array_equal(one, render(linear, how, seed=3, threads=threads))
    table = apply_table(linear, how, threads=1)
    assert np.array_equal(table, apply_table(linear, how, threads=3))
    assert np.array_equal(table, apply_table(padded[:, : shape[1]], how))


def bad_table(value: float) -> Image:
    """A table with one bad value."""
    table = grid(3)
    table[1, 2, 0, 1] = value
    return table


@pytest.mark.parametrize(
    "changes",
    [
        {"tone_mapping": 1.1},
        {"tone_mapping": float("nan")},
        {"vignette": 0.1},
        {"vignette": float("nan")},
        {"halation": 1.5},
        {"bloom": -0.1},
        {"bloom_radius": float("inf")},
        {"local_contrast": 1.1},
        {"sharpening": 2.5},
        {"sharpening_radius": 100.0},
        {"grain": 0.3},
        {"grain_size": -1.0},
        {"table": bad_table(float("nan"))},
        {"table": bad_table(float("inf"))},
        {"table": bad_table(1.01)},
        {"table": grid(130)[:, :, :, :]},
        {"shaper_scale": 0.0},
        {"shaper_maximum": float("nan")},
    ],
)
def test_bad_looks_are_refused(changes: dict[str, Any]) -> None:
    """Each parameter out of range is an error, never a picture."""
    values = {"shaper_scale": SCALE, "shaper_maximum": MAXIMUM, "table": grid(3), **changes}
    with pytest.raises(NativeError):
        render(flat(0.2), Look("bad", **values))


def after(calls: int) -> Callable[[float], None]:
    """A progress function that gives up at that call."""
    seen: list[float] = []

    def progress(fraction: float) -> None:
        seen.append(fraction)
        if len(seen) == calls:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_cancelling_ends_the_call(calls: int) -> None:
    """What progress raises reaches the caller."""
    with pytest.raises(KeyboardInterrupt):
        render(flat(0.2, (600, 64)), look(**FULL), progress=after(calls))


def test_progress_rises_to_one() -> None:
    """Progress is monotonic and ends at 1."""
    seen: list[float] = []
    render(flat(0.2, (600, 64)), look(**FULL), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)


def test_a_look_is_told_without_its_table() -> None:
    """What a look is, in words, is a line: Kivy tells each value that a rule passes on."""
    assert len(repr(look(random_table(33)))) < 500
