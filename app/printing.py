"""A negative to a JPEG: once with the shot, later in another look, or again after a crash."""

from functools import partial

import numpy as np
import numpy.typing as npt

import native
from app.developing import develop_negative, render_picture
from app.pictures.credentials import JPEG, Parent
from app.pictures.hdr_gain_map import make_gain_map
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative
from app.stages import Stages
from app.workshop import Workshop
from styles import Frame


def print_negative(
    negative: Negative,
    look: native.Look,
    workshop: Workshop,
    stages: Stages,
    *,
    frame: Frame | None = None,
    parent: Parent | None = None,
) -> tuple[npt.NDArray[np.uint8], bytes]:
    """Develops a negative in a look.

    Args:
        negative: stays as it is; its story goes into the file.
        look: of the picture.
        workshop: how it is made.
        stages: told of progress and time.
        frame: round the picture.
        parent: the file it is made of, for content credentials.

    Returns:
        The picture's pixels, (height, width, 3) uint8 Display P3, and its JPEG file.
    """
    threads = workshop.threads
    linear = develop_negative(negative, stages, threads=threads)
    picture = render_picture(
        linear, look, negative, stages, tone_mapping=workshop.tone_mapping, threads=threads
    )
    with stages.timed("encode"):
        gain = make_gain_map(linear) if workshop.hdr else None
        del linear
        jpeg = encode_jpeg(
            picture,
            negative.info,
            workshop.quality,
            orientation=negative.orientation,
            frame=frame,
            gain=gain,
            seal=partial(workshop.sign, kind=JPEG, info=negative.info, parent=parent),
        )
    return picture, jpeg
