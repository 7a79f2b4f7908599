"""What a merge gains over its reference alone, measured on bursts with known truth."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from bursts import BLACK, WHITE, TestBurst, psnr, worst_tile

from native import FrameReport, Merged, Merger, MosaicFormat, MosaicNoise

Image = npt.NDArray[np.float64]


def merge(
    burst: TestBurst,
    *,
    robustness: float = 1.0,
    shrink: float = 1.0,
    threads: int | None = None,
    noise_error: float = 1.0,
) -> tuple[Merged, list[FrameReport]]:
    """Merges a burst, told its noise model times noise_error."""
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    noise = MosaicNoise((burst.shot * noise_error,) * 4, (burst.read * noise_error,) * 4)
    with Merger(
        burst.frames[0], layout, noise, robustness=robustness, shrink=shrink, threads=threads
    ) as merger:
        reports = [
            merger.add(frame, exposure=exposure)
            for frame, exposure in zip(burst.frames[1:], burst.exposures[1:], strict=True)
        ]
        return merger.finish(), reports


def single(burst: TestBurst) -> Image:
    """The reference, 0 black to 1 clipped."""
    return (burst.frames[0].astype(np.float64) - BLACK) / (WHITE - BLACK)


def normalised(merged: Merged) -> Image:
    """A merged mosaic, 0 black to 1 clipped."""
    black = merged.format.black[0]
    return np.minimum((merged.mosaic - black) / (merged.format.white - black), 1.0)


def root(image: Image) -> Image:
    """The square-root domain, nearer to how errors look than linear light."""
    return np.sqrt(np.clip(image, 0, None))


@dataclass(frozen=True, slots=True)
class Gains:
    """PSNR gains over the single frame, decibel: the whole, and the worst 64-pixel tile."""

    linear: float
    worst: float
    root: float
    root_worst: float


def gains(burst: TestBurst, merged: Merged) -> Gains:
    """Compares merged and the reference with the truth, in linear light and its square root."""
    alone, together, truth = single(burst), normalised(merged), burst.truth
    return Gains(
        psnr(together, truth) - psnr(alone, truth),
        worst_tile(together, alone, truth),
        psnr(root(together), root(truth)) - psnr(root(alone), root(truth)),
        worst_tile(root(together), root(alone), root(truth)),
    )
