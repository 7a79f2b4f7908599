from dataclasses import replace

import pytest

from app.modes import Wish, plan_wish
from capture.plan import Metering
from capture.plans.bracket import plan_bracket
from capture.plans.describe import describe
from capture.plans.motion import HAND, Motion
from capture.profiles import profile

TRIPOD = Motion(0.0)


@pytest.mark.parametrize(("motion", "said"), [(TRIPOD, "-4 to +3.9 EV, "), (HAND, " of +-4 EV, ")])
def test_a_bracket_says_what_it_holds_of_what_was_asked(motion: Motion, said: str) -> None:
    """The line before the press names the ends, and the end that is not reached."""
    plan = plan_bracket(Metering(1 / 80, 1.0, 0.5), profile("imx477"), motion=motion)
    assert said in describe(plan)


def test_the_time_told_is_the_sensors_own() -> None:
    """Ten frames a second take three times as long as thirty."""
    fast, slow = profile("imx477"), replace(profile("imx477"), frame_time=0.1)
    metering = Metering(1 / 250, 1.0, 0.5)
    told = [describe(plan_wish(metering, sensor, Wish("auto"))) for sensor in (fast, slow)]
    assert "8 frames" in told[0]
    assert "0.27 s in all" in told[0]
    assert "0.8 s in all" in told[1]
