"""What holds for every mosaic and every look, whatever its size and colours."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from native import Development, Look, MosaicFormat, MosaicNoise, apply_table, develop, render

ORDERS = st.sampled_from([(0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1)])
SIZES = st.tuples(st.integers(16, 60), st.integers(16, 300))
LEVELS = st.floats(0.0, 1.0, width=32)


@settings(max_examples=40)
@given(ORDERS, SIZES, st.tuples(LEVELS, LEVELS, LEVELS), st.sampled_from([0.0, 1.0]))
def test_a_flat_colour_stays_flat(
    order: tuple[int, int, int, int],
    size: tuple[int, int],
    colour: tuple[float, float, float],
    denoise: float,
) -> None:
    """One colour in, one colour out, equal to the samples, in every order and size."""
    mosaic = np.empty(size, np.uint16)
    for site, own in enumerate(order):
        mosaic[site // 2 :: 2, site % 2 :: 2] = round(200 + 60000 * 0.9 * colour[own])
    how = Development(
        format=MosaicFormat(order, (200.0,) * 4, 60200.0),
        noise=MosaicNoise((1e-4,) * 4, (1e-6,) * 4),
        white_balance=(1.0, 1.0, 1.0),
        matrix=np.eye(3),
        denoise=denoise,
    )
    linear = develop(mosaic, how, threads=2)
    wanted = np.broadcast_to(np.array([round(54000 * c) / 60000 for c in colour]), linear.shape)
    # Averaging is taken to have removed noise, and so to have moved the mean: by 0.1 sigma at most.
    np.testing.assert_allclose(linear, wanted, rtol=1e-3, atol=1e-4)


@settings(max_examples=25)
@given(ORDERS, SIZES, st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_any_mosaic_gives_finite_light_for_any_number_of_threads(
    order: tuple[int, int, int, int], size: tuple[int, int], seed: int, threads: int
) -> None:
    """Random samples give finite light, none negative, alike for every thread count."""
    rng = np.random.default_rng(seed)
    mosaic = rng.integers(0, 65536, size).astype(np.uint16)
    how = Development(
        format=MosaicFormat(order, (4096.0,) * 4, 60000.0),
        noise=MosaicNoise((1e-3,) * 4, (1e-5,) * 4),
        white_balance=(2.1, 1.0, 1.4),
        matrix=rng.normal(0, 1, (3, 3)),
        shading=1 + rng.random((4, 3, 3)).astype(np.float32),
    )
    one = develop(mosaic, how, threads=1)
    assert np.isfinite(one).all()
    assert one.min() >= 0
    assert np.array_equal(one, develop(mosaic, how, threads=threads))


@settings(max_examples=40)
@given(
    st.tuples(st.integers(1, 80), st.integers(1, 300)),
    st.integers(0, 2**32 - 1),
    st.floats(-2, 0),
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(-1, 1)),
    st.tuples(st.floats(0, 2), st.floats(0, 10)),
    st.tuples(st.floats(0, 0.2), st.floats(0, 0.01)),
)
def test_any_look_renders(
    size: tuple[int, int],
    seed: int,
    vignette: float,
    light: tuple[float, float, float],
    sharpening: tuple[float, float],
    grain: tuple[float, float],
) -> None:
    """Every look within its ranges renders any light, with any thread count, to the same bytes."""
    rng = np.random.default_rng(seed)
    table = rng.random((3, 3, 3, 3)).astype(np.float32)
    linear = (rng.random((*size, 3)) ** 4 * 10).astype(np.float32)
    look = Look(
        "any",
        0.02,
        8.0,
        table,
        vignette=vignette,
        halation=light[0],
        bloom=light[1],
        local_contrast=light[2],
        sharpening=sharpening[0],
        sharpening_radius=sharpening[1],
        grain=grain[0],
        grain_size=grain[1],
    )
    picture = render(linear, look, seed=seed % 1000, threads=1)
    assert np.array_equal(picture, render(linear, look, seed=seed % 1000, threads=2))


@settings(max_examples=40)
@given(st.integers(2, 20), st.integers(0, 2**32 - 1))
def test_a_linear_table_is_reproduced(size: int, seed: int) -> None:
    """A table linear in its axes is returned exactly, whatever the cell: no seams between cells."""
    rng = np.random.default_rng(seed)
    weights = rng.random((3, 3)) / 3
    axis = np.linspace(0, 1, size)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
    linear = (rng.random((7, 31, 3)) ** 3 * 8).astype(np.float32)
    look = Look("linear", 0.02, 8.0, (grid @ weights).astype(np.float32))
    shaped = np.arcsinh(linear.astype(np.float64) / 0.02) / np.arcsinh(8.0 / 0.02)
    np.testing.assert_allclose(apply_table(linear, look), shaped @ weights, atol=2e-6)
