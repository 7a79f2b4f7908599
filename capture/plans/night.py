"""Night: more frames or longer ones, as the hand and the scene allow.

Motion metering as in Liba et al. 2019 (Handheld mobile photography in very low light): the shake
decides how long a frame may be, the light how many there are to be.
"""

from math import ceil, isfinite, log2

from capture.frames import SensorProfile
from capture.plan import ExposurePlan, FrameExposure, Metering
from capture.plans.motion import HAND, Motion
from capture.plans.steady import longest_shutter

_HEADROOM = 0.9
_PROTECTION = 2.5  # EV, the most a frame is underexposed for its highlights
_FEWEST, _MOST = 4, 16
_HAND_TIME, _TRIPOD_TIME = 2.0, 12.0  # seconds of light a night picture may take
_LIGHT = 8.0  # times the light of the metered exposure, that a picture is to be made of


def plan_night(
    metering: Metering,
    profile: SensorProfile,
    *,
    frames: int | None = None,
    ev: float = 0.0,
    motion: Motion = HAND,
) -> ExposurePlan:
    """Equal frames as long as nothing in them smears, their gain what the shutter leaves over.

    Frames are as many as it takes for eight times the light that the meter's exposure collects,
    counted without gain; 4 to 16 of them, in 2 s at most from the hand and 12 s from a tripod.

    Args:
        metering: what the camera sees.
        profile: the sensor's limits.
        frames: how many, instead of as many as the light asks for.
        ev: compensation of the picture's brightness.
        motion: of the camera and the scene.

    Raises:
        ValueError: for fewer than one frame, or a metering or ev that is not finite.
    """
    if frames is not None and frames < 1:
        raise ValueError(f"a burst has at least one frame, not {frames}")
    if not (isfinite(ev) and isfinite(metering.highlight)):
        raise ValueError("exposure compensation and highlights are finite numbers")
    wanted = metering.exposure_time * metering.analogue_gain * 2.0**ev
    highlight = metering.highlight * 2.0**ev
    excess = log2(highlight / _HEADROOM) if highlight > _HEADROOM else 0.0
    exposure = wanted * 2.0 ** -min(excess, _PROTECTION)
    shutter = min(max(exposure, profile.min_exposure), longest_shutter(motion, profile))
    gain = min(max(exposure / shutter, profile.min_gain), profile.max_gain)
    shutter = min(shutter, max(exposure / gain, profile.min_exposure))
    budget = _TRIPOD_TIME if motion.tripod else _HAND_TIME
    if frames is None:
        enough = ceil(_LIGHT * wanted / shutter - 1e-9)
        frames = max(min(enough, _MOST, int(budget / shutter)), _FEWEST)
    push = log2(wanted / (shutter * gain))
    return ExposurePlan("night", (FrameExposure(shutter, gain),) * frames, push, ev)
