"""Other programs' DNGs: opened where LibRaw can, else one line that says what they are."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from foreign_dng import BYTE, LONG, SHORT, Values, foreign_dng

from app.pictures.errors import PictureError
from app.pictures.read_dng import read_dng

WIDTH, HEIGHT = 96, 64
MOSAIC = np.random.default_rng(6).integers(256, 4000, (HEIGHT, WIDTH), np.uint16)
Mosaic = npt.NDArray[np.uint16]


def words(rows: npt.NDArray[np.generic], order: str) -> bytes:
    """Samples in a byte order."""
    return rows.astype(rows.dtype.newbyteorder(order)).tobytes()


def strips(rows: int, order: str = "<") -> list[bytes]:
    """The mosaic in strips."""
    return [words(MOSAIC[top : top + rows], order) for top in range(0, HEIGHT, rows)]


def tiles(height: int, width: int) -> list[bytes]:
    """The mosaic in tiles, the last ones filled up."""
    padded = np.pad(MOSAIC, ((0, -HEIGHT % height), (0, -WIDTH % width)), "edge")
    return [
        words(padded[top : top + height, left : left + width], "<")
        for top in range(0, HEIGHT, height)
        for left in range(0, WIDTH, width)
    ]


def twelve_bit() -> bytes:
    """The mosaic in 12 bit, the high bits first, as TIFF has it."""
    even, odd = MOSAIC[:, ::2].astype(int), MOSAIC[:, 1::2].astype(int)
    parts = np.stack([even >> 4, (even & 15) << 4 | odd >> 8, odd & 255], -1)
    return parts.astype(np.uint8).tobytes()


def read(tmp_path: Path, data: bytes) -> Mosaic:
    """The mosaic that Baryta reads."""
    path = tmp_path / "a.dng"
    path.write_bytes(data)
    negative = read_dng(path)
    assert negative.format.colours == (0, 1, 1, 2)
    assert negative.neutral == pytest.approx((0.5, 1.0, 0.7))
    return negative.mosaic


TILED: dict[int, Values] = {322: (LONG, (48,)), 323: (LONG, (32,))}


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (foreign_dng(WIDTH, HEIGHT, strips(HEIGHT), {}), "one strip"),
        (foreign_dng(WIDTH, HEIGHT, strips(8), {278: (LONG, (8,))}), "strips"),
        (foreign_dng(WIDTH, HEIGHT, strips(HEIGHT, ">"), {}, ">"), "big endian"),
        (foreign_dng(WIDTH, HEIGHT, tiles(32, 48), TILED), "tiles"),
        (
            foreign_dng(WIDTH, HEIGHT, [twelve_bit()], {258: (SHORT, (12,))}),
            "12 bit, packed",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_integers_come_bit_for_bit(tmp_path: Path, data: bytes, name: str) -> None:
    """Strips, tiles, packed samples, either byte order."""
    assert np.array_equal(read(tmp_path, data), MOSAIC), name


@pytest.mark.parametrize(("kind", "bits"), [("<f4", 32), ("<f2", 16)])
@pytest.mark.parametrize("scale", [1.0, 1 / 16000])
def test_floats_come_as_libraw_scales_them(
    tmp_path: Path, kind: str, bits: int, scale: float
) -> None:
    """Normalised by their own levels, within what 14 bit can tell."""
    values = (MOSAIC * scale).astype(kind)
    changes: dict[int, Values] = {
        258: (SHORT, (bits,)),
        339: (SHORT, (3,)),
        50714: (SHORT, (0,)),
        50717: (LONG, (max(1, round(16000 * scale)),)),
    }
    path = tmp_path / "a.dng"
    path.write_bytes(foreign_dng(WIDTH, HEIGHT, [values.tobytes()], changes))
    negative = read_dng(path)
    black, white = negative.format.black[0], negative.format.white
    seen = (negative.mosaic - black) / (white - black)
    assert np.abs(seen - MOSAIC / 16000).max() < 1e-3


X_TRANS = (1, 1, 0, 1, 1, 2, 1, 1, 2, 1, 1, 0, 2, 0, 1, 0, 2, 1) * 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            foreign_dng(
                WIDTH,
                HEIGHT,
                [words(np.repeat(MOSAIC[..., None], 3, 2), "<")],
                {
                    258: (SHORT, (16, 16, 16)),
                    262: (SHORT, (34892,)),
                    277: (SHORT, (3,)),
                    50714: (SHORT, (256, 256, 256)),
                    50717: (LONG, (16000,) * 3),
                },
            ),
            "already demosaiced",
        ),
        (
            foreign_dng(
                WIDTH,
                HEIGHT,
                strips(HEIGHT),
                {33421: (SHORT, (6, 6)), 33422: (BYTE, X_TRANS)},
            ),
            "no Bayer pattern",
        ),
        (
            foreign_dng(WIDTH, HEIGHT, [b"\xff\x0a" + bytes(2000)], {259: (SHORT, (52546,))}),
            "JPEG XL",
        ),
        (
            foreign_dng(WIDTH, HEIGHT, strips(HEIGHT), {259: (SHORT, (12345,))}),
            "coded in a way",
        ),
    ],
    ids=["linear", "X-Trans", "JPEG XL", "unknown coding"],
)
def test_other_kinds_are_named(tmp_path: Path, data: bytes, said: str) -> None:
    """One line: the file, what it is, what to give instead."""
    path = tmp_path / "a.dng"
    path.write_bytes(data)
    with pytest.raises(PictureError, match=said) as caught:
        read_dng(path)
    assert re.fullmatch(rf"{re.escape(str(path))}: [^\n;]+; [^\n;]+", str(caught.value))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({256: (LONG, (2**31,))}, "width"),
        ({256: (LONG, (0,))}, "no width"),
        ({257: (LONG, (2**31,))}, "height"),
        ({256: (LONG, (60_000,)), 257: (LONG, (60_000,))}, "too large"),
        ({273: (LONG, (2**32 - 1,))}, "offset"),
        ({279: (LONG, (2**32 - 1,))}, "length"),
        ({279: (LONG, (10,))}, "too short"),
        ({273: (LONG, (400,) * 3)}, "more offsets than lengths"),
        ({**TILED, 322: (LONG, (2**30,)), 324: (LONG, (500,)), 325: (LONG, (12288,))}, "tiles"),
        ({330: (LONG, (8, 8, 8))}, "a directory that is its own child"),
        ({330: (LONG, tuple(range(8, 5000, 7)))}, "children everywhere"),
        ({34665: (LONG, (2**32 - 1,))}, "an Exif directory nowhere"),
        ({50829: (LONG, (0, 0, 2**31, 2**31))}, "active area"),
        ({50829: (LONG, (60, 90, 10, 10))}, "active area inside out"),
        ({50719: (LONG, (2**31, 2**31)), 50720: (LONG, (1, 1))}, "crop"),
        ({50714: (LONG, (70_000,))}, "black above white"),
        ({50728: (LONG, (0, 0, 0))}, "no white"),
        ({50713: (SHORT, (60_000, 60_000))}, "black pattern"),
        ({51009: (BYTE, (255,) * 64)}, "opcodes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_absurd_values_are_told_or_ignored(
    tmp_path: Path, changes: dict[int, Values], name: str
) -> None:
    """A file with one impossible value opens as what it is, or says in a line what is wrong."""
    path = tmp_path / "a.dng"
    path.write_bytes(foreign_dng(WIDTH, HEIGHT, strips(HEIGHT), changes))
    try:
        negative = read_dng(path)
    except PictureError as error:
        assert re.fullmatch(  # noqa: PT017  (opening is right as well)
            rf"{re.escape(str(path))}: [^\n;]+; [^\n;]+", str(error)
        ), name
    else:
        assert negative.mosaic.shape == (HEIGHT, WIDTH), name
        assert 0 <= negative.crop < HEIGHT // 2, name
