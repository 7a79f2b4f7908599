import numpy as np
import numpy.typing as npt
import pytest

from native import NativeError, unpack


def pack(samples: npt.NDArray[np.uint16], bits: int, padding: int = 0) -> npt.NDArray[np.uint8]:
    """Packs rows as MIPI CSI-2 does, written from the specification's figures."""
    group = 2 if bits == 12 else 4
    height, width = samples.shape
    groups = -(-width // group)
    padded = np.zeros((height, groups * group), np.uint16)
    padded[:, :width] = samples
    parts = padded.reshape(height, groups, group)
    low = (parts.astype(np.uint32) & ((1 << (bits - 8)) - 1)) << ((bits - 8) * np.arange(group))
    tail = low.sum(2, keepdims=True) >> (8 * np.arange(group * (bits - 8) // 8))
    octets = np.concatenate([parts >> (bits - 8), tail & 255], 2).astype(np.uint8)
    rows = octets.reshape(height, -1)
    return np.pad(rows, ((0, 0), (0, padding)))


@pytest.mark.parametrize("bits", [10, 12, 14])
@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 64, 101])
def test_packed_rows_come_back(bits: int, width: int) -> None:
    """Every sample survives packing, at any width and with padded rows."""
    rng = np.random.default_rng(width)
    samples = rng.integers(0, 1 << bits, (7, width), np.uint16)
    for padding in (0, 13):
        result = unpack(pack(samples, bits, padding), f"csi2p{bits}", width)
        np.testing.assert_array_equal(result, samples)


def test_shift_drops_low_bits() -> None:
    """Left-justified 12-bit words come back right-justified."""
    samples = np.arange(64, dtype=np.uint16).reshape(4, 16) * 61
    np.testing.assert_array_equal(unpack(samples << 4, "u16", 16, shift=4), samples)


def test_words_wider_than_the_frame_are_cropped() -> None:
    """A 16-bit row may be longer than the frame is wide."""
    samples = np.arange(80, dtype=np.uint16).reshape(4, 20)
    np.testing.assert_array_equal(unpack(samples, "u16", 16), samples[:, :16])


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_do_not_matter(threads: int) -> None:
    """Any number of threads gives the same samples."""
    samples = np.random.default_rng(3).integers(0, 4096, (33, 50), np.uint16)
    result = unpack(pack(samples, 12), "csi2p12", 50, threads=threads)
    np.testing.assert_array_equal(result, samples)


@pytest.mark.parametrize(
    ("packing", "width", "shift"),
    [("csi2p10", 40, 0), ("csi2p12", 30, 0), ("csi2p12", 0, 0), ("raw8", 8, 0), ("csi2p12", 8, 16)],
)
def test_impossible_rows_are_refused(packing: str, width: int, shift: int) -> None:
    """A row too short, an unknown packing or a shift out of range is an error, not a crash."""
    with pytest.raises(NativeError):
        unpack(np.zeros((4, 40), np.uint8), packing, width, shift=shift)
