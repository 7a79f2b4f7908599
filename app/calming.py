"""What mends a merge of a wide range: its dark, the rims of its lights, the dark beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.dark_sides import calm_dark_sides
from app.longest import take_longest
from app.progress import Progress, part_of
from app.rims import calm_rims
from native import Merged, MosaicNoise

Mosaic = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest frames of a bracket.

    Attributes:
        frames: (height, width) each, in the merge's scale, and their exposure over the shortest's;
            read as they are asked for.
        count: how many they are; 0 where they are not long enough for the dark to be taken of them.
    """

    frames: Iterator[tuple[Mosaic, float]]
    count: int


def calm_steps(
    merged: Merged,
    first: Mosaic,
    noise: MosaicNoise,
    exposures: Mapping[float, int],
    longest: Longest,
    *,
    progress: Progress,
    threads: int | None = None,
) -> None:
    """Mends what steps leave, in place.

    Args:
        merged: of all frames, in the place of the first.
        first: the shortest frame, in merged's scale.
        noise: of one frame.
        exposures: how many frames were merged by their exposure over the first's.
        longest: the frames that the dark is taken from.
        progress: called with the fraction done; what it raises ends the work.
        threads: for the C core; None uses all.
    """
    if longest.count:
        take_longest(
            merged,
            longest.frames,
            longest.count,
            noise,
            progress=part_of(progress, 0.0, 0.5),
            threads=threads,
        )
    rims = part_of(progress, 0.5, 0.8)
    calm_rims(merged.mosaic, first, merged.format, noise, exposures, progress=rims)
    calm_dark_sides(merged, progress=part_of(progress, 0.8, 1.0), threads=threads)


def calm_equal(
    merged: Merged,
    noise: MosaicNoise,
    *,
    progress: Progress,
    threads: int | None = None,
) -> None:
    """Mends what frames of one exposure leave, in place.

    Args:
        merged: of all frames. What its noise model tells is the mean of a picture that has been
            shrunk; beside a light, where it has not been, their mean's noise is left.
        noise: of one frame.
        progress: called with the fraction done; what it raises ends the work.
        threads: for the C core; None uses all.
    """
    left = noise.of_mean(max(round(merged.frames), 1))
    calm_dark_sides(replace(merged, noise=left), progress=progress, threads=threads)
