"""What mends a bracket's merge: how far it tells it is, where it ends, and what it leaves alone."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from interrupting import assert_ends

from app.calming import calm_equal, calm_steps
from app.longest import Longest, take_longest
from app.merging import merge_burst
from app.stages import Stages
from capture.plan import ExposurePlan, FrameExposure
from capture.plans.taking import take
from capture.simulated import SimulatedSource
from native import Merged, MosaicFormat, MosaicNoise

LAYOUT = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0).scaled(16)
NOISE = MosaicNoise((1e-4,) * 4, (4e-6,) * 4)
SHAPE = (288, 160)
RATIO, COUNT = 16.0, 4


def street() -> np.ndarray:
    """A dark wall with courses, a lamp that clips in the long frames, a window that does not."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    wall = 0.002 + 0.001 * ((y // 8 + x // 16) % 2)
    lamp = (x >= 90) & (x < 110) & (y >= 30) & (y < 60)
    window = (x >= 30) & (x < 70) & (y >= 120) & (y < 200)
    return np.where(lamp, 0.5, np.where(window, 0.03, wall))


def frame(exposure: float, seed: int, light: np.ndarray | None = None) -> np.ndarray:
    """So many times as bright, with a frame's noise."""
    value = (street() if light is None else light) * exposure
    sigma = np.sqrt(1e-4 * value + 4e-6)
    noisy = value + np.random.default_rng(seed).normal(0.0, 1.0, SHAPE) * sigma
    white = LAYOUT.white - LAYOUT.black[0]
    levels = np.rint(np.clip(noisy, -0.05, 1.0) * white + LAYOUT.black[0])
    return np.clip(levels, 0, 65535).astype(np.uint16)


def longest(light: np.ndarray | None = None) -> Longest:
    """The longest frames, of the street or of another light."""
    return Longest(((frame(RATIO, 10 + n, light), RATIO) for n in range(COUNT)), COUNT)


def merged() -> Merged:
    """The shortest frame, as if no other had come to it."""
    return Merged(frame(1.0, 1), LAYOUT, NOISE, 1.0)


def steps(progress: Callable[[float], None]) -> None:
    """A bracket's calming."""
    light = {1.0: 1.0, RATIO: RATIO * COUNT}
    calm_steps(merged(), frame(1.0, 1), NOISE, light, longest(), progress=progress)


def steps_without(progress: Callable[[float], None]) -> None:
    """The same of a range too narrow for the longest frames to serve."""
    light = {1.0: 1.0, 1.6: 1.6 * COUNT}
    calm_steps(merged(), frame(1.0, 1), NOISE, light, None, progress=progress)


def equal(progress: Callable[[float], None]) -> None:
    """Of frames that are alike."""
    calm_equal(merged(), NOISE, progress=progress)


def dark_taken(progress: Callable[[float], None]) -> None:
    """The first of its parts."""
    take_longest(merged(), longest(), NOISE, progress=progress)


@pytest.mark.parametrize("work", [steps, steps_without, equal, dark_taken])
def test_calming_tells_its_progress_and_ends_where_it_is_told(
    work: Callable[[Callable[[float], None]], None],
) -> None:
    """It rises to 1 without a leap, and what the listener raises comes out, in every part."""
    told: list[float] = []
    work(told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert max(after - before for before, after in pairwise(told)) < 0.4
    for last in {*range(0, len(told), max(len(told) // 20, 1)), len(told) - 1}:
        assert_ends(work, last)


def off(mosaic: np.ndarray) -> np.ndarray:
    """What it is away from the street's light."""
    return (mosaic - LAYOUT.black[0]) / (LAYOUT.white - LAYOUT.black[0]) - street()


def test_the_dark_is_the_longest_frames_and_the_lights_are_the_shortest_s() -> None:
    """The wall's noise falls to a fifth; the lamp stays bit for bit."""
    found = merged()
    before = found.mosaic.copy()
    take_longest(found, longest(), NOISE, progress=lambda _: None)
    wall = np.s_[220:280, 20:140]
    assert off(found.mosaic)[wall].std() < 0.2 * off(before)[wall].std()
    assert np.array_equal(found.mosaic[32:58, 92:108], before[32:58, 92:108])


def test_longest_frames_of_another_scene_leave_what_is_clear() -> None:
    """None fits the first of them, nor that the bracket: what it shows clearly stays."""
    found = merged()
    before = found.mosaic.copy()
    random = np.random.default_rng(3)
    others = [np.kron(random.random((36, 20)), np.ones((8, 8))) * 0.02 for _ in range(COUNT)]
    frames = ((frame(RATIO, 20 + n, light), RATIO) for n, light in enumerate(others))
    take_longest(found, Longest(frames, COUNT), NOISE, progress=lambda _: None)
    lamp, window = np.s_[32:58, 92:108], np.s_[126:194, 36:64]
    for part in (lamp, window):
        assert np.array_equal(found.mosaic[part], before[part])


def burst_of(*frames: tuple[float, float]) -> tuple[SimulatedSource, ExposurePlan]:
    """A camera and a plan of such shutters and gains."""
    camera = SimulatedSource("night-street", size=(320, 240), seed=5)
    camera.start()
    return camera, ExposurePlan("bracket", tuple(FrameExposure(*f) for f in frames), 4.0)


def test_a_bracket_s_bar_rises_to_its_end() -> None:
    """From the first frame to the last of the calming, which is half of the work."""
    camera, plan = burst_of((1 / 410, 18.0), (1 / 100, 18.0), *[(1 / 26, 18.0)] * 4)
    burst = take(camera, plan)
    told: list[float] = []
    stages = Stages(lambda stage, fraction: told.append(fraction) if stage == "merge" else None)
    merge_burst(burst, stages, threads=2)
    rising = [fraction for fraction in told if fraction > 0.0]
    assert rising == sorted(rising)
    assert len(set(rising)) > 100
    assert rising[-1] == 1.0
    assert max(after - before for before, after in pairwise(rising)) < 0.1
