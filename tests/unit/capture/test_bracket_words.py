from dataclasses import replace

import pytest

from app.modes import Wish, plan_wish
from capture.plan import ExposurePlan, FrameExposure, Metering
from capture.plans.bracket import plan_bracket
from capture.plans.describe import describe, shutter_words
from capture.plans.manual import plan_long
from capture.plans.motion import HAND, Motion
from capture.profiles import profile

TRIPOD = Motion(0.0)


@pytest.mark.parametrize(
    ("metered", "step", "motion", "said"),
    [
        (1 / 80, None, TRIPOD, "gain 1, -4 to +3.9 EV, "),
        (1 / 80, None, HAND, "gain 1 to 3.03, -4 to +3.9 EV, "),
        (1.0, None, HAND, "-4 to +0.5 of +-4 EV, more on a tripod, "),
        (16.0, None, TRIPOD, "-4 to +2.5 of +-4 EV, more in more light, "),
        (1e-4, None, HAND, "+0.2 to +4 of +-4 EV, more with a grey filter, "),
        (1 / 80, 3.0, TRIPOD, "-3 to +3 of +-4 EV, more with a smaller step, "),
    ],
)
def test_a_bracket_says_what_it_holds_of_what_was_asked(
    metered: float, step: float | None, motion: Motion, said: str
) -> None:
    """The line before the press names the ends, and what takes it to those that are not reached."""
    plan = plan_bracket(Metering(metered, 1.0, 0.5), profile("imx477"), motion=motion, step=step)
    assert said in describe(plan)


def test_the_time_told_is_the_sensors_own() -> None:
    """Ten frames a second take three times as long as thirty."""
    fast, slow = profile("imx477"), replace(profile("imx477"), frame_time=0.1)
    metering = Metering(1 / 250, 1.0, 0.5)
    told = [describe(plan_wish(metering, sensor, Wish("auto"))) for sensor in (fast, slow)]
    assert "8 frames" in told[0]
    assert "0.27 s in all" in told[0]
    assert "0.8 s in all" in told[1]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1 / 125, "1/125"),
        (0.4367, "0.44"),
        (1.25, "1.25"),
        (2.6, "2.6"),
        (12.5, "12.5"),
        (99.6, "100"),
        (125.0, "125"),
        (670.74, "671"),
    ],
)
def test_a_time_that_was_set_is_read_back(seconds: float, words: str) -> None:
    """Long ones in whole seconds, never in powers of ten."""
    assert shutter_words(seconds) == words


def test_the_time_of_a_short_burst_is_no_fraction() -> None:
    """Nobody says a total as a shutter has it."""
    plan = ExposurePlan("manual", (FrameExposure(1 / 500, 1.0),) * 3)
    assert "3 frames of 1/500 s, gain 1, 0.1 s in all" in describe(plan)


@pytest.mark.parametrize(
    ("metered", "highlight", "seconds", "said"),
    [
        (1 / 15, 1.0, 0.5, "9 frames of 1/18 s"),  # as long as nothing clips
        (1 / 15, 4.0, 0.5, "15 frames of 1/30 s"),  # lamps clip rather than trails break
        (1 / 15, 4.0, 1.5, "24 frames of 1/16 s"),
    ],
)
def test_parts_of_a_long_exposure_are_no_shorter_than_frames(
    metered: float, highlight: float, seconds: float, said: str
) -> None:
    """One after another they leave no gaps, as long as only lamps are lost by it."""
    line = describe(
        plan_long(Metering(metered, 1.0, highlight), profile("imx477"), seconds=seconds)
    )
    assert said in line
    assert f"{seconds:g} s in all" in line


def test_gaps_of_a_long_exposure_are_told() -> None:
    """In daylight parts are shorter than frames come: what moves is seen a part of the time."""
    day = Metering(1 / 100, 1.0, 0.6)
    line = describe(plan_long(day, profile("imx477"), seconds=0.2))
    assert "open for 0.2 of 0.67 s" in line
    assert "in all" not in line
