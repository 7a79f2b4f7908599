"""Night: more frames or longer ones, as the hand and the scene allow.

Motion metering as in Liba et al. 2019 (Handheld mobile photography in very low light): the shake
decides how long a frame may be, the light how many there are to be. What a frame's read noise costs
is weighed against blur: where the dark parts drown in it, most frames are longer than is sharp, and
clear the dark, where nobody sees that; the first ones stay sharp, and hold the lights.
"""

from math import ceil, isfinite, log2

from capture.frames import SensorProfile
from capture.plan import ExposurePlan, FrameExposure, Metering, cut_to_pulses
from capture.plans.motion import HAND, Motion
from capture.plans.scarce import reached
from capture.plans.steady import HAND_LONGEST, longest_shutter

_HEADROOM = 0.9
_PROTECTION = 2.5  # EV, the most a frame is underexposed for its highlights
_FEWEST, _MOST = 4, 16
_MOST_DARK = 8  # frames, where each one's read noise counts
_SHARP = 2  # frames that hold lights and detail, where others are longer
_HAND_TIME, _TRIPOD_TIME = 2.0, 12.0  # seconds of light a night picture may take
_LIGHT = 8.0  # times the light of the metered exposure, that a picture is to be made of
_DARK = 0.25  # of the scene's samples, that are to be clear of read noise
_BLURRED = 3.0  # times the blur of a sharp frame that one for the dark may have
_SMEARED = 2.0  # the same, where there is no other kind
_DROWNED = 10.0  # times a sharp frame's shutter, that leave two kinds nothing to share
_LONGER = 1.5  # times a sharp frame's shutter: less is not worth two kinds of frames


def plan_night(
    metering: Metering,
    profile: SensorProfile,
    *,
    frames: int | None = None,
    ev: float = 0.0,
    motion: Motion = HAND,
) -> ExposurePlan:
    """Frames as long as nothing in them smears, and longer ones for the dark.

    The shutter comes first, gain makes up for what it leaves over. From a tripod, or where the
    dark quarter of the scene lies below the read noise of a sharp frame, frames are longer and at
    most 8. If lights hold the exposure down, the first two stay sharp, and the others have their
    gain and up to the exposure that the meter asks for, three times the blur at most. Else, or
    where that dark would take ten times the sharp shutter to come clear, all are alike, with up to
    twice the blur. In more light frames are sharp, and 16 at most. They take the light that the
    meter's exposure collects eight times, counted without gain, in 2 s at most from the hand and
    12 s from a tripod, but are never fewer than 4. Where the automatic exposure ended before the
    scene was bright enough, what it lacked is asked for too, as far as frames reach. Where lamps
    are not to flicker, shutters of a pulse and more are whole pulses of theirs, and gain makes up
    for the rest.

    Args:
        metering: what the camera sees; without a histogram nothing is known of the dark, and a
            hand's frames stay sharp.
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
    brighter = metering.digital_gain * 2.0**ev
    metered = metering.exposure_time * metering.analogue_gain * brighter
    sharp = longest_shutter(motion, profile)
    dark = sharp if motion.tripod else max(sharp, _clear(metering, profile))
    blurred = min(dark, _limit(sharp, _SMEARED, profile, motion))
    wanted = reached(metered, metering, profile, blurred * profile.max_gain)
    highlight = metering.highlight * brighter * wanted / metered
    excess = log2(highlight / _HEADROOM) if highlight > _HEADROOM else 0.0
    held = wanted * 2.0 ** -min(excess, _PROTECTION)
    shutter = min(max(held, profile.min_exposure), sharp)
    least = max(held / shutter, profile.min_gain)
    longer = min(wanted / least, dark, _limit(sharp, _BLURRED, profile, motion))
    alike = longer < _LONGER * shutter or dark > _DROWNED * sharp or frames == 1
    few = 0 if alike else _SHARP
    if not few and dark > sharp:
        shutter = min(max(held, shutter), blurred)
    gain = min(max(held / shutter, profile.min_gain), profile.max_gain)
    shutter = min(shutter, max(held / gain, profile.min_exposure))
    first, other = (
        cut_to_pulses(FrameExposure(time, gain), profile, metering.mains)
        for time in (shutter, longer if few else shutter)
    )
    if other.exposure_time < _LONGER * first.exposure_time:
        few, other = 0, first
    shutter, rest = first.exposure_time, other.exposure_time
    if frames is None:
        budget = _TRIPOD_TIME if motion.tripod else _HAND_TIME
        room = budget - few * shutter
        left = min(_LIGHT * wanted - few * shutter, room)
        most = _MOST if not few and dark <= sharp else _MOST_DARK
        frames = few + max(min(ceil(left / rest - 1e-9), int(room / rest), most - few), 0)
        frames = max(frames, _FEWEST)
    few = min(few, max(frames - 1, 1))
    chosen = (first,) * few + (other,) * (frames - few)
    push = log2(wanted / (chosen[0].exposure_time * chosen[0].analogue_gain))
    return ExposurePlan("night", chosen, push, ev)


def _limit(sharp: float, blur: float, profile: SensorProfile, motion: Motion) -> float:
    """Seconds of a frame of so many times the blur of a sharp one; on a tripod none blurs."""
    if motion.tripod:
        return sharp
    return max(sharp, min(blur * sharp, HAND_LONGEST, profile.max_exposure))


def _clear(metering: Metering, profile: SensorProfile) -> float:
    """Seconds after which the dark's own photon noise exceeds the read noise."""
    if metering.histogram is None or not profile.shot_noise > 0.0:
        return 0.0
    full = metering.exposure_time * metering.analogue_gain
    electrons = metering.histogram.level(_DARK) / profile.shot_noise / full  # a second
    return profile.read_noise / profile.shot_noise**2 / electrons
