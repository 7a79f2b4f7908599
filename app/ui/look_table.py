"""A look's table as the shader reads it (style_shader.py): its nodes, and what blue changes there.

Each is 2025 x 45 texels, within the 2048 of the smallest Pi.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from kivy.graphics.opengl import GL_MAX_TEXTURE_SIZE, glGetIntegerv

from app.ui.style_shader import (
    BRIGHTEST,
    NONE,
    P3_TO_SRGB,
    POWER,
    SIZE,
    SRGB_TO_REC2020,
    decode,
    encode,
)
from app.ui.textures import upload
from native import Look, apply_table

Nodes = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A look's table.

    Attributes:
        nodes: (45, 2025, 4) uint8. Row: green; column: blue times 45 plus red.
        changes: as large; how much a slice of blue changes each, 128 for nothing.
        change: what 1 of them is, as the shader has it, in colours of 0..1.
    """

    nodes: npt.NDArray[np.uint8] = field(repr=False)
    changes: npt.NDArray[np.uint8] = field(repr=False)
    change: float


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A look's table with the graphics processor: textures of nodes and of changes."""

    nodes: Any
    changes: Any
    change: float


def packed(look: Look) -> Packed:
    """The table for a screen with sRGB's primaries, which panels without colour management show."""
    axis = BRIGHTEST * np.linspace(0.0, 1.0, SIZE) ** POWER
    green, blue, red = np.meshgrid(axis, axis, axis, indexing="ij")
    light = np.stack([red, green, blue], axis=-1).reshape(SIZE, SIZE * SIZE, 3) @ SRGB_TO_REC2020.T
    p3 = apply_table(light.astype(np.float32), look, threads=1).astype(np.float64)
    srgb = encode(np.clip(decode(p3) @ P3_TO_SRGB.T, 0.0, 1.0))
    levels = _midway((srgb * 255.0).reshape(SIZE, SIZE, SIZE, 3))
    slope = np.gradient(levels, axis=1)
    most = max(float(np.abs(slope).max()), 1.0)
    changes = slope * (127.0 / most) + 255.0 * NONE
    return Packed(_texels(levels), _texels(changes), most / 127.0)


def handed(table: Packed) -> Table:
    """Puts a table into textures."""
    nodes, changes = upload(table.nodes), upload(table.changes)
    changes.mag_filter = changes.min_filter = "nearest"
    return Table(nodes, changes, table.change)


def _texels(values: Nodes) -> npt.NDArray[np.uint8]:
    image = np.full((SIZE, SIZE * SIZE, 4), 255, np.uint8)
    image[..., :3] = np.rint(values).reshape(SIZE, SIZE * SIZE, 3)
    return image


def _midway(nodes: Nodes) -> Nodes:
    """Nodes between which straight lines lie about a curve, and not all on one side of it.

    A chord, as of green and red, is off by a twelfth of the second difference in the mean, a
    tangent, as of blue, by a twenty-fourth to the other side.

    Args:
        nodes: (n, n, n, channels) of the curve itself, 0..255.
    """
    made = nodes.copy()
    for axis, share in ((0, -1 / 12), (1, 1 / 24), (2, -1 / 12)):
        bend = np.diff(nodes, 2, axis)
        inner = [slice(None)] * 4
        inner[axis] = slice(1, -1)
        made[tuple(inner)] += np.clip(bend * share, -2.0, 2.0)
    return np.clip(made, 0.0, 255.0)


def fits() -> bool:
    """Whether this driver's textures are as wide as the packed table."""
    return int(glGetIntegerv(GL_MAX_TEXTURE_SIZE)[0]) >= SIZE * SIZE
