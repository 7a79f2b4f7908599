"""A negative to a picture: development and look."""

import zlib
from dataclasses import replace

import numpy as np
import numpy.typing as npt

import native
from app.pictures.negative import Negative
from app.stages import Stages
from app.wide_range import WIDE, draw_together
from capture.colour import development_colour

Linear = npt.NDArray[np.float32]

# Merging has judged defects by more than one frame: what still looks like one in texture is detail.
ISOLATION, ISOLATION_MERGED = 0.5, 4.0


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
    gains, matrix = _colour(negative)
    isolation = ISOLATION if negative.info.frames_merged == 1 else ISOLATION_MERGED
    with stages.timed("defects"):
        mosaic = negative.mosaic.copy()
        native.correct_defects(
            mosaic, negative.format, negative.noise, isolation=isolation, threads=threads
        )
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
    if negative.warp is not None:
        with stages.timed("lens") as progress:
            linear = native.rectify(
                linear, negative.warp, matrix, threads=threads, progress=progress
            )
    edge = negative.crop
    return linear[edge : linear.shape[0] - edge, edge : linear.shape[1] - edge]


def render_picture(
    linear: Linear,
    look: native.Look,
    negative: Negative,
    stages: Stages,
    *,
    ev: float = 0.0,
    tone_mapping: float = 1.0,
    threads: int | None = None,
) -> npt.NDArray[np.uint8]:
    """A developed negative in a look.

    Args:
        linear: (height, width, 3) float32, linear Rec.2020, of the whole picture.
        look: the compiled look.
        negative: what it was developed from. The grain's seed comes from it: the same shot has
            the same grain each time.
        stages: times and progress.
        ev: that it was developed with.
        tone_mapping: local tone mapping, times the look's own; 0 none.
        threads: OpenMP threads; all by default.

    Returns:
        (height, width, 3) uint8, Display P3.
    """
    seed = grain_seed(negative)
    noise = dark_noise(negative, ev)
    if negative.info.mode in WIDE:
        hand = negative.info.by_hand
        dial = hand.compensation if hand else 0.0
        linear, noise = draw_together(linear, look, noise, tone_mapping, dial=dial, threads=threads)
    look = tone_mapped(look, tone_mapping)
    with stages.timed("style") as progress:
        return native.render(
            linear, look, seed=seed, noise=noise, threads=threads, progress=progress
        )


def tone_mapped(look: native.Look, strength: float) -> native.Look:
    """A look with its local tone mapping times a strength, 0 none."""
    return replace(look, tone_mapping=min(1.0, look.tone_mapping * strength))


def dark_noise(negative: Negative, ev: float) -> float:
    """Standard deviation of luminance noise in black, as developed with an EV, 0..1.

    Denoising leaves red, green and blue the same noise, that of a quarter of red and blue and half
    of green, white-balanced, of whose variance it takes a quarter (native/README.md, Inverse). The
    shading counts by its mean.
    """
    gains, _ = _colour(negative)
    sites, colours = np.array(negative.noise.read), np.array(negative.format.colours)
    if negative.format.is_mono:
        variance = float(sites.mean())
    else:
        read = np.array([sites[colours == colour].mean() for colour in range(3)])
        shares = np.array((1.0, 4.0, 1.0)) / 16.0
        variance = float(0.77 * np.sum(shares * np.square(gains) * read))
    if negative.shading is not None:
        variance *= float(np.mean(np.square(negative.shading)))
    return float(min(1.0, np.sqrt(variance) * 2.0 ** (negative.push + ev)))


def _colour(negative: Negative) -> tuple[tuple[float, float, float], npt.NDArray[np.float64]]:
    """White-balance gains, and white-balanced camera RGB to linear Rec.2020."""
    if negative.calibrations:
        return development_colour(negative.calibrations, negative.neutral)
    return (1.0, 1.0, 1.0), np.eye(3)


def grain_seed(negative: Negative) -> int:
    """The grain's seed, from the negative: the same shot has the same grain each time."""
    return zlib.crc32(negative.mosaic[::64].tobytes())
