"""The truth of a look: its colour in double precision, step by step.

Everything else (the compiled table, the preview's shader, exported files) is measured against
this. Grain, vignette and other things that need the neighbourhood are not part of it.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from styles.cube import Cube, apply_cube
from styles.curves import ToneCurve
from styles.gamut import draw_into_p3, map_gamut, soften
from styles.hues import adjust, split_tone
from styles.oklab import Polar, from_oklab, to_oklab
from styles.spaces import (
    P3_TO_REC2020,
    REC2020_TO_P3,
    REC2020_TO_SRGB,
    SRGB_TO_REC2020,
    Array,
    srgb_decode,
    srgb_encode,
)
from styles.style import Monochrome, Style, Tone

_DARK: Final = 1e-12  # keeps quotients finite at black and at neutrals


def render_colour(style: Style, scene: Array, to_target: Array = REC2020_TO_P3) -> Array:
    """Renders scene light in a look.

    Args:
        style: the look.
        scene: (..., 3) linear Rec.2020, 0.18 middle grey; below 0 counts as 0.
        to_target: linear Rec.2020 to the linear RGB of the output, Display P3 by default.

    Returns:
        (..., 3) in [0, 1], the output's RGB with the sRGB transfer function.
    """
    if style.cube is not None:
        return _through_cube(style, style.cube, scene, to_target)
    light = np.maximum(np.asarray(scene, np.float64), 0.0) * 2.0**style.tone.exposure
    if style.monochrome is None:
        lab = adjust(_tone(light, style.tone), style.colour).lab()
    else:
        lab = _tone_grey(_filtered(light, style.monochrome), style.tone)
    lab = split_tone(lab, style.split_tone)
    lab = map_gamut(lab, to_target)
    return srgb_encode(from_oklab(lab) @ to_target.T)


def render_plain(scene: Array, to_target: Array = REC2020_TO_P3) -> Array:
    """Renders without a look: clipped to [0, 1] as it is, for measuring."""
    return srgb_encode(np.clip(np.asarray(scene, np.float64), 0.0, 1.0) @ to_target.T)


def _through_cube(style: Style, cube: Cube, scene: Array, to_target: Array) -> Array:
    """A look that ends in a table: what comes in and goes out of the table is encoded sRGB."""
    if cube.light:
        encoded = srgb_encode(np.asarray(scene, np.float64) @ REC2020_TO_SRGB.T)
    else:
        encoded = render_colour(replace(style, cube=None), scene, REC2020_TO_SRGB)
    srgb = srgb_decode(apply_cube(cube, encoded))
    return srgb_encode(srgb @ (to_target @ SRGB_TO_REC2020).T)


def _tone(light: Array, tone: Tone) -> Polar:
    """The tone curve on colours: scene light (..., 3) to display light.

    Each channel of Display P3 goes through the curve between an inset, which mixes each colour
    with its own grey so that every light ends in white, and the outset that undoes it as far as
    no channel falls below 0. The hue is then turned back towards the scene's.
    """
    light = draw_into_p3(light)
    grey = light.mean(-1, keepdims=True)
    drawn = ToneCurve.of(tone)(light + tone.inset * (grey - light))
    grey = drawn.mean(-1, keepdims=True)
    purity = 1.0 - drawn.min(-1, keepdims=True) / np.maximum(grey, _DARK)
    apart = soften(purity / (1.0 - tone.inset), np.ones_like(purity)) / np.maximum(purity, _DARK)
    shown = Polar.of(to_oklab((grey + (drawn - grey) * apart) @ P3_TO_REC2020.T))
    turn = Polar.of(to_oklab(light @ P3_TO_REC2020.T)).hue - shown.hue
    turn = (turn + np.pi) % (2.0 * np.pi) - np.pi
    return shown._replace(hue=shown.hue + tone.hue_preservation * turn)


def _filtered(light: Array, film: Monochrome) -> Array:
    """What the film sees: scene light (..., 3) to (...), neutrals unchanged."""
    response = np.array((film.red, film.green, film.blue))
    seen: Array = light @ (response / response.sum())
    return seen


def _tone_grey(light: Array, tone: Tone) -> Array:
    """The tone curve on a monochrome: (...) to neutral Oklab (..., 3)."""
    lightness = np.cbrt(ToneCurve.of(tone)(light))
    return np.stack([lightness, np.zeros_like(lightness), np.zeros_like(lightness)], -1)
