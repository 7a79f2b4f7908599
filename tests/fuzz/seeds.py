"""What each target starts from: small files of every kind that its reader knows."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from app.pictures.dng import encode_dng
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative, ShotInfo
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory, encode_directories
from app.store.index import FileRecord, Index, ShotRecord, State
from app.store.story import BurstStory
from capture.frames import ColourCalibration
from native import MosaicFormat, MosaicNoise, Warp
from styles.read import LIBRARY

_SIDE = 32
_PICTURE = np.zeros((16, 16, 3), np.uint8)


def negative() -> Negative:
    """A small one with every field set."""
    mosaic = np.arange(_SIDE * _SIDE, dtype=np.uint16).reshape(_SIDE, _SIDE) * np.uint16(50) + 4096
    warm = np.array([[0.7, -0.3, 0.1], [-0.2, 1.0, 0.7], [0.0, 0.1, 0.8]])
    cool = np.array([[0.4, -0.1, 0.0], [-0.2, 0.9, 0.3], [0.1, 0.0, 0.5]])
    forward = np.array([[0.79, 0.3, -0.125], [0.21, 1.2, -0.41], [-0.11, -0.09, 1.03]])
    return Negative(
        mosaic=mosaic.astype(np.uint16),
        format=MosaicFormat((0, 1, 1, 2), (4096.0, 4100.0, 4092.5, 4096.0), 65520.0),
        noise=MosaicNoise((1e-4,) * 4, (1e-6,) * 4),
        calibrations=(
            ColourCalibration(2856.0, warm, forward),
            ColourCalibration(6504.0, cool, forward),
        ),
        neutral=(0.4, 1.0, 0.7),
        shading=np.linspace(1, 1.4, 24, dtype=np.float32).reshape(4, 2, 3),
        warp=Warp(((0.98, 0.02, 0.001, 0.0),) * 3),
        push=0.5,
        crop=4,
        info=ShotInfo(
            taken=datetime(2026, 5, 4, 3, 2, 1, 500, UTC),
            time_source="rtc",
            exposure_time=1 / 125,
            iso=137.5,
            f_number=2.8,
            focal_length=6.0,
            lens="6 mm",
            frames_merged=8,
            style="Authentic",
            mode="hdr",
            plan="hdr: 8 frames",
            exposures=((0.001, 1.0), *((0.064, 1.375),) * 7),
        ),
    )


def plain_dng(*, twelve_bits: bool = False) -> bytes:
    """A DNG as other cameras write it: strips that are not coded, few tags, levels by row."""
    first = Directory()
    bits, strip = (12, _SIDE * _SIDE * 3 // 2) if twelve_bits else (16, _SIDE * _SIDE * 2)
    first.numbers(Tag.NEW_SUBFILE_TYPE, Type.LONG, 0)
    first.numbers(Tag.IMAGE_WIDTH, Type.SHORT, _SIDE)
    first.numbers(Tag.IMAGE_LENGTH, Type.SHORT, _SIDE)
    first.numbers(Tag.BITS_PER_SAMPLE, Type.SHORT, bits)
    first.numbers(Tag.COMPRESSION, Type.SHORT, 1)
    first.numbers(Tag.PHOTOMETRIC, Type.SHORT, 32803)
    first.numbers(Tag.SAMPLES_PER_PIXEL, Type.SHORT, 1)
    first.numbers(Tag.ROWS_PER_STRIP, Type.SHORT, _SIDE)
    first.image(Tag.STRIP_OFFSETS, Tag.STRIP_BYTE_COUNTS, [bytes(range(256)) * (strip // 256)])
    first.numbers(Tag.ORIENTATION, Type.SHORT, 6)
    first.text(Tag.MAKE, "Canon")
    first.text(Tag.MODEL, "Canon EOS 70D")
    first.numbers(Tag.CFA_REPEAT_PATTERN_DIM, Type.SHORT, 2, 2)
    first.numbers(Tag.CFA_PATTERN, Type.BYTE, 1, 0, 2, 1)
    first.raw(Tag.DNG_VERSION, bytes((1, 4, 0, 0)), Type.BYTE)
    first.numbers(Tag.BLACK_LEVEL, Type.SHORT, 64)
    first.numbers(Tag.BLACK_LEVEL_DELTA_V, Type.SRATIONAL, *([1, 2] * (_SIDE // 2)))
    first.numbers(Tag.BLACK_LEVEL_DELTA_H, Type.SRATIONAL, *([0, 1] * (_SIDE // 2)))
    first.numbers(Tag.WHITE_LEVEL, Type.SHORT, 4000)
    first.numbers(Tag.ACTIVE_AREA, Type.SHORT, 2, 2, _SIDE, _SIDE)
    first.numbers(Tag.ANALOG_BALANCE, Type.RATIONAL, 1, 1, 2)
    first.numbers(Tag.AS_SHOT_WHITE_XY, Type.RATIONAL, 0.31, 0.33)
    first.numbers(Tag.COLOR_MATRIX_1, Type.SRATIONAL, 0.7, -0.3, 0.1, -0.2, 1, 0.7, 0, 0.1, 0.8)
    first.numbers(Tag.CALIBRATION_ILLUMINANT_1, Type.SHORT, 21)
    first.numbers(Tag.NOISE_PROFILE, Type.DOUBLE, 1e-4, 1e-6)
    return encode_directories(first)


def _dngs() -> list[bytes]:
    mono = MosaicFormat((1, 1, 1, 1), (0.0,) * 4, 65535.0)
    grey = replace(
        negative(), format=mono, calibrations=(), neutral=(1.0, 1.0, 1.0), shading=None, crop=0
    )
    own = [encode_dng(one, _PICTURE) for one in (negative(), grey)]
    return [*own, plain_dng(), plain_dng(twelve_bits=True)]


def _pictures() -> list[bytes]:
    return [encode_jpeg(_PICTURE, negative().info, 50), *_dngs()]


def _samples() -> list[bytes]:
    chance = np.random.default_rng(1)
    return [bytes((i, 7 * i, i, i)) + chance.bytes(2 << i) for i in range(10)]


def _styles() -> list[bytes]:
    frame = b'version = 1\nname = "F"\n[frame]\nwidth = 0.04\ncolour = "#ffffff"\n'
    return [frame, *(path.read_bytes() for path in sorted(LIBRARY.glob("*.toml")))]


def _cubes() -> list[bytes]:
    domain = "DOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 1 1\n"
    corners = "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 0.9))
    return [
        f'# made\nTITLE "Cube"\nLUT_3D_SIZE 2\n{domain}\n{corners}'.encode(),
        b"LUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE 0.0 2e0\n0 0 0\n.5 +.6 -.1\n1 1 1 # white\n",
    ]


def _settings() -> list[bytes]:
    lines = ('source = "auto"', 'style = "Night"', "frames = 8", "quality = 95", "hdr = true")
    lines += ("threads = 0", "tone_mapping = 1.5", "burst_quota = 1_000", 'pictures = "~/P"')
    return ["\n".join(lines).encode()]


def _lenses() -> list[bytes]:
    book = 'used = "b"\n[[lens]]\nname = "a"\n[[lens]]\nname = "b"\nfocal_length = 5e1\n'
    book += 'f_number = 1\nmount = "M"\n'
    gain = np.linspace(1.0, 2.0, 24).reshape(4, 2, 3).tolist()
    return [book.encode(), json.dumps({"lens": "a", "gain": gain, "dust": []}).encode()]


def _cameras() -> list[bytes]:
    kept = {"chosen": "b", "a": {"exposure_value": -0.7, "mains": 50}, "b": {"mains": 0}}
    return [json.dumps(kept).encode(), b"{}"]


def _stories() -> list[bytes]:
    story = BurstStory("Night", "2026-01-02T03:04:05+00:00", 3, keep=True, time_source="rtc")
    return [json.dumps(asdict(story)).encode()]


def _indexes() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.sqlite"
        index = Index(path)
        for number, state in enumerate(State, 1):
            files = tuple(
                FileRecord.of(f"BARY{number:04d}{suffix}", b"whole")
                for suffix in (".DNG", ".JPG", ".BURST/FRAME001.DNG")
            )
            index.put(ShotRecord(number, state, "Night", "2026-01-02T03:04:05+00:00", files))
        index.close()
        return [path.read_bytes()]


def _leftovers() -> list[bytes]:
    chance = np.random.default_rng(2)
    return [chance.bytes(3 * count) for count in (2, 5, 10, 20, 40)]


SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "dng": _dngs,
    "metadata": _pictures,
    "lossless_jpeg": _samples,
    "style": _styles,
    "cube": _cubes,
    "settings": _settings,
    "lenses": _lenses,
    "cameras": _cameras,
    "index": _indexes,
    "story": _stories,
    "leftovers": _leftovers,
}
