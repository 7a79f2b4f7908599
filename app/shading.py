"""The shading of the lens that is on the camera, from a burst of a white surface."""

from pathlib import Path

from app.lenses import Flat, Lens, measure_flat, save_flat
from app.merging import merge_burst
from app.stages import Stages
from capture.frames import Burst


def measure_shading(
    burst: Burst, lens: Lens, folder: Path, stages: Stages, *, threads: int | None = None
) -> tuple[Path, Flat]:
    """Measures and keeps a lens's profile on the burst's sensor.

    Args:
        burst: as app.modes.WHITE plans it.
        lens: it was taken through.
        folder: of the lens book.
        stages: told of progress and time.
        threads: for the C core; None uses all.

    Raises:
        LensError: for a surface that is no even white one.
        PictureError: if the profile cannot be saved.
        NativeError, MemoryError: as merge_burst().
    """
    negative = merge_burst(burst, stages, threads=threads).negative
    flat = measure_flat(negative.mosaic, negative.format)
    return save_flat(folder, lens, burst.profile.name, flat), flat
