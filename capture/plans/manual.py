"""Exposures a person sets: by hand, long, and from one press to the next."""

from math import ceil, isfinite, log2

from capture.frames import SensorProfile
from capture.plan import (
    PROTECTION,
    SINGLE_PROTECTION,
    STEADY,
    ExposurePlan,
    FrameExposure,
    Highlights,
    Metering,
    longest_held,
    split_exposure,
)
from capture.plans.describe import seconds_words
from capture.plans.scarce import reached
from capture.ring import keeps

BULB_LIMIT = 24.0  # seconds a bulb exposure stays open if nobody ends it
_SLICE = 1.0  # seconds of a frame of a bulb exposure, which is to end when it is told to
_MOST_SLICES = 24  # frames that memory has room for
_WHITE = 0.9  # level that lights are held at
_GENTLE_GAIN = 4.0  # the most that a long exposure takes
_BRIGHTER = 2.0  # EV beyond what the light asks for that is still taken as a wish


def plan_manual(
    metering: Metering,
    profile: SensorProfile,
    *,
    shutter: float | None = None,
    gain: float | None = None,
    frames: int = 1,
    ev: float = 0.0,
    steady: float = STEADY,
) -> ExposurePlan:
    """Shutter and gain as set; of one that is not set, what the meter makes of the other.

    Args:
        metering: what the camera sees.
        profile: the sensor's limits.
        shutter: seconds.
        gain: factor; 1 stands for the least the sensor has.
        frames: how many, all alike.
        ev: brightening of the picture; where one of the two is free, of the exposure.
        steady: seconds a hand holds still enough, where the shutter is left to the meter.

    Returns:
        The plan. With both set its push is ev alone: the picture is as bright as it was exposed.
        With one of them set the other holds the highlights, as in plan_auto, and the push gives
        back what that takes; a burst's is pushed further than a single frame's. Where that other
        one ends, in much light, the picture is brighter than metered, by 2 EV at most.

    Raises:
        ValueError: for what the sensor cannot do, naming what it can, or a light too bright for it.
    """
    if frames < 1:
        raise ValueError(f"a burst has at least one frame, not {frames}")
    if not isfinite(ev):
        raise ValueError("exposure compensation is a finite number")
    if not isfinite(metering.highlight):
        raise ValueError("the highlights' level is a finite number")
    _check(profile, shutter, gain)
    gain = None if gain is None else max(gain, profile.min_gain)
    brighter = metering.digital_gain * 2.0**ev
    wanted = metering.exposure_time * metering.analogue_gain * brighter
    if shutter is not None and gain is not None:
        frame, push = FrameExposure(shutter, gain), ev
    elif shutter is None and gain is None:
        frame = split_exposure(wanted, profile, longest_held(steady), steady)
        push = log2(wanted / (frame.exposure_time * frame.analogue_gain))
    else:
        lights = Highlights.of(metering, brighter, PROTECTION if frames > 1 else SINGLE_PROTECTION)
        darker = wanted * 2.0**-lights.darker
        if shutter is not None:
            frame = FrameExposure(shutter, _limited(darker / shutter, profile))
        else:
            gain = gain or profile.min_gain
            time = min(max(darker / gain, profile.min_exposure), profile.max_exposure)
            frame = FrameExposure(time, gain)
        streamed = lights.streamed(frame, metering, profile, ev, steady)
        if keeps(streamed, shutter, gain):
            frame = streamed
        push = _push(frame, wanted, metering.highlight * brighter)
        _check_light(frame, wanted, profile, shutter=shutter)
    return ExposurePlan("manual", (frame,) * frames, push, ev)


def plan_long(
    metering: Metering, profile: SensorProfile, *, seconds: float, ev: float = 0.0
) -> ExposurePlan:
    """One exposure of so many seconds, in as many frames as keep the lights and the sensor's limit.

    Frames are as long as the metered exposure at gain 1 allows, one after another; their mean is
    the one long exposure, with the range of its parts: what moves is drawn out. Small lights clip
    before frames are shorter than the sensor takes for one, which would leave gaps. In less light
    than the automatic exposure reaches, frames are as bright as the scene wants, at a gain of 4 at
    most. In more light than the time asks for the picture is brighter than metered, by 2 EV at
    most: it is darkened again only as far as its lights have room.

    Args:
        metering: what the camera sees.
        profile: the sensor's limits.
        seconds: the whole of it.
        ev: compensation of the picture's brightness.

    Raises:
        ValueError: for a time that is none, or one that 24 frames do not fill, or a
            light too bright for it.
    """
    return _sliced("long", metering, profile, seconds, ev, profile.max_exposure)


def plan_bulb(
    metering: Metering,
    profile: SensorProfile,
    *,
    seconds: float | None = None,
    ev: float = 0.0,
) -> ExposurePlan:
    """As plan_long in frames of a second or so, to be ended between any two.

    Args:
        metering: what the camera sees.
        profile: the sensor's limits.
        seconds: the most it may take; None for BULB_LIMIT, or what the light allows.
        ev: compensation of the picture's brightness.

    Raises:
        ValueError: for a time that is none, or one that 24 frames do not fill, or a
            light too bright for it.
    """
    if seconds is None:
        wanted = metering.exposure_time * metering.analogue_gain * metering.digital_gain * 2.0**ev
        seconds = min(BULB_LIMIT, _MOST_SLICES * max(_brightest(wanted), profile.min_exposure))
    return _sliced(
        "bulb",
        metering,
        profile,
        seconds,
        ev,
        min(max(_SLICE, seconds / _MOST_SLICES), profile.max_exposure),
    )


def _sliced(
    mode: str,
    metering: Metering,
    profile: SensorProfile,
    seconds: float,
    ev: float,
    longest: float,
) -> ExposurePlan:
    if not (isfinite(ev) and 0.0 < seconds < float("inf")):
        raise ValueError(f"an exposure takes a positive number of seconds, not {seconds}")
    if seconds < profile.min_exposure:
        raise ValueError(f"this sensor exposes {profile.min_exposure:g} s at least")
    brighter = metering.digital_gain * 2.0**ev
    metered = metering.exposure_time * metering.analogue_gain * brighter
    gentle = min(_GENTLE_GAIN, profile.max_gain)
    wanted = reached(metered, metering, profile, seconds * gentle)
    held = wanted / max(metering.highlight * brighter * wanted / metered / _WHITE, 1.0)
    # The least gain: a long exposure has light enough; what is dark is clean by the frames' number.
    part = min(max(held, seconds / _MOST_SLICES, profile.min_exposure), longest, seconds)
    # Parts shorter than the sensor's frames leave gaps: what moves is dashes. Lamps clip first.
    part = max(part, min(profile.frame_time, wanted, seconds))
    count = ceil(seconds / part - 1e-9)
    if count > _MOST_SLICES:
        most = _MOST_SLICES * longest
        raise ValueError(f"{mode} exposures take {most:g} s at most with this sensor")
    shutter = max(seconds / count, profile.min_exposure)
    brightest = max(_brightest(wanted), profile.min_exposure)
    if shutter > brightest * 1.0001:
        raise _too_bright(seconds, _MOST_SLICES * brightest)
    asked = held if count == 1 or wanted > metered else 0.0
    gain = _limited(min(asked / shutter, _GENTLE_GAIN), profile)
    frame = FrameExposure(shutter, gain)
    push = _push(frame, wanted, metering.highlight * brighter * wanted / metered)
    return ExposurePlan(mode, (frame,) * count, push, ev)


def _push(frame: FrameExposure, wanted: float, highlight: float) -> float:
    """EV from a frame to the exposure wanted, whose lights are at a level: what clips stays white.

    Pulled down it would be grey.
    """
    exposed = frame.exposure_time * frame.analogue_gain
    brightest = max(highlight * exposed / wanted, 1e-9)
    return max(log2(wanted / exposed), min(log2(brightest / _WHITE), 0.0))


def _check_light(
    frame: FrameExposure, wanted: float, profile: SensorProfile, *, shutter: float | None
) -> None:
    """ValueError if what was left to the meter, at its least, still leaves far too much light."""
    most = _brightest(wanted)
    if frame.exposure_time * frame.analogue_gain <= most * 1.0001:
        return
    if shutter is not None:
        raise _too_bright(shutter, most / profile.min_gain)
    raise ValueError(
        f"so much light is beyond this sensor at a gain of {frame.analogue_gain:g}: "
        f"{most / profile.min_exposure:.2g} at most, or a grey filter before the lens"
    )


def _too_bright(seconds: float, most: float) -> ValueError:
    return ValueError(
        f"the light is too bright for {seconds:g} s: {seconds_words(most)} s at most, "
        "or a grey filter before the lens"
    )


def _brightest(wanted: float) -> float:
    """Seconds of a frame at the least gain, that are as bright as is still taken as a wish."""
    return float(wanted * 2.0**_BRIGHTER)


def _check(profile: SensorProfile, shutter: float | None, gain: float | None) -> None:
    if shutter is not None and not profile.min_exposure <= shutter <= profile.max_exposure:
        raise ValueError(
            f"a shutter of {shutter:g} s is beyond this sensor: "
            f"{profile.min_exposure:g} to {profile.max_exposure:g} s"
        )
    if gain is not None and not 1.0 <= gain <= profile.max_gain:
        raise ValueError(f"a gain of {gain:g} is beyond this sensor: 1 to {profile.max_gain:g}")


def _limited(gain: float, profile: SensorProfile) -> float:
    return min(max(gain, profile.min_gain), profile.max_gain)
