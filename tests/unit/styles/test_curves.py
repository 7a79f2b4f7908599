import numpy as np
import pytest

from styles.curves import MIDDLE_GREY, ToneCurve
from styles.style import Tone

TONES = [
    Tone(),
    Tone(contrast=1.5, toe=1.1, black=0.0015),
    Tone(contrast=0.8, toe=2.0, white=2.0),
    Tone(contrast=3.0, toe=0.5, white=7.0, black=0.05, grey=0.1),
]


@pytest.mark.parametrize("tone", TONES)
def test_middle_grey_and_slope(tone: Tone) -> None:
    """Middle grey lands on tone.grey, and the slope there is tone.contrast."""
    near = MIDDLE_GREY * 2.0 ** np.array([-1e-4, 0.0, 1e-4])
    low, grey, high = ToneCurve.of(tone)(near)
    assert grey == pytest.approx(tone.grey, rel=1e-12)
    assert np.log2(high / low) / 2e-4 == pytest.approx(tone.contrast, rel=1e-5)


@pytest.mark.parametrize("tone", TONES)
def test_rises_from_black_to_white(tone: Tone) -> None:
    """The curve begins at black, never falls, and stays at white from tone.white on."""
    light = np.concatenate([[0.0], np.geomspace(1e-6, 100.0, 4000)])
    display = ToneCurve.of(tone)(light)
    assert display[0] == tone.black
    assert (np.diff(display) >= 0.0).all()
    beyond = light >= MIDDLE_GREY * 2.0**tone.white
    assert display[beyond] == pytest.approx(1.0, abs=1e-15)
    assert (display <= 1.0).all()
    assert display[light < MIDDLE_GREY * 2.0].max() < 1.0


@pytest.mark.parametrize("tone", TONES)
def test_shoulder_and_toe_are_smooth(tone: Tone) -> None:
    """White is reached with slope 0, and deep shadows fall with the slope of tone.toe."""
    curve = ToneCurve.of(tone)
    white = MIDDLE_GREY * 2.0**tone.white
    slope = np.diff(curve(white * np.array([1.0 - 2e-4, 1.0 - 1e-4, 1.0]))) / (1e-4 * white)
    assert slope[1] <= slope[0] < 0.01
    deep = curve(np.array([1e-7, 2e-7])) - tone.black
    assert np.log2(deep[1] / deep[0]) == pytest.approx(tone.toe, abs=1e-3)
