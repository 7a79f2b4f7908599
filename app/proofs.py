"""A negative developed once, small, to be looked at in any look."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

import native
from app.developing import dark_noise, develop_negative, grain_seed
from app.pictures.half import halved
from app.pictures.negative import Negative
from app.pictures.upright import upright
from app.progress import Progress
from app.stages import Stages

Linear = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A small linear picture.

    Attributes:
        linear: (height, width, 3) float32, linear Rec.2020, not turned yet.
        orientation: EXIF's, 1..8.
        seed: of the shot's grain.
        noise: standard deviation of luminance noise in black.
    """

    linear: Linear
    orientation: int
    seed: int
    noise: float

    def printed(
        self,
        look: native.Look,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> npt.NDArray[np.uint8]:
        """The picture in a look: (height, width, 3) uint8, Display P3, upright.

        Args:
            look: compiled.
            threads: for the C core; all by default.
            progress: called with the fraction done; what it raises ends the call.
        """
        picture = native.render(
            self.linear,
            look,
            seed=self.seed,
            noise=self.noise,
            threads=threads,
            progress=progress,
        )
        return upright(picture, self.orientation)


def make_proof(
    negative: Negative,
    size: tuple[int, int],
    stages: Stages,
    *,
    ev: float = 0.0,
    threads: int | None = None,
) -> Proof:
    """Develops a negative no larger than needed.

    Args:
        negative: stays as it is.
        size: width and height of the picture before it is turned, pixels, at most.
        stages: told of progress and time.
        ev: exposure compensation on top of the negative's own push.
        threads: for the C core; all by default.
    """
    seed, noise = grain_seed(negative), dark_noise(negative, ev)
    with stages.timed("develop"):
        while min(negative.mosaic.shape) >= 64 and max(negative.mosaic.shape) >= 2.2 * max(size):
            negative = halved(negative, threads)
    linear = develop_negative(negative, stages, ev=ev, threads=threads)
    height, width = linear.shape[:2]
    small = _reduced(linear, min(size[0], width), min(size[1], height))
    return Proof(small, negative.orientation, seed, noise)


def _reduced(linear: Linear, width: int, height: int) -> Linear:
    """A linear picture at a smaller size; the filter is positive, so that lights get no rims."""
    planes = (Image.fromarray(np.ascontiguousarray(linear[..., c]), "F") for c in range(3))
    small = (plane.resize((width, height), Image.Resampling.HAMMING) for plane in planes)
    return np.stack([np.asarray(plane) for plane in small], -1)
