from dataclasses import replace

import numpy as np
import pytest
from delta_e import delta_e_2000, p3_to_lab
from profile_reader import read_profile

from styles import Style, StyleError, profile_tables
from styles.cube import Cube
from styles.profile import REC2020_TO_PROPHOTO, from_hsv, to_hsv
from styles.reference import render_colour
from styles.spaces import P3_TO_REC2020, Array
from styles.style import SplitTone, Tone
from styles.white import WHITE_FROM

D50 = (0.9642, 1.0, 0.8249)
D65 = (0.3127 / 0.3290, 1.0, (1.0 - 0.3127 - 0.3290) / 0.3290)
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def to_xyz(primaries: tuple[tuple[float, float], ...], white: tuple[float, ...]) -> Array:
    """The matrix of primaries and a white (SMPTE RP 177)."""
    columns = np.array([(x / y, 1.0, (1.0 - x - y) / y) for x, y in primaries]).T
    return columns * np.linalg.solve(columns, np.array(white))


def scene_colours(count: int = 6000) -> Array:
    """Linear Rec.2020: every hue and purity of P3, from 8 stops below the curve's way to white."""
    rng = np.random.default_rng(8)
    colour = rng.random((count, 3))
    colour -= rng.random((count, 1)) * colour.min(1, keepdims=True)
    colour /= colour.max(1, keepdims=True)
    light = WHITE_FROM * 2.0 ** rng.uniform(-8.0, 0.0, (count, 1))
    return np.maximum(colour * light @ P3_TO_REC2020.T, 0.0)


def test_the_matrix_follows_from_the_standards() -> None:
    """Rec.2020 to ROMM (ISO 22028-2) by Bradford adaptation of D65 to D50."""
    rec2020 = to_xyz(((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)), D65)
    romm = to_xyz(((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), D50)
    scale = (BRADFORD @ D50) / (BRADFORD @ D65)
    adapted = np.linalg.solve(BRADFORD, scale[:, None] * BRADFORD) @ rec2020
    assert np.linalg.solve(romm, adapted) == pytest.approx(REC2020_TO_PROPHOTO, abs=1e-9)


def test_hsv_there_and_back() -> None:
    """Hue, saturation and value of a colour give the colour again."""
    rgb = np.random.default_rng(1).random((500, 3))
    rgb[:8] = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
    assert from_hsv(to_hsv(rgb)) == pytest.approx(rgb, abs=1e-9)


def test_a_reader_sees_the_look(shipped: Style) -> None:
    """Up to the way to white a profile gives the look but for its tint: dE00 0.15 in the mean."""
    scene = scene_colours()
    truth = render_colour(replace(shipped, split_tone=SplitTone()), scene)
    error = delta_e_2000(p3_to_lab(read_profile(scene, profile_tables(shipped))), p3_to_lab(truth))
    assert error.mean() < 0.15
    assert np.percentile(error, 99) < 1.5


def test_clipped_light_is_white(shipped: Style) -> None:
    """The curve begins in black, never falls and ends in white, so that no highlight is grey."""
    tables = profile_tables(shipped)
    assert tables.curve[0].tolist() == [0.0, 0.0]
    assert tables.curve[-1].tolist() == [1.0, 1.0]
    assert (np.diff(tables.curve, axis=0) > 0.0).all()
    ends = np.array([[0.0] * 3, [1.0] * 3, [5.0] * 3])
    assert read_profile(ends, tables) == pytest.approx(
        np.array([[0.0] * 3, [1.0] * 3, [1.0] * 3]), abs=1e-6
    )


def test_tables_are_as_the_specification_asks(shipped: Style) -> None:
    """Nothing is out of range, and no grey changes its value."""
    table = profile_tables(shipped).table
    assert table.shape == (16, 36, 16, 3)
    assert np.isfinite(table).all()
    assert table[..., 1:].min() >= 0.0
    assert np.abs(table[..., 0]).max() <= 180.0
    assert (table[:, :, 0, 2] == 1.0).all()


def test_tints_are_told() -> None:
    """What a profile leaves out is known: a sepia is tinted, a plain look is not."""
    assert profile_tables(Style("x", split_tone=SplitTone(shadow_strength=0.03))).tinted
    assert not profile_tables(Style("x", tone=Tone(contrast=1.6))).tinted


def test_a_negative_is_refused() -> None:
    """A table that turns light into dark has no camera profile, and the message says what to do."""
    data = np.array([[1, 1, 1], [0, 0, 0]], np.float32).tobytes()
    cube = Cube("Negative", 1, 2, (0.0,) * 3, (1.0,) * 3, light=False, data=data)
    with pytest.raises(StyleError, match=r"greys of Negative do not rise .* export it as \.cube"):
        profile_tables(Style("Negative", cube=cube))
