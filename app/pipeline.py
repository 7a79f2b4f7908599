"""Burst -> merge -> develop -> style -> files: the whole flow."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

import native
from app.developing import develop_negative, render_picture
from app.merging import Exposure, merge_burst
from app.negatives import burst_negatives
from app.pictures.credentials import DNG, JPEG, Parent
from app.pictures.dng import encode_dng
from app.pictures.hdr_gain_map import GainMap, make_gain_map
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng
from app.pictures.sidecars import encode_sidecars
from app.stages import Stages
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
        reference: index of the frame that the others were aligned to.
    """

    paths: tuple[Path, ...]
    style: str
    exposures: tuple[Exposure, ...]
    frames_used: int
    reference: int


def make_picture(
    burst: Burst,
    look: native.Look,
    workshop: Workshop,
    stages: Stages,
    *,
    taken: datetime,
    frame: Frame | None = None,
) -> SavedPicture:
    """The whole flow: a burst becomes a JPEG, framed if so wanted, and a DNG in the store.

    Raises:
        PictureError, StoreError, NativeError, MemoryError: with one clear line; nothing
            half-written remains. What the stages' listener raises passes through likewise.
    """
    threads = workshop.threads
    merged = merge_burst(burst, stages, threads=threads)
    sign = partial(workshop.sign, profile=burst.profile, taken=taken, style=look.name)
    negative = sign(merged.negative)

    linear = develop_negative(negative, stages, threads=threads)
    picture = render_picture(
        linear, look, negative, stages, tone_mapping=workshop.tone_mapping, threads=threads
    )
    with stages.timed("encode"):
        gain = make_gain_map(linear) if workshop.hdr else None
        del linear
        jpeg = _jpeg(picture, negative, workshop, frame, gain)
        coded = encode_dng(negative, picture, workshop.looks)
        dng = workshop.seal(coded, kind=DNG, info=negative.info)
    with stages.timed("write"):
        frames = burst_negatives(burst, threads=threads) if workshop.keep_burst else ()
        paths = workshop.store.save(
            jpeg,
            dng,
            (encode_dng(sign(each), None) for each in frames),
            partial(_sidecars, negative=negative, workshop=workshop),
        )
    return SavedPicture(paths, look.name, merged.exposures, merged.used, merged.reference)


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
        look, workshop, stages, frame: as for make_picture.

    Raises:
        PictureError, StoreError, NativeError, MemoryError: with one clear line; nothing
            half-written remains.
    """
    threads = workshop.threads
    with stages.timed("read"):
        negative = read_dng(source)
    info = replace(negative.info, style=look.name, negative=source.name)
    negative = replace(negative, info=info)
    linear = develop_negative(negative, stages, threads=threads)
    picture = render_picture(
        linear, look, negative, stages, tone_mapping=workshop.tone_mapping, threads=threads
    )
    with stages.timed("encode"):
        gain = make_gain_map(linear) if workshop.hdr else None
        parent = None
        if workshop.credentials is not None:
            parent = Parent(source.name, source.read_bytes())
        jpeg = _jpeg(picture, negative, workshop, frame, gain, parent)
    with stages.timed("write"):
        paths = workshop.store.save(jpeg, None)
    exposure = (info.exposure_time, None if info.iso is None else info.iso / 100)
    return SavedPicture(paths, look.name, (exposure,), info.frames_merged, 0)


def _sidecars(name: str, negative: Negative, workshop: Workshop) -> dict[str, bytes]:
    style = next((look for look in workshop.looks if look.name == negative.info.style), None)
    if style is None or not workshop.sidecars:
        return {}
    return encode_sidecars(f"{name}.DNG", name, negative, style)


def _jpeg(
    picture: npt.NDArray[np.uint8],
    negative: Negative,
    workshop: Workshop,
    frame: Frame | None,
    gain: GainMap | None,
    parent: Parent | None = None,
) -> bytes:
    return encode_jpeg(
        picture,
        negative.info,
        workshop.quality,
        orientation=negative.orientation,
        frame=frame,
        gain=gain,
        seal=partial(workshop.seal, kind=JPEG, info=negative.info, parent=parent),
    )
