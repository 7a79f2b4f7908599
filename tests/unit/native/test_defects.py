"""Hot and dead pixels go; stars, text and specular points stay."""

import numpy as np
import numpy.typing as npt
import pytest

from native import MosaicFormat, MosaicNoise, NativeError, correct_defects

SCALE = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
RANGE = 4095.0 - 256.0
NOISE = MosaicNoise((3.24e-4,) * 4, (4.3e-6,) * 4)
Mosaic = npt.NDArray[np.uint16]


def expose(light: npt.NDArray[np.floating], seed: int = 1) -> Mosaic:
    """A noisy 12-bit mosaic of normalised light."""
    rng = np.random.default_rng(seed)
    noisy = light + rng.normal(size=light.shape) * np.sqrt(3.24e-4 * light + 4.3e-6)
    return np.clip(np.round(noisy * RANGE + 256), 0, 4095).astype(np.uint16)


def gradient(size: int = 200) -> npt.NDArray[np.float64]:
    """Slowly changing light."""
    y, x = np.mgrid[0:size, 0:size]
    return 0.05 + 0.4 * x / size + 0.1 * np.sin(y / 9)


def scattered(count: int, size: int = 200) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Positions at random, no two of them near each other."""
    cells = np.random.default_rng(9).permutation((size // 8) ** 2)[:count]
    return cells // (size // 8) * 8 + 3 + cells % 2, cells % (size // 8) * 8 + 2 + cells % 3


def test_clean_noise_is_left_alone() -> None:
    """Among 160 000 noisy samples at most two are mistaken for defects."""
    mosaic = expose(np.clip(gradient(400), 0, 1))
    assert correct_defects(mosaic, SCALE, NOISE) <= 2


@pytest.mark.parametrize("value", [4095, 2600, 0])
def test_hot_and_dead_pixels_are_replaced(value: int) -> None:
    """Stuck samples end within the noise of what belongs there; nothing else changes."""
    light = np.clip(gradient(), 0.12, 1)
    clean = expose(light)
    broken = clean.copy()
    y, x = scattered(300)
    broken[y, x] = value
    repaired = broken.copy()
    found = correct_defects(repaired, SCALE, NOISE)
    changed = repaired != broken
    touched = np.zeros_like(changed)
    touched[y, x] = True
    assert found >= changed.sum()
    assert changed[touched].mean() > 0.95
    assert changed[~touched].sum() <= 2
    sigma = np.sqrt(3.24e-4 * light + 4.3e-6) * RANGE
    error = (repaired - (light * RANGE + 256)) / sigma
    assert np.sqrt(np.mean(error[touched & changed] ** 2)) < 1.6


def test_two_defects_of_one_colour_side_by_side_are_found() -> None:
    """A like neighbour that is stuck too does not hide a defect."""
    mosaic = expose(np.full((64, 64), 0.1))
    mosaic[20, 20] = mosaic[20, 22] = 3500
    correct_defects(mosaic, SCALE, NOISE)
    assert mosaic[20, 20] < 1000
    assert mosaic[20, 22] < 1000


def test_corners_and_borders_are_served() -> None:
    """Defects in the outermost rows and columns are replaced as well."""
    mosaic = expose(np.full((33, 47), 0.1))
    places = [(0, 0), (0, 46), (32, 0), (32, 46), (0, 20), (15, 0), (15, 46), (32, 21)]
    for place in places:
        mosaic[place] = 4000
    correct_defects(mosaic, SCALE, NOISE)
    assert max(int(mosaic[place]) for place in places) < 1100


@pytest.mark.parametrize("spread", [0.5, 0.7, 1.2])
@pytest.mark.parametrize("colour", [(1, 1, 1), (1, 0.5, 0.25), (0.4, 0.6, 1)])
def test_stars_survive(spread: float, colour: tuple[float, float, float]) -> None:
    """Points of light as a lens images them, at random subpixel positions, lose nothing."""
    light = np.full((200, 200), 0.01)
    y, x = scattered(250)
    rng = np.random.default_rng(2)
    v, u = np.mgrid[-4:5, -4:5]
    for row, column in zip(y, x, strict=True):
        dy, dx = rng.random(2) - 0.5
        spot = sum(  # what falls on each pixel's area
            np.exp(-((v - dy + a) ** 2 + (u - dx + b) ** 2) / (2 * spread**2))
            for a in (-0.33, 0, 0.33)
            for b in (-0.33, 0, 0.33)
        )
        top, left = max(row - 4, 0), max(column - 4, 0)
        place = np.s_[top : row + 5, left : column + 5]
        part = spot[top - row + 4 :, left - column + 4 :]
        part = part[: light[place].shape[0], : light[place].shape[1]]
        light[place] += 0.09 * rng.uniform(0.2, 1.5) * part
    by_site = np.array([colour[0], colour[1], colour[1], colour[2]]).reshape(2, 2)
    before = expose(np.clip(light * np.tile(by_site, (100, 100)), 0, 1))
    after = before.copy()
    correct_defects(after, SCALE, NOISE)
    lost = (before.astype(int) - after > 6 * 4).sum()
    assert lost <= 2


def test_text_survives() -> None:
    """Thin strokes, dots and their ends, softened as by a lens, are not eaten."""
    rng = np.random.default_rng(3)
    page = np.full((600, 600), 0.6)
    for _ in range(500):
        cy, cx = rng.integers(0, 570, 2)
        length, width = rng.integers(3, 30), rng.integers(3, 6)
        if rng.random() < 0.5:
            length, width = width, length
        page[cy : cy + length, cx : cx + width] = 0.03
    small = page.reshape(200, 3, 200, 3).mean((1, 3))
    for axis in (0, 1):
        small = 0.1 * (np.roll(small, 1, axis) + np.roll(small, -1, axis)) + 0.8 * small
    before = expose(small)
    after = before.copy()
    correct_defects(after, SCALE, NOISE)
    assert (before != after).sum() <= 4  # of 40 000, about 6 000 of them ink


def test_threads_change_nothing() -> None:
    """The decision rests on the original samples, whatever the order."""
    rng = np.random.default_rng(4)
    broken = expose(np.clip(gradient(), 0, 1))
    broken[rng.integers(0, 200, 900), rng.integers(0, 200, 900)] = 4095
    results = []
    for threads in (1, 2, 3):
        mosaic = broken.copy()
        results.append((correct_defects(mosaic, SCALE, NOISE, threads=threads), mosaic))
    for count, mosaic in results[1:]:
        assert count == results[0][0]
        assert np.array_equal(mosaic, results[0][1])


def test_padding_is_not_touched() -> None:
    """Samples beyond the row's end neither count nor change."""
    wide = np.full((40, 64), 65535, np.uint16)
    wide[:, :48] = expose(np.full((40, 48), 0.1))
    wide[10, 10] = 4095
    assert correct_defects(wide[:, :48], SCALE, NOISE) == 1
    assert (wide[:, 48:] == 65535).all()


def test_bad_arguments_are_refused() -> None:
    """A mosaic too small and a noise model that is none are errors."""
    with pytest.raises(NativeError):
        correct_defects(np.zeros((15, 64), np.uint16), SCALE, NOISE)
    with pytest.raises(NativeError):
        correct_defects(
            np.zeros((64, 64), np.uint16), SCALE, MosaicNoise((float("nan"),) * 4, (0.0,) * 4)
        )
