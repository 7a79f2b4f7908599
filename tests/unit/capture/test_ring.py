import numpy as np
import pytest

from capture.frames import FrameMetadata, Packing, RawFrame
from capture.plan import FrameExposure
from capture.ring import FrameRing, around_press, matches, middle, nearest

_WANTED = FrameExposure(0.01, 2.0)


def _metadata(number: int, time: float | None = 0.01, gain: float = 2.0) -> FrameMetadata:
    return FrameMetadata(timestamp=number * 100, exposure_time=time, analogue_gain=gain)


def _frame(number: int) -> RawFrame:
    data = np.full((2, 4), number, np.uint8)
    return RawFrame(data, Packing.PISP_COMP1, 4, 2, _metadata(number))


def test_half_of_a_burst_lies_before_the_press() -> None:
    """Of equal frames as planned, so many are taken as leaves the other half for after."""
    frames = [_metadata(n) for n in range(10)]
    assert around_press(frames, (_WANTED,) * 8, 901) == 4
    assert around_press(frames, (_WANTED,) * 8, 700) == 7  # three came after the press
    assert around_press(frames, (_WANTED,) * 8, 0) == 8
    assert around_press(frames, (_WANTED,), 901) == 0


def test_frames_before_a_change_are_left_out() -> None:
    """A frame of another or unknown exposure ends the run backwards in time."""
    for odd in (_metadata(7, 0.02), _metadata(7, gain=4.0), _metadata(7, None)):
        frames = [_metadata(5), _metadata(6), odd, _metadata(8), _metadata(9)]
        assert around_press(frames, (_WANTED,) * 8, 901) == 2


def test_a_bracket_takes_nothing_from_the_ring() -> None:
    """Frames that differ by plan are all taken after the press."""
    frames = [_metadata(n) for n in range(4)]
    assert around_press(frames, (_WANTED, FrameExposure(0.02, 2.0)), 301) == 0


def test_exposures_match_but_for_rounding() -> None:
    """Three in a hundred are the sensor's, five are not."""
    assert matches(_metadata(0, 0.01025, 2.05), _WANTED)
    assert not matches(_metadata(0, 0.0106, 2.0), _WANTED)
    assert not matches(_metadata(0, 0.01, 2.2), _WANTED)
    assert matches(_metadata(0, 60e-6), FrameExposure(30e-6, 2.0))  # a line of a slow sensor


def test_the_nearest_is_by_the_middle_of_the_exposure() -> None:
    """A frame that was still being exposed at the press is nearer than the next."""
    frames = [FrameMetadata(timestamp=n * 33_000_000, exposure_time=0.03) for n in range(3)]
    assert nearest(frames, 33_000_000 + 14_000_000) == 1
    assert nearest(frames, 0) == 0
    assert nearest([FrameMetadata(), FrameMetadata()], 5) == 0


def test_of_several_exposures_the_first_one_s_frames_compete() -> None:
    """The frame at the press is no reference if another exposure was planned for it."""
    frames = [FrameMetadata(timestamp=n * 33_000_000, exposure_time=0.03) for n in range(4)]
    short, long = FrameExposure(0.01, 1.0), FrameExposure(0.04, 1.0)
    press = 2 * 33_000_000 + 14_000_000
    assert nearest(frames, press, planned=(short,) * 4) == 2
    assert nearest(frames, press, planned=(short, short, long, long)) == 1


def test_the_ring_keeps_the_newest_in_the_same_memory() -> None:
    """Full, it offers the oldest frame's memory; what was taken is never offered."""
    ring = FrameRing(2)
    assert ring.room() is None
    ring.add(_frame(1))
    ring.add(_frame(2))
    oldest = ring.frames[0].data
    assert ring.room() is oldest
    assert ring.room() is oldest
    ring.add(_frame(3))
    assert [int(frame.data[0, 0]) for frame in ring.frames] == [2, 3]
    assert [int(frame.data[0, 0]) for frame in ring.take(1)] == [3]
    assert ring.frames == ()
    assert ring.room() is None


def test_a_ring_without_depth_keeps_nothing() -> None:
    """Where memory is short there is no ring."""
    ring = FrameRing(0)
    ring.add(_frame(1))
    assert ring.frames == ()
    assert ring.take(0) == []


def test_the_middle_of_a_frame_is_told_by_its_kind_of_stamp() -> None:
    """A Pi stamps when the first row is read: what it saw is of before, if it saw for long."""
    long = FrameMetadata(timestamp=1_000_000_000, exposure_time=0.1)
    assert middle(long) == pytest.approx(1.05e9)
    assert middle(long, 0.07) == pytest.approx(0.985e9)
    assert middle(FrameMetadata(), 0.07) is None
    short = FrameMetadata(timestamp=960_000_000, exposure_time=0.01)
    assert nearest([short, long], 985_000_000) == 0
    assert nearest([short, long], 985_000_000, 0.07) == 1
