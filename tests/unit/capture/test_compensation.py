"""The compensation that frames have lags behind the one that was asked for."""

from dataclasses import replace
from itertools import pairwise
from math import log2

import numpy as np
import pytest
from still_clock import StillClock

from capture.compensation import Compensation
from capture.frames import FrameMetadata, PreviewFrame
from capture.pi.exposure import StreamExposure
from capture.plan import plan_auto
from capture.plans.scarce import lacking
from capture.profiles import profile
from capture.scenes import load_scene
from capture.simulated import SimulatedSource
from capture.source import Controls


def test_the_lesser_counts_until_frames_have_followed() -> None:
    """Darker at once, brighter when the automatics have come to it; the first from the start."""
    compensation = Compensation()
    compensation.ask(-2.0, 0)
    assert compensation.at(0) == -2.0
    compensation.ask(0.0, 100)
    assert compensation.at(101) == -2.0
    compensation.ask(1.0, 105)
    compensation.ask(1.0, 120)
    assert compensation.at(110) == -2.0
    assert compensation.at(110, ended=True) == 1.0
    assert compensation.at(130) == 1.0
    compensation.ask(-1.0, 200)
    assert compensation.at(201) == -1.0


@pytest.mark.parametrize(("lux", "lacks"), [(4.0, False), (1.0, True)])
def test_a_press_just_after_a_brighter_compensation(lux: float, lacks: bool) -> None:
    """A room still as dark as it was held lacks nothing; one at the sensor's end lacks at once."""
    room = replace(load_scene("still-life"), lux=lux)
    camera = SimulatedSource(room, size=(320, 240), seed=2)
    camera.start()
    camera.set_controls(Controls(exposure_value=-2.0))
    for _ in range(40):
        camera.preview()
    assert lacking(camera.metering(), camera.profile) == 0.0
    camera.set_controls(Controls())
    found = camera.metering()
    assert (lacking(found, camera.profile) > 0.5) == lacks
    assert lacking(replace(found, ev=0.0), camera.profile) > 0.5
    for _ in range(40):
        camera.preview()
    assert (lacking(camera.metering(), camera.profile) > 0.5) == lacks


def test_automatics_are_told_what_they_follow_and_a_lock_nothing() -> None:
    """The rest, and all that is asked for during a lock, is made up for."""
    compensation = Compensation()
    compensation.ask(3.0, 10)
    assert (compensation.told, compensation.beyond) == (1.0, 2.0)
    compensation.ask(-2.0, 20, locked=True)
    assert (compensation.told, compensation.beyond) == (1.0, -3.0)
    compensation.ask(-2.0, 30)
    assert (compensation.told, compensation.beyond) == (-2.0, 0.0)


def _planned(camera: SimulatedSource) -> float:
    """Log2 of the exposure that a press would take, with what development owes it; settled."""
    for _ in range(40):
        camera.preview()
    plan = plan_auto(camera.metering(), camera.profile, 5)
    frame = plan.frames[0]
    return log2(frame.exposure_time * frame.analogue_gain) + plan.push


@pytest.mark.parametrize("scene", ["still-life", "portrait"])
@pytest.mark.parametrize("locked", [False, True], ids=["free", "locked"])
def test_a_picture_is_as_much_brighter_as_it_was_asked_to_be(scene: str, locked: bool) -> None:
    """From -3 to +3 EV, where most of what the automatics go by would clip; locked ones too."""
    camera = SimulatedSource(scene, size=(320, 240), preview_size=(160, 120), clock=StillClock())
    camera.start()
    start = _planned(camera)
    shown = []
    for value in (-3.0, -1.0, 0.0, 1.0, 2.0, 3.0):
        camera.set_controls(Controls(exposure_value=value, exposure_locked=locked))
        assert _planned(camera) - start == pytest.approx(value, abs=0.25)
        shown.append(camera.preview().pixels[..., :3].mean())
    assert all(b > a + 4.0 for a, b in pairwise(shown))


@pytest.mark.parametrize("fixed", [False, True])
def test_a_pi_is_told_what_it_follows(fixed: bool) -> None:
    """What is beyond brightens the preview and is what plans make up for, unless all is set."""
    sensor = profile("imx477")
    stream = StreamExposure(sensor)
    by_hand = (0.01, 2.0) if fixed else (None, None)
    stream.control(Controls(*by_hand, exposure_value=3.0))
    assert stream.wanted.exposure_value == 1.0
    metadata = FrameMetadata(exposure_time=0.01, analogue_gain=2.0)
    frame = PreviewFrame(np.full((6, 8, 4), 60, np.uint8), metadata)
    shown, _ = stream.see(frame)
    assert (shown.pixels[..., :3] > 100).all() != fixed
    samples = np.full((4, 8), 400, np.uint16)
    assert stream.meter(samples, metadata).digital_gain == (1.0 if fixed else 4.0)
