"""Zebra and histogram beside the frames that are then taken: what clips in them is told."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from settled import settled

from app.modes import Wish, plan_wish
from app.raw_statistics import RawStatistics, raw_statistics
from capture.expected import brighter, holds, told_of
from capture.frames import RawSample
from capture.plan import ExposurePlan, Metering
from capture.plans.motion import HAND
from capture.simulated import SimulatedSource

BAR = 0.002  # share of a colour's samples from which the histogram's bar is there


class Unprotected(SimulatedSource):
    """A stream that stays as metered, as of a camera that cannot be set to a plan's exposure."""

    def expect(self, plan: ExposurePlan | None) -> None:
        """Nothing."""


@cache
def streaming(scene: str, ev: float) -> tuple[SimulatedSource, RawSample, Metering]:
    """A camera, its stream's raw and what it meters, once it has taken the dial up."""
    source, frame = settled(Unprotected, scene, (640, 480), ev, 40)
    assert frame.raw is not None
    return source, frame.raw, source.metering()


def both(
    wish: Wish, scene: str, ev: float, *, looked: bool = True
) -> tuple[RawStatistics, RawStatistics]:
    """What is told before the press, and of the reference that it then takes."""
    source, raw, metered = streaming(scene, ev)
    metering = replace(metered, highlight_seen=looked)
    plan = told_of(plan_wish(metering, source.profile, wish, HAND), metering)
    times = brighter(plan, raw.frame.metadata)
    told = raw_statistics(raw, brighter=times, held=holds(plan, times))
    burst = source.capture(plan, since_press=0.0)
    taken = RawSample(burst.frames[burst.reference], source.profile)
    return told, raw_statistics(taken)


def share(seen: RawStatistics) -> float:
    """Of the picture that is striped, in any colour."""
    return float(seen.clipped[..., :3].any(axis=-1).mean())


@pytest.mark.parametrize(
    "wish",
    [
        Wish("auto"),
        Wish("single"),
        Wish("night"),
        Wish("hdr"),
        Wish("bracket"),
        Wish("manual", shutter=1 / 2000),
        Wish("manual", gain=1.0),
        Wish("manual", shutter=1 / 60, gain=1.0),
    ],
    ids=lambda wish: f"{wish.mode}-{wish.shutter}-{wish.gain}",
)
@pytest.mark.parametrize("scene", ["window", "still-life", "night-street"])
@pytest.mark.parametrize("ev", [-1.0, 0.0, 1.0, 2.0])
def test_what_the_frames_clip_is_told_before(wish: Wish, scene: str, ev: float) -> None:
    """In every mode, of every exposure, whether the plan's protection ends or not."""
    told, taken = both(wish, scene, ev)
    clips = taken.shares[:, -1] > BAR
    assert (told.shares[clips, -1] > BAR).all(), "the bar"
    if share(taken) > 2.0 * BAR:
        assert share(told) >= 0.9 * share(taken) - BAR, "the stripes"


@pytest.mark.parametrize("mode", ["hdr", "bracket"])
def test_what_a_look_found_held_is_not_striped(mode: str) -> None:
    """The window's lights are in the darkest frame; where nobody looked they may not be."""
    told, taken = both(Wish(mode), "window", 0.0)
    assert share(taken) <= 2.0 * BAR
    assert share(told) == 0.0
    assert (told.shares[:, -1] == 0.0).all()
    guessed, _ = both(Wish(mode), "window", 0.0, looked=False)
    assert share(guessed) > 0.05


def test_light_in_the_dark_is_told_of_the_frames_alone() -> None:
    """Nothing clips in the stream: nothing is striped, however little is known."""
    told, _ = both(Wish("bracket"), "still-life", 0.0, looked=False)
    assert not np.any(told.clipped[..., :3])


@pytest.mark.parametrize("ev", [-2.0, -1.0, 0.0, 2.0])
@pytest.mark.parametrize("mode", ["single", "auto"])
def test_who_turns_the_dial_down_sees_the_stripes_go(mode: str, ev: float) -> None:
    """The simulator's raw is exposed as a press would expose, like a Pi's stream."""
    source, _ = settled(SimulatedSource, "window", (640, 480), ev, 40)
    metering = source.metering()
    plan = told_of(plan_wish(metering, source.profile, Wish(mode), HAND), metering)
    source.expect(plan)
    for _ in range(20):
        frame = source.preview()
    assert frame.raw is not None
    times = brighter(plan, frame.raw.frame.metadata)
    told = raw_statistics(frame.raw, brighter=times, held=holds(plan, times))
    burst = source.capture(plan, since_press=0.0)
    taken = raw_statistics(RawSample(burst.frames[burst.reference], source.profile))
    assert share(told) == pytest.approx(share(taken), abs=0.015)
