"""What a person sets, under libcamera's names and in its units."""

from dataclasses import replace
from typing import Any

from capture.frames import SensorProfile
from capture.plan import LONGEST, FrameExposure, split_exposure, whole_pulses
from capture.source import Controls

MANUAL, SINGLE, CONTINUOUS = 0, 1, 2  # AfMode
_AT_ONCE, _RESUME = 0, 2  # AfPause
_AUTOMATIC = ("ExposureTime", "AnalogueGain")
_WINDOW = 0.12  # share of the picture's sides that a touch focuses on
_SHORTEST = 33_334  # microseconds of a frame: of faster ones the Pi's automatics leave some out,
# with the settings that came with them (ipa_base.cpp, controllerMinFrameDuration_)
_ABOVE = 1.0 + 1e-6  # of a gain that was told: libcamera rounds codes down, and floats are short
_LONGEST_FRAME = 100_000  # microseconds

Area = tuple[int, int, int, int]  # x, y, width, height


def libcamera_controls(
    controls: Controls,
    offered: Any,  # noqa: ANN401  (untyped library)
    area: Area | None = None,
) -> dict[str, Any]:
    """Controls under libcamera's names; those a camera does not offer are left out.

    Zero exposure and gain return them to the automatics (picamera2 sets the modes).

    Args:
        controls: what is wanted.
        offered: the names of the camera's controls.
        area: of the sensor that the picture shows, ScalerCropMaximum's pixels.
    """
    values = _exposure(controls) | _colour(controls) | _focus(controls, area)
    return {name: value for name, value in values.items() if name in offered}


def metered_by(controls: Controls) -> tuple[object, ...]:
    """What of controls the automatic exposure goes by; of the EV dial it is told nothing."""
    return (
        controls.exposure_time,
        controls.analogue_gain,
        controls.frame_rate,
        controls.meter_at,
        controls.mains,
    )


def starting(values: dict[str, Any]) -> dict[str, Any]:
    """Of controls those for a camera that starts: they set continuous focus, which is off before.

    Zero exposure and gain are left out: only from a request does picamera2 take them for automatic.
    """
    return {name: v for name, v in values.items() if name not in _AUTOMATIC or v}


def spotted(controls: Controls, exposure: float, profile: SensorProfile) -> Controls:
    """Controls with an exposure that was metered at a place; what a person has set stays.

    Args:
        controls: what is wanted.
        exposure: seconds times gain.
        profile: the sensor's limits.
    """
    shutter, gain = controls.exposure_time, controls.analogue_gain
    if shutter is None and gain is None:
        chosen = whole_pulses(split_exposure(exposure, profile), profile, controls.mains)
        shutter, gain = chosen.exposure_time, chosen.analogue_gain
    elif shutter is None and gain is not None:
        shutter = min(max(exposure / gain, profile.min_exposure), LONGEST)
    elif gain is None and shutter is not None:
        gain = exposure / shutter
    gain = min(max(gain or 1.0, profile.min_gain), profile.max_gain)
    return replace(controls, exposure_time=shutter, analogue_gain=gain)


def manual(exposure: FrameExposure) -> dict[str, Any]:
    """What a frame of a plan asks for."""
    microseconds = max(round(exposure.exposure_time * 1e6), 1)
    return {
        "ExposureTime": microseconds,
        "AnalogueGain": exposure.analogue_gain * _ABOVE,
        "FrameDurationLimits": (_SHORTEST, max(microseconds, _LONGEST_FRAME)),
    }


def paused(offered: Any) -> dict[str, Any]:  # noqa: ANN401  (untyped library)
    """What keeps the lens where it is while a burst is taken; nothing without a motor."""
    return {"AfPause": _AT_ONCE} if "AfPause" in offered else {}


def windows(controls: Controls, area: Area | None) -> dict[str, Any]:
    """Where autofocus looks."""
    if controls.focus_at is None or area is None:
        return {"AfMetering": 0}
    left, top, width, height = area
    box = (round(width * _WINDOW), round(height * _WINDOW))
    x, y = controls.focus_at
    at = (
        left + min(max(round(x * width) - box[0] // 2, 0), width - box[0]),
        top + min(max(round(y * height) - box[1] // 2, 0), height - box[1]),
    )
    return {"AfMetering": 1, "AfWindows": [(*at, *box)]}


def _exposure(controls: Controls) -> dict[str, Any]:
    microseconds = round((controls.exposure_time or 0.0) * 1e6)
    values: dict[str, Any] = {}
    if controls.exposure_locked:
        values["AeEnable"] = False
        if controls.exposure_time is not None and controls.analogue_gain is not None:
            values["ExposureTime"] = microseconds
            values["AnalogueGain"] = float(controls.analogue_gain) * _ABOVE
    else:
        values["ExposureTime"] = microseconds
        values["AnalogueGain"] = float(controls.analogue_gain or 0.0)
    if controls.mains:
        values["AeFlickerMode"] = 1
        values["AeFlickerPeriod"] = round(1e6 / (2 * controls.mains))  # light has twice its rate
    else:
        values["AeFlickerMode"] = 0
    if controls.frame_rate is not None:
        duration = max(round(1e6 / controls.frame_rate), microseconds, _SHORTEST)
        values["FrameDurationLimits"] = (duration, duration)
    else:
        values["FrameDurationLimits"] = (_SHORTEST, max(microseconds, _LONGEST_FRAME))
    return values


def _colour(controls: Controls) -> dict[str, Any]:
    values: dict[str, Any] = {
        "AwbEnable": controls.colour_gains is None and not controls.colour_locked
    }
    if controls.colour_gains is not None:
        values["ColourGains"] = controls.colour_gains
    return values


def _focus(controls: Controls, area: Area | None) -> dict[str, Any]:
    if controls.lens_position is not None:
        return {"AfMode": MANUAL, "LensPosition": controls.lens_position}
    mode = SINGLE if controls.focus_held else CONTINUOUS
    return windows(controls, area) | {"AfMode": mode, "AfPause": _RESUME}
