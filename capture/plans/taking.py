"""Looking before the shot, and taking what was planned."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from capture.frames import Burst, PreviewFrame, RawFrame
from capture.plan import ExposurePlan
from capture.plans.describe import describe
from capture.plans.motion import HAND, Grey, Motion, measure_motion, small_grey
from capture.source import CameraError, CameraSource, CutShortError, Progress, Seen

_FRAMES = 10  # of the live stream: a third of a second at 30 a second, a whole one on a HQ camera


class Onlooker:
    """Looks at the newest frames of the live stream and tells what moves in them."""

    def __init__(self) -> None:
        self._seen: deque[tuple[Grey, float | None]] = deque(maxlen=_FRAMES)

    def see(self, frame: PreviewFrame) -> None:
        """Looks at one frame more."""
        timestamp = frame.metadata.timestamp
        time = None if timestamp is None else timestamp * 1e-9
        self._seen.append((small_grey(frame.pixels), time))

    def motion(self) -> Motion:
        """How the camera shakes and the scene moves; HAND where the stream does not tell."""
        times = [time for _, time in self._seen if time is not None]
        if len(times) < _FRAMES:
            return HAND
        try:
            return measure_motion([grey for grey, _ in self._seen], times)
        except ValueError:  # a stream too small, or one that stands
            return HAND


def watch(source: CameraSource) -> Motion:
    """How the camera shakes and the scene moves now; HAND where the stream does not tell.

    Raises:
        CameraError: when the camera fails.
    """
    onlooker = Onlooker()
    for _ in range(_FRAMES):
        frame = source.preview()
        if frame.metadata.timestamp is None:
            return HAND
        onlooker.see(frame)
    return onlooker.motion()


def take(
    source: CameraSource,
    plan: ExposurePlan,
    progress: Progress | None = None,
    *,
    since_press: float | None = None,
    seen: Seen | None = None,
) -> Burst:
    """CameraSource.capture(); the burst tells what was planned, unless it knows better by itself.

    Raises:
        CutShortError, CameraError: as capture(). What progress raises passes through.
    """
    try:
        return _noted(source.capture(plan, progress, since_press=since_press, seen=seen), plan)
    except CutShortError as error:
        raise _cut(error, error.burst, plan) from error


def take_until(
    source: CameraSource,
    plan: ExposurePlan,
    released: Callable[[], bool],
    progress: Progress | None = None,
    *,
    since_press: float | None = None,
    so_far: Callable[[Burst], None] | None = None,
) -> Burst:
    """Takes a plan's frames one by one until the shutter is released, at least one.

    Args:
        source: a camera.
        plan: its frames are the most that are taken.
        released: asked after each frame.
        progress: told how much is taken.
        since_press: seconds that have gone since the press, as of capture().
        so_far: given what has been taken, after each frame.

    Raises:
        CutShortError: if the camera fails and something can be saved.
        CameraError: when the camera fails. What progress raises passes through.
    """
    first: Burst | None = None
    frames: list[RawFrame] = []
    for index, single in enumerate(_singles(plan)):
        try:
            burst = source.capture(single, since_press=None if first else since_press)
        except CameraError as error:
            if first is not None:
                raise _cut(error, replace(first, frames=tuple(frames)), plan) from error
            if isinstance(error, CutShortError):
                raise _cut(error, error.burst, plan) from error
            raise
        first = first or burst
        frames += burst.frames
        if so_far is not None:
            so_far(replace(first, frames=tuple(frames)))
        if progress is not None:
            progress((index + 1) / len(plan.frames))
        if released():
            break
    if first is None:
        raise ValueError("a plan has at least one frame")
    return ended_early(replace(first, frames=tuple(frames)), plan)


def _singles(plan: ExposurePlan) -> Iterator[ExposurePlan]:
    return (replace(plan, frames=(frame,)) for frame in plan.frames)


def _noted(burst: Burst, plan: ExposurePlan) -> Burst:
    if burst.mode:
        return burst
    return replace(
        burst,
        mode=plan.mode,
        plan=describe(plan),
        by_hand=plan.by_hand,
    )


def ended_early(burst: Burst, plan: ExposurePlan) -> Burst:
    """What was taken of a plan until somebody ended it, which it tells of itself."""
    noted, count = _noted(burst, plan), len(burst.frames)
    if count == len(plan.frames):
        return noted
    return replace(noted, plan=f"{noted.plan}; ended after {_counted(count)}")


def cut_short(burst: Burst, plan: ExposurePlan) -> Burst:
    """What was taken of a plan when the camera failed, which it tells of itself."""
    noted = _noted(burst, plan)
    count = len(noted.frames)
    saved = f"{_counted(count)} {'was' if count == 1 else 'were'} saved"
    return replace(noted, plan=f"{noted.plan}; the camera failed, {saved}")


def _counted(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def _cut(error: CameraError, burst: Burst, plan: ExposurePlan) -> CutShortError:
    return CutShortError(str(error), cut_short(burst, plan))
