"""What the automatic exposure fell short of: it ends at its limits, where no picture need end."""

from math import log2

from capture.frames import SensorProfile
from capture.plan import Metering

_AT_LIMIT = 0.95  # of the sensor's gain
_MIDDLE, _BRIGHT = 0.07, 0.35  # levels of a scene's middle and brightest fiftieth, as it meters
_MOST = 6.0  # EV


def lack(metering: Metering, profile: SensorProfile) -> float:
    """EV by which a scene is darker than metered, 0 to 6; 0 where the automatic had gain to spare.

    Args:
        metering: what the camera sees; without a histogram nothing is known.
        profile: the sensor's limits.
    """
    if metering.histogram is None or metering.analogue_gain < _AT_LIMIT * profile.max_gain:
        return 0.0
    middle, bright = (metering.histogram.level(q) * metering.digital_gain for q in (0.5, 0.98))
    return min(max(min(log2(_MIDDLE / middle), log2(_BRIGHT / bright)), 0.0), _MOST)
