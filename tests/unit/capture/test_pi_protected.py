"""A stream exposed for the highlights: which frames are, what they lack, when it ends."""

import numpy as np
import pytest

from capture.frames import FrameMetadata, PreviewFrame
from capture.pi.protected import Protection, beats, brightened, brightening
from capture.plan import FrameExposure, Metering
from capture.plans.histogram import RawHistogram

METERED = Metering(0.016, 1.0, 4.0)
DARK = FrameExposure(0.004, 1.0)


def _frame(time: float) -> FrameMetadata:
    return FrameMetadata(exposure_time=time, analogue_gain=1.0)


def _metered(level: float) -> Metering:
    histogram = RawHistogram.of(np.full(1000, level, np.float32))
    return Metering(0.016, 1.0, 4.0, histogram=histogram)


def test_frames_are_known_by_their_exposure() -> None:
    """Those under way are the automatics', those after it lack two stops; the end is the same."""
    protection = Protection()
    assert protection.begin(DARK, METERED)
    assert not protection.begin(DARK, METERED)
    assert protection.see(_frame(0.016)) is None
    lack = protection.see(_frame(0.004))
    assert lack is not None
    assert lack.value == pytest.approx(2.0)
    protection.end()
    assert protection.exposure is None
    assert protection.see(_frame(0.004)) is not None
    assert protection.see(_frame(0.015)) is None
    assert protection.see(_frame(0.004)) is None  # by the automatics' own choice


def test_a_change_of_plan_knows_both() -> None:
    """Frames of the exposure before and of the new one lack what each lacks."""
    protection = Protection()
    protection.begin(DARK, METERED)
    protection.begin(FrameExposure(0.008, 1.0), METERED)
    values = [protection.see(_frame(time)) for time in (0.004, 0.008, 0.004)]
    assert [lack and round(lack.value) for lack in values] == [2, 1, None]


def test_a_camera_that_does_not_obey_is_left_alone() -> None:
    """After a dozen frames of another exposure the automatics have the stream again."""
    protection = Protection()
    protection.begin(DARK, METERED)
    for _ in range(20):
        protection.see(_frame(0.016))
    assert protection.exposure is None


@pytest.mark.parametrize(("level", "changed"), [(0.1, False), (0.11, False), (0.2, True)])
def test_light_that_changes_is_told(level: float, *, changed: bool) -> None:
    """A fifth of a stop is let be, a whole one is not; the size comes with it."""
    protection = Protection()
    protection.begin(DARK, METERED)
    assert protection.judge(_metered(0.1)) is None
    change = protection.judge(_metered(level))
    assert (change is not None) == changed
    assert change is None or change == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize("value", [0.3, 1.0, 2.5])
def test_highlights_that_are_held_are_seen(value: float) -> None:
    """Two lights a third of a stop apart that a frame holds differ on the screen, up to white."""
    light, shown = (0.18, 0.3, 0.5, 0.7, 0.9, 1.0), (0.504, 0.684, 0.837, 0.919, 0.974, 1.0)
    table = brightening(value).astype(int)
    held = 2.0 ** np.arange(-1.0, 0.01, 1.0 / 3.0)
    levels = table[np.rint(np.interp(held, light, shown) * 255.0).astype(int)]
    assert (np.diff(levels) >= 3).all()
    assert levels[-1] == 255
    assert np.diff(table).max() <= round(2.0**value) + 1  # nowhere steeper than it brightens


@pytest.mark.parametrize("value", [0.3, 1.0, 2.5])
def test_brightening_undoes_what_a_pi_shows_darker(value: float) -> None:
    """Black stays, order stays, and a middle grey of fewer EV is shown as one of all."""
    table = brightening(value).astype(int)
    assert table[0] == 0
    assert (np.diff(table) >= 0).all()
    assert table[255] == 255
    light, shown = (0.0, 0.02, 0.04, 0.0636, 0.1, 0.18), (0.0, 0.095, 0.168, 0.237, 0.332, 0.504)
    dark = round(float(np.interp(0.18 * 2.0**-value, light, shown)) * 255.0)
    assert table[dark] == pytest.approx(0.504 * 255.0, abs=8.0)
    pixels = np.full((4, 6, 4), dark, np.uint8)
    frame = brightened(PreviewFrame(pixels[:, ::-1], _frame(0.01)), value)
    assert frame.pixels.shape == (4, 6, 4)
    assert (frame.pixels == table[dark]).all()
    assert frame.pixels.flags.writeable


def test_lamps_are_not_cut() -> None:
    """With mains set a shutter of whole pulses is not given up for one of parts."""
    assert beats(0.015, 0.02, 50)
    assert not beats(0.01, 0.02, 50)
    assert not beats(0.015, 0.02, 0)
    assert not beats(0.001, 0.002, 50)  # too bright for lamps to matter
