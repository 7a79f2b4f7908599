"""Reading raw files: Baryta's own without loss, others as far as they tell, bad ones in a line."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rawpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from same_negative import assert_same

from app.pictures import dng, raw_tags
from app.pictures.dng import encode_dng
from app.pictures.errors import PictureError
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative
from app.pictures.read_colour import forward_of
from app.pictures.read_dng import read_dng
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory
from capture.colour import D65_XY

MakeNegative = Callable[..., Negative]


def written(tmp_path: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path = tmp_path / "a.dng"
    path.write_bytes(data)
    return path


def without(monkeypatch: pytest.MonkeyPatch, *tags: Tag) -> None:
    """Makes the encoder leave tags out, as other programs do."""
    numbers, raw = Directory.numbers, Directory.raw

    def some_numbers(self: Directory, tag: Tag, kind: Type, *values: float) -> None:
        if tag not in tags:
            numbers(self, tag, kind, *values)

    def some_raw(self: Directory, tag: Tag, data: bytes, kind: Type = Type.UNDEFINED) -> None:
        if tag not in tags:
            raw(self, tag, data, kind)

    monkeypatch.setattr(Directory, "numbers", some_numbers)
    monkeypatch.setattr(Directory, "raw", some_raw)


def changed(monkeypatch: pytest.MonkeyPatch, tag: Tag, kind: Type, *values: float) -> None:
    """Makes the encoder write another value."""
    numbers = Directory.numbers

    def other(self: Directory, which: Tag, as_kind: Type, *given: float) -> None:
        if which == tag:
            numbers(self, tag, kind, *values)
        else:
            numbers(self, which, as_kind, *given)

    monkeypatch.setattr(Directory, "numbers", other)


@pytest.mark.parametrize("colours", [(0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 1, 1, 1)])
@pytest.mark.parametrize("shaded", [True, False])
def test_own_files_come_back_whole(
    make_negative: MakeNegative,
    tmp_path: Path,
    colours: tuple[int, int, int, int],
    shaded: bool,
) -> None:
    """A negative written and read is the same negative."""
    changes = {} if shaded else {"shading": None, "push": -0.25, "orientation": 6, "crop": 0}
    negative = make_negative(colours=colours, **changes)
    assert_same(read_dng(written(tmp_path, encode_dng(negative))), negative)


def test_one_calibration(make_negative: MakeNegative, tmp_path: Path) -> None:
    """A camera known under one light only stays so."""
    warm = make_negative().calibrations[0]
    negative = make_negative(calibrations=(warm,))
    read = read_dng(written(tmp_path, encode_dng(negative)))
    assert [c.temperature for c in read.calibrations] == [2856.0]


def test_noise_by_colour_from_the_tag(
    make_negative: MakeNegative, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Baryta's XMP the NoiseProfile tag counts, by colour."""
    without(monkeypatch, Tag.XMP)
    read = read_dng(written(tmp_path, encode_dng(make_negative())))
    assert read.noise.shot == pytest.approx((1e-4, 1.15e-4, 1.15e-4, 9e-5))
    assert read.noise.read == pytest.approx((1e-6, 2.5e-6, 2.5e-6, 4.5e-6))


def test_noise_is_estimated_where_none_is_told(
    make_negative: MakeNegative, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the mosaic alone, shot and read noise come within a third of the truth."""
    shot, read = 4e-4, 4e-6
    random = np.random.default_rng(5)
    black, white = np.array(make_negative().format.black), make_negative().format.white
    y, x = np.mgrid[:400, :600]
    level = 0.45 + 0.44 * np.sin(x / 60) * np.cos(y / 45)  # smooth, from dark to bright
    noisy = level + random.normal(0, 1, level.shape) * np.sqrt(shot * level + read)
    blacks = black.reshape(2, 2)[y % 2, x % 2]
    mosaic = np.clip(np.rint(blacks + noisy * (white - blacks)), 0, white).astype(np.uint16)
    without(monkeypatch, Tag.XMP, Tag.NOISE_PROFILE)
    noise = read_dng(written(tmp_path, encode_dng(make_negative(mosaic=mosaic)))).noise
    assert noise.shot[0] == pytest.approx(shot, rel=0.33)
    variance = noise.shot[0] * 0.18 + noise.read[0]
    assert variance == pytest.approx(shot * 0.18 + read, rel=0.2)


def test_forward_matrices_are_made_where_none_are_told(
    make_negative: MakeNegative, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forward matrix made from the colour matrix maps white to D50, and near the real one."""
    without(monkeypatch, Tag.FORWARD_MATRIX_1, Tag.FORWARD_MATRIX_2)
    read = read_dng(written(tmp_path, encode_dng(make_negative())))
    cool = read.calibrations[1].forward_matrix
    assert cool.sum(axis=1) == pytest.approx([0.9642, 1.0, 0.8249], abs=1e-6)
    assert np.abs(cool - make_negative().calibrations[1].forward_matrix).max() < 0.01
    assert forward_of(np.eye(3), D65_XY) @ np.ones(3) == pytest.approx([0.9642, 1.0, 0.8249])


def test_analog_balance_is_part_of_the_matrix(
    make_negative: MakeNegative, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gains applied before digitisation scale the rows of the colour matrix."""
    balance = (2.0, 1.0, 1.5)
    numbers = Directory.numbers

    def more(self: Directory, tag: Tag, kind: Type, *values: float) -> None:
        numbers(self, tag, kind, *values)
        if tag == Tag.AS_SHOT_NEUTRAL:
            numbers(self, Tag.ANALOG_BALANCE, Type.RATIONAL, *balance)

    monkeypatch.setattr(Directory, "numbers", more)
    read = read_dng(written(tmp_path, encode_dng(make_negative())))
    expected = np.diag(balance) @ make_negative().calibrations[1].colour_matrix
    assert np.abs(read.calibrations[1].colour_matrix - expected).max() < 1e-6


def test_active_area_shifts_the_pattern(
    make_negative: MakeNegative, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a masked border of odd width, pattern and blacks belong to the active area."""
    negative = make_negative(96, 64)
    changed(monkeypatch, Tag.ACTIVE_AREA, Type.LONG, 3, 5, 64, 96)
    changed(monkeypatch, Tag.DEFAULT_CROP_SIZE, Type.LONG, 75, 45)
    read = read_dng(written(tmp_path, encode_dng(negative)))
    assert np.array_equal(read.mosaic, negative.mosaic[3:63, 5:95])
    assert read.format == negative.format
    assert read.crop == 8


def test_white_level_of_the_tag_counts(
    make_negative: MakeNegative, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tag's white level is taken, not LibRaw's guess from the brightest sample."""
    changed(monkeypatch, Tag.WHITE_LEVEL, Type.LONG, 64000)
    mosaic = np.minimum(make_negative().mosaic, 30000)
    read = read_dng(written(tmp_path, encode_dng(make_negative(mosaic=mosaic))))
    assert read.format.white == 64000


def test_gains_below_one_are_raised(make_negative: MakeNegative, tmp_path: Path) -> None:
    """A shading map with gains below 1 is scaled up, and the push pays for it exactly."""
    shading = np.full((4, 3, 3), 0.5, np.float32)
    shading[:, 0, 0] = 1.5
    read = read_dng(written(tmp_path, encode_dng(make_negative(shading=shading, push=0.5))))
    assert read.shading is not None
    assert read.shading.min() == 1.0
    assert np.allclose(read.shading * 2**read.push, shading * 2**0.5)


@pytest.mark.parametrize(
    ("tag", "kind", "values", "says"),
    [
        (Tag.CFA_REPEAT_PATTERN_DIM, Type.SHORT, (6, 6), "Bayer"),
        (Tag.CFA_PATTERN, Type.BYTE, (0, 1, 2, 1), "Bayer"),
        (Tag.WHITE_LEVEL, Type.LONG, (100,), "no range"),
    ],
)
def test_other_kinds_are_refused(
    make_negative: MakeNegative,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tag: Tag,
    kind: Type,
    values: tuple[int, ...],
    says: str,
) -> None:
    """X-Trans, odd patterns, floating point and absurd levels are refused by their name."""
    numbers = Directory.numbers

    def other(self: Directory, which: Tag, as_kind: Type, *given: float) -> None:
        if which != tag:
            numbers(self, which, as_kind, *given)
        if which == Tag.WHITE_LEVEL:  # only the raw directory has one
            numbers(self, tag, kind, *values)
            if values == (6, 6):
                numbers(self, Tag.CFA_PATTERN, Type.BYTE, *(0, 1, 1, 2, 1, 1) * 6)

    monkeypatch.setattr(Directory, "numbers", other)
    path = written(tmp_path, encode_dng(make_negative()))
    with pytest.raises(PictureError, match=says) as caught:
        read_dng(path)
    assert_one_line(caught.value, path)


def test_what_rawpy_does_not_know_is_no_bayer_pattern(
    make_negative: MakeNegative, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own error for other filters, which a damaged file meets now and then, is answered."""

    def unknown() -> None:
        raise NotImplementedError("filters: 148")

    monkeypatch.setattr(rawpy, "RawPy", unknown)
    path = written(tmp_path, encode_dng(make_negative()))
    with pytest.raises(PictureError, match="no Bayer pattern") as caught:
        read_dng(path)
    assert_one_line(caught.value, path)


def assert_one_line(error: PictureError, path: Path) -> None:
    """The message is one line: file, cause, remedy."""
    assert re.fullmatch(rf"{re.escape(str(path))}: [^\n;]+; [^\n;]+", str(error)), str(error)


@pytest.mark.parametrize("shape", [(22, 22), (22, 64), (64, 22), (16, 16), (20, 40), (64, 21)])
def test_the_smallest_that_is_read_is_the_smallest_promised(
    make_negative: MakeNegative, tmp_path: Path, shape: tuple[int, int]
) -> None:
    """From 22 pixels a side on files are read; smaller ones are told to be too small."""
    mosaic = np.full(shape, 5000, np.uint16)
    path = written(tmp_path, encode_dng(replace(make_negative(), mosaic=mosaic, crop=0)))
    if min(shape) >= 22:
        assert np.array_equal(read_dng(path).mosaic, mosaic)
        return
    with pytest.raises(PictureError, match=f"only {shape[1]}x{shape[0]} pixels") as caught:
        read_dng(path)
    assert_one_line(caught.value, path)


def test_bad_files(make_negative: MakeNegative, tmp_path: Path) -> None:
    """Missing, empty, foreign and folder: one line each."""
    negative = make_negative()
    picture = np.zeros((32, 32, 3), np.uint8)
    cases = {
        "empty.dng": b"",
        "text.dng": b"not a picture\n" * 100,
        "picture.dng": encode_jpeg(picture, negative.info),
        "header.dng": b"II*\0\x08\0\0\0",
        "loop.dng": b"II*\0\x08\0\0\0\x01\0\x4a\x01\x04\0\x01\0\0\0\x08\0\0\0\0\0\0\0",
    }
    for name, data in cases.items():
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(PictureError) as caught:
            read_dng(path)
        assert_one_line(caught.value, path)
    for path in (tmp_path / "missing.dng", tmp_path):
        with pytest.raises(PictureError) as caught:
            read_dng(path)
        assert_one_line(caught.value, path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(make_negative: MakeNegative, tmp_path: Path) -> None:
    """A file without permission says so."""
    path = written(tmp_path, encode_dng(make_negative()))
    path.chmod(0)
    with pytest.raises(PictureError, match="Permission denied"):
        read_dng(path)


def test_truncated_anywhere(make_negative: MakeNegative, tmp_path: Path) -> None:
    """A file cut anywhere before its pixels end is refused as cut short or damaged."""
    data = encode_dng(make_negative())
    path = written(tmp_path, data)
    with path.open("rb") as stream:
        tags = raw_tags.read_tags(stream)
        assert tags is not None
        assert tags.raw is not None
        offsets = tags.raw.integers(Tag.TILE_OFFSETS)
        counts = tags.raw.integers(Tag.TILE_BYTE_COUNTS)
    end = max(o + n for o, n in zip(offsets, counts, strict=True))
    for length in [*range(0, end, 97), end - 1]:
        path.write_bytes(data[:length])
        with pytest.raises(PictureError) as caught:
            read_dng(path)
        assert_one_line(caught.value, path)


@pytest.fixture(name="whole", scope="module")
def _whole(make_negative: MakeNegative, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small but complete file."""
    path = tmp_path_factory.mktemp("whole") / "whole.dng"
    path.write_bytes(dng.encode_dng(make_negative()))
    return path


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 7)), min_size=1, max_size=8),
    head=st.booleans(),
    cut=st.floats(0, 1) | st.none(),
)
def test_damaged_files_open_or_say_why(
    whole: Path,
    tmp_path: Path,
    places: list[tuple[int, int]],
    head: bool,
    cut: float | None,
) -> None:
    """With bits flipped and ends cut off, a file opens or raises PictureError; nothing else."""
    data = bytearray(whole.read_bytes())
    for place, bit in places:
        data[place % (2600 if head else len(data))] ^= 1 << bit
    if cut is not None:
        data = data[: int(cut * len(data))]
    path = written(tmp_path, bytes(data))
    try:
        read = read_dng(path)
    except PictureError as error:
        assert "\n" not in str(error)  # noqa: PT017  (opening is right as well)
    else:
        assert read.mosaic.dtype == np.uint16
        assert max(read.format.black) < read.format.white
        assert all(np.isfinite(read.neutral))


def test_a_real_camera_file(tmp_path: Path) -> None:
    """A real camera's DNG is read by its tags, and stays the same when written by us."""
    negative = read_dng(Path(__file__).parents[3] / "data" / "camera-raw.dng")
    assert negative.format.colours == (0, 1, 1, 2)
    assert negative.format.black == (2056.0,) * 4
    assert negative.format.white == 15000
    assert negative.neutral == pytest.approx((1 / 2.477, 1, 1.462 / 2.477))
    assert negative.push == 0.0
    assert negative.info.make == "Canon"
    assert negative.info.exposure_time is None
    assert 1e-5 < negative.noise.shot[0] < 1e-2
    assert_same(read_dng(written(tmp_path, encode_dng(negative))), negative)


def test_a_flipped_bit_is_told(
    make_negative: MakeNegative, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The file still opens, with a warning; whole ones, of older versions too, open without."""
    path = tmp_path / "a.dng"
    data = bytearray(encode_dng(make_negative()))
    path.write_bytes(data)
    older = sorted((Path(__file__).parents[3] / "data" / "negatives").glob("*.dng"))
    assert older
    for whole in (path, *older):
        read_dng(whole)
    assert caplog.text == ""
    with path.open("rb") as stream:
        tags = raw_tags.read_tags(stream)
        assert tags is not None
        assert tags.raw is not None
        tile, size = (tags.raw.integers(tag)[0] for tag in (Tag.TILE_OFFSETS, Tag.TILE_BYTE_COUNTS))
    data[tile + size // 2] ^= 4
    path.write_bytes(data)
    assert read_dng(path).info.frames_merged == 8
    assert f"{path}: its samples are not as they were written" in caplog.text
