import numpy as np
import pytest

from native import NativeError, halve_frame


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (17, 31), (96, 128)])
def test_each_pixel_is_the_mean_of_four(size: tuple[int, int]) -> None:
    """Rounded, of every channel, of a view with padded rows; odd rows and columns are dropped."""
    height, width = size
    whole = np.random.default_rng(4).integers(0, 256, (height, width + 3, 4)).astype(np.uint8)
    whole[0, 0], whole[1, 1] = 255, 0
    pixels = whole[:, 1 : width + 1]
    even = pixels[: height // 2 * 2, : width // 2 * 2].astype(int)
    wanted = (even.reshape(height // 2, 2, width // 2, 2, 4).sum(axis=(1, 3)) + 2) // 4
    np.testing.assert_array_equal(halve_frame(pixels), wanted)


def test_what_is_no_frame_is_refused() -> None:
    """Three channels, other samples, and what has no half."""
    for pixels in (
        np.zeros((8, 8, 3), np.uint8),
        np.zeros((8, 8, 4), np.uint16),
        np.zeros((1, 8, 4), np.uint8),
        np.zeros((8, 8, 4), np.uint8)[:, ::2],
    ):
        with pytest.raises(NativeError):
            halve_frame(pixels)
