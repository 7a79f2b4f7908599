"""White balance of raws that do not tell it: simulated under standard lights, and a real one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.negatives import frame_negative, unpack_frame
from app.pictures.dng import encode_dng
from app.pictures.read_dng import read_dng
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory
from capture.cells import zone_colours
from capture.colour import neutral_curve
from capture.frames import Burst
from capture.plan import plan_single
from capture.profiles import profile
from capture.scenes import load_scene
from capture.simulated import SimulatedSource
from capture.white_balance import estimate_neutral

RAW = Path(__file__).parents[2] / "data" / "camera-raw.dng"
LIGHTS = {  # temperature and chromaticity, CIE 15:2018; the LED is its LED-B1
    "A": (2856.0, (0.44757, 0.40745)),
    "D50": (5003.0, (0.34567, 0.35850)),
    "D65": (6504.0, (0.31272, 0.32903)),
    "LED": (2733.0, (0.4560, 0.4078)),
}
DEGREES = {  # reproduction error allowed; the street has hardly anything grey
    "still-life": 1.5,
    "print": 2.0,
    "moving": 2.5,
    "dead-leaves": 2.0,
    "portrait": 5.0,
    "night-street": 7.0,
}


def shot(scene: str, light: str, sensor: str) -> Burst:
    """One frame in a light."""
    temperature, white = LIGHTS[light]
    lit = replace(load_scene(scene), temperature=temperature, white=white)
    camera = SimulatedSource(lit, profile(sensor), size=(512, 384))
    camera.start()
    return camera.capture(plan_single(camera.metering(), camera.profile))


def angle(estimate: tuple[float, float, float], truth: tuple[float, float, float]) -> float:
    """Reproduction error in degrees (Finlayson and Zakizadeh, BMVC 2014)."""
    white = np.array(truth) / np.array(estimate)
    return float(np.degrees(np.arccos(white.sum() / np.linalg.norm(white) / np.sqrt(3.0))))


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("scene", DEGREES)
def test_the_light_is_found(scene: str, light: str) -> None:
    """A noisy, shaded frame that tells no white balance gets that of its light, within degrees."""
    burst = shot(scene, light, "imx477")
    truth = burst.scene_neutral
    assert truth is not None
    frame = burst.frames[0]
    metadata = replace(frame.metadata, colour_gains=None)
    silent = replace(burst, scene_neutral=None)
    negative = frame_negative(silent, metadata, unpack_frame(frame))
    assert angle(negative.neutral, truth) < DEGREES[scene]


def test_a_raw_file_that_does_not_tell_is_estimated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without AsShotNeutral a DNG of a lamplit still life comes back within 2 degrees of it."""
    burst = shot("still-life", "LED", "imx708")
    frame = burst.frames[0]
    negative = frame_negative(burst, frame.metadata, unpack_frame(frame))
    numbers = Directory.numbers

    def fewer(self: Directory, tag: Tag, kind: Type, *values: float) -> None:
        if tag != Tag.AS_SHOT_NEUTRAL:
            numbers(self, tag, kind, *values)

    monkeypatch.setattr(Directory, "numbers", fewer)
    path = tmp_path / "silent.dng"
    path.write_bytes(encode_dng(negative))
    assert angle(read_dng(path).neutral, negative.neutral) < 2.0


def test_a_real_raw_in_lamplight() -> None:
    """A real chart under a lamp, its camera set to daylight: white is found within 4 degrees."""
    negative = read_dng(RAW)
    layout = negative.format
    zones = zone_colours(negative.mosaic, layout.colours, layout.black, layout.white)
    estimate = estimate_neutral(zones, neutral_curve(negative.calibrations))
    patch = (0.68, 1.0, 0.44)  # mean of the chart's two lightest greys in the file
    assert angle(estimate, patch) < 4.0
    assert angle(negative.neutral, patch) > 10.0
