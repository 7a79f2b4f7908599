"""Pictures as luma and chroma."""

import numpy as np
import pytest
from PIL import Image

from native import NativeError, ycc


def test_it_is_what_a_jpeg_reader_turns_back() -> None:
    """Rows may be padded; Pillow's own conversion gives the picture back, within its rounding."""
    picture = np.random.default_rng(1).integers(0, 256, (41, 90, 3), np.uint8)[:, :70]
    back = np.asarray(Image.fromarray(ycc(picture), "YCbCr").convert("RGB")).astype(int)
    assert np.abs(back - picture).max() <= 3
    grey = np.arange(256, dtype=np.uint8).repeat(24).reshape(32, 64, 3)
    grey[...] = grey[..., :1]
    assert (ycc(grey)[..., 0] == grey[..., 0]).all()
    assert (ycc(grey)[..., 1:] == 128).all()


def test_what_is_no_picture_is_refused() -> None:
    """One channel or four, other samples, every second pixel."""
    picture = np.zeros((4, 4, 3), np.uint8)
    for other in (
        picture[..., 0],
        np.zeros((4, 4, 4), np.uint8),
        picture.astype(np.uint16),
        picture[:, ::2],
    ):
        with pytest.raises(NativeError, match="expected"):
            ycc(other)
