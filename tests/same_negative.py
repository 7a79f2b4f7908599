"""Whether what a file gives back is the negative that was written."""

import numpy as np
import pytest

from app.pictures.negative import Negative


def assert_same(read: Negative, negative: Negative) -> None:
    """Every field is the same, matrices to a millionth."""
    assert np.array_equal(read.mosaic, negative.mosaic)
    assert read.format == negative.format
    assert read.noise == negative.noise
    assert read.neutral == pytest.approx(negative.neutral, abs=1e-6)
    assert len(read.calibrations) == len(negative.calibrations)
    for ours, theirs in zip(read.calibrations, negative.calibrations, strict=True):
        assert ours.temperature == theirs.temperature
        assert np.abs(ours.colour_matrix - theirs.colour_matrix).max() < 1e-6
        assert np.abs(ours.forward_matrix - theirs.forward_matrix).max() < 1e-6
    assert (read.shading is None) == (negative.shading is None)
    if read.shading is not None and negative.shading is not None:
        assert np.array_equal(read.shading, negative.shading)
    assert (read.push, read.crop, read.orientation) == (
        negative.push,
        negative.crop,
        negative.orientation,
    )
    assert read.info == negative.info
