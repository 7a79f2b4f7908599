"""Metering at the place a person points at.

libcamera's automatic exposure on a Pi has a spot in the picture's centre only, and even there it
keeps the brightest parts from being dark, up or down. So the exposure is worked out here, from how
bright the live stream shows the place at a known exposure, until it is a middle grey. A frame tells
its own exposure, so nothing has to settle in between.
"""

import numpy as np
import numpy.typing as npt

from capture.frames import PreviewFrame, SensorProfile
from capture.plan import LONGEST
from capture.source import Point

_GREY = 0.18  # linear level of what a person points at
_SPOT = 0.05  # of the picture's sides, half of what counts
_CLOSE = 0.12  # EV, near enough to be left alone
_STEP = 3.0  # EV at once: what is black or white tells no more


class SpotMeter:
    """The exposure for a place.

    Attributes:
        exposure: seconds times gain that the place wants; None without a place, or not known yet.
    """

    def __init__(self) -> None:
        self.exposure: float | None = None
        self._at: Point | None = None

    def point(self, at: Point | None) -> None:
        """Chooses a place; None for the whole picture, which is the camera's own business."""
        self._at = at
        if at is None:
            self.exposure = None

    def see(self, frame: PreviewFrame, profile: SensorProfile) -> bool:
        """Looks at a frame of the live stream.

        Args:
            frame: the newest.
            profile: the sensor's limits.

        Returns:
            Whether the exposure has changed.
        """
        shown = frame.metadata.exposure
        if self._at is None or not shown:
            return False
        lacking = min(max(grey_distance(frame.pixels, self._at), -_STEP), _STEP)
        wanted = min(shown * 2.0**lacking, LONGEST * profile.max_gain)
        wanted = max(wanted, profile.min_exposure)
        if self.exposure is not None and abs(np.log2(wanted / self.exposure)) < _CLOSE:
            return False
        self.exposure = wanted
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
