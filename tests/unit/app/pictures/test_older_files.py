"""Baryta's DNGs are its negatives: those of every older version come back whole."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from same_negative import assert_same

from app.developing import develop_negative
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng
from app.stages import Stages

MakeNegative = Callable[..., Negative]

FILES = sorted((Path(__file__).parents[3] / "data" / "negatives").glob("*.dng"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_comes_back_whole(make_negative: MakeNegative, path: Path) -> None:
    """The chart that each version's test wrote is read as it was and develops to the same."""
    negative, read = make_negative(), read_dng(path)
    later = {"time_source": None, "mode": None, "plan": None, "exposures": ()}
    negative = replace(negative, info=replace(negative.info, **later))
    assert_same(read, negative)
    wanted, developed = (develop_negative(each, Stages()) for each in (negative, read))
    assert np.abs(developed - wanted).max() < 1e-4


def test_there_is_one_of_each() -> None:
    """The first version, the one with small tiles and the one with looks inside."""
    assert len(FILES) >= 3
