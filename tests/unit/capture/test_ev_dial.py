"""The EV dial means the same in every mode: so much brighter or darker is the picture."""

from dataclasses import replace
from functools import cache
from math import log2

import pytest
from settled import settled

from app.modes import Wish, plan_wish
from capture.frames import SensorProfile
from capture.plan import Metering
from capture.plans.motion import HAND
from capture.scenes import load_scene
from capture.simulated import SimulatedSource

WISHES = (
    Wish("auto"),
    Wish("single"),
    Wish("night"),
    Wish("hdr"),
    Wish("bracket"),
    Wish("manual", shutter=1 / 125),
    Wish("manual", gain=2.0),
)
TIMED = (
    Wish("long", shutter=0.25),
    Wish("bulb", shutter=0.25),
)  # a time that daylight is too much for


@cache
def _metered(scene: str, lux: float, ev: float) -> tuple[Metering, SensorProfile]:
    """What the simulated camera meters once it has taken the dial up."""
    made = load_scene(scene)
    lit = replace(made, lux=made.lux * lux)
    source, _ = settled(SimulatedSource, lit, (320, 240), ev, 60)
    return source.metering(), source.profile


def _bright(wish: Wish, scene: str, lux: float, ev: float) -> float:
    """Of the picture to come, EV: of the frame that all others are merged into, and its push."""
    plan = plan_wish(*_metered(scene, lux, ev), wish, HAND)
    first = plan.frames[0]
    return log2(first.exposure_time * first.analogue_gain) + plan.push


@pytest.mark.parametrize("ev", [-2.0, 2.0])
@pytest.mark.parametrize(
    ("wish", "scene", "lux"),
    [(wish, scene, 1.0) for wish in WISHES for scene in ("still-life", "portrait", "print")]
    + [(wish, "still-life", 0.05) for wish in TIMED],
)
def test_the_dial_means_the_same_in_every_mode(
    wish: Wish, scene: str, lux: float, ev: float
) -> None:
    """Two stops are two, in HDR as well: a darker wish is no darker scene, to be lifted again."""
    found = _bright(wish, scene, lux, ev) - _bright(wish, scene, lux, 0.0)
    assert found == pytest.approx(ev, abs=0.2)


@pytest.mark.parametrize("ev", [-2.0, 2.0])
def test_hdr_follows_the_meter_where_much_range_is_lifted(ev: float) -> None:
    """A street at night, whose lamps were metered: as far as a plain burst, within half a stop.

    What the automatics give there is itself no two stops: they end, or their lights clip.
    """
    burst, wide = (
        _bright(Wish(mode), "night-street", 1.0, ev) - _bright(Wish(mode), "night-street", 1.0, 0.0)
        for mode in ("auto", "hdr")
    )
    assert wide == pytest.approx(burst, abs=0.5)
    assert wide == pytest.approx(ev, abs=0.3)
