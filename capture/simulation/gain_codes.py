"""Analogue gains that sensors can set: whole codes of a register, rounded down as libcamera does.

The formulas are those of libcamera's camera helpers (src/ipa/rpi/cam_helper, facts only).
"""

from math import floor, log10

from capture.frames import SensorProfile

_HYPERBOLIC = {
    "imx219": 256.0,
    "imx283": 2048.0,
}  # n of gain = n / (n - code); Sony's usual is 1024


def quantised_gain(gain: float, profile: SensorProfile) -> float:
    """The gain a sensor has when it is asked for one; within the profile's limits."""
    gain = min(max(gain, profile.min_gain), profile.max_gain)
    sensor = profile.name.partition("_")[0]
    if sensor == "ov5647":  # up to 6 % less than asked for
        return floor(16.0 * gain) / 16.0
    if sensor == "imx296":
        return float(10.0 ** (floor(200.0 * log10(gain)) / 200.0))
    n = _HYPERBOLIC.get(sensor, 1024.0)
    return n / (n - floor(n - n / gain))
