"""The preview's colours: the shader against the C core's rendering of the same look."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from delta_e import delta_e_2000, p3_to_lab

import native
from styles import available, compile_style, load

STYLE_NAMES = tuple(available())

TO_REC2020 = np.array(
    [[0.627404, 0.329283, 0.043313], [0.069097, 0.919540, 0.011362], [0.016391, 0.088013, 0.895595]]
)


@pytest.mark.parametrize("name", STYLE_NAMES)
def test_the_preview_has_the_colours_of_the_picture(stage: Any, name: str) -> None:
    """What the window shows is what shaper and table of the look make of the frame."""
    from app.ui.style_shader import P3_TO_SRGB, decode, encode, led_on

    look = replace(compile_style(load(name), 65), tone_mapping=0.0, local_contrast=0.0)
    rng = np.random.default_rng(7)
    patches = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    patches[0] = np.linspace(0, 255, 8, dtype=np.uint8)[:, np.newaxis]  # greys, white and black
    frame = np.full((240, 320, 4), 255, np.uint8)
    frame[..., :3] = patches.repeat(40, axis=0).repeat(40, axis=1)
    stage.camera.pixels = frame
    stage.looks = dict.fromkeys(("Authentic",), look)
    screen = stage.open(800, 480)
    stage.uncover()
    x, y, width, height = screen.ids.viewfinder.picture

    shown = stage.picture()
    rows = 480 - (y + (np.arange(6)[::-1] + 0.5) * height / 6)
    columns = x + (np.arange(8) + 0.5) * width / 8
    shown = shown[rows.astype(int)][:, columns.astype(int)].astype(float)

    light = led_on(patches / 255.0) @ TO_REC2020.T
    across, up = np.meshgrid((np.arange(8) + 0.5) / 8 - 0.5, (np.arange(6) + 0.5) / 6 - 0.5)
    radius = ((across * 4 / 3) ** 2 + up**2) / (0.25 * (16 / 9 + 1))
    light /= ((1 + (2 ** (-look.vignette / 2) - 1) * radius) ** 2)[..., np.newaxis]
    table = native.apply_table(light.astype(np.float32), look).astype(float)
    wanted = encode(np.clip(decode(table) @ P3_TO_SRGB.T, 0.0, 1.0)) * 255.0
    error = np.abs(shown - wanted)
    # 45 nodes of 8 bits against 65 of floats; vivid corners of the gamut differ most.
    assert error.mean() < 1.0, f"{error.mean():.2f} of 255"
    assert np.percentile(error, 95) < 4.0, f"{np.percentile(error, 95):.2f}"

    def lab(srgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return p3_to_lab(encode(decode(srgb / 255.0) @ np.linalg.inv(P3_TO_SRGB).T))

    difference = delta_e_2000(lab(shown), lab(wanted)).mean()
    assert difference < 0.5, f"{difference:.2f}"


@pytest.mark.parametrize("name", STYLE_NAMES)
def test_what_clips_is_white_and_skies_have_no_edge(stage: Any, name: str) -> None:
    """A ramp to clipping ends in the look's white, which steps towards it of an 8-bit level each.

    So does a blue sky's, whose blue clips first.
    """
    from app.ui.style_shader import P3_TO_SRGB, decode, encode

    look = replace(
        compile_style(load(name), 65), tone_mapping=0.0, local_contrast=0.0, vignette=0.0
    )
    levels = np.arange(192, 256)
    frame = np.full((192, 512, 4), 255, np.uint8)
    frame[..., :3] = levels.repeat(8)[:, np.newaxis]
    frame[96:, :, 2] = np.minimum(frame[96:, :, 2].astype(int) + 25, 255)  # the sky
    stage.camera.pixels = frame
    stage.looks = dict.fromkeys(("Authentic",), look)
    screen = stage.open(800, 480)
    stage.uncover()
    x, y, width, height = screen.ids.viewfinder.picture
    shown = stage.picture().astype(float)[..., :3]
    columns = (x + (np.arange(64) + 0.5) * width / 64).astype(int)
    for part in (0.25, 0.75):
        ramp = shown[int(480 - y - height * (1.0 - part))][columns]
        light = np.full((1, 1, 3), 8.0, np.float32)
        p3 = native.apply_table(light, look)[0, 0].astype(float)
        white = encode(np.clip(P3_TO_SRGB @ decode(p3), 0.0, 1.0)) * 255.0
        assert np.abs(ramp[-1] - white).max() < 6.0, ramp[-1]
        steps = np.diff(ramp @ (0.2126, 0.7152, 0.0722))
        assert steps.min() > -1.0
        assert steps.max() < 6.0, f"{steps.max():.1f} levels at once"


def test_the_vignette_is_that_of_the_picture(stage: Any) -> None:
    """A grey frame darkens towards the corners as the C core's rendering does."""
    from app.ui.style_shader import P3_TO_SRGB, decode, encode

    scale, maximum = 0.1, 1.0
    axis = np.sinh(np.linspace(0, 1, 33) * np.arcsinh(maximum / scale)) * scale
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    table = encode(np.clip(grid, 0, 1)).astype(np.float32)
    look = native.Look("Dark corners", scale, maximum, table, vignette=-1.0)
    stage.camera.pixels = np.full((240, 320, 4), 188, np.uint8)
    stage.looks = {"Authentic": look}
    screen = stage.open(800, 480)
    x, y, width, height = (round(value) for value in screen.ids.viewfinder.picture)
    shown = stage.picture()[480 - y - height : 480 - y, x : x + width].astype(float)

    grey = float(decode(np.array([188 / 255]))[0])
    linear = np.full((height, width, 3), grey, np.float32)
    rendered = native.render(linear, look).astype(float) / 255.0
    wanted = encode(np.clip(decode(rendered) @ P3_TO_SRGB.T, 0, 1)) * 255.0
    for row, column in (
        (4, 4),
        (height // 2, width // 2),
        (height // 2, 4),
        (height - 5, width - 5),
    ):
        box = np.s_[row - 3 : row + 4, column - 3 : column + 4]
        assert abs(shown[box].mean() - wanted[box].mean()) < 1.5, (row, column)


def test_a_damaged_look_cannot_be_chosen(stage: Any) -> None:
    """A style that does not compile is struck out, and skipped by swipes and taps."""
    stage.looks = {"Authentic": compile_style(load("Neutral"), 33)}
    screen = stage.open()
    assert set(screen.shelf.damaged) == set(stage.session.styles) - {"Authentic"}
    stage.tap(screen.ids.styles.tiles["Vibrant"])
    screen.ids.styles.step(1)
    assert stage.session.status.style == "Authentic"


def contrasty() -> npt.NDArray[np.uint8]:
    """A dim room with a bright window, coloured things in both; (240, 320, 4), sRGB."""
    from app.ui.style_shader import encode

    rng = np.random.default_rng(5)
    light = 0.006 * rng.uniform(0.4, 1.6, (24, 32, 3)).repeat(10, 0).repeat(10, 1)
    light[30:150, 180:290] = 0.8 * rng.uniform(0.4, 1.2, (12, 11, 3)).repeat(10, 0).repeat(10, 1)
    frame = np.full((240, 320, 4), 255, np.uint8)
    frame[..., :3] = np.rint(encode(np.clip(light, 0.0, 1.0)) * 255.0)
    return frame


def shown_error(stage: Any, look: native.Look) -> float:
    """Mean CIEDE2000 of the viewfinder from the C core's rendering of its frame in a look."""
    from app.ui.style_shader import P3_TO_SRGB, SRGB_TO_REC2020, decode, encode, led_on

    stage.uncover()
    x, y, width, height = (round(value) for value in stage.screen.ids.viewfinder.picture)
    window = stage.window.height
    shown = stage.picture()[window - y - height : window - y, x : x + width] / 255.0
    light = led_on(stage.camera.pixels[..., :3] / 255.0) @ SRGB_TO_REC2020.T
    wanted = native.render(light.astype(np.float32), look) / 255.0
    # Pixels of the frame, seen through the window's.
    rows = ((np.arange(wanted.shape[0]) + 0.5) * height / wanted.shape[0]).astype(int)
    columns = ((np.arange(wanted.shape[1]) + 0.5) * width / wanted.shape[1]).astype(int)
    seen = encode(decode(shown[rows][:, columns]) @ np.linalg.inv(P3_TO_SRGB).T)
    fits = encode(np.clip(decode(wanted) @ P3_TO_SRGB.T, 0.0, 1.0))
    fits = encode(decode(fits) @ np.linalg.inv(P3_TO_SRGB).T)
    return float(delta_e_2000(p3_to_lab(seen), p3_to_lab(fits)).mean())


@pytest.mark.parametrize("vignette", [0.0, -1.0])
def test_a_contrasty_scene_is_drawn_together_in_the_preview(stage: Any, vignette: float) -> None:
    """The viewfinder's local tone mapping is the picture's, and follows the look's strength."""
    look = replace(compile_style(load("Neutral"), 33), sharpening=0.0, grain=0.0, tone_mapping=1.0)
    look = replace(look, vignette=vignette)
    stage.camera.pixels = contrasty()
    stage.looks = dict.fromkeys(("Authentic",), look)
    screen = stage.open(800, 480)
    stage.until(lambda: screen.ids.viewfinder.tone is not None)
    stage.frames(3)
    mapped = shown_error(stage, look)
    plain = shown_error(stage, replace(look, tone_mapping=0.0))
    assert plain > 3.0, f"{plain:.2f}"  # there is something to map
    assert mapped < 1.0, f"{mapped:.2f}"
    _, table = screen.ids.viewfinder.compiled
    screen.shelf.ready = {"Authentic": (replace(look, tone_mapping=0.0), table)}
    stage.until(lambda: screen.ids.viewfinder.tone.limits == (1.0, 1.0))
    assert shown_error(stage, replace(look, tone_mapping=0.0)) < 1.0
