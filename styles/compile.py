"""A look, compiled for the C core and the preview: shaper, 3D table, spatial parameters."""

from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache, partial
from typing import Final

import numpy as np
import numpy.typing as npt

from native import Look
from styles.reference import render_colour, render_plain
from styles.spaces import Array
from styles.style import Style

PLAIN: Final = "none"  # what is named where a look's name stands
SIZE: Final = 65  # nodes a side; the preview uses 33
MAXIMUM: Final = 16.0  # scene light where the shaper ends
# The scales of least error against the reference: tests/bench/bench_shapers.py measures it.
_SCALE: Final = 0.01
_PLAIN_SCALE: Final = 0.004


def grid(size: int, scale: float, maximum: float) -> Array:
    """Scene light at a table's nodes along one axis: (size,), from 0 to maximum.

    The inverse of the shaper asinh(x / scale) / asinh(maximum / scale).
    """
    steps = np.linspace(0.0, 1.0, size)
    nodes: Array = scale * np.sinh(steps * np.arcsinh(maximum / scale))
    return nodes


def _table(render: Callable[[Array], Array], nodes: Array) -> npt.NDArray[np.float32]:
    mesh = np.stack(np.meshgrid(nodes, nodes, nodes, indexing="ij"), -1)
    table = render(mesh).astype(np.float32)
    table.flags.writeable = False  # shared by all who ask for this look
    return table


# 3 MB a look of 65 nodes; a folder of tables of other programs may hold many, and a sheet asks for
# each in turn.
@lru_cache(maxsize=32)
def compile_style(style: Style, size: int = SIZE) -> Look:
    """Compiles a look; a second call returns the same object.

    Args:
        style: the look.
        size: nodes along each axis of the table, 2..129.

    Returns:
        The look with output in Display P3 and the sRGB transfer function.

    Raises:
        ValueError: if size is out of range.
    """
    _check(size)
    table = _table(partial(render_colour, style), grid(size, _SCALE, MAXIMUM))
    spatial = asdict(style.spatial)
    return Look(style.name, _SCALE, MAXIMUM, table, tone_mapping=style.tone.local, **spatial)


@lru_cache(maxsize=2)
def plain_look(size: int = SIZE) -> Look:
    """No look at all: linear light clipped to [0, 1], in Display P3; for measuring.

    Raises:
        ValueError: if size is out of range.
    """
    _check(size)
    return Look(PLAIN, _PLAIN_SCALE, 1.0, _table(render_plain, grid(size, _PLAIN_SCALE, 1.0)))


def _check(size: int) -> None:
    if not 2 <= size <= 129:
        raise ValueError(f"a table of {size} nodes a side; use 2 to 129")
