"""Burst -> merge -> develop -> style -> files: the whole flow."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

import native
from app.developing import develop_negative, render_picture
from app.merging import Exposure, merge_burst
from app.pictures.dng import encode_dng
from app.pictures.hdr_gain_map import make_gain_map
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative
from app.shot_queue import Shot
from app.spool import MEGABYTE, Spool
from app.stages import Stages
from app.store import Store
from app.store.spool import Entry
from capture.frames import Burst
from styles import Frame, Style


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where and how pictures are made.

    Attributes:
        store: where they go.
        quality: of the JPEG.
        threads: for the C core; None uses all.
        keep_burst: whether every raw frame is kept as a DNG of its own.
        tone_mapping: local tone mapping, times the look's own.
        looks: that the DNG takes along for other programs; frames that are kept go without.
        hdr: whether the JPEG has a gain map for HDR displays.
        burst_quota: bytes that kept bursts may take.
    """

    store: Store
    quality: int = 95
    threads: int | None = None
    keep_burst: bool = False
    tone_mapping: float = 1.0
    looks: tuple[Style, ...] = ()
    hdr: bool = True
    burst_quota: int = 8_000 * MEGABYTE


@dataclass(frozen=True, slots=True)
class SavedPicture:
    """A picture on disk and its story.

    Attributes:
        paths: the JPEG, the DNG, and the folder of the raw frames if they were to be kept.
        style: the look's name.
        exposures: seconds and gain of each frame.
        frames_used: how many were merged.
        left_out: indices of the frames that did not fit the others.
        reference: index of the frame that the others were aligned to.
        frames_kept: False if the raw frames were to be kept, but the quota was used up.
    """

    paths: tuple[Path, ...]
    style: str
    exposures: tuple[Exposure, ...]
    frames_used: int
    left_out: tuple[int, ...]
    reference: int
    frames_kept: bool = True


def make_picture(
    burst: Burst,
    look: native.Look,
    workshop: Workshop,
    stages: Stages,
    *,
    taken: datetime,
    frame: Frame | None = None,
    entry: Entry | None = None,
    time_source: str = "unknown",
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
        entry: where the burst lies on the disk, if it does; removed once the picture is saved.

    Raises:
        PictureError, StoreError, NativeError, MemoryError: with one clear line; nothing
            half-written remains. What the stages' listener raises passes through likewise.
    """
    kept_all = True
    if workshop.keep_burst and entry is None:
        with stages.timed("write"):
            spool = Spool(workshop.store, quota=workshop.burst_quota, threads=workshop.threads)
            if kept_all := spool.can_keep(burst):
                shot = Shot(0, look.name, taken, burst, time_source=time_source)
                entry = spool.put(shot, keep=True).entry

    merged = merge_burst(burst, stages, threads=workshop.threads)
    info = replace(merged.negative.info, taken=taken, time_source=time_source, style=look.name)
    negative = replace(merged.negative, info=info)
    picture, jpeg = print_negative(negative, look, workshop, stages, frame=frame)
    with stages.timed("encode"):
        dng = encode_dng(negative, picture, workshop.looks)
    with stages.timed("write"):
        number = entry.number if entry else None
        frames = entry.burst if entry and entry.story.keep else None
        paths = workshop.store.save(jpeg, dng, number=number, burst=frames)
        if entry is not None:
            entry.remove()
    return SavedPicture(
        paths,
        look.name,
        merged.exposures,
        merged.used,
        merged.left_out,
        merged.reference,
        frames_kept=kept_all,
    )


def print_negative(
    negative: Negative,
    look: native.Look,
    workshop: Workshop,
    stages: Stages,
    *,
    frame: Frame | None = None,
) -> tuple[npt.NDArray[np.uint8], bytes]:
    """Develops a negative in a look: the picture's pixels and its JPEG file."""
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
        )
    return picture, jpeg
