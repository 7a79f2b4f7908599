"""How a mosaic's numbers are to be read, and how noisy they are."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from native._core import ffi

Mosaic = npt.NDArray[np.uint16]  # (height, width), sample units
Sites = tuple[float, float, float, float]  # by CFA site, row-major


@dataclass(frozen=True, slots=True)
class MosaicFormat:
    """The scale of a mosaic.

    Attributes:
        colours: by site, 0 red, 1 green, 2 blue; all 1 on a mono sensor.
        black: by site, sample units.
        white: clipping level, sample units, pedestal included.
    """

    colours: tuple[int, int, int, int]
    black: Sites
    white: float

    def scaled(self, factor: float) -> "MosaicFormat":
        """The format of a mosaic whose samples were multiplied by factor."""
        b0, b1, b2, b3 = (level * factor for level in self.black)
        return MosaicFormat(self.colours, (b0, b1, b2, b3), self.white * factor)

    @property
    def whole_scale(self) -> int:
        """The largest whole number that white stays within 16 bits at; 1 at least."""
        return max(1, int(65535.0 // self.white))

    @property
    def is_mono(self) -> bool:
        """Whether every site sees the same light."""
        return self.colours == (1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class MosaicNoise:
    """Variance of a normalised sample x in [0, 1]: shot * max(x, 0) + read, by site."""

    shot: Sites
    read: Sites

    def of_mean(self, count: int) -> "MosaicNoise":
        """The noise of the mean of so many mosaics."""
        a, b, c, d = (shot / count for shot in self.shot)
        e, f, g, h = (read / count for read in self.read)
        return MosaicNoise((a, b, c, d), (e, f, g, h))

    def at_gain(self, times: float) -> "MosaicNoise":
        """The noise at so many times the gain, of the same noise in electrons."""
        a, b, c, d = (shot * times for shot in self.shot)
        e, f, g, h = (read * times * times for read in self.read)
        return MosaicNoise((a, b, c, d), (e, f, g, h))


def c_format(mosaic_format: MosaicFormat) -> Any:  # noqa: ANN401  (a cffi struct)
    """The C struct of a format."""
    return ffi.new(
        "baryta_mosaic_format *",
        (mosaic_format.colours, mosaic_format.black, mosaic_format.white),
    )[0]


def c_noise(noise: MosaicNoise) -> Any:  # noqa: ANN401  (a cffi struct)
    """The C struct of a noise model."""
    return ffi.new("baryta_noise *", (noise.shot, noise.read))[0]


def from_c_format(mosaic_format: Any) -> MosaicFormat:  # noqa: ANN401  (a cffi struct)
    """The format in a C struct."""
    c0, c1, c2, c3 = mosaic_format.colour
    b0, b1, b2, b3 = mosaic_format.black
    return MosaicFormat((c0, c1, c2, c3), (b0, b1, b2, b3), mosaic_format.white)


def from_c_noise(noise: Any) -> MosaicNoise:  # noqa: ANN401  (a cffi struct)
    """The noise model in a C struct."""
    s0, s1, s2, s3 = noise.shot
    r0, r1, r2, r3 = noise.read
    return MosaicNoise((s0, s1, s2, s3), (r0, r1, r2, r3))
