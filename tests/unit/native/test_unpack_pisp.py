import numpy as np
import pisp_comp
import pytest

from native import NativeError, unpack


def _decoded(samples: np.ndarray, shift: int = 0) -> np.ndarray:
    return unpack(pisp_comp.encode(samples), "pisp_comp1", samples.shape[1], shift=shift)


def test_shadows_come_back_as_they_were() -> None:
    """Twelve-bit levels of a smooth dark picture lose nothing."""
    x = np.arange(160)
    y = np.arange(48)[:, None]
    levels = (150 + 0.6 * x + 0.9 * y + 3 * ((x + y) % 2)).astype(np.uint16)
    np.testing.assert_array_equal(_decoded(levels << 4, shift=4), levels)


@pytest.mark.parametrize(("spread", "step", "mode"), [(200, 32, 0), (900, 64, 1), (2500, 128, 2)])
def test_a_level_is_the_nearest(spread: int, step: int, mode: int) -> None:
    """In each mode of differences a sample is off by half that mode's step at most."""
    rng = np.random.default_rng(mode)
    base = rng.integers(6000, 52000, (64, 64 // 8, 1))
    noise = rng.integers(-spread, spread, (64, 64 // 8, 8))
    samples = (base + noise).reshape(64, 64).astype(np.uint16)
    used = pisp_comp.modes(pisp_comp.encode(samples))
    assert (used == mode).any()
    off = np.abs(_decoded(samples).astype(int) - samples)
    by_word = off.reshape(64, -1, 4, 2).max(2).reshape(64, -1)
    assert by_word[used == mode].max() <= step // 2


def test_the_hardest_edges_are_within_the_widest_step() -> None:
    """Samples that have nothing to do with each other are off by 256 of 65536 at most."""
    samples = np.random.default_rng(1).integers(2048, 65536, (40, 128)).astype(np.uint16)
    assert (pisp_comp.modes(pisp_comp.encode(samples)) == 3).mean() > 0.9
    off = np.abs(_decoded(samples).astype(int) - samples)
    assert 100 < off.max() <= 256


def test_black_and_white_have_their_levels() -> None:
    """What lies below the offset becomes the offset; clipped stays above 99 % of full scale."""
    samples = np.zeros((4, 16), np.uint16)
    assert (_decoded(samples) == pisp_comp.OFFSET).all()
    assert (_decoded(samples + 65535) >= 0.99 * 65535).all()


@pytest.mark.parametrize("width", [1, 7, 8, 9, 31, 33, 100])
def test_any_width(width: int) -> None:
    """Rows need not be whole blocks; padding is left out."""
    levels = np.random.default_rng(width).integers(250, 270, (5, width))
    samples = (levels << 4).astype(np.uint16)
    np.testing.assert_array_equal(_decoded(samples), samples)


def test_short_rows_are_refused() -> None:
    """A row that ends within a block is an error."""
    with pytest.raises(NativeError):
        unpack(np.zeros((4, 15), np.uint8), "pisp_comp1", 9)
