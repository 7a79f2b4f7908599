"""A negative to files: with the shot, later in another look, by hand, or again after a crash."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

import native
from app.developing import develop_negative, render_picture
from app.pictures.credentials import DNG, JPEG, TIFF, Parent
from app.pictures.dng import encode_dng
from app.pictures.hdr_gain_map import make_gain_map
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative
from app.pictures.tiff import encode_linear_tiff, encode_tiff
from app.stages import Stages
from app.workshop import Workshop
from styles import Frame

Linear = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]


def render_negative(
    negative: Negative,
    look: native.Look,
    workshop: Workshop,
    stages: Stages,
    *,
    ev: float = 0.0,
) -> tuple[Linear, Picture]:
    """Develops a negative in a look.

    Args:
        negative: stays as it is.
        look: of the picture.
        workshop: how it is made.
        stages: told of progress and time.
        ev: exposure correction.

    Returns:
        The light, (height, width, 3) float32 linear Rec.2020, and the picture's pixels,
        (height, width, 3) uint8 Display P3, both in the mosaic's own orientation.
    """
    threads = workshop.threads
    linear = develop_negative(negative, stages, ev=ev, threads=threads)
    picture = render_picture(
        linear,
        look,
        negative,
        stages,
        ev=ev,
        tone_mapping=workshop.tone_mapping,
        threads=threads,
    )
    return linear, picture


def print_negative(
    negative: Negative,
    look: native.Look,
    workshop: Workshop,
    stages: Stages,
    *,
    ev: float = 0.0,
    frame: Frame | None = None,
    parent: Parent | None = None,
) -> tuple[Picture, bytes]:
    """A JPEG of a negative, signed if so set up.

    Args:
        negative, look, workshop, stages, ev: as render_negative() has them; the negative's story
            goes into the file.
        frame: round the picture.
        parent: the file it is made of, for content credentials.

    Returns:
        The picture's pixels, as render_negative() gives them, and its JPEG file.
    """
    linear, picture = render_negative(negative, look, workshop, stages, ev=ev)
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
            seal=partial(workshop.sign, kind=JPEG, info=negative.info, parents=_all(parent)),
        )
    return picture, jpeg


def print_tiff(
    negative: Negative,
    look: native.Look | None,
    workshop: Workshop,
    stages: Stages,
    *,
    ev: float = 0.0,
    parent: Parent | None = None,
) -> bytes:
    """A TIFF of a negative, signed if so set up: 8 bit in a look, 16 bit linear without one.

    Args:
        negative, workshop, stages, ev, parent: as print_negative() has them.
        look: of the picture; None for the light as it was developed.
    """
    info, turn = negative.info, negative.orientation
    if look is None:
        linear = develop_negative(negative, stages, ev=ev, threads=workshop.threads)
    else:
        _, picture = render_negative(negative, look, workshop, stages, ev=ev)
    with stages.timed("encode"):
        if look is None:
            coded = encode_linear_tiff(linear, info, orientation=turn)
        else:
            coded = encode_tiff(picture, info, orientation=turn)
        return workshop.sign(coded, kind=TIFF, info=info, parents=_all(parent))


def code_negative(
    negative: Negative,
    preview: Picture,
    workshop: Workshop,
    stages: Stages,
    *,
    parents: Sequence[Parent] = (),
) -> bytes:
    """A negative's DNG with the workshop's looks inside, signed if so set up.

    Args:
        negative: to be stored.
        preview: its picture.
        workshop: how it is made.
        stages: told of the time.
        parents: the files it is merged from, the reference first; none for a camera's own shot.
    """
    with stages.timed("encode"):
        coded = encode_dng(negative, preview, workshop.looks, threads=workshop.threads)
        return workshop.sign(coded, kind=DNG, info=negative.info, parents=parents)


def _all(parent: Parent | None) -> tuple[Parent, ...]:
    return () if parent is None else (parent,)
