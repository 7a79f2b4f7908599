"""A simulated camera that does not see how far lights clip, as real ones do not."""

from dataclasses import replace

from capture.frames import Burst
from capture.plan import ExposurePlan, Metering
from capture.simulated import SimulatedSource
from capture.source import CameraError


class Blind(SimulatedSource):
    """A camera that tells of its lights only that they clip."""

    taken = 0
    darker = 1.0  # that the scene has become
    fails = False

    def metering(self) -> Metering:
        seen = super().metering()
        return replace(
            seen,
            exposure_time=seen.exposure_time * self.darker,
            highlight=min(seen.highlight, 1.0),
            highlight_seen=seen.highlight < 1.0,
        )

    def capture(self, plan: ExposurePlan, *given: object, **named: object) -> Burst:
        seen = named.get("seen")
        for _ in range(3 if callable(seen) else 0):  # on their way with the old exposure
            seen(self.preview())  # type: ignore[operator]
        self.taken += len(plan.frames)
        if self.fails:
            raise CameraError("the camera did not take the exposures planned; try again")
        return super().capture(plan, *given, **named)  # type: ignore[arg-type]
