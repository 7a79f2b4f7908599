"""End-to-end colour: the chart, shot and developed, against its known colours.

The simulated sensor sees colours through the same matrices that development inverts, so this
measures the path (noise, merge, demosaic, white balance, coding), not how well three filters can
tell colours apart.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from delta_e import delta_e_2000
from PIL import Image

from app.looks import look_named
from app.pipeline import make_picture
from app.stages import Stages
from app.store import Store
from app.workshop import Workshop
from capture.plan import plan_auto
from capture.profiles import profile
from capture.scenes import load_scene
from capture.simulated import SimulatedSource

REC2020_TO_XYZ = np.array(
    [
        (0.636958048301, 0.144616903586, 0.168880975164),
        (0.262700212011, 0.677998071518, 0.059301716469),
        (0.0, 0.028072693049, 1.060985057710),
    ]
)  # ITU-R BT.2020
P3_TO_XYZ = np.array(
    [
        (0.486570948648, 0.265667693170, 0.198217285234),
        (0.228974564070, 0.691738521837, 0.079286914094),
        (0.0, 0.045113381859, 1.043944368901),
    ]
)  # SMPTE EG 432-1, D65
D65 = REC2020_TO_XYZ.sum(1)


def lab(xyz: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of XYZ, white at 1."""
    ratio = xyz / D65
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1
    )


LIGHTS = {  # temperature and chromaticity, CIE 15:2018; the LED is its LED-B1
    "A": (2856.0, (0.44757, 0.40745)),
    "D50": (5003.0, (0.34567, 0.35850)),
    "D65": (6504.0, (0.31272, 0.32903)),
    "LED": (2733.0, (0.4560, 0.4078)),
}


@pytest.mark.parametrize(
    ("sensor", "light"),
    [
        *(("imx477", light) for light in LIGHTS),
        *(("imx219", light) for light in LIGHTS),
        ("imx708", "D50"),
        ("ov5647", "LED"),
        ("imx296", "A"),
        ("imx500", "D65"),
    ],
)
def test_the_chart_comes_out_in_its_own_colours(tmp_path: Path, sensor: str, light: str) -> None:
    """Shot handheld, merged, developed without a look, saved as JPEG: mean dE00 at most 1."""
    temperature, white = LIGHTS[light]
    scene = replace(load_scene("still-life"), temperature=temperature, white=white)
    camera = SimulatedSource(scene, profile(sensor), size=(1352, 1012))
    camera.start()
    burst = camera.capture(plan_auto(camera.metering(), camera.profile))
    store = Store(tmp_path)
    store.prepare()
    taken = datetime(2026, 1, 1, tzinfo=UTC)
    look = look_named("none", tmp_path)
    saved = make_picture(burst, look, Workshop(store), Stages(), taken=taken)
    encoded = np.asarray(Image.open(saved.paths[0])) / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)

    crop = (camera.frame.height - linear.shape[0]) // 2
    measured, truth = [], []
    for patch in camera.scene.patches:
        left, top, right, bottom = (edge - crop for edge in camera.frame.rectangle(patch.box))
        measured.append(P3_TO_XYZ @ linear[top:bottom, left:right].mean((0, 1)))
        truth.append(REC2020_TO_XYZ @ np.array(patch.colour))
    shown, known = np.array(measured), np.array(truth)
    assert len(known) == 24
    greys = slice(18, 24)  # the exposure is free: it is fitted on the grey patches
    exposure = (shown[greys, 1] @ known[greys, 1]) / (known[greys, 1] @ known[greys, 1])
    paper = known[18, 1] / 0.9
    difference = delta_e_2000(lab(shown / exposure / paper), lab(known / paper))
    assert difference.mean() <= 1.0, difference.round(1)
    assert difference.max() <= 2.5, difference.round(1)
