"""The dark side of steep edges, denoised without the light beside it.

The merge's last stage shrinks what looks like noise, tile by tile (native/README.md, Shrink). A
tile that a bright window shares has so much detail in every frequency that the noise of its dark
is kept: pushed by some stops, a ring of specks. Here light is cut off a little above the dark round
it, and what is left is shrunk once more: the noise of the dark is all that such a tile still has.
"""

import numpy as np
import numpy.typing as npt

from app.mosaics import Floats, sites
from app.progress import Progress, part_of
from app.squares import extreme, near
from native import Merged, Merger, Mosaic

Mask = npt.NDArray[np.bool_]

_CELLS = 4  # a side of the blocks whose means tell what is dark
_AROUND = 2  # blocks to each side, the darkest of which counts: a tile reaches one and a half
_ABOVE, _DEVIATIONS = 1.5, 3.0  # times the dark's light, and of its noise: the limit
_STEEP = 3.0  # times the limit: light whose tiles keep their noise
_NEAR = 1  # blocks round such light
_BELOW = 0.8  # of the limit: the dark side
_PASSES = 14  # over a site, about as long each
_ROUNDING = 16.0  # levels squared: less noise than this is not worth a second rounding


def calm_dark_sides(merged: Merged, *, progress: Progress, threads: int | None = None) -> int:
    """Calms the dark beside steep edges of a merge, in place.

    Args:
        merged: what a Merger made, its scale and its noise.
        progress: called with the fraction done after each pass over a site; what it raises ends
            the work.
        threads: for the C core; None uses all.

    Returns:
        How many samples were changed: none where rounding hides the noise.
    """
    white = merged.format.white - merged.format.black[0]
    if white * white * max(merged.noise.read) < _ROUNDING:
        progress(1.0)
        return 0
    parts = sites(merged.mosaic)
    limits, steep = [], []
    for n, site in enumerate(parts):
        progress(n / _PASSES)
        limits.append(_limit(merged, n, site))
        progress((n + 0.5) / _PASSES)
        steep.append(_blocks(site).max((1, 3)) > _level(merged, n, _STEEP * limits[n]))
    beside = np.logical_or.reduce(steep)
    if not beside.any():
        progress(1.0)
        return 0
    around = near(beside, _NEAR)
    shown = merged.mosaic.copy()
    for n, site in enumerate(sites(shown)):
        progress((4 + n) / _PASSES)
        np.minimum(site, _blown_up(_level(merged, n, limits[n]), site), out=site)

    begun, shrunk = (part_of(progress, n / _PASSES, (n + 1) / _PASSES) for n in (8, 9))
    with Merger(shown, merged.format, merged.noise, threads=threads, progress=begun) as merger:
        calm = sites(merger.finish(progress=shrunk).mosaic)
    changed = 0
    for n, site in enumerate(parts):
        progress((10 + n) / _PASSES)
        dark = np.where(around, _level(merged, n, _BELOW * limits[n]), np.uint16(0))
        taken = site < _blown_up(dark, site)
        np.copyto(site, calm[n], where=taken)
        changed += int(np.count_nonzero(taken))
    progress(1.0)
    return changed


def _limit(merged: Merged, n: int, site: Mosaic) -> Floats:
    """By block, the light that is cut off at a site, in levels above black."""
    black, white = merged.format.black[n], merged.format.white
    light = _blocks(site).mean((1, 3), dtype=np.float32) - np.float32(black)
    dark = np.maximum(extreme(light, _AROUND, np.minimum), np.float32(0.0))
    scale = np.float32(white - black)
    variance = merged.noise.shot[n] * dark / scale + np.float32(merged.noise.read[n])
    return np.asarray(_ABOVE * dark + _DEVIATIONS * scale * np.sqrt(variance), np.float32)


def _level(merged: Merged, n: int, light: Floats) -> Mosaic:
    """Samples of so many levels above black."""
    level = np.minimum(light + np.float32(merged.format.black[n]), np.float32(65535.0))
    return np.asarray(level, np.uint16)


def _blocks(site: Mosaic) -> npt.NDArray[np.uint16]:
    """(rows, _CELLS, columns, _CELLS) of a site; what the edge cuts repeats its last cells."""
    height, width = site.shape
    padded = np.pad(site, ((0, -height % _CELLS), (0, -width % _CELLS)), "edge")
    return padded.reshape(-(-height // _CELLS), _CELLS, -(-width // _CELLS), _CELLS)


def _blown_up(blocks: Mosaic, site: Mosaic) -> Mosaic:
    """Blocks' levels for each of a site's samples."""
    rows = np.repeat(blocks, _CELLS, 0)[: site.shape[0]]
    return np.repeat(rows, _CELLS, 1)[:, : site.shape[1]]
