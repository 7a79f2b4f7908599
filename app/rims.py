"""The rims of lights in a bracket: what the short frames alone have seen.

Within three samples of a light that clips in a frame the frame does not count
(native/README.md, Resampling). The dark side of such an edge is left with the noise of a short
frame, in the midst of what long ones have cleared: pushed by six stops it is a rim of coloured
specks. There each sample is drawn to the mean of its like neighbours that the long frames have
seen, as far as its own noise explains the difference (Lee, IEEE PAMI 2(2), 1980): of two estimates
each is weighed by its variance.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from native import MosaicFormat, MosaicNoise

Mosaic = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_CLIPPED = 0.98  # of white
_REACH = 4  # samples: the merge's three, and one for where frames lay
_BETTER = 4.0  # times the light that a neighbour must have been seen in
_AROUND = 8  # samples to each side
_NEAR = 4.0  # samples, standard deviation of a neighbour's weight
_NOISE, _DETAIL = 9.0, 16.0  # squared deviations: up to here noise, from here on detail
_AT_ONCE = 1 << 16  # samples


def calm_rims(
    merged: Mosaic, layout: MosaicFormat, noise: MosaicNoise, exposures: Mapping[float, int]
) -> int:
    """Calms the rims of a merged bracket, in place.

    Args:
        merged: (height, width), in the scale of the shortest frame.
        layout: of merged.
        noise: of one frame as long as the shortest.
        exposures: the merged frames' number by their exposure over the shortest's, at least 1; the
            shortest itself among them.

    Returns:
        How many samples were changed.
    """
    light = sum(ratio * count for ratio, count in exposures.items())
    white = layout.white - layout.black[0]
    value = (merged.astype(np.float32) - np.float32(layout.black[0])) / np.float32(white)
    seen = np.full(value.shape, light, np.float32)
    for ratio, count in exposures.items():
        if ratio > 1.0:
            seen -= np.float32(ratio * count) * _near(value >= _CLIPPED / ratio)
    dark = value < _CLIPPED / max(exposures)
    places = np.flatnonzero(dark & (seen * np.float32(_BETTER) <= light))
    usable = np.where(dark, seen, np.float32(0.0))
    shot, read = float(np.mean(noise.shot)), float(np.mean(noise.read))
    calm = value.copy()
    for first in range(0, places.size, _AT_ONCE):
        part = places[first : first + _AT_ONCE]
        mean, spread, known = _surroundings(value, usable, part)
        own = usable.ravel()[part]
        variance = (shot * np.maximum(mean, 0.0) + read / own) / own
        off = value.ravel()[part] - mean
        kept = np.clip((off * off / (variance + spread) - _NOISE) / (_DETAIL - _NOISE), 0.0, 1.0)
        share = spread / (spread + variance)
        drawn = mean + (kept + (1.0 - kept) * share) * off
        calm.ravel()[part[known]] = drawn[known]
    levels = calm.ravel()[places] * np.float32(white) + np.float32(layout.black[0] + 0.5)
    merged.ravel()[places] = np.clip(levels, 0.0, 65535.0).astype(np.uint16)
    return int(places.size)


def _near(mask: Mask) -> Mask:
    """What lies within reach of a mask, in a square."""
    for axis in (0, 1):
        wide = np.moveaxis(mask.copy(), axis, 0)
        narrow = np.moveaxis(mask, axis, 0)
        for step in range(1, _REACH + 1):
            wide[step:] |= narrow[:-step]
            wide[:-step] |= narrow[step:]
        mask = np.moveaxis(wide, 0, axis)
    return mask


def _surroundings(
    value: Floats, usable: Floats, places: npt.NDArray[np.intp]
) -> tuple[Floats, Floats, Mask]:
    """Mean and variance of flat places' better-seen like neighbours, and whether there are any."""
    height, width = value.shape
    y, x = np.divmod(places, width)
    least = usable.ravel()[places] * np.float32(_BETTER)
    total = np.zeros(places.size, np.float32)
    first, second = total.copy(), total.copy()
    for dy in range(-_AROUND, _AROUND + 1, 2):
        for dx in range(-_AROUND, _AROUND + 1, 2):
            v, u = y + dy, x + dx
            inside = (v >= 0) & (v < height) & (u >= 0) & (u < width)
            at = np.where(inside, v * width + u, places)
            near = np.float32(np.exp((dx * dx + dy * dy) / (-2.0 * _NEAR * _NEAR)))
            weight = near * (usable.ravel()[at] >= least)
            there = value.ravel()[at]
            total += weight
            first += weight * there
            second += weight * there * there
    known = total > 0.0
    total = np.maximum(total, np.float32(1e-9))
    mean = first / total
    return mean, np.maximum(second / total - mean * mean, np.float32(0.0)), known
