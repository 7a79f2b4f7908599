"""A live stream that is exposed as the next burst is to be, so that a press finds its frames there.

HDR+ exposes its stream for the highlights all the time (Hasinoff et al., ACM TOG 35(6), 2016). A
Pi's automatic exposure cannot be asked for that, but it can be asked first: once it has settled,
its exposure is what is wanted, and the stream is set to the plan's darker one by hand. What is
shown is brightened by the difference. When the light changes, the automatic is asked again.
"""

from dataclasses import dataclass, replace
from math import log2

import numpy as np
import numpy.typing as npt

from capture.frames import FrameMetadata, PreviewFrame
from capture.plan import FrameExposure, Metering
from capture.ring import matches
from capture.shoulder import bent, dimmed

_LEAST, _MOST = 0.2, 2.6  # EV: what is less makes no odds, what is more the stream cannot show
_CHANGED = 0.25  # EV of the scene's light, at which the automatic is asked again
_PART = 0.05  # of a lamp's pulse
_SAME = 0.05  # EV
_OBEYED = 12  # frames until an exposure that was set must have come
# The gamma curve of a Raspberry Pi's processor: linear light, and what is shown of it
# (libcamera's tuning files, rpi.contrast, alike for all sensors on a Pi 4; BSD-2-Clause).
_LIGHT = (0.0, 0.004, 0.01, 0.02, 0.04, 0.0636, 0.1, 0.18, 0.3, 0.5, 0.7, 0.9, 1.0)
_SHOWN = (0.0, 0.02, 0.049, 0.095, 0.168, 0.237, 0.332, 0.504, 0.684, 0.837, 0.919, 0.974, 1.0)


@dataclass(frozen=True, slots=True)
class Lifted:
    """A frame that is darker than wanted.

    Attributes:
        exposure: that the stream was set to.
        wanted: what was metered when it was set, by the automatics.
        value: EV from the one to the other.
    """

    exposure: FrameExposure
    wanted: Metering
    value: float


class Protection:
    """Which exposure the stream is set to, and which of its frames have it."""

    def __init__(self) -> None:
        self._orders: list[Lifted] = []  # those whose frames may still come, the newest last
        self._on = False
        self._waits = 0
        self._light: float | None = None

    @property
    def exposure(self) -> FrameExposure | None:
        """What the stream is to have now; None leaves it to the automatics."""
        return self._orders[-1].exposure if self._on else None

    @property
    def wanted(self) -> FrameExposure | None:
        """What the automatics had; None if there is nothing to go back to."""
        if not self._orders:
            return None
        metering = self._orders[-1].wanted
        return FrameExposure(metering.exposure_time, metering.analogue_gain)

    def begin(self, exposure: FrameExposure, wanted: Metering) -> bool:
        """Sets the stream to an exposure; whether that is another than before."""
        if self.exposure == exposure:
            return False
        if self._on and wanted.ev != self._orders[-1].wanted.ev:
            self._light = None  # another exposure by the EV dial: other levels clip in its mean
        self._orders.append(Lifted(exposure, wanted, lifted(exposure, wanted)))
        self._on, self._waits = True, _OBEYED
        return True

    def end(self) -> None:
        """Gives the stream back; frames that are on their way are known still."""
        self._on, self._light = False, None

    def of(self, metadata: FrameMetadata) -> Lifted | None:
        """What a frame lacks; None if it is as the automatics exposed it."""
        found = (order for order in reversed(self._orders) if matches(metadata, order.exposure))
        return next(found, None)

    def see(self, metadata: FrameMetadata) -> Lifted | None:
        """As of(), for each frame of the stream in turn.

        A camera that does not obey is left alone.
        """
        found = self.of(metadata)
        if found is not None and found is self._orders[-1]:
            self._waits = 0
            del self._orders[:-1]
        elif self._on and self._waits:
            self._waits -= 1
            if not self._waits:
                self.end()
        elif found is None and not self._on:
            self._orders.clear()
        return found

    def judge(self, metering: Metering) -> float | None:
        """Looks at the light as it was metered; EV of its change if that is too much."""
        if metering.histogram is None:
            return None
        light = metering.histogram.mean
        if self._light is None:
            self._light = light
        change = log2(light / self._light)
        return change if abs(change) > _CHANGED else None


def lifted(exposure: FrameExposure, wanted: Metering) -> float:
    """EV that an exposure is darker than what is wanted by the meter and the EV dial."""
    metered = wanted.exposure_time * wanted.analogue_gain * wanted.digital_gain
    return log2(metered / (exposure.exposure_time * exposure.analogue_gain))


def differs(exposure: FrameExposure, wanted: Metering) -> bool:
    """Whether a stream is worth setting to an exposure, and can be shown as bright as wanted."""
    metered = wanted.exposure_time * wanted.analogue_gain
    by = log2(metered / (exposure.exposure_time * exposure.analogue_gain))
    return abs(by) >= _LEAST and -_SAME <= lifted(exposure, wanted) <= _MOST


def beats(exposure_time: float, metered_time: float, mains: int) -> bool:
    """Whether a shutter catches parts of lamps' pulses, which the one metered does not.

    Args:
        exposure_time, metered_time: seconds.
        mains: hertz; 0 for daylight.
    """

    def parts(seconds: float) -> float:
        pulses = seconds * 2.0 * mains
        return abs(pulses - max(round(pulses), 1))

    return mains > 0 and parts(exposure_time) > _PART >= parts(metered_time)


def brightened(
    frame: PreviewFrame, value: float, held: float | None = None, lights: float = 1.0
) -> PreviewFrame:
    """A frame of the live stream as if it had been exposed so many EV longer; see brightening()."""
    height, width, _ = frame.pixels.shape
    table = brightening(value, held, lights).tobytes()
    data = bytearray(np.ascontiguousarray(frame.pixels)).translate(table)
    pixels = np.frombuffer(data, np.uint8).reshape(height, width, 4)
    return replace(frame, pixels=pixels)


def brightening(
    value: float, held: float | None = None, lights: float = 1.0
) -> npt.NDArray[np.uint8]:
    """(256,) uint8: what shows an 8-bit level so many EV brighter, or darker.

    Middle tones and what is darker are as bright as from a longer exposure. What is brighter is
    bent to end at white where the picture does: the highlights that it will hold are seen.

    Args:
        value: EV.
        held: of these the highlights that the picture holds; None for all, as the frame does.
        lights: linear light that what clips has in the picture, as far as it is known; of a frame
            that is shown darker.
    """
    shown = np.arange(256) / 255.0
    light = np.interp(shown, _SHOWN, _LIGHT)
    if value < 0.0:
        light = dimmed(light, value, lights)
    else:
        light = bent(light * 2.0**value, 2.0 ** (value if held is None else min(held, value)))
    levels = np.interp(light, _LIGHT, _SHOWN) * 255.0
    return np.asarray(np.rint(levels), np.uint8)
