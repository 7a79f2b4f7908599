"""Whole shots against golden pictures; shots.py makes them and says how."""

import numpy as np
import pytest
from PIL import Image
from shots import HERE, LOOKS, shoot


@pytest.mark.parametrize("look", LOOKS)
def test_a_shot_looks_as_it_did(look: str) -> None:
    """Mean difference below one level of 255, and no visible one anywhere."""
    golden = np.asarray(Image.open(HERE / f"{look}.png")).astype(float)
    difference = np.abs(shoot(look) - golden)
    assert difference.mean() < 1.0
    assert np.quantile(difference, 0.999) < 8.0
