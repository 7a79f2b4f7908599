"""Frames that belong to no burst: what a merge must survive unharmed."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from bursts import BLACK, READ, SHOT, WHITE, Mosaic, make_burst

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
    "black level off": lambda frame, _: _levels(frame + 120.0),
}

MADE_OF_NOISE = ("chance", "dark noise", "another scene")  # have theirs already
