"""A shading profile from frames of a white surface: how a lens darkens and tints the corners.

The logarithm of each CFA site's light is fitted by a polynomial, even in the distance from the
centre as fall-off is, with the slopes that steep rays give the colours of a thin sensor's edges.
Slopes common to all sites are the light's on the wall, not the lens's, and are left out. What is
darker than its surroundings after the fit is dust, but for the very corners: there it is the lens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from app.lenses.book import LensError
from app.mosaics import sites
from native import MosaicFormat

Floats = npt.NDArray[np.floating[Any]]

_ROWS, _COLUMNS = 13, 17  # nodes of the profile
_BLOCK = 8  # cells that are looked at as one
_DARKEST, _BRIGHTEST = 0.05, 0.95  # levels of the whole
_UNEVEN = 0.25  # difference of the light from edge to edge, natural logarithm
_ROUGH = 0.02  # deviation from the fit of most of the picture
STRONGEST = 16.0  # gain a profile may have, the sensor's own in it
_DUST = 0.015  # share of the light that a spot takes at least
_MOST_DUST = 100
_SPECK = 5  # cells a side that the darkest part of a speck fills


@dataclass(frozen=True, slots=True)
class Spot:
    """A speck of dust: its place as shares of width and height, radius as a share of the width."""

    x: float
    y: float
    radius: float
    loss: float


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """What a white surface tells.

    Attributes:
        gain: (4, rows, columns) float32 by CFA site, at least 1, nodes from corner to corner.
        dust: the specks found, the darkest first.
    """

    gain: npt.NDArray[np.float32]
    dust: tuple[Spot, ...]

    @property
    def corners(self) -> float:
        """Share of the middle's light that the corners get, 0 to 1, in green."""
        return float(1.0 / self.gain[1, [0, 0, -1, -1], [0, -1, 0, -1]].mean())


def measure_flat(mosaic: npt.NDArray[np.uint16], layout: MosaicFormat) -> Flat:
    """The profile of a mosaic of a white surface.

    Args:
        mosaic: (height, width) of several frames' mean, 256 samples a side at least.
        layout: its scale.

    Raises:
        LensError: for a picture too small, too dark or too bright, or of no even surface.
    """
    height, width = mosaic.shape
    if min(height, width) < 256:
        raise LensError("a picture for a shading profile is 256 pixels a side at least")
    levels = np.stack([_blocks(mosaic, layout, site) for site in range(4)])
    middle = float(np.median(levels))
    if middle <= _DARKEST or float(np.quantile(levels, 0.999)) > _BRIGHTEST:
        if middle <= _DARKEST:
            raise LensError("the white surface is too dark; give it more light, or raise the EV")
        raise LensError("the white surface is too bright; give it less light, or lower the EV")
    rows, columns = levels.shape[1:]
    y, x = np.meshgrid(_places(rows), _places(columns), indexing="ij")
    light = np.log(np.maximum(levels, 1e-4))
    terms = _terms(x, y)
    fits = np.stack([_fit(terms, plane) for plane in light])
    common = fits[:, 1:3].mean(axis=0)
    if 2.0 * float(np.abs(common).max()) > _UNEVEN:
        raise LensError("the light on the surface is uneven; turn it, or take another wall")
    rest = light - np.stack([terms @ fit for fit in fits])
    rough = 1.48 * float(np.median(np.abs(rest)))
    if rough > _ROUGH:
        raise LensError("the surface is not plain; put it out of focus, or take a white sheet")
    fits[:, 1:3] -= common
    even = rest.mean(axis=0)
    spots = [_spot(found, even, mosaic, layout) for found in _dark(even, rough)]
    dust = tuple(sorted(spots, key=lambda spot: -spot.loss)[:_MOST_DUST])
    return Flat(_gain(fits, even[:: rows - 1, :: columns - 1]), dust)


def _blocks(mosaic: npt.NDArray[np.uint16], layout: MosaicFormat, site: int) -> Floats:
    """Medians of blocks of a site's samples, 0 black, 1 clipped."""
    plane = mosaic[site // 2 :: 2, site % 2 :: 2]
    rows, columns = (side // _BLOCK for side in plane.shape)
    cut = plane[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    middle = np.median(cut.swapaxes(1, 2).reshape(rows, columns, -1), axis=2)
    return np.asarray((middle - layout.black[site]) / (layout.white - layout.black[site]))


def _places(count: int) -> Floats:
    """Middles of blocks from edge to edge of a frame, -1 to 1."""
    return (np.arange(count) + 0.5) / count * 2.0 - 1.0


def _terms(x: Floats, y: Floats) -> Floats:
    """(..., 11): the constant, the slopes, and what falls off."""
    r = x * x * 0.64 + y * y * 0.36  # distance squared, 1 in the corners of a 4:3 frame
    falling = (r, r * r, r**3, r**4)
    terms = (np.ones_like(r), x, y, *falling, x * r, y * r, x * y, x * x - y * y)
    return np.stack(terms, axis=-1)


def _fit(surface: Floats, light: Floats) -> Floats:
    """Least squares, three times: from the second on without what stands out, as dust does."""
    terms = surface.reshape(-1, surface.shape[-1])
    values = light.ravel()
    keep = np.ones(values.size, bool)
    fit: Floats = np.zeros(terms.shape[1])
    for _ in range(3):
        fit = np.linalg.lstsq(terms[keep], values[keep], rcond=None)[0]
        off = values - terms @ fit
        keep = np.abs(off) <= 3.0 * 1.48 * np.median(np.abs(off)) + 1e-4
    return fit


def _gain(fits: Floats, corners: Floats) -> npt.NDArray[np.float32]:
    """Of the fits, and what they are off in the corners, which a lens's rim may cut off."""
    y, x = np.meshgrid(np.linspace(-1, 1, _ROWS), np.linspace(-1, 1, _COLUMNS), indexing="ij")
    light = np.exp(np.stack([_terms(x, y) @ fit for fit in fits]))
    light[:, :: _ROWS - 1, :: _COLUMNS - 1] *= np.exp(corners)
    # All colours by one place, the brightest, which then keeps its white.
    row, column = np.unravel_index(light.prod(axis=0).argmax(), light.shape[1:])
    gain = light[:, row, column, None, None] / light
    gain /= gain.min()
    if gain.max() > STRONGEST:
        raise LensError("the corners are nearly black; see whether something covers the lens")
    return np.asarray(gain, np.float32)


def _dark(rest: Floats, rough: float) -> Iterator[list[tuple[int, int]]]:
    """Connected blocks darker than the fit, none of which lies in a corner."""
    dark = rest < -max(_DUST, 5.0 * rough)
    rows, columns = dark.shape
    corners = {(j, i) for j in (0, rows - 1) for i in (0, columns - 1)}
    for row, column in np.argwhere(dark):
        if not dark[row, column]:
            continue
        dark[row, column] = False
        stack, found = [(int(row), int(column))], []
        while stack:
            j, i = stack.pop()
            found.append((j, i))
            for v, u in ((j - 1, i), (j + 1, i), (j, i - 1), (j, i + 1)):
                if 0 <= v < rows and 0 <= u < columns and dark[v, u]:
                    dark[v, u] = False
                    stack.append((v, u))
        if not corners.intersection(found):
            yield found


def _spot(
    found: list[tuple[int, int]],
    rest: Floats,
    mosaic: npt.NDArray[np.uint16],
    layout: MosaicFormat,
) -> Spot:
    """Blocks as a round spot; its loss where it is darkest, finer than they are."""
    rows, columns = rest.shape
    places = np.array(found)
    y, x = places.mean(axis=0)
    first = np.maximum(places.min(axis=0) - 1, 0) * _BLOCK
    last = (places.max(axis=0) + 2) * _BLOCK
    cells = [
        plane[first[0] : last[0], first[1] : last[1]] - black
        for plane, black in zip(sites(mosaic), layout.black, strict=True)
    ]
    means = sliding_window_view(np.mean(cells, axis=0), (_SPECK, _SPECK)).mean((2, 3))
    around = np.concatenate([means[[0, -1]].ravel(), means[:, [0, -1]].ravel()])
    loss = 1.0 - float(means.min() / np.median(around))
    radius = float(np.sqrt(len(found) / np.pi) / columns)
    return Spot((x + 0.5) / columns, (y + 0.5) / rows, radius, loss)
