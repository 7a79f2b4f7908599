"""Frames that belong to no burst: what a merge must survive unharmed."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from bursts import BLACK, READ, SHOT, WHITE, Mosaic, TestBurst, make_burst
from merge_gains import gains, merge

Spoil = Callable[[Mosaic, np.random.Generator], Mosaic]  # a good frame to a useless one


def noisy(frame: Mosaic, iso: float, rng: np.random.Generator) -> Mosaic:
    """A frame of light alone with noise of its own: what blurs the light does not blur that."""
    gain = iso / 100.0
    light = (frame - BLACK) / (WHITE - BLACK)
    spread = np.sqrt(SHOT * gain * np.maximum(light, 0) + READ * gain * gain)
    noise = spread * rng.standard_normal(light.shape)
    return _levels((light + noise) * (WHITE - BLACK) + BLACK)


def _levels(image: npt.NDArray[np.float64]) -> Mosaic:
    return np.clip(np.rint(image), 0, WHITE).astype(np.uint16)


def _smear(frame: Mosaic, steps: tuple[int, int], axis: int) -> Mosaic:
    return _levels(np.mean([np.roll(frame, 2 * i, axis) for i in range(*steps)], 0))


def _finger(frame: Mosaic, rng: np.random.Generator) -> Mosaic:
    covered = frame.copy()
    covered[:, : frame.shape[1] // 2] = BLACK + rng.integers(0, 20)
    return covered


def _other(frame: Mosaic, rng: np.random.Generator) -> Mosaic:
    height, width = frame.shape
    seed = int(rng.integers(101, 106))  # never the scene and noise that it is added to
    return make_burst("leaves", frames=1, seed=seed, width=width, height=height).frames[0]


def discoloured(frame: Mosaic, red: float, blue: float) -> Mosaic:
    """The frame, its light so many times as red and as blue; what clips stays clipped."""
    light = frame - BLACK
    light[0::2, 0::2] *= red
    light[1::2, 1::2] *= blue
    return _levels(light + BLACK)


USELESS: dict[str, Spoil] = {
    "lens cap": lambda frame, _: np.full_like(frame, int(BLACK)),
    "white": lambda frame, _: np.full_like(frame, int(WHITE)),
    "chance": lambda frame, rng: rng.integers(0, int(WHITE) + 1, frame.shape).astype(np.uint16),
    "dark noise": lambda frame, rng: _levels(BLACK + rng.normal(0, 30, frame.shape)),
    "another scene": _other,
    "upside down": lambda frame, _: frame[::-1, ::-1].copy(),
    "finger": _finger,
    "camera swung": lambda frame, _: _smear(frame, (-6, 6), 1),
    "out of focus": lambda frame, _: _smear(_smear(frame, (-3, 4), 0), (-3, 4), 1),
    "brighter": lambda frame, _: _levels((frame - BLACK) * 1.4 + BLACK),
    "another lamp": lambda frame, _: discoloured(frame, 1.8, 0.5),
    "black level off": lambda frame, _: _levels(frame + 120.0),
}

MADE_OF_NOISE = ("chance", "dark noise", "another scene")  # have theirs already

MISFIT = 4  # the frame that does not belong


def without(burst: TestBurst, frame: int) -> TestBurst:
    """The burst less one of its frames."""
    keep = [i for i in range(len(burst.frames)) if i != frame]
    return replace(
        burst,
        frames=[burst.frames[i] for i in keep],
        motions=[burst.motions[i] for i in keep],
        exposures=[burst.exposures[i] for i in keep],
    )


def harm(burst: TestBurst) -> tuple[bool, float]:
    """Whether the misfit was left out, and what it costs: the larger of linear and root, dB."""
    merged, reports = merge(burst)
    others = [report.rejected for i, report in enumerate(reports) if i != MISFIT - 1]
    assert not any(others)
    spared = without(burst, MISFIT)
    one, other = gains(burst, merged), gains(spared, merge(spared)[0])
    assert min(one.worst, one.root_worst) > min(0.0, other.worst, other.root_worst)
    return reports[MISFIT - 1].rejected, max(other.linear - one.linear, other.root - one.root)
