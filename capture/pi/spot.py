"""Metering at the place a person points at, by the exposure compensation.

libcamera's automatic exposure on a Pi has a spot in the picture's centre only, and even there it
keeps the brightest parts from being dark. So its compensation is led, as a person would lead it, by
what the live stream shows, until the place is a middle grey.
"""

import numpy as np
import numpy.typing as npt

from capture.frames import PreviewFrame
from capture.source import Point

SEARCHING = 1  # AeState
_GREY = 0.18  # linear level of what a person points at
_SPOT = 0.05  # of the picture's sides, half of what counts
_CLOSE = 0.15  # EV, near enough to be left alone
_STEP, _MOST = 3.0, 5.0  # EV, of one step and of all
_LATENCY = 8  # frames until a compensation shows: the queue, the sensor's delay, the automatic's


class SpotMeter:
    """The compensation for a place.

    Attributes:
        correction: EV to be added to what a person has set.
    """

    def __init__(self) -> None:
        self.correction = 0.0
        self._at: Point | None = None
        self._value = 0.0  # EV that was wanted last
        self._waits = 0  # frames

    def point(self, at: Point | None, *, afresh: bool) -> None:
        """Chooses a place; None for the whole picture.

        Args:
            at: the place.
            afresh: the camera meters another way from now on: what it showed counts no more.
        """
        if at == self._at:
            return
        self._at = at
        self._waits = _LATENCY if afresh else 0
        if at is None or afresh:
            self.correction = 0.0

    def pause(self) -> None:
        """Frames were exposed by hand: those that come are not the automatic's yet."""
        self._waits = _LATENCY

    def see(self, frame: PreviewFrame, value: float) -> bool:
        """Looks at a frame of the live stream.

        Args:
            frame: the newest.
            value: EV that a person wants the place brighter than a middle grey.

        Returns:
            Whether the correction has changed.
        """
        self._waits = _LATENCY if value != self._value else max(self._waits - 1, 0)
        self._value = value
        if self._at is None or self._waits or frame.metadata.libcamera.get("AeState") == SEARCHING:
            return False
        missing = value + grey_distance(frame.pixels, self._at)
        step = min(max(missing, -_STEP), _STEP)
        wanted = min(max(self.correction + step, -_MOST), _MOST)
        if abs(missing) < _CLOSE or wanted == self.correction:
            return False
        self.correction, self._waits = wanted, _LATENCY
        return True


def grey_distance(pixels: npt.NDArray[np.uint8], at: Point) -> float:
    """EV that a place lacks of a middle grey.

    Args:
        pixels: (height, width, 4) uint8, sRGB, of a frame of the live stream.
        at: the place.
    """
    height, width, _ = pixels.shape
    x, y = at[0] * width, at[1] * height
    part = pixels[
        max(0, int(y - _SPOT * height)) : int(y + _SPOT * height) + 1,
        max(0, int(x - _SPOT * width)) : int(x + _SPOT * width) + 1,
        :3,
    ]
    light = (part / 255.0) ** 2.2
    mean = float((light @ np.array([0.2126, 0.7152, 0.0722])).mean())
    return float(np.log2(_GREY / max(mean, 1e-4)))
