"""Damaged JPEGs in the library: their story is read, or one line says why not."""

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.pictures.errors import PictureError
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative
from app.pictures.position import Position
from app.pictures.shot_info import read_shot_info

MakeNegative = Callable[..., Negative]


@pytest.fixture(scope="module")
def whole(make_negative: MakeNegative) -> bytes:
    """A complete JPEG."""
    info = replace(make_negative().info, position=Position(1.0, 2.0, 3.0))
    return encode_jpeg(np.zeros((32, 32, 3), np.uint8), info)


def told(path: Path, data: bytes) -> None:
    """Reads a file, which may fail in one line only."""
    path.write_bytes(data)
    try:
        read_shot_info(path)
    except PictureError as error:
        said = str(error)
        assert said.startswith(str(path))
        assert "\n" not in said


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 7)), max_size=8),
    cut=st.floats(0, 1) | st.none(),
)
def test_flipped_and_cut(
    whole: bytes, tmp_path: Path, places: list[tuple[int, int]], cut: float | None
) -> None:
    """With bits flipped in the metadata and the end cut off."""
    data = bytearray(whole)
    for place, bit in places:
        data[place % min(len(data), 2500)] ^= 1 << bit
    told(tmp_path / "a.jpg", bytes(data if cut is None else data[: int(cut * len(data))]))


def test_directories_that_point_at_themselves(whole: bytes, tmp_path: Path) -> None:
    """Exif, GPS and the thumbnail's directory may all be the first one; nothing goes round."""
    start = whole.index(b"Exif\0\0II*\0") + 6
    for tag in (34665, 34853):
        entry = whole.index(struct.pack("<HHL", tag, 4, 1), start) + 8
        data = whole[:entry] + struct.pack("<L", 8) + whole[entry + 4 :]
        told(tmp_path / "a.jpg", data)
    told(tmp_path / "a.jpg", whole[:2] + b"\xff\xe1\0\0" * 1000 + whole[2:])
