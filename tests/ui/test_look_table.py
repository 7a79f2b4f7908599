"""A look's table as the shader reads it: a slice of blue, and what more of it changes there."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from delta_e import delta_e_2000, p3_to_lab

from app.looks import PREVIEW_SIZE
from native import Look, apply_table
from styles import available, compile_style, load

Colours = npt.NDArray[np.float64]


def usual() -> Colours:
    """Colours as pictures have them, most of them near grey; (20000, 3), encoded sRGB."""
    rng = np.random.default_rng(2)
    return np.clip(rng.uniform(0, 1, (20000, 1)) + rng.normal(0, 0.12, (20000, 3)), 0.0, 1.0)


def ramps() -> Colours:
    """Skies by day and night, walls, faces, leaves, flowers, in fine steps; (7, 2000, 3)."""
    ends = np.array(
        [
            [(0.25, 0.45, 0.8), (0.75, 0.85, 0.95)],
            [(0.15, 0.2, 0.45), (1.0, 0.55, 0.2)],
            [(0.05, 0.05, 0.05), (0.94, 0.94, 0.94)],
            [(0.3, 0.15, 0.1), (0.95, 0.75, 0.65)],
            [(0.1, 0.2, 0.05), (0.7, 0.8, 0.5)],
            [(0.8, 0.45, 0.25), (0.95, 0.85, 0.75)],
            [(0.45, 0.25, 0.8), (0.85, 0.75, 0.95)],
        ]
    )
    share = np.linspace(0.0, 1.0, 2000)[:, np.newaxis]
    return ends[:, :1] + share * (ends[:, 1:] - ends[:, :1])


def fetched(colours: Colours, look: Look) -> Colours:
    """What the shader makes of colours, (..., 3) encoded sRGB below white: 0..1, unrounded."""
    from app.ui import style_shader as shader
    from app.ui.look_table import packed

    table = packed(look)
    cube = (shader.SIZE, shader.SIZE, shader.SIZE, 4)
    nodes = table.nodes.reshape(cube)[..., :3] / 255.0
    changes = table.changes.reshape(cube)[..., :3] / 255.0
    root = shader.decode(colours) ** (1.0 / shader.POWER)
    place = root * (shader.SIZE - 1) / shader.BRIGHTEST ** (1.0 / shader.POWER)
    red, green = place[..., 0], place[..., 1]
    x, y = red.astype(int), green.astype(int)
    across, up = (red - x)[..., np.newaxis], (green - y)[..., np.newaxis]
    slices = np.floor(place[..., 2] + 0.5).astype(int)
    lower = nodes[y, slices, x] * (1 - across) + nodes[y, slices, x + 1] * across
    upper = nodes[y + 1, slices, x] * (1 - across) + nodes[y + 1, slices, x + 1] * across
    node = lower * (1 - up) + upper * up
    nearest = np.floor(green + 0.5).astype(int), slices, np.floor(red + 0.5).astype(int)
    more = (place[..., 2] - slices)[..., np.newaxis] * table.change
    return np.clip(node + more * (changes[nearest] - shader.NONE), 0.0, 1.0)


@pytest.mark.parametrize("name", available())
def test_the_nearest_slice_has_the_looks_colours(window: Any, name: str) -> None:
    """Of usual colours the mean difference is a fifth of what is seen."""
    from app.ui.style_shader import P3_TO_SRGB, SRGB_TO_REC2020, decode, encode

    assert window
    look, colours = compile_style(load(name), PREVIEW_SIZE), usual()
    light = (decode(colours) @ SRGB_TO_REC2020.T).astype(np.float32).reshape(200, 100, 3)
    p3 = apply_table(np.ascontiguousarray(light), look).reshape(-1, 3).astype(float)

    def lab(srgb: Colours) -> Colours:
        return p3_to_lab(encode(np.clip(decode(srgb) @ np.linalg.inv(P3_TO_SRGB).T, 0.0, 1.0)))

    wanted = encode(np.clip(decode(p3) @ P3_TO_SRGB.T, 0.0, 1.0))
    difference = delta_e_2000(lab(fetched(colours, look)), lab(wanted))
    assert difference.mean() < 0.22, f"{difference.mean():.3f}"
    assert np.percentile(difference, 99) < 0.65, f"{np.percentile(difference, 99):.2f}"


@pytest.mark.parametrize("name", available())
def test_between_slices_is_no_edge(window: Any, name: str) -> None:
    """Along ramps of a tenth of a level no step is larger than four and a half.

    Such a one is where vivid colours bend at the gamut's border; in most looks it is one.
    """
    assert window
    look = compile_style(load(name), PREVIEW_SIZE)
    steps = np.abs(np.diff(fetched(ramps(), look), axis=1)) * 255.0
    assert steps.max() < 4.5, f"{steps.max():.1f}"
    assert np.percentile(steps.max(axis=(1, 2)), 60) < 1.5
