"""The hand that holds the camera: a smooth path in time."""

from dataclasses import dataclass

import numpy as np

from capture.simulation.sampling import Pose

# Drift of the arms and tremor of the hands: Hz, and the share of the motion. Tremor of a hand
# that holds a weight lies at 6 to 12 Hz and is small (Stephens and Taylor 1974; Xiao et al. 2006).
_BANDS = ((0.31, 1.0), (0.53, 0.8), (0.97, 0.5), (1.9, 0.2), (7.3, 0.02), (9.1, 0.015))
_SHIFT = 8.0  # pixels at a width of 4056: about 5 px of travel in 8 frames at 30 a second
_TURN = float(np.deg2rad(0.16))  # about 0.1 degree over the same burst
_FULL_WIDTH = 4056.0


@dataclass(frozen=True, slots=True)
class HandShake:
    """A random but smooth path of the camera, a function of time alone.

    Attributes:
        seed: of the path.
        width: of the frame, pixels: shifts scale with it, as they do with the angle of view.
        strength: factor on all motion; 0 is a tripod.
    """

    seed: int
    width: int
    strength: float = 1.0

    @property
    def reach(self) -> float:
        """The largest shift there can be, pixels, the turn at the frame's edge included."""
        total = float(sum(share for _, share in _BANDS))
        return (
            self.strength * total * (_SHIFT * self.width / _FULL_WIDTH + _TURN * self.width * 0.6)
        )

    def pose(self, time: float, exposure: float = 0.0) -> Pose:
        """The view at a time, and its motion during an exposure that starts then (seconds)."""
        start, end = self._at(time), self._at(time + exposure)
        dx, dy, turn = (start + end) / 2.0
        blur_x, blur_y, _ = np.abs(end - start)
        return Pose(float(dx), float(dy), float(turn), float(blur_x), float(blur_y))

    def _at(self, time: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        random = np.random.default_rng((self.seed, 0x5A4E))
        phase = random.uniform(0.0, 2.0 * np.pi, (3, len(_BANDS)))
        frequency = np.array([f for f, _ in _BANDS]) * random.uniform(0.9, 1.1, (3, len(_BANDS)))
        share = np.array([s for _, s in _BANDS])
        wave = (share * np.sin(2.0 * np.pi * frequency * time + phase)).sum(axis=1)
        shift = _SHIFT * self.width / _FULL_WIDTH
        return np.asarray(self.strength * np.array([shift, shift, _TURN]) * wave)
