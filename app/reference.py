"""Which frame of a burst the others are aligned to: the pressed one, or a clearly sharper one.

What moved or was closed at the press stays as it was then, so only frames next to the press
compete, and only those of its exposure: noise and clipping tell others apart more than blur does.
"""

from collections.abc import Callable
from math import log2

_AROUND = 2  # frames before and after the pressed one that compete
_SAME = 0.1  # EV
# Frames without visible blur differ by 6 % in sharpness at most, or 10 % if the noise model is too
# high by a factor of two. Blur of 2.5 to 3 pixels costs 10 to 27 %, of 4 to 6 pixels 18 to 47 %:
# simulated sensor, six scenes at gain 1 and 16, shutters of 1/120 and 1/15 s.
_MARGIN = 1.1

Exposure = float | None  # seconds times gain, unknown if None


def choose_reference(
    pressed: int,
    count: int,
    exposure: Callable[[int], Exposure],
    sharpness: Callable[[int], float],
) -> int:
    """The index of the reference.

    Args:
        pressed: index of the frame nearest the press.
        count: of frames in the burst.
        exposure: of a frame by its index; asked of those that may compete.
        sharpness: of a frame by its index; asked once each, and only if there is a choice.
    """
    own = exposure(pressed)
    near = range(max(0, pressed - _AROUND), min(count, pressed + _AROUND + 1))
    rivals = [i for i in near if i == pressed or _alike(exposure(i), own)]
    if len(rivals) == 1:
        return pressed
    figures = {i: sharpness(i) for i in rivals}
    best = max(figures, key=figures.__getitem__)
    return best if figures[best] > _MARGIN * figures[pressed] else pressed


def _alike(exposure: Exposure, other: Exposure) -> bool:
    if not exposure or not other:
        return not exposure and not other
    return abs(log2(exposure / other)) < _SAME
