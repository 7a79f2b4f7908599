"""Bursts whose frames do not fit the first: the scene changed, or the camera swung round."""

from collections.abc import Mapping

_FEW, _LITTLE = 0.25, 0.125  # of a burst's other frames, and of its light, that nearly all are lost
_DARKER = 0.5  # EV that one frame is best held below the picture's brightness, for its lights


def nearly_all_lost(ratios: Mapping[int, float], used: set[int]) -> bool:
    """Whether next to nothing of a burst came to its reference.

    Args:
        ratios: by frame that was to come to it, its exposure over the reference's.
        used: those that did.
    """
    light = sum(ratios[index] for index in used)
    whole = sum(ratios.values())
    return bool(ratios) and len(used) <= _FEW * len(ratios) and light <= _LITTLE * whole


def best_alone(pushes: Mapping[int, float]) -> int:
    """The frame that makes the best picture without the others, the earlier of two.

    Args:
        pushes: by frame, EV by which it lacks the picture's brightness.
    """
    return min(sorted(pushes), key=lambda index: abs(pushes[index] - _DARKER))
