import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.frames import Packing
from capture.profiles import profile
from capture.simulation.packing import pack_rows, row_bytes
from capture.simulation.readout import HotPixels, add_hot_pixels, add_noise, quantise


@pytest.mark.parametrize("level", [0.0, 0.002, 0.05, 0.5, 1.0])
def test_noise_has_the_modelled_mean_and_variance(level: float) -> None:
    """Noise has no bias and the variance shot * x + read."""
    shot, read = 3.24e-4, 4.3e-6
    noisy = add_noise(np.full((500, 1000), level, np.float32), shot, read, np.random.default_rng(1))
    variance = shot * level + read
    assert noisy.mean() == pytest.approx(level, abs=5 * np.sqrt(variance / noisy.size))
    assert noisy.var() == pytest.approx(variance, rel=0.03)


def test_few_photons_are_lopsided() -> None:
    """Ten electrons have the skewness of a Poisson count of ten."""
    shot = 1e-4
    noisy = add_noise(
        np.full((700, 1000), 10 * shot, np.float32), shot, 1e-14, np.random.default_rng(2)
    )
    z = (noisy - noisy.mean()) / noisy.std()
    assert (z**3).mean() == pytest.approx(10**-0.5, abs=0.03)


def test_quantising_adds_the_pedestal_and_clips() -> None:
    """Black becomes the black level, full scale the white level, and nothing goes beyond."""
    sensor = profile("imx477")
    signal = np.array([[0.0, 0.5], [1.0, 7.0]], np.float32)
    np.testing.assert_array_equal(quantise(signal, sensor, 0), [[256, 2176], [4095, 4095]])
    assert quantise(np.array([[-9.0, 0.0]], np.float32), sensor, 1)[0, 0] == 0


def test_hot_pixels_leak_with_time() -> None:
    """A hot pixel's light grows with the exposure and stays where it is."""
    hot = HotPixels.random(5, 100, 80, share=0.01)
    assert len(hot.index) == 80
    whole = np.zeros((80, 100), np.float32)
    add_hot_pixels(whole, hot, 0, 0.1)
    parts = np.zeros((80, 100), np.float32)
    add_hot_pixels(parts[:32], hot, 0, 0.1)
    add_hot_pixels(parts[32:], hot, 32, 0.1)
    np.testing.assert_array_equal(whole, parts)
    assert np.count_nonzero(whole) == 80
    np.testing.assert_allclose(whole.reshape(-1)[hot.index], hot.rate * 0.1, rtol=1e-6)


def _unpacked(rows: np.ndarray, packing: Packing, width: int) -> np.ndarray:
    """The standard's text, sample by sample: bits high to low, low bits in the last byte."""
    group, count = (4, 5) if packing is Packing.CSI2P10 else (2, 3)
    low_bits = 2 if packing is Packing.CSI2P10 else 4
    out = np.zeros((len(rows), width), np.uint16)
    for x in range(width):
        byte, k = x // group * count, x % group
        high = rows[:, byte + k].astype(np.uint16) << low_bits
        low = rows[:, byte + count - 1] >> (k * low_bits) & ((1 << low_bits) - 1)
        out[:, x] = high | low
    return out


@given(st.sampled_from([Packing.CSI2P10, Packing.CSI2P12]), st.integers(1, 9), st.integers(0, 99))
def test_packed_samples_come_back(packing: Packing, groups: int, seed: int) -> None:
    """Packing loses nothing, whatever the width."""
    width = groups * 4
    depth = 10 if packing is Packing.CSI2P10 else 12
    samples = np.random.default_rng(seed).integers(0, 1 << depth, (3, width), np.uint16)
    rows = np.zeros((3, row_bytes(packing, width)), np.uint8)
    pack_rows(samples, packing, rows)
    np.testing.assert_array_equal(_unpacked(rows, packing, width), samples)


def test_rows_are_aligned_and_whole() -> None:
    """Strides are multiples of 32 bytes; a broken group is an error."""
    assert row_bytes(Packing.CSI2P12, 4056) == 6112
    assert row_bytes(Packing.CSI2P10, 4608) == 5760
    assert row_bytes(Packing.U16, 100) == 224
    with pytest.raises(ValueError, match="groups of 4"):
        pack_rows(np.zeros((1, 6), np.uint16), Packing.CSI2P10, np.zeros((1, 32), np.uint8))
