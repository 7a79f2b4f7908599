"""The rims of lights in a bracket: what the short frames alone have seen.

Within three samples of a light that clips in a frame the frame does not count
(native/README.md, Resampling). The dark side of such an edge is left with the noise of a short
frame, in the midst of what long ones have cleared, and with what their resampling leaks over so
steep an edge: pushed by six stops it is a rim of coloured specks.

Two estimates come to help, each weighed by its variance. Along the edge: the mean of the shortest
frame's like samples, which nothing was resampled into, where a smooth picture of the light is as
bright (a joint bilateral filter: Petschnigg et al., ACM TOG 23(3), 2004). From the dark: a plane
through the like neighbours that the long frames have seen, as far as noise explains the difference
(Lee, IEEE PAMI 2(2), 1980).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.mosaics import Floats, levels, normalised
from app.progress import Progress, part_of
from app.squares import near
from native import Mosaic, MosaicFormat, MosaicNoise

Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

_CLIPPED = 0.98  # of white
_REACH = 4  # samples: the merge's three, and one for where frames lay
_BETTER = 4.0  # times the light that a neighbour must have been seen in
_AROUND = 8  # samples to each side
_NEAR = 4.0  # samples, standard deviation of a neighbour's weight
_LEAK, _LEAK_REACH = 0.005, 2  # of the brightest sample so near: what resampling leaks of it
_BLUR, _BLUR_REACH = 0.05, 1  # of the brightest sample beside it: what a lens may spread of it
_SURELY = 1.5  # standard deviations of a frame's noise, that such a sample is taken as less
_ALIKE = 0.2  # standard deviation of the smooth light's natural logarithm along an edge
_NOISE, _DETAIL = 9.0, 16.0  # squared deviations: up to here noise, from here on detail
_RIDGE = 1.0  # square samples
_BAND, _MARGIN = 128, _AROUND + _REACH  # rows done at once; what they see beyond
_AT_ONCE = 1 << 13  # samples


def calm_rims(
    merged: Mosaic,
    reference: Mosaic,
    layout: MosaicFormat,
    noise: MosaicNoise,
    light: Mapping[float, float],
    *,
    progress: Progress,
) -> int:
    """Calms the rims of a merged bracket, in place.

    Args:
        merged: (height, width), in the scale of the shortest frame.
        reference: (height, width), the shortest frame.
        layout: of both.
        noise: of one frame as long as the shortest.
        light: what the merged frames collected, in the shortest's, by their exposure over its, at
            least 1; that itself among them.
        progress: called with the fraction done; what it raises ends the work.

    Returns:
        How many samples were changed.
    """
    before, height, changed = merged.copy(), len(merged), 0
    for first in range(0, height, _BAND):
        last, upper = min(first + _BAND, height), max(first - _MARGIN, 0)
        tell = part_of(progress, first / height, last / height)
        tell(0.0)
        rows = slice(upper, last + _MARGIN)
        value = normalised(before[rows], layout)
        if value.max() < _CLIPPED / max(light):
            continue
        seen = _seen(value, light)
        places = np.flatnonzero(_rims(seen, light)[first - upper : last - upper])
        places += (first - upper) * merged.shape[1]
        if not places.size:
            continue
        shown = normalised(reference[rows], layout)
        burst = _Burst(value, shown, _smooth_logarithm(value, noise), seen)
        changed += places.size
        for done in range(0, places.size, _AT_ONCE):
            part = places[done : done + _AT_ONCE]
            ends = (min(done + n, places.size) / places.size for n in (0, _AT_ONCE))
            calm = _calmed(burst, part, noise, part_of(tell, *ends))
            merged[rows].ravel()[part] = levels(calm, layout)
    progress(1.0)
    return changed


def _seen(value: Floats, light: Mapping[float, float]) -> Floats:
    """Light that each sample was seen in, over the shortest frame's; 0 where it may clip in one."""
    seen = np.full(value.shape, sum(light.values()), np.float32)
    for ratio, collected in light.items():
        if ratio > 1.0:
            seen -= np.float32(collected) * near(value >= _CLIPPED / ratio, _REACH)
    return np.where(value < _CLIPPED / max(light), seen, np.float32(0.0))


def _rims(seen: Floats, light: Mapping[float, float]) -> Mask:
    """What short frames alone have seen, as _seen() tells, and does not clip."""
    return (seen > 0.0) & (seen * np.float32(_BETTER) <= sum(light.values()))


def _calmed(burst: "_Burst", places: Places, noise: MosaicNoise, progress: Progress) -> Floats:
    """The light of such places, of both estimates."""
    shot, read = float(np.mean(noise.shot)), float(np.mean(noise.read))
    progress(0.0)
    along, fewer, scatter = burst.along(places)
    level = np.maximum(along, 0.0)
    own = burst.usable.ravel()[places]
    leak = np.float32(_LEAK) * burst.brightest(places, _LEAK_REACH)
    merge_variance = (shot * level + read / own) / own + leak * leak
    one = shot * level + read
    along_variance = one * fewer + np.maximum(scatter - one, 0.0)
    share = merge_variance / (merge_variance + along_variance)
    found = burst.value.ravel()[places] * (1.0 - share) + along * share
    variance = along_variance * share
    progress(0.4)
    plane, spread, known = burst.plane(places)
    beside = burst.brightest(places, _BLUR_REACH)
    surely = beside - _SURELY * np.sqrt(shot * np.maximum(beside, 0.0) + read)
    blur = np.float32(_BLUR) * np.maximum(surely, 0.0)
    spread = spread + blur * blur
    off = found - plane
    kept = np.clip((off * off / (variance + spread) - _NOISE) / (_DETAIL - _NOISE), 0.0, 1.0)
    drawn = plane + (kept + (1.0 - kept) * spread / (spread + variance)) * off
    return np.asarray(np.where(known, drawn, found), np.float32)


def _smooth_logarithm(value: Floats, noise: MosaicNoise) -> Floats:
    """Of the light under a binomial window of five samples, in which all colours count alike."""
    least = np.sqrt(float(np.mean(noise.read)))
    for _ in range(2):  # along the columns, then along the rows
        padded = np.pad(value, ((2, 2), (0, 0)), "edge")
        total = np.zeros(value.shape, np.float32)
        for shift, weight in enumerate((1, 4, 6, 4, 1)):
            total += np.float32(weight / 16.0) * padded[shift : shift + value.shape[0]]
        value = np.ascontiguousarray(total.T)
    return np.asarray(np.log(np.maximum(value, np.float32(least))), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Burst:
    """What is known of each sample, all (height, width).

    Attributes:
        value: merged.
        reference: the shortest frame's.
        smooth: logarithm of the smooth light.
        usable: light it was seen in, over the shortest frame's; 0 where it may clip in a frame.
    """

    value: Floats
    reference: Floats
    smooth: Floats
    usable: Floats

    def along(self, places: Places) -> tuple[Floats, Floats, Floats]:
        """Means of the reference along the edge; their variance over a sample's; its variance."""
        smooth = self.smooth.ravel()
        total, first, squared, second = (np.zeros(places.size, np.float32) for _ in range(4))
        for _, _, at, close in self._neighbours(places):
            off = (smooth[at] - smooth[places]) / np.float32(_ALIKE)
            weight = close * np.exp(np.float32(-0.5) * off * off)
            total += weight
            squared += weight * weight
            there = self.reference.ravel()[at]
            first += weight * there
            second += weight * there * there
        fewer = squared / (total * total)
        mean = first / total
        spread = (second / total - mean * mean) / np.maximum(1.0 - fewer, 1e-3)
        return mean, fewer, spread.astype(np.float32)

    def brightest(self, places: Places, reach: int) -> Floats:
        """The greatest sample of any colour in a square round each place."""
        height, width = self.value.shape
        y, x = np.divmod(places, width)
        most = np.zeros(places.size, np.float32)
        for dy in range(-reach, reach + 1):
            row = np.clip(y + dy, 0, height - 1) * width
            for dx in range(-reach, reach + 1):
                np.maximum(most, self.value.ravel()[row + np.clip(x + dx, 0, width - 1)], out=most)
        return most

    def plane(self, places: Places) -> tuple[Floats, Floats, Mask]:
        """A plane through better-seen neighbours: its level, the mean square off it, if any.

        Slopes are held towards none (ridge regression), for where neighbours lie in one line.
        """
        least = self.usable.ravel()[places] * np.float32(_BETTER)
        sums = np.zeros((10, places.size))
        for dy, dx, at, close in self._neighbours(places):
            weight = close * (self.usable.ravel()[at] >= least)
            there = self.value.ravel()[at]
            for n, term in enumerate((1.0, dx, dy, dx * dx, dx * dy, dy * dy)):
                sums[n] += weight * term
            for n, factor in enumerate((weight, weight * dx, weight * dy, weight * there), 6):
                sums[n] += factor * there
        known = sums[0] > 0.0
        sums /= np.maximum(sums[0], 1e-9)
        x, y, xx, xy, yy, v, xv, yv, vv = sums[1:]
        sxx, syy, sxy = xx - x * x + _RIDGE, yy - y * y + _RIDGE, xy - x * y
        sxv, syv = xv - x * v, yv - y * v
        determinant = sxx * syy - sxy * sxy
        a = (sxv * syy - syv * sxy) / determinant
        b = (syv * sxx - sxv * sxy) / determinant
        spread = np.maximum(vv - v * v - a * sxv - b * syv, 0.0)
        level = v - a * x - b * y
        return level.astype(np.float32), spread.astype(np.float32), known

    def _neighbours(self, places: Places) -> Iterator[tuple[int, int, Places, Floats]]:
        """Like samples around: down, right, flat places, weights; beyond the edge of none."""
        height, width = self.value.shape
        y, x = np.divmod(places, width)
        for dy in range(-_AROUND, _AROUND + 1, 2):
            for dx in range(-_AROUND, _AROUND + 1, 2):
                v, u = y + dy, x + dx
                inside = (v >= 0) & (v < height) & (u >= 0) & (u < width)
                close = np.float32(np.exp((dx * dx + dy * dy) / (-2.0 * _NEAR * _NEAR)))
                yield (
                    dy,
                    dx,
                    np.where(inside, v * width + u, places),
                    close * inside.astype(np.float32),
                )
