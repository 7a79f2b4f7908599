"""The stream's own exposure, told from a burst's."""

from capture.frames import FrameMetadata
from capture.pi.automatic import Automatic
from capture.plan import FrameExposure

_OWN, _DARKER = FrameExposure(0.01, 2.0), FrameExposure(0.0025, 2.0)


def _frame(exposure: FrameExposure) -> FrameMetadata:
    return FrameMetadata(exposure_time=exposure.exposure_time, analogue_gain=exposure.analogue_gain)


def test_a_burst_s_frames_are_passed_over() -> None:
    """Until the exposure of before comes back; from then on it may change."""
    automatic = Automatic()
    automatic.see(_frame(_OWN))
    automatic.interrupt()
    for _ in range(5):
        automatic.see(_frame(_DARKER))
        assert automatic.away
    assert automatic.exposure == _OWN
    automatic.see(_frame(_OWN))
    assert not automatic.away
    automatic.see(_frame(_DARKER))
    assert automatic.exposure == _DARKER


def test_a_burst_s_frames_end() -> None:
    """Where the exposure of before never comes, or is not known, some frames are enough."""
    for seen in ([_frame(_OWN)], [FrameMetadata()], []):
        automatic = Automatic()
        for metadata in seen:
            automatic.see(metadata)
        automatic.interrupt()
        frames = 0
        while automatic.away:
            automatic.see(_frame(_DARKER))
            frames += 1
        assert 8 <= frames <= 16
        assert automatic.exposure == _DARKER
