"""When a press was, by the clock that frames are stamped with."""

import time
from collections.abc import Callable, Sequence

_STALE = 5_000_000_000  # nanoseconds; a frame that is older, or of the future, is of another clock

Clock = Callable[[], int]
CLOCKS: tuple[Clock, ...] = (
    lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC),
    lambda: time.clock_gettime_ns(time.CLOCK_BOOTTIME),
)
"""Nanoseconds, of the clocks a frame may be stamped with.

libcamera says that SensorTimestamp is of CLOCK_BOOTTIME (control_ids_core.yaml). On a Raspberry Pi
it is V4L2's time of the buffer (pipeline/rpi/vc4/vc4.cpp, pisp/pisp.cpp), and V4L2's are of
CLOCK_MONOTONIC. They differ by the time the device has been suspended.
"""


def press_time(since: float, newest: int | None, clocks: Sequence[Clock] = CLOCKS) -> int:
    """When a press was, in nanoseconds of the frames' clock.

    The clock by which the newest frame is youngest is the frames' own: by the other one it is older
    by the suspension, or not taken yet.

    Args:
        since: seconds that have gone since the press.
        newest: timestamp of the newest frame; None if there is none, or it does not tell.
        clocks: that the frames' may be; at least one.
    """
    nows = [clock() for clock in clocks]
    if newest is None:
        return nows[-1] - round(since * 1e9)
    fitting = [now for now in nows if 0 <= now - newest < _STALE]
    return min(fitting, default=newest) - round(since * 1e9)
