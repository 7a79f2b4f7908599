"""Pictures in another colour space."""

from dataclasses import replace

import numpy as np
import pytest

from native import Conversion, NativeError, convert

_LEVELS = np.rint(np.linspace(0.0, 1.0, 256) * Conversion.ONE).astype(np.int32)
_BACK = np.rint(np.linspace(0.0, 255.0, Conversion.ONE + 1)).astype(np.uint8)
STRAIGHT = Conversion(_LEVELS, Conversion.ONE * np.eye(3, dtype=np.int32), _BACK)


def test_a_matrix_of_ones_changes_nothing_and_one_of_turns_turns() -> None:
    """Rows may be padded; light below 0 and above 1 is clipped."""
    picture = np.random.default_rng(1).integers(0, 256, (9, 40, 3), np.uint8)[:, :33]
    assert np.array_equal(convert(picture, STRAIGHT), picture)
    turned = replace(STRAIGHT, matrix=STRAIGHT.matrix[[2, 0, 1]])
    assert np.array_equal(convert(picture, turned), picture[..., [2, 0, 1]])
    twice = convert(picture, replace(STRAIGHT, matrix=2 * STRAIGHT.matrix))
    assert np.array_equal(twice, np.minimum(2 * picture.astype(int), 255))
    assert not convert(picture, replace(STRAIGHT, matrix=-STRAIGHT.matrix)).any()


def test_what_is_out_of_range_is_refused() -> None:
    """Arrays of another shape, tables of another length, light above 1, steep factors."""
    picture = np.zeros((4, 4, 3), np.uint8)
    for other in (picture[..., 0], picture.astype(np.uint16), picture[:, ::2]):
        with pytest.raises(NativeError, match="expected"):
            convert(other, STRAIGHT)
    with pytest.raises(ValueError, match="encode has 5 values, not 16385"):
        convert(picture, replace(STRAIGHT, encode=_BACK[:5]))
    for wrong in (
        replace(STRAIGHT, decode=_LEVELS + 1),
        replace(STRAIGHT, matrix=np.full((3, 3), 50_000, np.int32)),
    ):
        with pytest.raises(NativeError):
            convert(picture, wrong)
