"""A shot's negative in another look."""

from dataclasses import replace
from pathlib import Path

import native
from app.pictures.credentials import Parent
from app.pictures.read_dng import read_dng
from app.pipeline import SavedPicture
from app.printing import print_negative
from app.stages import Stages
from app.workshop import Workshop
from styles import Frame


def restyle_picture(
    source: Path,
    look: native.Look,
    workshop: Workshop,
    stages: Stages,
    *,
    frame: Frame | None = None,
) -> SavedPicture:
    """A negative becomes one more JPEG, in another look, under a number of its own.

    Args:
        source: the DNG, which stays as it is.
        look: of the picture.
        workshop: where and how.
        stages: told of progress and time.
        frame: round the picture.

    Raises:
        PictureError, StoreError, NativeError, MemoryError: with one clear line; nothing
            half-written remains.
    """
    with stages.timed("read"):
        negative = read_dng(source)
    info = replace(negative.info, style=look.name, negative=source.name)
    negative = replace(negative, info=info)
    parent = Parent(source)
    _, jpeg = print_negative(negative, look, workshop, stages, frame=frame, parent=parent)
    with stages.timed("write"):
        paths = workshop.store.save(jpeg, None)
    exposure = (info.exposure_time, None if info.iso is None else info.iso / 100)
    return SavedPicture(paths, look.name, (exposure,), info.frames_merged, (), 0)
