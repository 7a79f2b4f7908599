"""The histogram of linear raw: what a plan knows of a scene's range."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

_STOPS = 16  # below clipping
_PER_STOP = 4
_CLIPPED = 0.98


@dataclass(frozen=True, slots=True)
class RawHistogram:
    """Counts of normalised raw samples by light, a quarter of a stop a bin.

    Attributes:
        counts: the first bin is 2^-16 and whatever is darker, the last one ends at clipping.
        clipped: samples at 0.98 of clipping and above; in none of the bins.
    """

    counts: tuple[int, ...]
    clipped: int

    @classmethod
    def of(cls, levels: npt.NDArray[np.floating[Any]]) -> Self:
        """Of normalised samples of any shape: 0 black, 1 clipped."""
        light = levels.ravel()
        whole = light[light < _CLIPPED]
        place = np.log2(np.maximum(whole, 2.0**-_STOPS)) * _PER_STOP + _STOPS * _PER_STOP
        bins = np.bincount(place.astype(np.int64), minlength=_STOPS * _PER_STOP)
        return cls(tuple(int(count) for count in bins), int(light.size - whole.size))

    @property
    def clipped_share(self) -> float:
        """Of all samples, 0..1."""
        return self.clipped / max(self.clipped + sum(self.counts), 1)

    @staticmethod
    def middles() -> npt.NDArray[np.float64]:
        """The level in the middle of each bin."""
        bins = np.arange(_STOPS * _PER_STOP) + 0.5
        return np.exp2(bins / _PER_STOP - _STOPS)

    @property
    def mean(self) -> float:
        """Mean level, of what clips 1: what an automatic exposure goes by; above 0."""
        counts = np.array((*self.counts, self.clipped), np.float64)
        levels = np.append(self.middles(), 1.0)
        return float(max(counts @ levels / max(counts.sum(), 1.0), 1e-6))

    def level(self, share: float) -> float:
        """The level that so great a share of the samples lies below, 2^-16..1; 1 if it clips."""
        wanted = share * (self.clipped + sum(self.counts))
        below = 0
        for index, count in enumerate(self.counts):
            if below + count >= wanted and count:
                inside = (wanted - below) / count
                return float(2.0 ** ((index + max(inside, 0.0)) / _PER_STOP - _STOPS))
            below += count
        return 1.0
