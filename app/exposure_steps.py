"""The order in which frames of different exposures are merged.

A frame weighs seven times the reference at most, so that long frames clear the shadows of a short
one by three stops and no further. Merged step by step, the shortest first, each step's result is
the reference of the next: it keeps the place and the lights of the shortest frame and comes to the
shadows of the longest.
"""

from collections.abc import Mapping

MOST = 256.0  # times the reference's exposure, or a part of it: what the merge takes
ALIKE = 1.5  # factor within which frames are one step


def merge_steps(ratios: Mapping[int, float]) -> list[list[int]]:
    """Steps to merge in, each a list of frames in time order.

    Args:
        ratios: by frame, its exposure over the reference's, above 0. What is beyond MOST or its
            inverse cannot be merged, and is in no step.

    Returns:
        One step for frames about as long as the reference and for brackets that go below it: only
        from the shortest upwards do steps gain anything. None for no frames.
    """
    ratios = {i: ratio for i, ratio in ratios.items() if 1.0 / MOST <= ratio <= MOST}
    if not ratios:
        return []
    if min(ratios.values()) < 1.0 / ALIKE or max(ratios.values()) <= ALIKE:
        return [sorted(ratios)]
    steps: list[list[int]] = []
    start = 1.0
    for index in sorted(ratios, key=ratios.__getitem__):
        if not steps or ratios[index] > ALIKE * start:
            steps.append([])
            start = max(ratios[index], 1.0)
        steps[-1].append(index)
    return [sorted(step) for step in steps]
