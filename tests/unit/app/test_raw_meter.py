from dataclasses import replace
from math import log2

import pytest

from app.raw_meter import raw_metering
from capture.plan import Metering
from capture.plans.bracket import plan_hdr
from capture.simulated import SimulatedSource


class Blind(SimulatedSource):
    """A camera that tells no histogram, and of its lights only that they clip."""

    def metering(self) -> Metering:
        seen = super().metering()
        return replace(seen, highlight=min(seen.highlight, 1.0), histogram=None)


@pytest.mark.parametrize("scene", ["window", "night-street", "still-life"])
def test_raw_frames_tell_what_the_meter_does_not(scene: str) -> None:
    """Lights far beyond clipping and the shadows come out within a stop."""
    knowing, blind = (kind(scene, size=(640, 480)) for kind in (SimulatedSource, Blind))
    knowing.start()
    blind.start()
    wanted, found = knowing.metering(), raw_metering(blind)
    assert wanted.histogram is not None
    assert found.histogram is not None
    assert abs(log2(found.highlight / wanted.highlight)) < 1.1  # lamps are as small as the quantile
    assert found.histogram.level(0.5) == pytest.approx(wanted.histogram.level(0.5), rel=0.25)
    first, second = (plan_hdr(seen, knowing.profile).frames for seen in (wanted, found))
    assert abs(log2(first[0].exposure_time / second[0].exposure_time)) < 1.1
    assert raw_metering(knowing) == wanted
