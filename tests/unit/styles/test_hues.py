import numpy as np
import pytest

from styles.hues import adjust, by_hue, smoothstep
from styles.oklab import Polar
from styles.style import HUES, Colour, HueBand

AROUND = np.linspace(-np.pi, np.pi, 3601)


def test_values_are_met_at_their_hues() -> None:
    """At each of the eight hues exactly that hue's value counts."""
    values = np.arange(8.0)[:, None]
    centres = np.deg2rad(list(HUES.values()))
    assert by_hue(centres, values)[0] == pytest.approx(np.arange(8.0), abs=1e-9)


def test_values_join_without_kinks() -> None:
    """Round the circle values stay within their range and slopes change gradually."""
    values = np.array([[1.0], [0.0], [1.0], [0.5], [0.0], [1.0], [0.2], [0.8]])
    around = by_hue(AROUND, values)[0]
    assert around.min() >= 0.0
    assert around.max() <= 1.0
    assert around[0] == pytest.approx(around[-1])
    slope = np.diff(around) / np.diff(AROUND)
    assert np.abs(np.diff(slope)).max() < 0.03


def test_a_hue_changes_alone() -> None:
    """Desaturating blue changes blue, and neither its far side nor greys."""
    colour = Colour(blue=HueBand(chroma=0.5, lightness=-0.1))
    hue = np.deg2rad([255.0, 75.0, 255.0])
    before = Polar(np.full(3, 0.6), np.array([0.15, 0.15, 0.0]), hue)
    after = adjust(before, colour)
    assert after.chroma == pytest.approx([0.075, 0.15, 0.0])
    assert after.lightness[0] < 0.58
    assert after.lightness[1:] == pytest.approx([0.6, 0.6])


def test_chroma_by_lightness() -> None:
    """Shadow and highlight chroma act at their ends and leave the middle alone."""
    before = Polar(np.array([0.02, 0.52, 0.99]), np.full(3, 0.1), np.zeros(3))
    after = adjust(before, Colour(shadows=0.5, highlights=0.25))
    assert after.chroma == pytest.approx([0.05, 0.1, 0.025], rel=0.02)


def test_chroma_order_is_kept() -> None:
    """With the strongest vibrance either way, stronger colours stay the stronger ones."""
    chroma = np.linspace(0.0, 0.4, 401)
    for vibrance in (-0.5, 1.0):
        before = Polar(np.full(401, 0.5), chroma, np.zeros(401))
        after = adjust(before, Colour(vibrance=vibrance)).chroma
        assert np.diff(after).min() > -3e-4


def test_crossing_hues_are_refused() -> None:
    """Hues turned towards each other until they meet are an error: colours would fold."""
    with pytest.raises(ValueError, match="red and orange would cross"):
        Colour(red=HueBand(hue=15.0), orange=HueBand(hue=-15.0))


def test_hue_order_is_kept_at_the_limit() -> None:
    """As much turn as is allowed keeps the order of hues."""
    colour = Colour(red=HueBand(hue=11.0), orange=HueBand(hue=-11.0))
    ones = np.ones_like(AROUND)
    turned = adjust(Polar(ones * 0.5, ones * 0.1, AROUND), colour).hue
    assert np.diff(turned).min() > 0.0


def test_smoothstep_ends() -> None:
    """It is 0 below, 1 above and one half in the middle."""
    assert smoothstep(1.0, 3.0, np.array([0.0, 1.0, 2.0, 3.0, 9.0])).tolist() == [0, 0, 0.5, 1, 1]
