from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from styles import Style, export_cube, export_hald
from styles.reference import render_colour
from styles.spaces import REC2020_TO_SRGB, Array, srgb_decode
from styles.style import Colour, Tone

LOOK = Style('My "look"', tone=Tone(contrast=1.5), colour=Colour(chroma=0.8))


def expected(encoded: Array) -> Array:
    """What the look makes of sRGB-encoded light."""
    scene = srgb_decode(encoded) @ np.linalg.inv(REC2020_TO_SRGB).T
    return render_colour(LOOK, scene, REC2020_TO_SRGB)


def test_cube_holds_the_look() -> None:
    """A .cube names its size and lists the look's colours, red fastest."""
    lines = export_cube(LOOK, 5).decode().splitlines()
    assert lines[0] == "TITLE \"My 'look'\""
    assert lines[2] == "LUT_3D_SIZE 5"
    rows = np.array([line.split() for line in lines[3:]], float)
    assert rows.shape == (125, 3)
    index = np.arange(125)
    nodes = np.stack([index % 5, index // 5 % 5, index // 25], 1) / 4.0
    assert rows == pytest.approx(expected(nodes), abs=1e-6)


def test_hald_holds_the_look() -> None:
    """A HaldCLUT is a square PNG of the look's colours, red fastest."""
    image = Image.open(BytesIO(export_hald(LOOK, 3)))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (27, 27))
    index = np.arange(729)
    nodes = np.stack([index % 9, index // 9 % 9, index // 81], 1) / 8.0
    pixels = np.asarray(image).reshape(-1, 3) / 255.0
    assert pixels == pytest.approx(expected(nodes), abs=0.51 / 255.0)


def test_sizes_out_of_range() -> None:
    """Sizes that no program reads are refused."""
    with pytest.raises(ValueError, match="use 2 to 256"):
        export_cube(LOOK, 1)
    with pytest.raises(ValueError, match="use 2 to 12"):
        export_hald(LOOK, 13)
