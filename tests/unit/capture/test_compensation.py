"""The compensation that frames have lags behind the one that was asked for."""

from dataclasses import replace

import pytest

from capture.compensation import Compensation
from capture.plans.scarce import lacking
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
