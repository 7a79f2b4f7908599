"""A chart of slanted edges: squares, turned by 5 degrees, on a grey ground.

Nothing here depends on the package.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
from scenes import MARGIN, OVERSAMPLING, Floats, photographed
from texture import REACH, Plane

# Squares' light, the ground's, both of white: contrast 20 to 1, 2 to 1, and two colours.
FIGURES = {
    "dark": (0.02, 0.02, 0.02),
    "low": (0.2, 0.2, 0.2),
    "red": (0.5, 0.08, 0.06),
    "blue": (0.06, 0.12, 0.5),
}
GROUND = 0.4
PITCH = 128  # pixels
HALF = 36.0  # a square's side
LENGTH = 22.0  # of an edge, from its middle: corners and neighbours are out of reach

Where = npt.NDArray[np.floating]


def _inside(x: Where, y: Where) -> tuple[Where, Where, npt.NDArray[np.intp]]:
    """From pixels to each one's square: coordinates along its sides from its middle, its figure."""
    column, row = np.floor((x + 0.5) / PITCH), np.floor((y + 0.5) / PITCH)
    dx = x + 0.5 - (column + 0.5) * PITCH
    dy = y + 0.5 - (row + 0.5) * PITCH
    turn = np.deg2rad(5.0)
    u = np.cos(turn) * dx + np.sin(turn) * dy
    v = np.cos(turn) * dy - np.sin(turn) * dx
    return u, v, ((column + 2 * row) % len(FIGURES)).astype(np.intp)


@cache
def painted_edges(height: int, width: int) -> Floats:
    """The chart as `plane` of bursts.make_burst."""
    y, x = (
        (np.arange((size + 2 * MARGIN) * OVERSAMPLING, dtype=np.float32) + 0.5) / OVERSAMPLING
        - (MARGIN + 0.5)
        for size in (height, width)
    )
    u, v, figure = _inside(x[None, :], y[:, None])
    beyond = np.maximum(np.abs(u), np.abs(v)) - HALF
    cover = np.clip(0.5 - beyond * OVERSAMPLING, 0, 1)[..., None].astype(np.float32)
    colours = np.array(list(FIGURES.values()), np.float32)[figure]
    return photographed(GROUND + cover * (colours - np.float32(GROUND)))


def edge_samples(picture: Plane, name: str, *, upright: bool) -> tuple[Plane, Plane]:
    """Samples of a figure's edges in a picture of the chart.

    Args:
        picture: (height, width).
        name: in FIGURES.
        upright: near-vertical edges, or near-horizontal ones.

    Returns:
        Values, and distances from the edge, outside positive, as texture.mtf50 takes them.
    """
    height, width = picture.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v, figure = _inside(x, y)
    across, along = (u, v) if upright else (v, u)
    distance = np.abs(across) - HALF
    taken = (np.abs(distance) < REACH) & (np.abs(along) < LENGTH)
    taken &= figure == list(FIGURES).index(name)
    return picture[taken], distance[taken]
