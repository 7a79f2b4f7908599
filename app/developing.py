"""A negative to a picture: development and look."""

import zlib

import numpy as np
import numpy.typing as npt

import native
from app.pictures.negative import Negative
from app.stages import Stages
from capture.colour import development_colour

Linear = npt.NDArray[np.float32]


def develop_negative(
    negative: Negative, stages: Stages, *, ev: float = 0.0, threads: int | None = None
) -> Linear:
    """Develops a negative.

    Args:
        negative: stays as it is.
        stages: times and progress.
        ev: exposure compensation on top of the negative's own push.
        threads: OpenMP threads; all by default.

    Returns:
        (height, width, 3) float32, linear Rec.2020, cropped.
    """
    gains, matrix = (1.0, 1.0, 1.0), np.eye(3)
    if negative.calibrations:
        gains, matrix = development_colour(negative.calibrations, negative.neutral)
    with stages.timed("defects"):
        mosaic = negative.mosaic.copy()
        native.correct_defects(mosaic, negative.format, negative.noise, threads=threads)
    development = native.Development(
        format=negative.format,
        noise=negative.noise,
        white_balance=gains,
        matrix=matrix,
        shading=negative.shading,
        exposure=2.0 ** (negative.push + ev),
    )
    with stages.timed("develop") as progress:
        linear = native.develop(mosaic, development, threads=threads, progress=progress)
    edge = negative.crop
    return linear[edge : linear.shape[0] - edge, edge : linear.shape[1] - edge]


def render_picture(
    linear: Linear,
    look: native.Look,
    negative: Negative,
    stages: Stages,
    *,
    threads: int | None = None,
) -> npt.NDArray[np.uint8]:
    """A developed negative in a look: (height, width, 3) uint8, Display P3."""
    seed = grain_seed(negative)
    with stages.timed("style") as progress:
        return native.render(linear, look, seed=seed, threads=threads, progress=progress)


def grain_seed(negative: Negative) -> int:
    """The grain's seed, from the negative: the same shot has the same grain each time."""
    return zlib.crc32(negative.mosaic[::64].tobytes())
