"""Metering at a place, on a camera that obeys late."""

from collections import deque

import numpy as np
import pytest

from capture.frames import FrameMetadata, PreviewFrame
from capture.pi.spot import SpotMeter, grey_distance
from capture.profiles import profile

_LEFT, _RIGHT = (0.25, 0.5), (0.75, 0.5)
_SENSOR = profile("imx477")


class Stream:
    """A dark half beside a bright one; an exposure shows six frames later.

    Args:
        contrast: of the picture's tone curve, against the light.
    """

    def __init__(self, contrast: float = 1.0) -> None:
        self.light = np.full((60, 80, 3), 2.0)  # a second, at gain 1
        self.light[:, 40:] = 90.0
        self.contrast = contrast
        self.exposures = deque([0.01] * 6, 6)

    def frame(self, exposure: float | None) -> PreviewFrame:
        shown = self.exposures[0]
        self.exposures.append(exposure or 0.01)
        light = np.minimum(self.light * shown, 1.0) ** self.contrast
        pixels = np.full((60, 80, 4), 255, np.uint8)
        pixels[..., :3] = np.rint(255.0 * light ** (1.0 / 2.2))
        return PreviewFrame(pixels, FrameMetadata(exposure_time=shown, analogue_gain=1.0))


def _run(meter: SpotMeter, stream: Stream, frames: int = 60) -> PreviewFrame:
    for _ in range(frames):
        frame = stream.frame(meter.exposure)
        meter.see(frame, _SENSOR)
    return frame


@pytest.mark.parametrize("at", [_LEFT, _RIGHT])
@pytest.mark.parametrize("contrast", [0.7, 1.0, 1.5])
def test_the_place_ends_as_a_middle_grey(at: tuple[float, float], contrast: float) -> None:
    """Dark or bright, whatever the tone curve; it stays."""
    meter, stream = SpotMeter(), Stream(contrast)
    meter.point(at)
    frame = _run(meter, stream)
    assert grey_distance(frame.pixels, at) == pytest.approx(0.0, abs=0.2)
    settled = meter.exposure
    _run(meter, stream)
    assert meter.exposure == settled


def test_it_does_not_overshoot_while_the_camera_has_not_obeyed() -> None:
    """Frames that are on their way tell the same exposure, not more of it."""
    meter, stream = SpotMeter(), Stream()
    meter.point(_LEFT)
    assert meter.see(stream.frame(meter.exposure), _SENSOR)
    first = meter.exposure
    for _ in range(5):
        assert not meter.see(stream.frame(meter.exposure), _SENSOR)
    assert meter.exposure == first


def test_what_is_black_stops_at_the_camera_s_limits() -> None:
    """No place is dark or bright enough to go without end."""
    meter, stream = SpotMeter(), Stream()
    stream.light[:] = 0.0
    meter.point(_LEFT)
    _run(meter, stream)
    assert meter.exposure == pytest.approx(_SENSOR.max_gain / 15.0)
    stream.light[:] = 1e9
    _run(meter, stream, 90)
    assert meter.exposure == pytest.approx(_SENSOR.min_exposure)


def test_without_a_place_the_whole_counts_again() -> None:
    """The exposure ends with the touch; frames that do not tell theirs tell nothing."""
    meter, stream = SpotMeter(), Stream()
    meter.point(_LEFT)
    silent = PreviewFrame(stream.frame(None).pixels, FrameMetadata())
    assert not meter.see(silent, _SENSOR)
    _run(meter, stream)
    meter.point(None)
    assert meter.exposure is None
    assert not meter.see(stream.frame(None), _SENSOR)
