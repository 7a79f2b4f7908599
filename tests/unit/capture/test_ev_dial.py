"""The EV dial means the same in every mode: so much brighter or darker is the picture."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import log2

import numpy as np
import pytest
from settled import settled
from still_clock import StillClock

from app.modes import Wish, plan_wish
from capture.frames import PreviewFrame, SensorProfile
from capture.plan import ExposurePlan, Metering
from capture.plans.motion import HAND
from capture.plans.scarce import lacking
from capture.scenes import load_scene
from capture.simulated import SimulatedSource
from capture.source import Controls
from styles.spaces import srgb_decode

MODES = (Wish("auto"), Wish("single"), Wish("night"), Wish("hdr"), Wish("bracket"))
FREE = (Wish("manual", shutter=1 / 125), Wish("manual", gain=2.0))
TIMED = (
    Wish("long", shutter=0.25),
    Wish("bulb", shutter=0.25),
)  # a time that daylight is too much for


@cache
def _metered(scene: str, lux: float, ev: float) -> tuple[Metering, SensorProfile]:
    """What the simulated camera meters once it has taken the dial up."""
    made = load_scene(scene)
    lit = replace(made, lux=made.lux * lux)
    source, _ = settled(SimulatedSource, lit, (320, 240), ev, 2)
    return source.metering(), source.profile


def _planned(wish: Wish, scene: str, lux: float, ev: float) -> ExposurePlan:
    return plan_wish(*_metered(scene, lux, ev), wish, HAND)


def _bright(plan: ExposurePlan) -> float:
    """Of the picture to come, EV: of the frame that all others are merged into, and its push."""
    first = plan.frames[0]
    return log2(first.exposure_time * first.analogue_gain) + plan.push


@pytest.mark.parametrize("ev", [-3.0, -1.0, -1 / 3, 1 / 3, 2 / 3, 1.0, 3.0])
@pytest.mark.parametrize(
    ("wish", "scene", "lux"),
    [
        (wish, scene, 1.0)
        for wish in MODES
        for scene in ("window", "night-street", "still-life", "portrait", "print")
    ]
    + [(wish, scene, 1.0) for wish in FREE for scene in ("portrait", "night-street")]
    + [(wish, "still-life", 0.05) for wish in TIMED],
)
def test_the_dial_means_the_same_in_every_mode(
    wish: Wish, scene: str, lux: float, ev: float
) -> None:
    """Where lights clip, and where the automatics end; a darker wish is no darker scene for HDR."""
    found = _bright(_planned(wish, scene, lux, ev)) - _bright(_planned(wish, scene, lux, 0.0))
    assert found == pytest.approx(ev, abs=0.01)


@pytest.mark.parametrize("scene", ["window", "still-life", "print"])
def test_darker_frames_are_darker_and_hold_more(scene: str) -> None:
    """No grey sheet: what clips is not pulled down where a shorter shutter holds it."""
    for wish in MODES:
        plain, dark = (_planned(wish, scene, 1.0, ev) for ev in (0.0, -2.0))
        assert dark.push >= 0.0
        exposures = [p.frames[0].exposure_time * p.frames[0].analogue_gain for p in (plain, dark)]
        assert exposures[1] <= exposures[0] * 1.0001


def test_brighter_frames_collect_more_light() -> None:
    """A page that clips nowhere is not pushed, the stream's own exposure or not."""
    for wish in MODES[:4]:
        assert _planned(wish, "print", 1.0, 2 / 3).push == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("scene", ["still-life", "window", "night-street"])
@pytest.mark.parametrize("locked", [False, True], ids=["free", "locked"])
def test_the_stream_is_shown_so_much_brighter(scene: str, locked: bool) -> None:
    """At once, in its middle tones; locked as well. Of a burst its frames have it already."""
    camera = SimulatedSource(scene, size=(320, 240), preview_size=(160, 120), clock=StillClock())
    camera.start()
    shown = []
    for ev in (-2.0, -1.0, 0.0, 1.0):
        camera.set_controls(Controls(exposure_value=ev, exposure_locked=locked))
        plan = plan_wish(camera.metering(), camera.profile, Wish("single"), HAND)
        camera.expect(plan)
        shown.append(_middle(camera.preview()))
        seen: list[PreviewFrame] = []
        camera.capture(plan, seen=seen.append)
        assert log2(_middle(seen[0]) / shown[-1]) == pytest.approx(0.0, abs=0.15)
    assert [log2(b / a) for a, b in pairwise(shown)] == pytest.approx([1.0] * 3, abs=0.15)


def test_a_dim_stream_is_shown_as_bright_as_the_picture() -> None:
    """Also where its frame rate ends before the automatics do: it was a stop and more too dark."""
    camera, frame = settled(SimulatedSource, "night-street", (320, 240), 0.0, 5)
    plan = plan_wish(camera.metering(), camera.profile, Wish("auto"), HAND)
    camera.expect(plan)
    more = log2(_middle(camera.preview()) / _middle(frame))
    assert more == pytest.approx(_bright(plan) - log2(frame.metadata.exposure or 1.0), abs=0.15)
    assert more > 1.0


def _middle(frame: PreviewFrame) -> float:
    """Linear light that a third of a frame of the stream lies below, which clips at no dial."""
    return float(np.quantile(srgb_decode(frame.pixels[..., 1] / 255.0), 1 / 3))


@pytest.mark.parametrize(("lux", "lacks"), [(4.0, False), (1.0, True)])
@pytest.mark.parametrize("ev", [-2.0, 2.0])
def test_what_a_scene_lacks_is_no_matter_of_the_dial(lux: float, lacks: bool, ev: float) -> None:
    """A room that was wanted dark lacks nothing; one at the sensor's end lacks as much as ever."""
    room = replace(load_scene("still-life"), lux=lux)
    camera, _ = settled(SimulatedSource, room, (320, 240), ev, 5)
    found = lacking(camera.metering(), camera.profile)
    assert (found > 0.5) == lacks
    camera.set_controls(Controls())
    assert lacking(camera.metering(), camera.profile) == pytest.approx(found)
