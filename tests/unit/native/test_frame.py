import numpy as np
import numpy.typing as npt
import pytest

from native import NativeError, fit_frame, tone_frame


def covered(length: int, count: int) -> npt.NDArray[np.float64]:
    """Shares of samples in each of count equal parts of them, (count, length)."""
    edges = np.arange(count + 1) * length / count
    starts = np.arange(length)
    right = np.minimum(edges[1:, np.newaxis], starts + 1)
    left = np.maximum(edges[:-1, np.newaxis], starts)
    shares: npt.NDArray[np.float64] = np.clip(right - left, 0.0, 1.0) * count / length
    return shares


@pytest.mark.parametrize("size", [(2, 2), (4, 6), (16, 30), (96, 128)])
def test_half_a_frame_has_the_means_of_four(size: tuple[int, int]) -> None:
    """Rounded, of every channel, of a view with padded rows."""
    height, width = size
    whole = np.random.default_rng(4).integers(0, 256, (height, width + 3, 4)).astype(np.uint8)
    whole[0, 0], whole[1, 1] = 255, 0
    pixels = whole[:, 1 : width + 1]
    wanted = (pixels.reshape(height // 2, 2, width // 2, 2, 4).astype(int).sum((1, 3)) + 2) // 4
    np.testing.assert_array_equal(fit_frame(pixels, width // 2, height // 2), wanted)


@pytest.mark.parametrize(
    ("size", "fitted"),
    [((96, 128), (54, 72)), ((97, 131), (20, 33)), ((60, 80), (59, 79)), ((9, 9), (1, 1))],
)
def test_a_pixel_is_the_mean_of_what_it_covers(
    size: tuple[int, int], fitted: tuple[int, int]
) -> None:
    """Within a level or two of noise, its shares being whole 128ths; an even field exactly."""
    pixels = np.random.default_rng(5).integers(0, 256, (*size, 4)).astype(np.uint8)
    down, across = covered(size[0], fitted[0]), covered(size[1], fitted[1])
    wanted = np.einsum("yY,YXc,xX->yxc", down, pixels.astype(float), across)
    error = fit_frame(pixels, fitted[1], fitted[0]) - wanted
    assert np.abs(error).max() < 2.0
    assert np.sqrt((error**2).mean()) < 0.6
    for level in (0, 1, 127, 255):
        even = np.full((*size, 4), level, np.uint8)
        assert (fit_frame(even, fitted[1], fitted[0]) == level).all()


def test_what_is_no_frame_is_refused() -> None:
    """Three channels, other samples, none at all, and more than there are."""
    for pixels in (
        np.zeros((8, 8, 3), np.uint8),
        np.zeros((8, 8, 4), np.uint16),
        np.zeros((8, 8, 4), np.uint8)[:, ::2],
    ):
        with pytest.raises(NativeError):
            fit_frame(pixels, 4, 4)
    for size in ((0, 4), (4, 0), (9, 8), (8, 9)):
        with pytest.raises(NativeError):
            fit_frame(np.zeros((8, 8, 4), np.uint8), *size)


def between(values: npt.NDArray[np.float32], size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """A map's values at each pixel of a frame, bilinear."""
    made = values.astype(float)
    for axis, count in enumerate(size):
        length = made.shape[axis]
        at = np.clip((np.arange(count) + 0.5) * length / count - 0.5, 0, length - 1)
        before = np.minimum(at.astype(int), max(length - 2, 0))
        share = (at - before).reshape(-1, *(1,) * (made.ndim - 1 - axis))
        after = np.minimum(before + 1, length - 1)
        made = made.take(before, axis) * (1 - share) + made.take(after, axis) * share
    return made


@pytest.mark.parametrize("mapped", [(12, 16), (1, 1), (54, 72), (60, 80)])
def test_the_gain_lies_beside_the_colours(mapped: tuple[int, int]) -> None:
    """The fourth byte is the line's root at the pixel's luma; colours stay."""
    rng = np.random.default_rng(6)
    frame = rng.integers(0, 256, (54, 72, 4)).astype(np.uint8)
    lines = np.stack([rng.uniform(-1, 1, mapped), rng.uniform(0.5, 2.0, mapped)], axis=-1)
    lines = lines.astype(np.float32)
    toned = frame.copy()
    tone_frame(toned, lines, 0.6, 2.5)
    np.testing.assert_array_equal(toned[..., :3], frame[..., :3])
    line = between(lines, (54, 72))
    luma = frame[..., :3] @ np.array([0.2126, 0.7152, 0.0722]) / 255.0
    root = np.clip(line[..., 0] * luma + line[..., 1], 0.6, 2.5)
    if mapped != (1, 1):
        assert (root == 0.6).any()
        assert (root == 2.5).any()
    wanted = (1.0 / root - 1.0 / 2.5) / (1.0 / 0.6 - 1.0 / 2.5) * 255.0
    error = toned[..., 3] - wanted
    assert np.abs(error).max() < 1.0


def test_an_even_field_has_its_gain_in_the_mean() -> None:
    """Between two steps, as a dither gives it, within what four by four pixels tell apart."""
    frame, lines = np.full((8, 12, 4), 100, np.uint8), np.zeros((2, 2, 2), np.float32)
    for root in (0.61, 0.9, 1.3, 2.4):
        lines[..., 1] = root
        tone_frame(frame, lines, 0.6, 2.5)
        wanted = (1.0 / root - 1.0 / 2.5) / (1.0 / 0.6 - 1.0 / 2.5) * 255.0
        assert abs(frame[..., 3].mean() - wanted) < 0.04


def test_impossible_gains_are_refused() -> None:
    """Limits that are none, and what is no frame or no map."""
    frame, lines = np.zeros((8, 8, 4), np.uint8), np.zeros((2, 2, 2), np.float32)
    for least, most in ((0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (1.0, np.inf), (np.nan, 2.0)):
        with pytest.raises(NativeError):
            tone_frame(frame, lines, least, most)
    with pytest.raises(NativeError):
        tone_frame(frame, lines.astype(np.float64), 0.5, 2.0)
    with pytest.raises(NativeError):
        tone_frame(frame[..., :3], lines, 0.5, 2.0)
