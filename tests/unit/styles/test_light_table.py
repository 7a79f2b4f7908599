"""Looks as tables of linear light, as sidecars hold them."""

import numpy as np
import pytest

from styles import load
from styles.light_table import light_table
from styles.reference import render_colour
from styles.spaces import ADOBE_RGB_TO_REC2020, P3_TO_REC2020, Array, srgb_decode
from styles.white import WHITE_FROM, white_share

SIZE = 9


def squared(encoded: Array) -> Array:
    """A transfer function for the test's own encoding, to linear light."""
    return encoded**2


@pytest.mark.parametrize("push", [0.0, 1.5])
@pytest.mark.parametrize("to_rec2020", [np.eye(3), ADOBE_RGB_TO_REC2020])
def test_a_node_is_what_the_look_makes_of_its_light(push: float, to_rec2020: Array) -> None:
    """Red fastest, the push on the light, both sides in one encoding, clipped to its gamut."""
    style = load("Vibrant")
    nodes = light_table(style, SIZE, squared, np.sqrt, to_rec2020, push)
    assert nodes.shape == (SIZE**3, 3)
    for red, green, blue in ((3, 0, 0), (1, 5, 2), (0, 2, 6), (4, 4, 4)):
        light = (np.array([red, green, blue]) / (SIZE - 1)) ** 2
        scene = np.maximum(to_rec2020 @ light, 0.0) * 2.0**push
        shown = P3_TO_REC2020 @ srgb_decode(render_colour(style, scene[None])[0])
        wanted = np.sqrt(np.clip(np.linalg.solve(to_rec2020, shown), 0.0, 1.0))
        node = nodes[(blue * SIZE + green) * SIZE + red]
        assert node == pytest.approx(wanted, abs=1e-9)


def test_what_clips_is_white_and_the_way_there_smooth() -> None:
    """The last node is white in any look; the share rises from 0 to 1 without steps."""
    for name in ("Neutral", "Sepia"):
        nodes = light_table(load(name), SIZE, squared, np.sqrt, np.eye(3), 0.0)
        assert nodes[-1] == pytest.approx([1.0, 1.0, 1.0])
        assert nodes.min() >= 0.0
        assert nodes.max() <= 1.0
    light = np.linspace(0.0, 1.2, 1201)
    share = white_share(light)
    assert share[light <= WHITE_FROM].max() == 0.0
    assert share[light >= 1.0].min() == 1.0
    assert np.diff(share).min() >= 0.0
    assert np.diff(share).max() < 0.01
