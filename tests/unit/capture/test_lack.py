"""A scene darker than the automatic exposure can meter."""

from dataclasses import replace
from math import log2

import pytest

from capture.plan import Metering
from capture.plans.lack import lack
from capture.plans.manual import plan_bulb, plan_long
from capture.plans.motion import Motion
from capture.plans.night import plan_night
from capture.scenes import load_scene
from capture.simulated import SimulatedSource

STILL = Motion(0.0)


def metered(lux: float) -> tuple[Metering, SimulatedSource]:
    """What the camera sees of the still life in such light."""
    source = SimulatedSource(replace(load_scene("still-life"), lux=lux), size=(640, 480))
    source.start()
    return source.metering(), source


@pytest.mark.parametrize("lux", [0.15, 0.5])
def test_what_the_automatic_lacks_is_given(lux: float) -> None:
    """Night on a tripod and long exposures are as bright in the moon's light as by a lamp."""
    dark, source = metered(lux)
    light, _ = metered(20.0)
    assert lack(light, source.profile) == 0.0
    short = lack(dark, source.profile)
    assert short == pytest.approx(
        log2(light.exposure_time * light.analogue_gain * 20.0 / lux)
        - log2(dark.exposure_time * dark.analogue_gain),
        abs=0.3,
    )
    for plan in (
        plan_night(dark, source.profile, motion=STILL),
        plan_long(dark, source.profile, seconds=20.0),
        plan_bulb(dark, source.profile, seconds=20.0),
    ):
        lifted = plan.frames[0].exposure_time * plan.frames[0].analogue_gain * 2.0**plan.push
        metered_at = dark.exposure_time * dark.analogue_gain
        assert log2(lifted / metered_at) == pytest.approx(short, abs=0.01)
    assert plan_night(dark, source.profile, motion=STILL).push < 0.5


def test_nothing_is_lacked_where_nothing_is_known() -> None:
    """Without a histogram, with gain to spare, or with lights as bright as they are to be."""
    dark, source = metered(0.15)
    assert dark.histogram is not None
    assert lack(replace(dark, histogram=None), source.profile) == 0.0
    assert lack(replace(dark, analogue_gain=8.0), source.profile) == 0.0
    street = SimulatedSource("night-street", size=(640, 480))
    street.start()
    seen = replace(street.metering(), analogue_gain=street.profile.max_gain)
    assert lack(seen, street.profile) < 0.5
