from dataclasses import replace

import numpy as np
import pytest
from delta_e import delta_e_2000, p3_to_lab
from tetrahedral import apply_look_table

import native
from styles import Style, compile_style, plain_look
from styles.reference import render_colour, render_plain
from styles.spaces import P3_TO_REC2020, REC2020_TO_SRGB, Array
from styles.style import Spatial, Tone

SPATIAL = ("vignette", "halation", "bloom", "local_contrast", "sharpening", "grain")


def scene_colours(count: int = 8000) -> Array:
    """Linear Rec.2020 from 7 stops below middle grey to 4 above, every hue and purity of P3."""
    rng = np.random.default_rng(8)
    colour = rng.random((count, 3))
    colour -= rng.random((count, 1)) * colour.min(1, keepdims=True)
    colour /= colour.max(1, keepdims=True)
    light = 0.18 * 2.0 ** rng.uniform(-7.0, 4.0, (count, 1))
    return np.maximum(colour * light @ P3_TO_REC2020.T, 0.0)


def errors(look: native.Look, scene: Array, truth: Array) -> Array:
    """CIEDE2000 between the table's rendering and the truth."""
    return delta_e_2000(p3_to_lab(truth), p3_to_lab(apply_look_table(scene, look)))


def test_table_is_the_look(shipped: Style) -> None:
    """Through the 65^3 table a look is within dE00 0.5 of the reference for 99 of 100 colours."""
    scene = scene_colours()
    error = errors(compile_style(shipped), scene, render_colour(shipped, scene))
    assert np.percentile(error, 99) < 0.4
    assert error.mean() < 0.08


def test_the_core_renders_the_look(shipped: Style) -> None:
    """The C core's picture of a look is within dE00 0.5 of the reference for 99 of 100 colours."""
    scene = scene_colours()
    look = compile_style(shipped)
    out = native.apply_table(scene.reshape(80, 100, 3).astype(np.float32), look, threads=2)
    error = delta_e_2000(p3_to_lab(out.reshape(-1, 3)), p3_to_lab(render_colour(shipped, scene)))
    assert np.percentile(error, 99) < 0.5
    assert out.reshape(-1, 3) == pytest.approx(apply_look_table(scene, look), abs=1e-5)


def test_skies_do_not_band(shipped: Style) -> None:
    """A clear sky's slow change of colour is smooth: no level of 255 stands out as a band."""
    horizon, zenith = np.array([0.40, 0.47, 0.60]), np.array([0.13, 0.21, 0.42])
    sky = horizon + np.linspace(0.0, 1.0, 1500)[:, None] * (zenith - horizon)
    look = replace(compile_style(shipped), **dict.fromkeys(SPATIAL, 0.0))
    rows = np.repeat(sky[None].astype(np.float32), 64, 0)
    shown = native.render(rows, look, threads=2).astype(float).mean(0)
    wanted = 255.0 * render_colour(shipped, sky)
    assert np.abs(shown - wanted).max() < 1.0
    smooth = np.stack([np.convolve(channel, np.ones(41) / 41.0, "valid") for channel in shown.T], 1)
    band = np.abs(shown[20:-20] - smooth).max()
    assert band < 0.15  # levels without dither: more than 0.5


def test_small_table_serves_the_preview(shipped: Style) -> None:
    """The preview's 33^3 table is within dE00 1."""
    scene = scene_colours()
    error = errors(compile_style(shipped, 33), scene, render_colour(shipped, scene))
    assert np.percentile(error, 99) < 1.0


def test_plain_look_measures_true() -> None:
    """Without a look, colours of a chart exposed below clipping go through within dE00 0.15."""
    rng = np.random.default_rng(9)
    srgb = 0.01 + 0.8 * rng.random((8000, 3)) ** 2
    scene = srgb @ np.linalg.inv(REC2020_TO_SRGB).T
    error = errors(plain_look(), scene, render_plain(scene))
    assert error.max() < 0.15
    assert error.mean() < 0.02


def test_spatial_part_is_handed_on() -> None:
    """Grain, vignette and the like reach the core's look under their names."""
    look = compile_style(Style("x", spatial=Spatial(grain=0.03, vignette=-1.0)), 9)
    assert (look.name, look.grain, look.vignette) == ("x", 0.03, -1.0)


def test_compiling_twice_costs_once() -> None:
    """An equal style gives the very same look; the table cannot be changed by who shares it."""
    first = compile_style(Style("x", tone=Tone(contrast=1.4)), 17)
    assert compile_style(Style("x", tone=Tone(contrast=1.4)), 17) is first
    assert compile_style(Style("x", tone=Tone(contrast=1.5)), 17) is not first
    with pytest.raises(ValueError, match="read-only"):
        first.table[0, 0, 0, 0] = 1.0


@pytest.mark.parametrize("size", [1, 130])
def test_sizes_out_of_range(size: int) -> None:
    """Tables the core would refuse are not made."""
    with pytest.raises(ValueError, match="use 2 to 129"):
        compile_style(Style("x"), size)
    with pytest.raises(ValueError, match="use 2 to 129"):
        plain_look(size)
