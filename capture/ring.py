"""Zero shutter lag: the newest raw frames, and which of them a press takes.

The moment a person presses for is over when the press arrives. So the newest frames of the stream
are kept, as in HDR+ (Hasinoff et al., ACM TOG 35(6), 2016, section 3), and a burst begins with
those around the press if they have the exposure that is planned.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from capture.frames import FrameMetadata, RawFrame
from capture.plan import FrameExposure

Memory = npt.NDArray[Any]

_TOLERANCE = 0.03  # sensors round exposure to lines and gain to codes
_GAIN_STEP = (
    0.07  # gain is rounded down: by 6 % on an OV5647 near gain 1, by 4 % on an IMX219 at 10
)
_LINE = 40e-6  # seconds, of a slow sensor


class FrameRing:
    """The newest raw frames, in memory that is used again and again.

    Args:
        depth: frames at most; 0 keeps none.
    """

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._frames: deque[RawFrame] = deque()
        self._spare: Memory | None = None

    @property
    def frames(self) -> tuple[RawFrame, ...]:
        """What is kept, oldest first."""
        return tuple(self._frames)

    @property
    def depth(self) -> int:
        """Frames at most."""
        return self._depth

    def deepen(self, depth: int) -> None:
        """Keeps so many frames from now on, if that is more."""
        self._depth = max(self._depth, depth)

    def room(self) -> Memory | None:
        """Memory to copy the next frame into, the oldest frame's; None while there is none."""
        if self._spare is None and len(self._frames) >= self._depth > 0:
            self._spare = self._frames.popleft().data
        return self._spare

    def add(self, frame: RawFrame) -> None:
        """Keeps a frame; its memory is the ring's until take() hands it out."""
        self._spare = None
        self._frames.append(frame)
        while len(self._frames) > self._depth:
            self._frames.popleft()

    def take(self, count: int) -> list[RawFrame]:
        """The newest frames, oldest first: they are the caller's now. The ring is empty after."""
        frames = list(self._frames)[len(self._frames) - count :] if count else []
        self.clear()
        return frames

    def clear(self) -> None:
        """Forgets all frames."""
        self._frames.clear()
        self._spare = None


def matches(metadata: FrameMetadata, wanted: FrameExposure) -> bool:
    """Whether a frame was exposed as wanted, but for what sensors round; False if it is unknown."""
    time, gain = metadata.exposure_time, metadata.analogue_gain
    if time is None or gain is None:
        return False
    return (
        abs(time - wanted.exposure_time) <= _TOLERANCE * wanted.exposure_time + _LINE
        and -_GAIN_STEP <= gain / wanted.analogue_gain - 1.0 <= _TOLERANCE
    )


def keeps(exposure: FrameExposure, shutter: float | None, gain: float | None) -> bool:
    """Whether an exposure has what a person has set (None: nothing), but for what is rounded."""
    as_set = FrameExposure(shutter or exposure.exposure_time, gain or exposure.analogue_gain)
    told = FrameMetadata(exposure_time=exposure.exposure_time, analogue_gain=exposure.analogue_gain)
    return matches(told, as_set)


def around_press(
    frames: Sequence[FrameMetadata], wanted: Sequence[FrameExposure], press: int
) -> int:
    """How many of the newest frames a burst begins with.

    Half of the plan's frames may lie before the press; those that came after it are taken too. A
    frame of another exposure, and all before it, are left out.

    Args:
        frames: of the ring, oldest first.
        wanted: the plan's frames; alike, or none is taken.
        press: nanoseconds of the frames' clock.
    """
    if len(set(wanted)) != 1:
        return 0
    before = len(wanted) // 2
    count = 0
    for metadata in reversed(frames):
        if count == len(wanted) or not matches(metadata, wanted[0]):
            break
        if metadata.timestamp is None or metadata.timestamp < press:
            if before == 0:
                break
            before -= 1
        count += 1
    return count


def alike(frames: Sequence[RawFrame]) -> Sequence[RawFrame]:
    """The newest frames that were exposed as the newest of all; none if that is unknown."""
    if not frames:
        return ()
    newest = frames[-1].metadata
    if newest.exposure_time is None or newest.analogue_gain is None:
        return ()
    wanted = FrameExposure(newest.exposure_time, newest.analogue_gain)
    count = 0
    while count < len(frames) and matches(frames[-1 - count].metadata, wanted):
        count += 1
    return frames[len(frames) - count :]


def middle(metadata: FrameMetadata, readout: float | None = None) -> float | None:
    """The middle of a frame's exposure, nanoseconds; None if its time is unknown.

    Args:
        metadata: the frame's.
        readout: seconds from the first row's reading to the last's, of frames stamped when the
            first row is read, as a Pi's receiver does (bcm2835-unicam.c, rp1-cfe: at the frame's
            start). None: they are stamped when their exposure starts.
    """
    if metadata.timestamp is None:
        return None
    exposure = metadata.exposure_time or 0.0
    after = exposure if readout is None else readout - exposure
    return metadata.timestamp + 5e8 * after


def nearest(
    frames: Sequence[FrameMetadata],
    press: int,
    readout: float | None = None,
    planned: Sequence[FrameExposure] = (),
) -> int:
    """Index of the frame whose exposure's middle is nearest the press; 0 if no time is known.

    Args:
        frames: of a burst.
        press: nanoseconds of the frames' clock.
        readout: as middle() takes it.
        planned: exposures of the frames, where they may differ. Only frames of the first one
            compete then: what the plan's push owes is what that one lacks.
    """

    def distance(index: int) -> float:
        if planned and planned[index] != planned[0]:
            return float("inf")
        moment = middle(frames[index], readout)
        return float("inf") if moment is None else abs(moment - press)

    return min(range(len(frames)), key=distance)
