"""Mosaics of every width, in other readers and in our own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rawpy

from app.pictures import dng
from app.pictures.dng import encode_dng
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng

MakeNegative = Callable[..., Negative]

WIDTHS = (24, 25, 32, 48, 256, 510, 511, 512, 513, 514, 528, 768, 1008, 1022, 1023, 1024)
WIDTHS += (1025, 1026, 1040, 1536, 2028, 2048, 2560, 4056)
COLOURS = [(0, 1, 1, 2), (1, 1, 1, 1)]


@pytest.mark.parametrize("colours", COLOURS)
def test_libraw_and_we_read_every_width(
    make_negative: MakeNegative, tmp_path: Path, colours: tuple[int, ...]
) -> None:
    """Bit for bit, at widths on both sides of each multiple of a tile's; odd ones to the last."""
    random = np.random.default_rng(3)
    preview = np.zeros((16, 16, 3), np.uint8)
    path = tmp_path / "a.dng"
    for width in WIDTHS:
        for height in (32, 530):
            mosaic = random.integers(4000, 4400, (height, width), np.uint16)
            negative = make_negative(mosaic=mosaic, colours=colours, crop=0, shading=None)
            path.write_bytes(encode_dng(negative, preview))
            with rawpy.imread(str(path)) as raw:
                assert np.array_equal(raw.raw_image_visible, mosaic), (width, height)
            assert np.array_equal(read_dng(path).mosaic, mosaic[:, : width & ~1]), (width, height)


@pytest.mark.parametrize("colours", COLOURS)
def test_tiles_of_half_the_width_are_read_right(
    make_negative: MakeNegative,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    colours: tuple[int, ...],
) -> None:
    """Files of older versions that LibRaw by itself loses half the rows of come back whole."""
    monkeypatch.setattr(dng, "_tile_size", lambda _mosaic: (512, 512))
    mosaic = np.random.default_rng(4).integers(4000, 9000, (700, 1024), np.uint16)
    negative = make_negative(mosaic=mosaic, colours=colours)
    path = tmp_path / "a.dng"
    path.write_bytes(encode_dng(negative, np.zeros((16, 16, 3), np.uint8)))
    with rawpy.imread(str(path)) as raw:
        assert not np.array_equal(raw.raw_image_visible, mosaic)
    read = read_dng(path)
    assert np.array_equal(read.mosaic, mosaic)
    assert read.format == negative.format
