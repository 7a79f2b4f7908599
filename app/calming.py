"""What mends a merge of a wide range: its dark, the rims of its lights, the dark beside them."""

from collections.abc import Mapping
from dataclasses import replace

from app.dark_sides import calm_dark_sides
from app.longest import Longest, take_longest
from app.progress import Progress, part_of
from app.rims import calm_rims
from native import Merged, Mosaic, MosaicNoise


def calm_steps(
    merged: Merged,
    first: Mosaic,
    noise: MosaicNoise,
    light: Mapping[float, float],
    longest: Longest | None,
    *,
    progress: Progress,
    threads: int | None = None,
) -> None:
    """Mends what steps leave, in place.

    Args:
        merged: of all frames, in the place of the first.
        first: the shortest frame, in merged's scale.
        noise: of the first.
        light: what the frames merged collected, in the first's, by their exposure over its.
        longest: the frames that the dark is taken from; None where none are long enough.
        progress: called with the fraction done; what it raises ends the work.
        threads: for the C core; None uses all.
    """
    begun = 0.0
    if longest is not None:
        begun = 0.5
        take_longest(
            merged, longest, noise, progress=part_of(progress, 0.0, begun), threads=threads
        )
    rims = part_of(progress, begun, 0.8)
    calm_rims(merged.mosaic, first, merged.format, noise, light, progress=rims)
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
