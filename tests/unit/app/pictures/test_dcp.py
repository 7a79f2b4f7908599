import json
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from app.pictures.dcp import encode_dcp
from app.pictures.tags import Tag
from app.pictures.tiff_reader import TiffFile
from capture.profiles import profile
from styles import load, profile_tables

SENSOR = profile("imx477")


@pytest.fixture(scope="module")
def coded() -> bytes:
    """The profile of a look."""
    return encode_dcp(load("Chrome slide"), profile_tables(load("Chrome slide")), SENSOR)


def test_what_is_written_is_what_is_read(coded: bytes) -> None:
    """A reader of the container finds the camera, its matrices, the curve and the table."""
    assert coded[:4] == b"IIRC"
    first = TiffFile(BytesIO(b"II*\0" + coded[4:])).first
    assert first.text(Tag.UNIQUE_CAMERA_MODEL) == SENSOR.model
    assert first.text(Tag.PROFILE_NAME) == "Chrome slide"
    assert first.integers(Tag.CALIBRATION_ILLUMINANT_1) == (17,)
    assert first.integers(Tag.CALIBRATION_ILLUMINANT_2) == (21,)
    warm, cool = SENSOR.calibrations
    for tag, matrix in (
        (Tag.COLOR_MATRIX_1, warm.colour_matrix),
        (Tag.COLOR_MATRIX_2, cool.colour_matrix),
        (Tag.FORWARD_MATRIX_1, warm.forward_matrix),
        (Tag.FORWARD_MATRIX_2, cool.forward_matrix),
    ):
        assert first.numbers(tag) == pytest.approx(matrix.ravel(), abs=2e-6)
    tables = profile_tables(load("Chrome slide"))
    assert first.numbers(Tag.PROFILE_TONE_CURVE) == tuple(tables.curve.ravel().tolist())
    hues, saturations, values = first.integers(Tag.PROFILE_LOOK_TABLE_DIMS)
    data = np.array(first.numbers(Tag.PROFILE_LOOK_TABLE_DATA), np.float32)
    assert (data.reshape(values, hues, saturations, 3) == tables.table).all()
    assert first.integers(Tag.PROFILE_LOOK_TABLE_ENCODING) == (1,)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exiftool_knows_it(coded: bytes, tmp_path: Path) -> None:
    """Another program's reader takes it for a camera profile, and finds nothing wrong."""
    path = tmp_path / "look.dcp"
    path.write_bytes(coded)
    command = ["exiftool", "-json", "-validate", "-warning", "-a", "-ee", str(path)]
    more = ["-FileType", "-ProfileName", "-UniqueCameraModel", "-ProfileLookTableDims"]
    run = subprocess.run([*command, *more], capture_output=True, text=True, check=True)
    (told,) = json.loads(run.stdout)
    assert told["FileType"] == "DCP"
    assert told["ProfileName"] == "Chrome slide"
    assert told["UniqueCameraModel"] == SENSOR.model
    assert told["ProfileLookTableDims"] == "36 16 16"


def test_a_camera_without_colour_is_refused() -> None:
    """A mono sensor has no matrices to write."""
    with pytest.raises(ValueError, match="has no colour"):
        encode_dcp(
            load("Neutral"), profile_tables(load("Neutral")), replace(SENSOR, calibrations=())
        )
