from dataclasses import replace
from math import log2

import pytest

from app.raw_meter import Lights, raw_metering
from capture.frames import Burst
from capture.plan import ExposurePlan, Metering
from capture.plans.bracket import plan_hdr
from capture.simulated import SimulatedSource


class Blind(SimulatedSource):
    """A camera that tells of its lights only that they clip."""

    taken = 0

    def metering(self) -> Metering:
        seen = super().metering()
        return replace(
            seen, highlight=min(seen.highlight, 1.0), highlight_seen=seen.highlight < 1.0
        )

    def capture(self, plan: ExposurePlan, *given: object, **named: object) -> Burst:
        self.taken += len(plan.frames)
        return super().capture(plan, *given, **named)  # type: ignore[arg-type]


@pytest.mark.parametrize("scene", ["window", "night-street", "still-life"])
def test_a_dark_frame_tells_how_far_lights_clip(scene: str) -> None:
    """Lights far beyond clipping come out within a stop, for a frame where they clip at all."""
    knowing, blind = (kind(scene, size=(640, 480)) for kind in (SimulatedSource, Blind))
    knowing.start()
    blind.start()
    wanted, found = knowing.metering(), raw_metering(blind)
    assert found.highlight_seen
    assert found.histogram == wanted.histogram
    assert abs(log2(found.highlight / wanted.highlight)) < 1.1  # lamps are as small as the quantile
    assert blind.taken == (wanted.highlight >= 1.0)
    first, second = (plan_hdr(seen, knowing.profile).frames for seen in (wanted, found))
    assert abs(log2(first[0].exposure_time / second[0].exposure_time)) < 1.1
    assert raw_metering(knowing) == wanted


def test_the_scenes_have_lights_of_both_kinds() -> None:
    """The test above would be none if no light clipped, or all did."""
    clips = []
    for scene in ("window", "night-street", "still-life"):
        source = SimulatedSource(scene, size=(640, 480))
        source.start()
        clips.append(source.metering().highlight >= 1.0)
    assert {True, False} == set(clips)


def test_lights_are_looked_at_now_and_then() -> None:
    """A plan told twice a second is that of the press, at the cost of a frame in ten seconds."""
    time = [0.0]
    blind, lights = Blind("night-street", size=(640, 480)), Lights(lambda: time[0])
    blind.start()
    pressed = raw_metering(blind)
    blind.taken = 0
    for _ in range(19):
        told = lights.lately(blind)
        assert told.highlight_seen
        assert abs(log2(told.highlight / pressed.highlight)) < 0.5  # the hand moves lamps on pixels
        time[0] += 0.5
    assert blind.taken == 1
    time[0] += 2.0
    lights.lately(blind)
    assert blind.taken == 2
    lights.now(blind)
    assert blind.taken == 3
