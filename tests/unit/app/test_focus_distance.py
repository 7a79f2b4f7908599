"""The distance that a lens was focused on, from the driver into the files."""

from dataclasses import replace
from math import inf, nan
from pathlib import Path

import pytest

from app.negatives import frame_negative, unpack_frame
from app.pictures.dng import encode_dng
from app.pictures.read_dng import read_dng
from capture.plan import plan_single
from capture.simulated import SimulatedSource


@pytest.mark.parametrize(
    ("dioptres", "metres"),
    [(2.0, 0.5), (0.0, inf), (-0.01, inf), (1e9, None), (nan, None), (-inf, None), (None, None)],
)
def test_whatever_the_driver_says_the_picture_is_made(
    tmp_path: Path, dioptres: float | None, metres: float | None
) -> None:
    """A lens goes beyond infinity, and a distance that is none is left out."""
    camera = SimulatedSource("print", size=(256, 192))
    camera.start()
    burst = camera.capture(plan_single(camera.metering(), camera.profile))
    frame = burst.frames[0]
    metadata = replace(frame.metadata, lens_position=dioptres)
    path = tmp_path / "a.dng"
    path.write_bytes(encode_dng(frame_negative(burst, metadata, unpack_frame(frame))))
    assert read_dng(path).info.subject_distance == metres
