"""Lossless JPEG against decoders that are not ours."""

import struct

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from native import NativeError, encode_lossless_jpeg

Samples = npt.NDArray[np.uint16]


def decode(coded: bytes) -> Samples:
    """A plain decoder from ITU-T T.81: annex F (Huffman) and annex H (lossless)."""
    assert coded[:2] == b"\xff\xd8"
    assert coded[-2:] == b"\xff\xd9"
    position, segments = 2, {}
    while True:
        marker, length = struct.unpack_from(">HH", coded, position)
        segments[marker] = coded[position + 4 : position + 2 + length]
        position += 2 + length
        if marker == 0xFFDA:
            break
    precision, height, half, components = struct.unpack_from(">BHHB", segments[0xFFC3])
    assert (precision, components) == (16, 2)
    lengths, symbols = segments[0xFFC4][1:17], segments[0xFFC4][17:]
    codes, code, index = {}, 0, 0
    for size, count in enumerate(lengths, 1):
        for _ in range(count):
            codes[size, code] = symbols[index]
            code, index = code + 1, index + 1
        code <<= 1
    packed = np.frombuffer(coded[position:-2].replace(b"\xff\x00", b"\xff"), np.uint8)
    bits = iter(np.unpackbits(packed).tolist())
    image = np.zeros((height, half * 2), np.int64)
    for y in range(height):
        for x in range(half * 2):
            size = code = 0
            while (size, code) not in codes:
                size, code = size + 1, code * 2 + next(bits)
            category = codes[size, code]
            value = 32768 if category == 16 else 0
            for _ in range(category % 16):
                value = value * 2 + next(bits)
            if 0 < category < 16 and value < 1 << (category - 1):
                value -= (1 << category) - 1
            left = image[y, x - 2] if x >= 2 else (image[y - 1, x] if y else 32768)
            image[y, x] = (left + value) & 0xFFFF
    assert set(bits) <= {1}, "what fills the last byte must be ones"
    return image.astype(np.uint16)


@settings(max_examples=40)
@given(
    height=st.integers(1, 12),
    half=st.integers(1, 10),
    spread=st.integers(0, 16),
    seed=st.integers(0, 2**32 - 1),
)
def test_round_trip(height: int, half: int, spread: int, seed: int) -> None:
    """Any tile, of any spread of values, comes back bit for bit."""
    random = np.random.default_rng(seed)
    wide = random.integers(0, 1 << spread, (height, half * 2), endpoint=True)
    samples = np.minimum(wide, 65535).astype(np.uint16)
    assert np.array_equal(decode(encode_lossless_jpeg(samples)), samples)


def test_rows_with_a_stride() -> None:
    """A view into a larger mosaic is coded as it is seen."""
    mosaic = np.random.default_rng(3).integers(0, 65536, (20, 30)).astype(np.uint16)
    tile = mosaic[4:14, 6:22]
    assert np.array_equal(decode(encode_lossless_jpeg(tile)), tile)


def test_it_compresses() -> None:
    """A smooth tile with a little noise takes near to what its noise's entropy demands."""
    random = np.random.default_rng(4)
    ramp = np.arange(256)[None, :] + np.arange(256)[:, None] * 7
    samples = (ramp + 4096 + random.normal(0, 8, ramp.shape)).astype(np.uint16)
    entropy = 0.5 * np.log2(2 * np.pi * np.e * 2 * 8.0**2)  # of a difference, bits
    bits = len(encode_lossless_jpeg(samples)) * 8 / samples.size
    assert entropy < bits < entropy + 0.6


def test_odd_width_is_refused() -> None:
    """Two components of half width need an even one."""
    with pytest.raises(NativeError):
        encode_lossless_jpeg(np.zeros((4, 5), np.uint16))


@pytest.mark.parametrize("shape", [(1, 32770), (32769, 2)])
def test_sides_over_the_limit_are_refused(shape: tuple[int, int]) -> None:
    """A side of 32768 is coded, a longer one refused."""
    longest = (min(shape[0], 32768), min(shape[1], 32768))
    assert encode_lossless_jpeg(np.zeros(longest, np.uint16))
    with pytest.raises(NativeError):
        encode_lossless_jpeg(np.zeros(shape, np.uint16))
