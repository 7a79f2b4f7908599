import numpy as np
import pytest

from styles.gamut import KNEE, draw_into_p3, map_gamut, soften
from styles.oklab import Polar, from_oklab, to_oklab
from styles.spaces import P3_TO_REC2020, REC2020_TO_P3, REC2020_TO_SRGB, Array


def spread(count: int = 5000) -> Array:
    """Oklab colours far in and far out of every display's gamut."""
    rng = np.random.default_rng(5)
    lightness, chroma = rng.random(count), rng.random(count) * 0.5
    return Polar(lightness, chroma, rng.uniform(-np.pi, np.pi, count)).lab()


@pytest.mark.parametrize("target", [REC2020_TO_P3, REC2020_TO_SRGB])
def test_everything_ends_inside(target: Array) -> None:
    """After mapping every colour can be shown."""
    rgb = from_oklab(map_gamut(spread(), target)) @ target.T
    assert rgb.min() > -1e-6
    assert rgb.max() < 1.0 + 1e-6


def test_only_chroma_changes() -> None:
    """Lightness and hue stay; chroma never grows."""
    before, after = spread(), map_gamut(spread(), REC2020_TO_P3)
    first, second = Polar.of(before), Polar.of(after)
    assert second.lightness == pytest.approx(first.lightness, abs=1e-12)
    seen = second.chroma > 1e-6
    assert second.hue[seen] == pytest.approx(first.hue[seen], abs=1e-6)
    assert (second.chroma <= first.chroma + 1e-12).all()


def test_ordinary_colours_are_left_alone() -> None:
    """Colours within four fifths of the gamut come out as they went in."""
    rgb = 0.3 + 0.3 * np.random.default_rng(6).random((1000, 3))
    lab = to_oklab(rgb @ P3_TO_REC2020.T)
    assert map_gamut(lab, REC2020_TO_P3) == pytest.approx(lab, abs=1e-12)


def test_the_gamut_has_no_holes_along_its_rays() -> None:
    """From grey outwards, a colour that can be shown has only such colours before it.

    The bisection relies on it.
    """
    hue = np.deg2rad(np.arange(0.0, 360.0, 2.0))[:, None, None]
    lightness = np.linspace(0.02, 0.98, 49)[None, :, None]
    chroma = np.linspace(0.0, 0.4, 101)[None, None, :]
    lab = Polar(*np.broadcast_arrays(lightness, chroma, hue)).lab()
    for target in (REC2020_TO_P3, REC2020_TO_SRGB):
        rgb = from_oklab(lab) @ target.T
        shown = ((rgb >= -1e-9) & (rgb <= 1.0 + 1e-9)).all(-1)
        assert (np.diff(shown.astype(int), axis=-1) <= 0).all()


def test_the_knee_is_smooth() -> None:
    """Below the knee nothing changes, above it the limit is approached and never passed."""
    ratio = np.linspace(0.0, 3.0, 3001)
    bent = soften(ratio, np.ones_like(ratio))
    assert (bent[ratio <= KNEE] == ratio[ratio <= KNEE]).all()
    assert (np.diff(bent) >= 0.0).all()
    assert bent.max() <= 1.0
    assert np.abs(np.diff(bent, 2)).max() < 1e-4


def test_drawing_in_leaves_ordinary_light_alone() -> None:
    """Light well inside Display P3 is only converted; all of Rec.2020 ends inside."""
    inside = 0.4 + 0.6 * np.random.default_rng(7).random((1000, 3))
    assert draw_into_p3(inside @ P3_TO_REC2020.T) == pytest.approx(inside, abs=1e-12)
    corners = np.array(np.meshgrid([0, 4], [0, 4], [0, 4])).reshape(3, -1).T.astype(float)
    assert draw_into_p3(corners).min() >= 0.0
