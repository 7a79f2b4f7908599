from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.looks import look_named
from app.wide_range import draw_together
from native import Look


@pytest.fixture(scope="module", name="look")
def _look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    return look_named("Authentic", Path(tmp_path_factory.mktemp("looks")))


def room(stops: float) -> np.ndarray:
    """A dark wall and a bright window, so many stops apart, both with texture."""
    texture = np.random.default_rng(5).normal(1.0, 0.1, (300, 400, 1)).clip(0.5, 1.5)
    light = np.full((300, 400, 3), 0.18)
    light[60:180, 150:300] *= 2.0 ** (0.5 * stops)
    light[:, 330:] *= 2.0 ** (-0.5 * stops)
    return (light * texture).astype(np.float32)


def test_a_wide_scene_is_drawn_together(look: Look) -> None:
    """Dark and bright come nearer by stops, keep their order, and their texture."""
    wide = room(15.0)
    drawn, noise = draw_together(wide, look, 1e-5, 1.0, threads=1)

    def stops(picture: np.ndarray, place: tuple[slice, slice]) -> np.ndarray:
        return np.log2(picture[place].mean(-1))

    window, wall = (slice(80, 160), slice(170, 280)), (slice(80, 160), slice(350, 390))
    before = stops(wide, window).mean() - stops(wide, wall).mean()
    after = stops(drawn, window).mean() - stops(drawn, wall).mean()
    assert before == pytest.approx(15.0, abs=0.1)
    assert 5.0 < after < before - 4.0
    for place in (window, wall):
        assert stops(drawn, place).std() > 0.6 * stops(wide, place).std()
    hue = drawn / drawn.sum(-1, keepdims=True)
    np.testing.assert_allclose(hue, 1 / 3, atol=1e-5)
    assert noise > 1e-5


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_a_usual_scene_stays_as_it_is(look: Look, strength: float) -> None:
    """What fits a picture, or is not to be mapped at all, is handed back itself."""
    usual = room(3.0)
    assert draw_together(usual, look, 0.0, strength)[0] is usual
    wide = room(15.0)
    assert draw_together(wide, replace(look, tone_mapping=0.0), 0.0, strength)[0] is wide


@pytest.mark.parametrize("dial", [-2.0, 1.0])
def test_what_was_wanted_dark_is_not_drawn_bright(look: Look, dial: float) -> None:
    """So many EV darker by the dial is so many EV darker all over when it is drawn together."""
    wide = room(15.0)
    plain, noise = draw_together(wide, look, 1e-5, 1.0, threads=1)
    times = 2.0**dial
    turned, louder = draw_together(
        wide * np.float32(times), look, 1e-5 * times, 1.0, dial=dial, threads=1
    )
    np.testing.assert_allclose(turned, plain * times, rtol=1e-3)
    assert louder == pytest.approx(noise * times)
