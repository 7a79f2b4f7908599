import colorsys

import numpy as np
import pytest

from styles import Style
from styles.oklab import Polar, to_oklab
from styles.reference import render_colour, render_plain
from styles.spaces import P3_TO_REC2020, REC2020_TO_SRGB, Array, srgb_decode
from styles.style import Monochrome, SplitTone, Tone

RAMP = 0.18 * 2.0 ** np.linspace(-7.0, 6.0, 261)  # twentieths of a stop
NEUTRAL = Style("Neutral by default")
TINTED = SplitTone(shadow_strength=0.05, highlight_strength=0.05)


def polar(encoded: Array) -> Polar:
    """Oklab of the engine's output."""
    return Polar.of(to_oklab(srgb_decode(encoded) @ P3_TO_REC2020.T))


def hues(saturation: float, count: int = 72) -> Array:
    """Linear Rec.2020 of hues all round Display P3: (count, 3)."""
    turn = np.arange(count) / count
    return np.array([colorsys.hsv_to_rgb(h, saturation, 1.0) for h in turn]) @ P3_TO_REC2020.T


def test_neutrals_stay_neutral(shipped: Style) -> None:
    """A look without split toning leaves every grey exactly grey."""
    style = Style("x", tone=shipped.tone, colour=shipped.colour, monochrome=shipped.monochrome)
    out = render_colour(style, RAMP[:, None] * np.ones(3))
    assert np.ptp(out, axis=1).max() < 1e-6


def test_middle_grey_lands_in_the_middle(shipped: Style) -> None:
    """Each look shows 0.18 within a third of a stop of display-linear 0.185, its exposure aside."""
    scene = np.full(3, 0.18 * 2.0**-shipped.tone.exposure)
    green = srgb_decode(render_colour(shipped, scene))[1]
    assert abs(np.log2(green / 0.185)) < 1 / 3


def test_black_and_white_are_reached(shipped: Style) -> None:
    """Each look has a neutral white at the end, and blacks below 3 % that are not blue or brown."""
    black, white = render_colour(shipped, np.array([[0.0] * 3, [16.0] * 3]))
    assert white == pytest.approx(1.0, abs=1e-6)
    assert black.max() < 0.1
    assert polar(black).chroma < 0.03


def test_grey_ramps_never_fall(shipped: Style) -> None:
    """Brighter greys of the scene are never darker in the picture, in luminance."""
    out = srgb_decode(render_colour(shipped, RAMP[:, None] * np.ones(3)))
    assert np.diff(out @ (0.229, 0.692, 0.079)).min() > -1e-9


@pytest.mark.parametrize("saturation", [0.3, 0.7, 1.0])
def test_colours_brighten_with_light(shipped: Style, saturation: float) -> None:
    """More light of any colour is at least as light in the picture."""
    scene = hues(saturation)[:, None] * RAMP[None, :, None]
    lightness = polar(render_colour(shipped, scene)).lightness
    assert np.diff(lightness, axis=1).min() > -1e-6


@pytest.mark.parametrize("saturation", [0.3, 0.7, 1.0])
def test_no_hue_breaks_along_ramps(shipped: Style, saturation: float) -> None:
    """From black to white a colour moves in small steps: no breaks, in highlights either."""
    scene = hues(saturation)[:, None] * RAMP[None, :, None]
    lightness, chroma, hue = polar(render_colour(shipped, scene))
    step = np.hypot(np.diff(chroma * np.cos(hue), axis=1), np.diff(chroma * np.sin(hue), axis=1))
    assert step.max() < (0.02 if saturation == 1.0 else 0.01)  # in a twentieth of a stop
    assert np.diff(lightness, axis=1).max() < 0.016


@pytest.mark.parametrize("saturation", [0.3, 0.7])
def test_no_hue_breaks_round_the_circle(shipped: Style, saturation: float) -> None:
    """Neighbouring hues of the scene stay neighbours in the picture."""
    scene = hues(saturation, 720)[:, None] * RAMP[None, ::20, None]
    lab = polar(render_colour(shipped, scene)).lab()
    step = np.linalg.norm(np.diff(lab, axis=0, append=lab[:1]), axis=-1)
    assert step.max() < 0.008  # in half a degree of the circle


@pytest.mark.parametrize("name", ["red", "green", "blue", "white"])
def test_bright_light_ends_in_white(name: str) -> None:
    """Overexposed saturated light fades towards white instead of staying a flat colour."""
    colour = {"red": (1, 0.1, 0.1), "green": (0.1, 1, 0.1), "blue": (0.1, 0.1, 1)}
    scene = np.array(colour.get(name, (1, 1, 1))) * np.array([[0.3], [16.0]])
    dim, bright = polar(render_colour(NEUTRAL, scene)).chroma
    assert bright < max(0.25 * dim, 1e-6)


def test_deep_blue_stays_blue() -> None:
    """The blue primary of Rec.2020, outside Display P3, is shown as blue, not as aqua."""
    out = render_colour(NEUTRAL, np.array([[0.0, 0.0, 0.2], [0.0, 0.0, 1.0]]))
    assert (out[:, 2] > 3.0 * out[:, 1]).all()
    assert np.rad2deg(polar(out).hue) % 360.0 == pytest.approx(264.0, abs=5.0)


SKIN = np.array(
    [  # reflectances in linear sRGB, from very light to very dark
        (0.78, 0.56, 0.45),
        (0.60, 0.36, 0.26),
        (0.54, 0.30, 0.21),
        (0.30, 0.15, 0.09),
        (0.12, 0.055, 0.032),
    ]
)


def test_skin_stays_skin(coloured: Style) -> None:
    """Skin of every shade keeps its hue within 9 degrees and does not glow."""
    scene = SKIN @ np.linalg.inv(REC2020_TO_SRGB).T
    before, after = Polar.of(to_oklab(scene)), polar(render_colour(coloured, scene))
    assert np.abs(np.rad2deg(after.hue - before.hue)).max() < 9.0
    assert (after.chroma / before.chroma).max() < 1.4


def test_gamut_of_the_output(shipped: Style) -> None:
    """Whatever light comes, what goes out is finite, in [0, 1] and inside the asked gamut."""
    scene = np.random.default_rng(2).random((4000, 3)) ** 3 * 16.0
    scene[:8] = np.array(np.meshgrid([0, 16], [0, 16], [0, 16])).reshape(3, -1).T
    for target in (None, REC2020_TO_SRGB):
        out = render_colour(shipped, scene, *([] if target is None else [target]))
        assert np.isfinite(out).all()
        assert out.min() >= 0.0
        assert out.max() <= 1.0


def test_negative_light_counts_as_none() -> None:
    """Light below 0, as noise makes it, is rendered as 0."""
    scene = np.array([[-0.5, 0.2, 0.1], [0.0, 0.2, 0.1]])
    first, second = render_colour(NEUTRAL, scene)
    assert (first == second).all()


def test_monochrome_is_grey_and_follows_its_filter() -> None:
    """A red filter darkens a blue sky and lightens skin against a blue one."""
    sky, skin = np.array([0.15, 0.25, 0.5]), np.array([0.5, 0.33, 0.22])
    red = Style("red", monochrome=Monochrome(red=0.9, green=0.1, blue=0.0))
    blue = Style("blue", monochrome=Monochrome(red=0.0, green=0.1, blue=0.9))
    by_red, by_blue = (render_colour(s, np.stack([sky, skin])) for s in (red, blue))
    assert np.ptp(by_red, axis=-1).max() < 1e-9
    assert by_red[0, 0] < by_blue[0, 0]
    assert by_red[1, 0] > by_blue[1, 0]


def test_split_toning_tints_where_it_should() -> None:
    """Shadows turn to their hue, highlights to theirs; black and white stay neutral."""
    style = Style("x", split_tone=TINTED)
    scene = np.array([0.0, 0.03, 0.7, 16.0])[:, None] * np.ones(3)
    lightness, chroma, hue = polar(render_colour(style, scene))
    assert lightness[0] < lightness[1] < lightness[2] < lightness[3]
    assert chroma[[0, 3]].max() < 1e-3
    assert np.rad2deg(hue[1]) % 360.0 == pytest.approx(255.0, abs=12.0)
    assert np.rad2deg(hue[2]) % 360.0 == pytest.approx(75.0, abs=12.0)


def test_exposure_is_light() -> None:
    """Exposure by +1 EV is the same as twice the light."""
    scene = np.random.default_rng(3).random((100, 3))
    brighter = Style("x", tone=Tone(exposure=1.0))
    expected = render_colour(NEUTRAL, scene * 2.0)
    assert render_colour(brighter, scene) == pytest.approx(expected, abs=1e-9)


def test_hue_preservation_holds_the_hue() -> None:
    """A bright orange keeps the scene's hue at 1, and drifts as a per-channel curve does at 0."""
    scene = np.array([1.0, 0.4, 0.12]) @ P3_TO_REC2020.T
    wanted = Polar.of(to_oklab(scene)).hue
    held, free = (
        abs(polar(render_colour(Style("x", tone=Tone(hue_preservation=p)), scene)).hue - wanted)
        for p in (1.0, 0.0)
    )
    assert held < np.deg2rad(1.0) < np.deg2rad(4.0) < free


def test_plain_is_only_clipping_and_encoding() -> None:
    """Without a look, colours inside Display P3 and below 1 go through as they are."""
    p3 = np.random.default_rng(4).random((100, 3))
    assert srgb_decode(render_plain(p3 @ P3_TO_REC2020.T)) == pytest.approx(p3, abs=1e-9)
    assert render_plain(np.array([3.0, 3.0, 3.0])) == pytest.approx(1.0)
