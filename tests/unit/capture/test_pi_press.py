"""The press by the frames' clock, whichever of the kernel's that is."""

import pytest

from capture.pi.press import CLOCKS, press_time

_SUSPENDED = 3_600_000_000_000  # nanoseconds
_NOW = 50_000_000_000  # of the monotonic clock
_MONOTONIC, _BOOT = (lambda: _NOW), (lambda: _NOW + _SUSPENDED)


@pytest.mark.parametrize("stamped", [_MONOTONIC, _BOOT])
@pytest.mark.parametrize("clocks", [(_MONOTONIC, _BOOT), (_BOOT, _MONOTONIC)])
def test_a_suspension_does_not_move_the_press(stamped, clocks) -> None:  # noqa: ANN001
    """After an hour's sleep the press is where it was among the frames, by either clock."""
    newest = stamped() - 20_000_000
    assert press_time(0.05, newest, clocks) == stamped() - 50_000_000


def test_a_clock_of_nobody_s_counts_from_the_newest_frame() -> None:
    """Frames of the future or of long ago are stamped by another clock: the newest is now."""
    for newest in (_NOW + 2 * _SUSPENDED, _NOW - 6_000_000_000):
        assert press_time(0.05, newest, (_MONOTONIC,)) == newest - 50_000_000


def test_frames_that_do_not_tell_their_time_leave_libcamera_s_clock() -> None:
    """Without a timestamp the press is by the clock that libcamera documents."""
    assert press_time(0.0, None, (_MONOTONIC, _BOOT)) == _NOW + _SUSPENDED
    monotonic, boot = (clock() for clock in CLOCKS)
    assert boot >= monotonic > 0
