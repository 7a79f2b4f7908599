"""Light below what the automatic exposure reaches: what the scene wants beyond the meter.

The live stream ends at its frame rate and gain, and so does what the automatics ask for. In less
light than that they leave a scene dark which longer frames show.
"""

from math import log2

from capture.frames import SensorProfile
from capture.plan import Metering

_MEAN = 0.06  # level that automatics give a dim scene; more in good light
_BRIGHT = 0.25  # level of its brightest fiftieth, at least; half of what they ask for
_FEWEST_STOPS = 0.25  # EV: less may be the meter's way with the middle of the picture
_LEAST_GAIN = 4.0  # an automatic exposure with less has not come to its end
_ALL_GAIN = 0.95  # of the sensor's: one with more surely has


def lacking(metering: Metering, profile: SensorProfile) -> float:
    """EV that the automatic exposure lacks of what the scene wants, by the raw's histogram.

    Nothing where it is bright enough in the mean or in its brightest fiftieth, which is how it was
    wanted; nothing where no histogram tells. What a person made darker is no lack: by compensation,
    or by what was pointed at or locked while the automatic exposure had gain to spare.
    """
    histogram = metering.histogram
    gain = metering.analogue_gain
    more = not ended(gain, profile) if metering.chosen else gain < _LEAST_GAIN
    if histogram is None or more:
        return 0.0
    brighter = metering.digital_gain * 2.0**-metering.ev
    wants = (_MEAN / histogram.mean, _BRIGHT / histogram.level(0.98))
    found = log2(min(wants) / brighter)
    return found if found > _FEWEST_STOPS else 0.0


def ended(gain: float, profile: SensorProfile) -> bool:
    """Whether an automatic exposure of such a gain can surely give no more."""
    return gain >= _ALL_GAIN * profile.max_gain


def reached(wanted: float, metering: Metering, profile: SensorProfile, most: float) -> float:
    """An exposure (seconds times gain) with what the scene lacks, as far as a frame may take it.

    Args:
        wanted: by the meter and a person's compensation.
        metering: what the camera sees.
        profile: the sensor's limits.
        most: exposure of the longest frame at the highest gain; more is not made up for by a push.
    """
    return float(min(wanted * 2.0 ** lacking(metering, profile), max(wanted, most)))
