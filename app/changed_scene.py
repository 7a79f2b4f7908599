"""Bursts whose frames do not fit the first: blurred, the scene changed, or the camera swung."""

from collections.abc import Mapping
from math import hypot

import numpy as np

import native
from app.flicker import block_means
from app.pictures.negative import Negative

_FEW, _LITTLE = 0.25, 0.125  # of a burst's other frames, and of its light, that nearly all are lost
_DARKER = 0.5  # EV that one frame is best held below the picture's brightness, for its lights
_SOFTER = 0.8  # of the reference's sharpness, that a blurred frame has at most
# How a frame's blocks correlate with the reference's: 0.67 smeared by an eighth of the width, 0.95
# by a fortieth; 0.4 at most after swings by half a picture (a street by night, 512x384).
_SAME = 0.6
_DROWNED = 6.0  # EV below the picture's brightness: a reference so dark is noise in most places
_HAND, _TURN = 0.05, 1.0  # of the width, degrees: further than a hand shakes within a burst


def nearly_all_lost(ratios: Mapping[int, float], used: set[int]) -> bool:
    """Whether next to nothing of a burst came to its reference.

    Args:
        ratios: by frame that was to come to it, its exposure over the reference's.
        used: those that did.
    """
    light = sum(ratios[index] for index in used)
    whole = sum(ratios.values())
    return bool(ratios) and len(used) <= _FEW * len(ratios) and light <= _LITTLE * whole


def astray(reports: Mapping[int, native.FrameReport], width: int, push: float) -> frozenset[int]:
    """Frames that fit a drowned reference by chance, where no hand has moved them.

    What is merged after the first of them is fitted to what that brought, and is astray with it.

    Args:
        reports: by frame, in the order that they were merged in.
        width: of the frames.
        push: EV by which the reference lacks the picture's brightness.
    """
    if push < _DROWNED:
        return frozenset()
    order = list(reports)
    for place, report in enumerate(reports.values()):
        far = hypot(*report.shift) > _HAND * width or abs(report.rotation) > _TURN
        if far and not report.rejected:
            return frozenset(order[place:])
    return frozenset()


def best_alone(pushes: Mapping[int, float]) -> int:
    """The frame that makes the best picture without the others, the earlier of two.

    Args:
        pushes: by frame, EV by which it lacks the picture's brightness.
    """
    return min(sorted(pushes), key=lambda index: abs(pushes[index] - _DARKER))


def only_blurred(frame: Negative, reference: Negative, *, threads: int | None = None) -> bool:
    """Whether a frame that does not fit shows the reference's scene, less sharply.

    Args:
        frame: of the reference's size and format, of any exposure.
        reference: what it did not fit.
        threads: for the C core; None uses all.
    """
    sharp, own = (
        native.sharpness(one.mosaic, one.format, one.noise, threads=threads)
        for one in (reference, frame)
    )
    if own > _SOFTER * sharp:
        return False
    means, theirs = (block_means(one.mosaic, one.format) for one in (reference, frame))
    clear = (means > 0.0) & (theirs > 0.0)
    if not clear.any():
        return False
    alike = np.corrcoef(np.sqrt(means[clear]), np.sqrt(theirs[clear]))[0, 1]
    return bool(alike > _SAME)
