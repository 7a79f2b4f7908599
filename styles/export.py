"""Looks for other programs: .cube tables and HaldCLUT pictures.

Both take linear light from 0 to 1 (sensor clip) encoded as sRGB and give sRGB: they belong on a
raw development without a tone curve of its own. What is brighter than 1 or outside sRGB is clipped
by the reading program, so such a table is a copy for convenience, not the look itself.
"""

from io import BytesIO

import numpy as np
from PIL import Image

from styles.read_cube import LIGHT_MARK
from styles.reference import render_colour
from styles.spaces import REC2020_TO_SRGB, SRGB_TO_REC2020, Array, srgb_decode
from styles.style import Style


def export_cube(style: Style, size: int = 33) -> bytes:
    """A look as a 3D .cube table (Adobe, "Cube LUT Specification 1.0").

    Args:
        style: the look; its spatial part cannot be expressed.
        size: nodes a side, 2..256.

    Returns:
        The file's content.

    Raises:
        ValueError: if size is out of range.
    """
    if not 2 <= size <= 256:
        raise ValueError(f"a table of {size} nodes a side; use 2 to 256")
    rows = "\n".join("{:.6f} {:.6f} {:.6f}".format(*row) for row in _samples(style, size).tolist())
    title = style.name.replace('"', "'")
    return f'TITLE "{title}"\n{LIGHT_MARK}\nLUT_3D_SIZE {size}\n{rows}\n'.encode()


def export_hald(style: Style, level: int = 8) -> bytes:
    """A look as a HaldCLUT: an 8-bit PNG of level^3 x level^3 pixels, level^2 nodes a side.

    Args:
        style: the look; its spatial part cannot be expressed.
        level: 2..12.

    Returns:
        The file's content.

    Raises:
        ValueError: if level is out of range.
    """
    if not 2 <= level <= 12:
        raise ValueError(f"a HaldCLUT of level {level}; use 2 to 12")
    side = level**3
    pixels = np.rint(_samples(style, level**2) * 255.0).astype(np.uint8).reshape(side, side, 3)
    file = BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", optimize=True)
    return file.getvalue()


def _samples(style: Style, size: int) -> Array:
    """The table, red fastest, as both formats want it: (size^3, 3) in [0, 1]."""
    linear = srgb_decode(np.linspace(0.0, 1.0, size))
    blue, green, red = np.meshgrid(linear, linear, linear, indexing="ij")
    srgb = np.stack([red, green, blue], -1).reshape(-1, 3)
    return render_colour(style, srgb @ SRGB_TO_REC2020.T, REC2020_TO_SRGB)
