"""Mosaics at a glance: a cell becomes a pixel."""

import numpy as np
import numpy.typing as npt

_ZONES = 64
_CLIPPING = 0.98  # of white: samples above are taken for clipped


def cell_colours(
    mosaic: npt.NDArray[np.uint16],
    colours: tuple[int, int, int, int],
    black: tuple[float, float, float, float],
    white: float,
    step: int,
) -> npt.NDArray[np.float32]:
    """Camera RGB of every step-th 2x2 cell in both directions.

    Args:
        mosaic: (height, width) samples.
        colours: by site: 0 red, 1 green, 2 blue; all 1 for a mono sensor, whose cells are grey.
        black: by site, sample units.
        white: sample units.
        step: cells, at least 1.

    Returns:
        (3, height // (2 step), width // (2 step)): 0 black, 1 white, a little below 0 for noise.
    """
    rows, columns = (side // (2 * step) for side in mosaic.shape)
    planes = np.zeros((3, rows, columns), np.float32)
    for site, colour in enumerate(colours):
        samples = mosaic[site // 2 :: 2 * step, site % 2 :: 2 * step][:rows, :columns]
        share = 1.0 / (colours.count(colour) * (white - black[site]))
        planes[colour] += (samples.astype(np.float32) - np.float32(black[site])) * np.float32(share)
    if set(colours) == {1}:
        planes[:] = planes[1]
    return planes


def zone_colours(
    mosaic: npt.NDArray[np.uint16],
    colours: tuple[int, int, int, int],
    black: tuple[float, float, float, float],
    white: float,
    shading: npt.NDArray[np.float32] | None = None,
) -> npt.NDArray[np.float32]:
    """Mean camera RGB of about 64 zones to the longer side.

    Args:
        mosaic, colours, black, white: as of cell_colours.
        shading: (4, rows, columns) gains by site, corner to corner; their colour is taken out, not
            their fall-off.

    Returns:
        (3, rows, columns): 0 black, 1 white; NaN where a cell of the zone is clipped.
    """
    longest = max(mosaic.shape) // 2
    step = max(1, longest // (4 * _ZONES))
    cells = cell_colours(mosaic, colours, black, white, step)
    side = max(1, max(cells.shape) // _ZONES)
    rows, columns = (max(1, length // side) for length in cells.shape[1:])
    side_y, side_x = (min(side, length) for length in cells.shape[1:])
    parts = cells[:, : rows * side_y, : columns * side_x]
    parts = parts.reshape(3, rows, side_y, columns, side_x)
    zones: npt.NDArray[np.float32] = parts.mean(axis=(2, 4))
    zones[:, parts.max(axis=(0, 2, 4)) > _CLIPPING] = np.nan
    if shading is not None and set(colours) != {1}:
        gains = np.stack([_resized(shading[colours.index(c)], rows, columns) for c in range(3)])
        zones *= gains / gains[1]
    return zones


def _resized(nodes: npt.NDArray[np.float32], rows: int, columns: int) -> npt.NDArray[np.float32]:
    """Bilinear, from nodes spread from corner to corner to the centres of zones."""
    y = (np.arange(rows) + 0.5) / rows * (nodes.shape[0] - 1)
    x = (np.arange(columns) + 0.5) / columns * (nodes.shape[1] - 1)
    across = np.stack([np.interp(x, np.arange(nodes.shape[1]), row) for row in nodes])
    down = [np.interp(y, np.arange(nodes.shape[0]), column) for column in across.T]
    return np.stack(down, axis=1).astype(np.float32)
