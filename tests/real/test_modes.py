"""Modes of several exposures on real picamera2: what was planned of what is seen is granted."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from app.merging import merge_burst
from app.modes import Wish, plan_wish
from app.negatives import unpack_frame
from app.raw_meter import raw_metering
from app.stages import Stages
from capture.pi.source import PiSource
from capture.plans.taking import take, watch


@pytest.fixture
def source(rig: Any) -> Iterator[PiSource]:  # noqa: ARG001  (it is set up first)
    """The first software camera, not started."""
    camera = PiSource(unpack_frame, ring_depth=lambda _size: 8)
    yield camera
    camera.stop()


@pytest.mark.parametrize(
    ("mode", "scene", "shake", "longest"),
    [
        ("night", "night-street", 1.0, (1 / 40, 1 / 3)),
        ("night", "night-street", 0.0, (0.5, 4.0)),
        ("hdr", "window", 1.0, (1 / 60, 1 / 3)),
        ("bracket", "still-life", 1.0, (1 / 60, 1 / 3)),
    ],
)
def test_what_is_planned_is_granted(
    rig: Any,
    source: PiSource,
    mode: str,
    scene: str,
    shake: float,
    longest: tuple[float, float],
) -> None:
    """From metering and motion as the camera gives them to frames one after another, merged all."""
    rig.install({"scene": scene, "shake": shake, "fastest": 33_334})
    source.start()
    for _ in range(20):
        source.preview()
    metering, motion = raw_metering(source), watch(source)
    assert metering.highlight_seen
    assert motion.tripod == (shake == 0.0)
    plan = plan_wish(metering, source.profile, Wish(mode), motion)
    shutters = [frame.exposure_time for frame in plan.frames]
    assert longest[0] < max(shutters) <= longest[1]
    assert max(shutters) > 1.5 * shutters[0]
    burst = take(source, plan)
    taken = [rig.taken_at(frame.metadata.timestamp) for frame in burst.frames]
    assert np.diff([line["number"] for line in taken]).tolist() == [1] * (len(taken) - 1)
    for frame, planned in zip(burst.frames, plan.frames, strict=True):
        granted = frame.metadata
        assert granted.exposure_time == pytest.approx(planned.exposure_time, rel=0.01, abs=2e-6)
        assert granted.analogue_gain == pytest.approx(planned.analogue_gain, rel=0.03)
        np.testing.assert_array_equal(unpack_frame(frame), rig.samples(granted.timestamp))
    merged = merge_burst(burst, Stages())
    assert merged.left_out == ()
    told = np.array(merged.negative.info.exposures)
    assert told == pytest.approx(np.array([(t["exposure_time"], t["gain"]) for t in taken]))
