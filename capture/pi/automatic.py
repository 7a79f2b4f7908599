"""Which frames the stream's own exposure made, and what that was: a burst's pass as well.

libcamera's automatic exposure on a Pi goes on from whatever it was last told by hand, a fifth of
the way a frame (agc_channel.cpp, filterExposure), and says that it has converged while frames of a
burst are still on their way. So after a burst one frame is asked for with the exposure of before,
and frames count again from that one on.
"""

from capture.frames import FrameMetadata
from capture.plan import FrameExposure
from capture.ring import matches

_LATENCY = 12  # frames until one of after a burst must have come: the queue and the sensor's delay


class Automatic:
    """Follows the stream's exposure.

    Attributes:
        exposure: of its newest frame; None before the first, or if frames do not tell.
    """

    def __init__(self) -> None:
        self.exposure: FrameExposure | None = None
        self._waits = 0

    @property
    def away(self) -> bool:
        """Whether frames may still be a burst's."""
        return self._waits > 0

    def interrupt(self) -> None:
        """Frames are exposed otherwise from now on, and then as before."""
        self._waits = _LATENCY

    def see(self, metadata: FrameMetadata) -> None:
        """Looks at a frame of the stream."""
        time, gain = metadata.exposure_time, metadata.analogue_gain
        if self._waits and not (self.exposure is not None and matches(metadata, self.exposure)):
            self._waits -= 1
            if self._waits:
                return
        self._waits = 0
        if time is not None and gain is not None:
            self.exposure = FrameExposure(time, gain)
