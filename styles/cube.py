"""A colour table of other programs' making: 1D bends each channel, 3D takes colour to colour."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from styles.spaces import Array


@dataclass(frozen=True, slots=True)
class Cube:
    """A table of a .cube file.

    Attributes:
        title: as the file says, "" if it does not.
        dimensions: 1 or 3.
        size: nodes (of each side).
        low, high: of the domain, by channel: the input of the first and of the last node.
        light: whether the input is scene light, as in Baryta's own exports, and not a picture.
        data: the nodes, float32, (size, 3) or (size, size, size, 3) indexed [blue, green, red];
            as bytes, so that equal tables are equal.
    """

    title: str
    dimensions: int
    size: int
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    light: bool
    data: bytes

    def nodes(self) -> npt.NDArray[np.float32]:
        """The table as an array: (size, 3), or (size, size, size, 3) as [blue, green, red]."""
        return np.frombuffer(self.data, np.float32).reshape(*[self.size] * self.dimensions, 3)


def apply_cube(cube: Cube, encoded: Array) -> Array:
    """Takes colours through a table.

    A 3D table is read by tetrahedral interpolation (J. Kasson et al., "Performing color space
    conversions with three-dimensional linear interpolation", J. Electronic Imaging 4(3), 1995),
    a 1D one linearly; what lies outside the domain counts as its end.

    Args:
        cube: the table.
        encoded: (..., 3).

    Returns:
        (..., 3), as the table has it: values outside [0, 1] are possible.
    """
    low, high = np.array(cube.low), np.array(cube.high)
    place = np.clip((encoded - low) / (high - low), 0.0, 1.0) * (cube.size - 1)
    corner = np.minimum(place.astype(np.intp), cube.size - 2)
    share = place - corner
    nodes = cube.nodes()
    if cube.dimensions == 1:
        channel = np.arange(3)
        first, second = nodes[corner, channel], nodes[corner + 1, channel]
        bent: Array = first + share * (second - first)
        return bent
    flat = nodes.reshape(-1, 3)
    strides = np.array([1, cube.size, cube.size**2])
    order = np.argsort(-share, axis=-1, kind="stable")
    steps = np.take_along_axis(share, order, -1)
    index = corner @ strides
    result: Array = (1.0 - steps[..., :1]) * flat[index]
    for i in range(3):
        index = index + strides[order[..., i]]
        beyond = steps[..., i + 1 : i + 2] if i < 2 else 0.0
        result = result + (steps[..., i : i + 1] - beyond) * flat[index]
    return result
