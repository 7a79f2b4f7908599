import numpy as np
import pytest

from styles import Style, rgb_profile
from styles.cube import Cube
from styles.reference import render_colour
from styles.rgb_profile import DIVISIONS, LIGHT
from styles.spaces import P3_TO_REC2020, srgb_decode, srgb_encode


@pytest.mark.parametrize("push", [-3.0, 0.0, 1.3, 6.0])
def test_the_curve_rises_from_black_to_white(shipped: Style, push: float) -> None:
    """Whatever the push, it begins at (0, 0), never falls and ends at (1, 1)."""
    curve = rgb_profile(shipped).curve(push)
    assert curve.dtype == np.float32
    assert curve[[0, -1]].tolist() == [[0.0, 0.0], [1.0, 1.0]]
    assert (np.diff(curve[:, 0]) > 0.0).all()
    assert (np.diff(curve[:, 1]) >= 0.0).all()
    assert curve.size <= 500  # more is a large array to exiftool


def test_a_push_moves_the_curve(shipped: Style) -> None:
    """What a stop of push makes of light is what none makes of twice the light."""
    profile = rgb_profile(shipped)
    light = np.array([0.01, 0.05, 0.2, 0.33])
    plain, pushed = (profile.curve(push).astype(float).T for push in (0.0, 1.0))
    assert np.interp(light, *pushed) == pytest.approx(np.interp(2.0 * light, *plain), rel=0.01)


def test_the_curve_alone_is_nearly_the_tone(shipped: Style) -> None:
    """Who does not know the table sees middle grey within 0.05 of the look's, encoded."""
    shown = srgb_encode(np.interp(0.18, *rgb_profile(shipped).curve(0.0).astype(float).T))
    assert shown == pytest.approx(render_colour(shipped, np.full(3, 0.18)).mean(), abs=0.05)


def test_greys_go_through_the_table(shipped: Style) -> None:
    """The table's diagonal is what the look makes of greys, tints included."""
    profile = rgb_profile(shipped)
    assert profile.table.shape == (DIVISIONS, DIVISIONS, DIVISIONS, 3)
    nodes = np.arange(DIVISIONS)
    light = np.interp(nodes / (DIVISIONS - 1.0), profile.tone, profile.light)
    assert light[-1] == LIGHT
    truth = srgb_decode(render_colour(shipped, light[:, None] * np.ones(3))) @ P3_TO_REC2020.T
    found = profile.table[nodes, nodes, nodes] / 65535.0
    assert found == pytest.approx(srgb_encode(truth), abs=2e-3)


def test_one_look_is_fitted_once(shipped: Style) -> None:
    """The same look gives the same object, which nobody may change."""
    profile = rgb_profile(shipped)
    assert rgb_profile(shipped) is profile
    with pytest.raises(ValueError, match="read-only"):
        profile.table[0] = 0


def test_a_negative_keeps_the_lights_apart() -> None:
    """A look whose greys fall with the light still has a rising curve for its table."""
    data = np.array([[1, 1, 1], [0, 0, 0]], np.float32).tobytes()
    cube = Cube("Negative", 1, 2, (0.0,) * 3, (1.0,) * 3, light=False, data=data)
    profile = rgb_profile(Style("Negative", cube=cube))
    assert (np.diff(profile.tone) > 0.0).all()
    assert profile.table[0, 0, 0].min() > 60000
    assert profile.table[-1, -1, -1].max() < 5000
