from dataclasses import replace
from itertools import pairwise
from math import hypot

import numpy as np
import pytest

from capture.plan import ExposurePlan, FrameExposure
from capture.plans.histogram import RawHistogram
from capture.plans.motion import HAND, TRIPOD, Motion, measure_motion, small_grey
from capture.plans.taking import take, take_until, watch
from capture.scenes import Scene, load_scene
from capture.simulated import SimulatedSource


class Still:
    """A clock that stands: frames come as fast as they are made."""

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        pass


def camera(
    scene: str | Scene, shake: float, seed: int = 1, shown: tuple[int, int] = (640, 480)
) -> SimulatedSource:
    """Running, its frames as large as they need be for 640 pixels of preview."""
    source = SimulatedSource(
        scene, size=(640, 480), seed=seed, shake=shake, preview_size=shown, clock=Still()
    )
    source.start()
    return source


@pytest.mark.parametrize("scene", ["still-life", "night-street", "moving"])
@pytest.mark.parametrize("shake", [0.3, 1.0, 3.0])
def test_shake_is_measured(scene: str, shake: float) -> None:
    """The hand's true path is found to a third, in the dark and behind what moves as well."""
    source = camera(scene, shake)
    frames = [source.preview() for _ in range(10)]
    times = [(frame.metadata.timestamp or 0) * 1e-9 for frame in frames]
    found = measure_motion([small_grey(frame.pixels) for frame in frames], times)
    poses = [source.pose(frame.metadata) for frame in frames]
    steps = [
        hypot(b[0] - a[0], b[1] - a[1]) / (u - t) / 640
        for (a, t), (b, u) in zip(
            zip(poses, times, strict=True), list(zip(poses, times, strict=True))[4:], strict=False
        )
    ]
    assert found.shake == pytest.approx(float(np.median(steps)), rel=0.3)
    assert not found.tripod


def swaying(time: float) -> np.ndarray:
    """A texture that a hand's sway moves by a few pixels, at 0.9 and 2.3 Hz."""
    spectrum = np.fft.fft2(np.random.default_rng(6).normal(size=(96, 128)))
    v, u = np.fft.fftfreq(96)[:, None], np.fft.fftfreq(128)[None]
    x = 1.5 * np.sin(2.0 * np.pi * 0.9 * time) + 0.4 * np.sin(2.0 * np.pi * 2.3 * time)
    y = 1.2 * np.cos(2.0 * np.pi * 0.9 * time + 0.5)
    blur = np.exp(-60.0 * (u * u + v * v))
    moved = np.fft.ifft2(spectrum * blur * np.exp(-2j * np.pi * (u * x + v * y)))
    return np.asarray(128.0 + 300.0 * moved.real, np.float32)


@pytest.mark.parametrize("apart", [0.3, 0.73, 1.5])
def test_a_slow_stream_takes_no_hand_for_a_steadier_one(apart: float) -> None:
    """Of frames that are far apart the shake comes out within a half of what ten a second tell."""

    def shake(apart: float) -> float:
        times = [apart * i for i in range(10)]
        return measure_motion([swaying(time) for time in times], times).shake

    assert shake(apart) == pytest.approx(shake(0.1), rel=0.5)


@pytest.mark.parametrize("scene", ["still-life", "night-street", "print", "moving"])
def test_a_tripod_is_recognised(scene: str) -> None:
    """Noise is no shake, and neither are things that move across the picture."""
    found = watch(camera(scene, 0.0))
    assert found.shake < TRIPOD / 2.0
    assert found.tripod


def in_light(scene: str, lux: float) -> Scene:
    """The same scene in other light."""
    return replace(load_scene(scene), lux=lux)


@pytest.mark.parametrize("shown", [(640, 480), (1280, 960)])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("scene", "lux"), [("still-life", 0.25), ("still-life", 0.15), ("night-street", 0.05)]
)
def test_a_tripod_is_recognised_in_the_dark(
    scene: str, lux: float, seed: int, shown: tuple[int, int]
) -> None:
    """Where noise shifts frames by several times the limit; a hand, and a steady one, stays one."""
    assert watch(camera(in_light(scene, lux), 0.0, seed, shown)).tripod
    assert not watch(camera(in_light(scene, lux), 0.3, seed, shown)).tripod
    assert not watch(camera(in_light(scene, lux), 1.0, seed, shown)).tripod


@pytest.mark.parametrize("shake", [0.0, 1.0])
def test_a_stream_of_noise_tells_of_a_hand(shake: float) -> None:
    """Where nothing is seen but noise, a hand is what is to be reckoned with."""
    assert watch(camera(in_light("still-life", 0.04), shake)).shake >= HAND.shake


def test_what_moves_is_told_from_shake() -> None:
    """Moving things show as the scene's motion, a hand alone does not."""
    assert watch(camera("moving", 1.0)).subject > 0.01
    assert watch(camera("still-life", 1.0)).subject < 0.005
    assert watch(camera("still-life", 0.0)).subject == 0.0


def test_motion_of_what_cannot_move_is_refused() -> None:
    """One frame, other sizes and a clock that runs backwards are told in a line."""
    grey = np.zeros((60, 80), np.float32)
    for greys, times, reason in (
        ([grey], [0.0], "two frames"),
        ([grey, grey[:, :50]], [0.0, 0.1], "one size"),
        ([grey, grey], [0.1, 0.0], "order of time"),
    ):
        with pytest.raises(ValueError, match=reason):
            measure_motion(greys, times)
    assert measure_motion([grey, grey], [0.0, 0.1]) == Motion(0.0, 0.0)


def test_the_histogram_counts_light_by_quarter_stops() -> None:
    """Quantiles come out within a quarter of a stop; what clips counts as clipped."""
    levels = np.concatenate([np.full(500, 0.01), np.full(400, 0.2), np.full(100, 1.5)])
    histogram = RawHistogram.of(levels.reshape(20, 50))
    assert histogram.clipped_share == pytest.approx(0.1)
    assert histogram.level(0.3) == pytest.approx(0.01, rel=0.2)
    assert histogram.level(0.7) == pytest.approx(0.2, rel=0.2)
    assert histogram.level(0.95) == 1.0
    assert RawHistogram.of(np.zeros(10)).level(0.5) <= 2.0**-15
    marks = [histogram.level(share / 20) for share in range(21)]
    assert all(a <= b for a, b in pairwise(marks))


def test_a_burst_tells_its_plan() -> None:
    """Mode and line travel with the frames; a release ends a bulb exposure between two of them."""
    source = camera("still-life", 0.0)
    plan = ExposurePlan("bulb", (FrameExposure(0.01, 1.0),) * 5)
    burst = take(source, plan)
    assert (burst.mode, len(burst.frames)) == ("bulb", 5)
    assert burst.plan == "bulb: 5 frames of 1/100 s, gain 1, open for 0.05 of 0.17 s"
    released = iter([False, True])
    ended = take_until(source, plan, lambda: next(released))
    assert len(ended.frames) == 2
    assert ended.plan == f"{burst.plan}; ended after 2 frames"
    assert take_until(source, plan, lambda: False).plan == burst.plan
