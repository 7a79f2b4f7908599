import numpy as np
import pytest

from native import NativeError, peaking


def _picture(luma: np.ndarray) -> np.ndarray:
    pixels = np.full((*luma.shape, 4), 255, np.uint8)
    pixels[..., :3] = np.clip(luma + 0.5, 0, 255).astype(np.uint8)[..., None]
    return pixels


def _blurred(luma: np.ndarray, sigma: float) -> np.ndarray:
    """Rows and columns through a Gaussian, the edges repeated."""
    reach = int(4 * sigma) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        padded = np.pad(luma, [(reach, reach) if a == axis else (0, 0) for a in (0, 1)], "edge")
        luma = np.apply_along_axis(lambda line: np.convolve(line, kernel, "valid"), axis, padded)
    return luma


def _edges(contrast: float) -> np.ndarray:
    """A square in the middle, its sides four pixels from where they would be seen best."""
    luma = np.full((64, 64), 120.0 - contrast / 2)
    luma[20:44, 20:44] += contrast
    return luma


@pytest.mark.parametrize("contrast", [60.0, 120.0, 230.0])
def test_focus_counts_and_not_contrast(contrast: float) -> None:
    """Sharp edges are marked all round, blurred ones nowhere, however strong they are."""
    sharp = peaking(_picture(_blurred(_edges(contrast), 0.6)), 12)
    assert sharp[18:22, 24:40].any(0).all()
    assert sharp[24:40, 42:46].any(1).all()
    assert not sharp[:16].any()
    assert not sharp[26:38, 26:38].any()
    for sigma in (1.5, 2.5):
        assert not peaking(_picture(_blurred(_edges(contrast), sigma)), 12).any()


def test_noise_is_not_in_focus() -> None:
    """A noisy flat preview has next to no marks at the default threshold."""
    noise = np.random.default_rng(5).normal(100.0, 2.0, (400, 400))
    assert (peaking(_picture(noise)) > 0).mean() < 1e-4


def test_colour_edges_count_by_their_luma() -> None:
    """Green against black is an edge as white against black is."""
    pixels = _picture(_edges(0.0))
    pixels[20:44, 20:44, 1] = 255
    assert peaking(pixels)[18:22, 24:40].any(0).all()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_do_not_matter(threads: int) -> None:
    """Any number of threads marks the same pixels, of padded rows too."""
    pixels = np.random.default_rng(1).integers(0, 256, (33, 60, 4)).astype(np.uint8)
    part = pixels[:, :50]
    np.testing.assert_array_equal(peaking(part, threads=threads), peaking(part.copy(), threads=1))


def test_what_is_no_preview_is_refused() -> None:
    """Three channels, words, or a threshold beyond any difference are errors."""
    good = np.zeros((8, 8, 4), np.uint8)
    for pixels, threshold in ((good[..., :3], 24), (good.astype(np.uint16), 24), (good, 511)):
        with pytest.raises(NativeError):
            peaking(pixels, threshold)
