from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.developing import develop_negative
from app.pictures.dng import encode_dng
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng
from app.pictures.warp_opcode import encode_warp, read_warp
from app.stages import Stages
from native import Warp

WARP = Warp(
    ((0.97, 0.03, -0.01, 0.002), (0.971, 0.03, -0.01, 0.002), (0.9705, 0.029, -0.01, 0.0)),
    ((0.0, 1e-4), (0.0, 1e-4), (1e-5, 0.0)),
    (0.5, 0.49),
)


def test_a_warp_comes_back() -> None:
    """Every coefficient of every colour; other opcodes before it are passed over."""
    data = encode_warp(WARP)
    assert read_warp(data) == WARP
    other = bytes((0, 0, 0, 7, 1, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 9, 9))
    assert read_warp(b"\0\0\0\2" + other + data[4:]) == WARP
    assert read_warp(b"\0\0\0\1" + other) is None


def test_one_plane_stands_for_all() -> None:
    """As cameras write it that know of no lateral colour."""
    three = encode_warp(WARP)
    parameters = bytes((0, 0, 0, 1)) + three[24:72] + three[-16:]
    one = three[:16] + len(parameters).to_bytes(4, "big") + parameters
    found = read_warp(one)
    assert found is not None
    assert found.radial == (WARP.radial[0],) * 3
    assert found.centre == WARP.centre


@pytest.mark.parametrize("cut", [3, 10, 19, 40, 100, 170])
def test_what_is_cut_short_is_refused(cut: int) -> None:
    """A list that ends in the middle is damaged, and so is one with figures no lens has."""
    with pytest.raises(ValueError, match="damaged"):
        read_warp(encode_warp(WARP)[:cut])
    wild = Warp(((1.0, 0.0, 0.0, float("inf")),) * 3)
    with pytest.raises(ValueError, match="damaged"):
        read_warp(encode_warp(wild))


def test_a_negative_keeps_its_warp_and_develops_by_it(
    tmp_path: Path, make_negative: Callable[..., Negative]
) -> None:
    """Written as OpcodeList3 and read again, it gives the picture that was taken."""
    bent = make_negative(warp=WARP)
    path = tmp_path / "bent.dng"
    path.write_bytes(encode_dng(bent))
    again = read_dng(path)
    assert again.warp == WARP
    warped = develop_negative(bent, Stages())
    straight = develop_negative(make_negative(), Stages())
    assert warped.shape == straight.shape
    assert np.abs(warped - straight).max() > 0.01
    assert np.abs(develop_negative(again, Stages()) - warped).max() < 1e-3
