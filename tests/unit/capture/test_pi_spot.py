"""Metering at a place, on a camera that obeys late."""

from collections import deque

import numpy as np
import pytest

from capture.frames import FrameMetadata, PreviewFrame
from capture.pi.spot import SEARCHING, SpotMeter, grey_distance

_LEFT, _RIGHT = (0.25, 0.5), (0.75, 0.5)


class Stream:
    """A dark half beside a bright one; a compensation shows six frames later."""

    def __init__(self) -> None:
        self.light = np.full((60, 80, 3), 0.02)
        self.light[:, 40:] = 0.9
        self.values = deque([0.0] * 6, 6)

    def frame(self, value: float, state: int = 2) -> PreviewFrame:
        light = np.minimum(self.light * 2.0 ** self.values[0], 1.0)
        self.values.append(value)
        pixels = np.full((60, 80, 4), 255, np.uint8)
        pixels[..., :3] = np.rint(255.0 * light ** (1.0 / 2.2))
        return PreviewFrame(pixels, FrameMetadata(libcamera={"AeState": state}))


def _run(meter: SpotMeter, stream: Stream, value: float, frames: int = 60) -> PreviewFrame:
    for _ in range(frames):
        frame = stream.frame(value + meter.correction)
        meter.see(frame, value)
    return frame


@pytest.mark.parametrize("at", [_LEFT, _RIGHT])
@pytest.mark.parametrize("value", [0.0, 1.0, -1.0])
def test_the_place_ends_as_a_middle_grey(at: tuple[float, float], value: float) -> None:
    """Dark or bright, and as much brighter as a person wants; then it stays."""
    meter, stream = SpotMeter(), Stream()
    meter.point(at, afresh=False)
    frame = _run(meter, stream, value)
    assert grey_distance(frame.pixels, at) == pytest.approx(-value, abs=0.2)
    settled = meter.correction
    _run(meter, stream, value)
    assert meter.correction == settled


def test_it_does_not_overshoot_while_the_camera_has_not_obeyed() -> None:
    """One step is asked for; the next only when the first shows."""
    meter, stream = SpotMeter(), Stream()
    meter.point(_LEFT, afresh=False)
    assert meter.see(stream.frame(meter.correction), 0.0)
    first = meter.correction
    for _ in range(6):
        assert not meter.see(stream.frame(meter.correction), 0.0)
    assert meter.correction == first


def test_a_new_compensation_is_not_taken_for_light() -> None:
    """A person who asks for a stop more gets it: the place is not led back to grey meanwhile."""
    meter, stream = SpotMeter(), Stream()
    meter.point(_LEFT, afresh=False)
    _run(meter, stream, 0.0)
    settled = meter.correction
    _run(meter, stream, 1.0)
    assert meter.correction == pytest.approx(settled, abs=0.2)


def test_it_waits_for_the_automatic_and_after_a_burst() -> None:
    """A frame of an exposure on its way, or of a plan, tells nothing."""
    meter, stream = SpotMeter(), Stream()
    meter.point(_LEFT, afresh=False)
    assert not meter.see(stream.frame(0.0, SEARCHING), 0.0)
    meter.pause()
    assert not meter.see(stream.frame(0.0), 0.0)
    _run(meter, stream, 0.0)
    assert meter.correction > 2.0


def test_without_a_place_the_whole_counts_again() -> None:
    """The correction ends with the touch, and none is black enough to go without end."""
    meter, stream = SpotMeter(), Stream()
    stream.light[:] = 0.0
    meter.point(_LEFT, afresh=False)
    _run(meter, stream, 0.0)
    assert meter.correction == 5.0
    meter.point(None, afresh=False)
    assert meter.correction == 0.0
    assert not meter.see(stream.frame(0.0), 0.0)
