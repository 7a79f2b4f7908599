"""Exposure plans: from what the camera meters to the frames of a burst. Pure functions."""

from dataclasses import dataclass, field
from math import inf, isfinite, log2
from typing import Self

from capture.frames import ByHand, SensorProfile
from capture.plans.histogram import RawHistogram


@dataclass(frozen=True, slots=True)
class FrameExposure:
    """One frame of a plan: exposure time in seconds and analogue gain."""

    exposure_time: float
    analogue_gain: float


@dataclass(frozen=True, slots=True)
class Metering:
    """What the camera measures before a shot.

    Attributes:
        exposure_time: of the automatic exposure, seconds.
        analogue_gain: of the automatic exposure.
        highlight: level at that exposure of the brightest part that should keep detail (99.9th
            percentile of the raw, normalised, before clipping where known; 1 means at the clipping
            level).
        digital_gain: brightness that is wanted beyond what the raw has.
        histogram: of the raw at that exposure, if the camera gives it.
        highlight_seen: whether that level was measured; otherwise it is what the share of clipped
            samples lets one guess.
        streamed: exposure of the live stream, if that is another: one that was planned
            (CameraSource.expect).
        mains: hertz of the mains whose lamps are not to flicker; 0 for daylight.
        ev: a person's compensation, which is in that gain.
        chosen: whether a person pointed at what is to be bright, or locked the exposure.
        aim: EV from that exposure to the one the meter asks for; 0 if it is that one.
    """

    exposure_time: float
    analogue_gain: float
    highlight: float
    digital_gain: float = 1.0
    histogram: RawHistogram | None = None
    highlight_seen: bool = True
    streamed: FrameExposure | None = None
    mains: int = 0
    ev: float = 0.0
    chosen: bool = False
    aim: float = 0.0


@dataclass(frozen=True, slots=True)
class ExposurePlan:
    """The frames to take, and what development owes them.

    Attributes:
        mode: what made the plan.
        frames: in the order to take them.
        push: brightening in EV that development owes frames exposed as planned.
        ev: the brightening a person asked for; part of how frames and push were chosen, and all
            that counts for frames that were exposed long ago.
        span: EV to both sides of the meter that a bracket was asked for; 0 for what is none.
        frame_time: seconds from one frame to the next at least.
        by_hand: what a person has set.
        focus: that a person has set, dioptres; None for the camera's.
        over_meter: EV that the picture will be brighter than the meter asks for.
        highlight: level of the brightest part that should keep detail in the first frame, before
            clipping, by what was metered; inf where that was not seen.
    """

    mode: str
    frames: tuple[FrameExposure, ...]
    push: float = 0.0
    ev: float = 0.0
    span: float = 0.0
    frame_time: float = 1.0 / 30.0
    by_hand: ByHand = field(default_factory=ByHand)
    focus: float | None = None
    over_meter: float = 0.0
    highlight: float = inf


STEADY = 1.0 / 60.0  # seconds a hand holds still enough, with the lenses these cameras come with
STREAMED = 1.0 / 30.0  # seconds, the slowest shutter of the live stream that a burst takes over
LONGEST = 1.0 / 15.0  # seconds beyond which a handheld frame is not worth having
_GENTLE_GAIN = 4.0  # gain that costs less than a shutter slower than STEADY
_HEADROOM = 0.9  # level the highlights are brought to; the rest is for what the meter missed
PROTECTION = 2.5  # EV, the most a burst is underexposed for its highlights
_STREAM_DARKER = 0.35  # EV that the stream may be below the plan: costs less than its frames give
_STREAM_BRIGHTER = 0.15  # EV above: the highlights are at the limit then
SINGLE_PROTECTION = 1.0  # EV, for one frame, which has no merge to clean its shadows


def steady_shutter(focal_length_35mm: float | None) -> float:
    """Seconds a hand holds a lens still enough: the old rule of one over its focal length.

    Args:
        focal_length_35mm: what the lens is on 24x36 mm film, millimetres, above 0; None if unknown.

    Returns:
        STEADY at most: other things than the hand move, too.
    """
    return min(STEADY, 1.0 / focal_length_35mm) if focal_length_35mm else STEADY


def longest_held(steady: float) -> float:
    """Seconds beyond which a handheld frame is not worth having, of a lens held so long still."""
    return LONGEST * steady / STEADY


def split_exposure(
    exposure: float, profile: SensorProfile, longest: float = LONGEST, steady: float = STEADY
) -> FrameExposure:
    """Divides an exposure between shutter and gain, for a camera held in the hand.

    The shutter opens to `steady` at the least gain, then gain rises to 4, then the shutter opens to
    `longest`, then gain rises to its limit. Never more exposure than asked for, unless the
    sensor's shortest exposure at its least gain is more; less where the limits end.

    Args:
        exposure: seconds times gain, above 0.
        profile: the sensor's limits.
        longest: seconds, the slowest shutter to use.
        steady: seconds, the slowest shutter to use while gain is below 4.

    Raises:
        ValueError: for an exposure that is no positive number.
    """
    if not 0.0 < exposure < float("inf"):
        raise ValueError(f"an exposure is a positive number of seconds, not {exposure}")
    longest = max(min(longest, profile.max_exposure), profile.min_exposure)
    steady = min(max(steady, profile.min_exposure), longest)
    shutter = max(min(exposure, steady), profile.min_exposure)
    gain = min(max(exposure / shutter, profile.min_gain), _GENTLE_GAIN, profile.max_gain)
    shutter = min(shutter, max(exposure / gain, profile.min_exposure))
    shutter = min(max(exposure / gain, shutter), longest)
    gain = min(max(exposure / shutter, profile.min_gain), profile.max_gain)
    return FrameExposure(shutter, gain)


def whole_pulses(exposure: FrameExposure, profile: SensorProfile, mains: int) -> FrameExposure:
    """The same exposure with a shutter of whole pulses of the mains' lamps, where gain allows.

    A shorter shutter takes more gain, and one that is shorter than a pulse becomes one if the gain
    can be less. Where the light is too bright for that, and where gain ends, it stays.

    Args:
        exposure: of a frame.
        profile: the sensor's limits.
        mains: hertz; 0 for daylight.
    """
    if not mains:
        return exposure
    pulse = 0.5 / mains
    shutter = max(int(exposure.exposure_time / pulse + 1e-6), 1) * pulse
    gain = exposure.exposure_time * exposure.analogue_gain / shutter
    if not (profile.min_gain <= gain <= profile.max_gain and shutter <= profile.max_exposure):
        return exposure
    return FrameExposure(shutter, gain)


def cut_to_pulses(exposure: FrameExposure, profile: SensorProfile, mains: int) -> FrameExposure:
    """A shutter of a pulse or more cut to whole pulses; gain makes up for it as far as it goes.

    For plans of several exposures. A shorter shutter stays, unlike with whole_pulses: it holds the
    highlights, and frames that are merged are to have nearly the same gain, whose noise the merge
    goes by.

    Args:
        exposure: of a frame.
        profile: the sensor's limits.
        mains: hertz; 0 for daylight.
    """
    pulses = int(exposure.exposure_time * 2.0 * mains + 1e-6)
    if not pulses:
        return exposure
    shutter = pulses / (2.0 * mains)
    gain = max(exposure.exposure_time / shutter, 1.0) * exposure.analogue_gain
    return FrameExposure(shutter, min(gain, profile.max_gain))


@dataclass(frozen=True, slots=True)
class Highlights:
    """How much darker than metered a plan is, to hold the highlights.

    Attributes:
        excess: EV by which they lie above what a frame holds.
        darker: EV that the plan gives for them.
        most: EV that it may give.
    """

    excess: float
    darker: float
    most: float

    @classmethod
    def of(cls, metering: Metering, brighter: float, most: float) -> Self:
        """For frames so many times brighter than metered, and so many EV darker at most."""
        highlight = metering.highlight * brighter
        excess = log2(highlight / _HEADROOM) if highlight > _HEADROOM else 0.0
        return cls(excess, min(excess, most), most)

    def streamed(
        self,
        exposure: FrameExposure,
        metering: Metering,
        profile: SensorProfile,
        ev: float,
        steady: float = STEADY,
    ) -> FrameExposure:
        """The live stream's exposure, if that is nearly the one planned; else the one planned.

        Args:
            exposure: as planned.
            metering: what the camera sees, and how its stream is exposed.
            profile: the sensor's limits.
            ev: that the frames are brighter than metered.
            steady: seconds a hand holds still enough.
        """
        stream = metering.streamed or FrameExposure(metering.exposure_time, metering.analogue_gain)
        streamed = STREAMED * steady / STEADY
        slowest = min(max(exposure.exposure_time, streamed), profile.max_exposure)
        metered = metering.exposure_time * metering.analogue_gain
        brighter = ev + metering.ev
        below = brighter + log2(metered / (stream.exposure_time * stream.analogue_gain))
        least = max(self.excess - _STREAM_BRIGHTER, 0.0)
        if (
            least <= below <= min(self.darker + _STREAM_DARKER, self.most)
            and profile.min_exposure <= stream.exposure_time <= slowest
            and profile.min_gain <= stream.analogue_gain <= profile.max_gain
        ):
            return stream
        return exposure


def plan_auto(
    metering: Metering,
    profile: SensorProfile,
    frames: int = 8,
    ev: float = 0.0,
    steady: float = STEADY,
) -> ExposurePlan:
    """A handheld burst of equal frames, underexposed just enough to hold the highlights.

    Where the live stream is exposed nearly so, the frames are exposed as it is, so that a press can
    take those that are there already: at most a seventh of a stop brighter, where the highlights
    are just not clipped, or a third darker.

    All frames are alike, as in HDR+ (Hasinoff et al. 2016): that keeps alignment simple, and the
    merge cleans the shadows that the push then lifts.

    Args:
        metering: what the camera sees.
        profile: the sensor's limits.
        frames: how many, at least 1.
        ev: compensation of the picture's brightness.
        steady: seconds a hand holds still enough; frames are four times as long at most.

    Returns:
        The plan. Its push is what development owes for the picture to be as bright as the meter
        wants, plus ev: the protection of highlights and what the limits of the sensor and the
        hand left over. Negative if the shortest exposure is too bright.

    Raises:
        ValueError: for fewer than one frame, or a metering or ev that is not finite.
    """
    return _plan("auto", metering, profile, frames, ev, PROTECTION, steady)


def plan_single(
    metering: Metering, profile: SensorProfile, ev: float = 0.0, steady: float = STEADY
) -> ExposurePlan:
    """One frame, as plan_auto but with less protection of the highlights: its shadows are noisy."""
    return _plan("single", metering, profile, 1, ev, SINGLE_PROTECTION, steady)


def _plan(
    mode: str,
    metering: Metering,
    profile: SensorProfile,
    frames: int,
    ev: float,
    most: float,
    steady: float,
) -> ExposurePlan:
    if frames < 1:
        raise ValueError(f"a burst has at least one frame, not {frames}")
    if not (isfinite(ev) and isfinite(metering.highlight)):
        raise ValueError("exposure compensation and highlights are finite numbers")
    brighter = metering.digital_gain * 2.0**ev
    wanted = metering.exposure_time * metering.analogue_gain * brighter
    lights = Highlights.of(metering, brighter, most)
    longest = longest_held(steady)
    exposure = split_exposure(wanted * 2.0**-lights.darker, profile, longest, steady)
    pulses = whole_pulses(exposure, profile, metering.mains)
    if pulses.exposure_time <= longest:
        exposure = pulses
    exposure = lights.streamed(exposure, metering, profile, ev, steady)
    push = log2(wanted / (exposure.exposure_time * exposure.analogue_gain))
    return ExposurePlan(mode, (exposure,) * frames, push, ev)
