"""Mosaics at a glance: a cell becomes a pixel."""

import numpy as np
import numpy.typing as npt


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
