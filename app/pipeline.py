"""Burst -> merge -> develop -> style -> files: the whole flow."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import native
from app.merging import Exposure, merge_burst
from app.pictures.errors import StoreError
from app.pictures.negative import Negative
from app.pictures.sidecars import encode_sidecars
from app.printing import code_negative, print_negative
from app.shot_queue import Shot
from app.spool import Spool, as_taken
from app.stages import Stages
from app.store.spool import Entry
from app.workshop import Workshop
from capture.frames import Burst
from styles import Frame


@dataclass(frozen=True, slots=True)
class SavedPicture:
    """A picture on disk and its story.

    Attributes:
        paths: the JPEG, the DNG, its sidecars, and the folder of the raw frames, if so wanted.
        style: the look's name.
        exposures: seconds and gain of each frame.
        frames_used: how many were merged.
        left_out: indices of the frames that did not fit the others.
        reference: index of the frame that the others were aligned to.
        not_kept: why the raw frames were not kept, though they were to be; empty otherwise.
    """

    paths: tuple[Path, ...]
    style: str
    exposures: tuple[Exposure, ...]
    frames_used: int
    left_out: tuple[int, ...]
    reference: int
    not_kept: str = ""


def make_picture(
    burst: Burst,
    look: native.Look,
    workshop: Workshop,
    stages: Stages,
    *,
    taken: datetime,
    time_source: str = "unknown",
    frame: Frame | None = None,
    entry: Entry | None = None,
) -> SavedPicture:
    """The whole flow: a burst becomes a JPEG, framed if so wanted, and a DNG in the store.

    Frames that are to be kept are on the disk before the work on them begins: whatever comes
    between, the picture can still be made of them.

    Args:
        burst: the frames.
        look: of the picture.
        workshop: where and how.
        stages: told of progress and time.
        taken: the press.
        time_source: where that time came from.
        frame: round the picture.
        entry: where the burst lies on the disk, if it does: lens and place are what its frames
            tell; removed once the picture is saved.

    Raises:
        PictureError, StoreError, NativeError, MemoryError: with one clear line; nothing
            half-written remains. What the stages' listener raises passes through likewise.
    """
    waited, not_kept = entry, ""
    if workshop.keep_burst and entry is None:
        with stages.timed("write"):
            try:
                shot = Shot(0, look.name, taken, burst, time_source=time_source)
                entry = Spool(workshop).keep(shot).entry
            except StoreError as error:
                not_kept = str(error)

    merged = merge_burst(burst, stages, threads=workshop.threads)
    here = workshop if waited is None else workshop.elsewhere()
    negative = here.describe(
        merged.negative, burst.profile, taken=taken, time_source=time_source, style=look.name
    )
    if waited is not None:
        negative = as_taken(negative, waited)
    picture, jpeg = print_negative(negative, look, workshop, stages, frame=frame)
    dng = code_negative(negative, picture, workshop, stages)
    with stages.timed("write"):
        paths = workshop.store.save(
            jpeg,
            dng,
            number=entry.number if entry else None,
            burst=entry.burst if entry and (entry.story.keep or workshop.keep_burst) else None,
            sidecars=partial(_sidecars, negative=negative, workshop=workshop),
        )
        if entry is not None:
            entry.remove()
    return SavedPicture(
        paths,
        look.name,
        merged.exposures,
        merged.used,
        merged.left_out,
        merged.reference,
        not_kept,
    )


def _sidecars(name: str, negative: Negative, workshop: Workshop) -> dict[str, bytes]:
    style = next((look for look in workshop.looks if look.name == negative.info.style), None)
    if style is None or not workshop.sidecars:
        return {}
    return encode_sidecars(f"{name}.DNG", name, negative, style)
