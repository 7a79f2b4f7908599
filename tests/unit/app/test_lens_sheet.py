"""A sheet of lines through a lens that bends them, from the negative to the developed picture."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lines import measure, sheet

from app.developing import develop_negative
from app.pictures.dng import encode_dng
from app.pictures.read_dng import read_dng
from app.stages import Stages


def test_a_dng_with_a_warp_develops_to_straight_lines_of_one_colour(tmp_path: Path) -> None:
    """Bow and lateral colour, which is the camera's and not the image's, are gone."""
    path = tmp_path / "sheet.dng"
    path.write_bytes(encode_dng(sheet()))
    negative = read_dng(path)
    bent = develop_negative(replace(negative, warp=None), Stages()).astype(np.float64)
    straight = develop_negative(negative, Stages()).astype(np.float64)
    before, after = measure(bent), measure(straight)
    assert before.bow > 1.5
    assert before.colour > 1.4
    assert after.bow < 0.1
    assert after.colour < 0.2 * before.colour
    assert straight.mean() == pytest.approx(bent.mean(), rel=0.02)
