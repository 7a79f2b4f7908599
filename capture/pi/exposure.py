"""What the live stream is exposed as, and who says so.

The automatics, a lock, a place that is metered, or a plan for highlights; after any of the last
three the automatics go on from an exposure that is set by hand for one frame.
"""

from dataclasses import replace
from math import log2

from capture.expected import Lack, lacks
from capture.frames import FrameMetadata, PreviewFrame, SensorProfile
from capture.pi.automatic import Automatic
from capture.pi.controls import metered_by, spotted
from capture.pi.metering import Samples, aimed, metered
from capture.pi.protected import Lifted, Protection, beats, brightened, differs
from capture.pi.spot import SpotMeter, grey_distance
from capture.plan import STREAMED, ExposurePlan, FrameExposure, Metering
from capture.ring import keeps, matches
from capture.source import Controls

_CONVERGED = 2  # AeState
_STILL = 12  # frames after which a spot's exposure has come


class StreamExposure:
    """The exposure of one running stream.

    Args:
        profile: of the sensor.

    Attributes:
        controls: what a person has set.
        shown: the newest frame, as the camera gave it; None before the first.
    """

    def __init__(self, profile: SensorProfile) -> None:
        self.controls = Controls()
        self.shown: PreviewFrame | None = None
        self._profile = profile
        self._spot = SpotMeter()
        self._moved = 0  # the frame at which the spot changed its mind
        self._protection = Protection()
        self._metered: Metering | None = None  # the newest
        self._lacked: Lifted | None = None  # what its frame lacked
        self._passing: FrameExposure | None = None  # by hand, until the automatics go on from it
        self._automatic = Automatic()
        self._held: FrameExposure | None = None  # of a lock
        self._count = 0  # frames of the stream
        self._short = Lack()  # of the picture to come

    @property
    def away(self) -> bool:
        """Whether frames may still be a burst's."""
        return self._automatic.away

    @property
    def wanted(self) -> Controls:
        """The controls with the exposure that is to be set now."""
        controls = self.controls
        by_hand = self._protection.exposure or self._passing
        if by_hand is None and self._spot.exposure is not None:
            return spotted(controls, self._spot.exposure, self._profile)
        by_hand = by_hand or self._held
        if by_hand is None:
            return controls
        shutter, gain = by_hand.exposure_time, by_hand.analogue_gain
        return replace(controls, exposure_time=shutter, analogue_gain=gain)

    def control(self, controls: Controls) -> None:
        """Takes a person's controls; they are to be sent then."""
        self._spot.point(controls.meter_at)
        self._hold(controls)
        if metered_by(controls) != metered_by(self.controls):
            self._unprotect(self._protection.wanted)
        self.controls = controls
        if self.shown is not None:
            self._point(self.shown)

    def see(self, frame: PreviewFrame) -> tuple[PreviewFrame, bool]:
        """Looks at each frame of the stream in turn.

        Returns:
            The frame as it is to be shown, and whether controls are to be sent again.
        """
        self._count += 1
        self.shown = frame
        changed = self._passing is not None
        self._passing = None
        lack = self._protection.see(frame.metadata)
        if lack is None:
            self._automatic.see(frame.metadata)
            changed = self._point(frame) or changed
        changed = self._hold(self.controls) or changed
        return self._brightened(frame, lack, passing=self._automatic.away), changed

    def show(self, frame: PreviewFrame) -> PreviewFrame:
        """A frame that passes during a burst, as it is to be shown."""
        return self._brightened(frame, self._protection.of(frame.metadata), passing=True)

    def _brightened(
        self, frame: PreviewFrame, lack: Lifted | None, *, passing: bool = False
    ) -> PreviewFrame:
        """A frame as bright as the picture to come.

        Args:
            frame: as the camera gave it.
            lack: what it is known to lack.
            passing: whether it may be one of a burst.
        """
        dial, metered = self.controls.dial, self._metered
        if lack is not None:
            value = held = lack.value + dial - lack.wanted.ev
        else:
            owed = self._owed(frame.metadata) if passing else dial
            value = owed + self._left(frame.metadata)
            held = min(value, self._short.held)
        if not value:
            return frame
        if value > 0.0:
            return brightened(frame, value, held)
        return brightened(frame, value, lights=(metered.highlight if metered else 1.0) * 2.0**dial)

    def _owed(self, metadata: FrameMetadata) -> float:
        """EV of the dial that a frame lacks; one of a burst is exposed by it."""
        dial, metered, exposure = self.controls.dial, self._metered, metadata.exposure
        if metered is None or not exposure:
            return dial
        more = log2(exposure / (metered.exposure_time * metered.analogue_gain))
        return max(dial - max(more, 0.0), 0.0) if dial > 0.0 else min(dial - min(more, 0.0), 0.0)

    def _left(self, metadata: FrameMetadata) -> float:
        """EV that a frame lacks of the picture to come; one of a long exposure has its light."""
        metered, exposure = self._metered, metadata.exposure
        if metered is None or not exposure or not self._short.value:
            return 0.0
        more = log2(exposure / (metered.exposure_time * metered.analogue_gain))
        return max(self._short.value - max(more, 0.0), 0.0)

    def meter(self, samples: Samples, metadata: FrameMetadata) -> Metering:
        """What the automatics want, by a frame's raw; see metering.metered()."""
        self._lacked = lack = self._protection.of(metadata)
        found = metered(samples, self._profile, metadata, lack)
        dial = self.controls.dial
        self._metered = found = replace(
            found,
            digital_gain=found.digital_gain * 2.0 ** (dial - found.ev),
            streamed=self._protection.exposure,
            mains=self.controls.mains,
            ev=dial,
            chosen=self.controls.exposure_chosen,
            aim=self._aim(samples, metadata),
        )
        return found

    def _aim(self, samples: Samples, metadata: FrameMetadata) -> float:
        """EV from an exposure that a person has set whole to what would be metered."""
        if not self.controls.exposure_fixed:
            return 0.0
        if self.controls.meter_at is not None and self.shown is not None:
            return grey_distance(self.shown.pixels, self.controls.meter_at)
        return aimed(samples, self._profile, metadata)

    def expect(self, plan: ExposurePlan | None) -> bool:
        """CameraSource.expect(); whether controls are to be sent."""
        streamed, metered = self._protection.exposure, self._metered
        self._short = lacks(plan, metered)
        if metered is None:
            return False
        exposure = None if plan is None else self._protective(plan, metered)
        goes_on = self._protection.wanted
        known = self._lacked is not None and self._lacked.exposure == streamed
        if streamed is not None and exposure is not None and known:
            change = 0.0 if self.controls.exposure_locked else self._protection.judge(metered)
            if change:
                wanted = metered.exposure_time * metered.analogue_gain * 2.0**-change
                chosen = spotted(self.controls, wanted, self._profile)
                shutter, gain = chosen.exposure_time or 0.0, chosen.analogue_gain or 0.0
                exposure, goes_on = None, FrameExposure(shutter, gain)
        if exposure is not None:
            return self._protection.begin(exposure, metered)
        if streamed is not None:
            self._unprotect(goes_on)
        return streamed is not None

    def before_burst(self, plan: ExposurePlan) -> FrameExposure | None:
        """The stream's exposure, for which frames are to be waited unless the plan has it."""
        self._passing = None
        if set(plan.frames) == {self._protection.exposure}:
            return None
        self._protection.end()
        before = self._automatic.exposure
        if any(frame != before for frame in plan.frames):
            self._automatic.interrupt()
        return before

    def _hold(self, controls: Controls) -> bool:
        """Keeps the exposure to be locked, which a burst would change; whether it is new.

        That of a place stays where it is by itself.
        """
        if not controls.exposure_locked:
            self._held = None
        elif self._held is None and self._spot.exposure is None:
            self._held = self._automatic.exposure
            return self._held is not None
        return False

    def _protective(self, plan: ExposurePlan, metered: Metering) -> FrameExposure | None:
        """The exposure that the stream is to have for a plan; None for the automatics' own."""
        controls, exposure = self.controls, plan.frames[0]
        if (
            len(set(plan.frames)) > 1
            or not self._leaves(exposure)
            or not differs(exposure, metered)
            or exposure.exposure_time > max(STREAMED, metered.exposure_time)
            or beats(exposure.exposure_time, metered.exposure_time, controls.mains)
        ):
            return None
        if self._protection.exposure is None and not self._steady():
            return None
        return exposure

    def _leaves(self, exposure: FrameExposure) -> bool:
        """Whether an exposure leaves what a person has set, and something is not set."""
        shutter, gain = self.controls.exposure_time, self.controls.analogue_gain
        return (shutter is None or gain is None) and keeps(exposure, shutter, gain)

    def _steady(self) -> bool:
        """Whether the newest frame is exposed as the automatics, a lock or a spot want it."""
        shown = self.shown
        if shown is None or self._automatic.away or self._protection.of(shown.metadata):
            return False
        exposure = self._automatic.exposure
        if self.controls.exposure_locked:
            return exposure is not None and matches(shown.metadata, exposure)
        if self._spot.exposure is not None:
            return self._count - self._moved > _STILL
        return shown.metadata.libcamera.get("AeState") == _CONVERGED

    def _unprotect(self, exposure: FrameExposure | None) -> None:
        """Gives the stream back to the automatics, which go on from an exposure."""
        if self._protection.exposure is not None and self._spot.exposure is None:
            self._passing = exposure
        self._protection.end()

    def _point(self, frame: PreviewFrame) -> bool:
        """Lets the spot look at a frame; whether it wants another exposure."""
        controls = self.controls
        if controls.exposure_locked or controls.exposure_fixed:
            return False
        moved = self._spot.see(frame, self._profile)
        self._moved = self._count if moved else self._moved
        return moved
