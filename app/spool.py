"""Bursts on the card, and back: when memory is short, when there is no time, after a crash."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from app.negatives import burst_negatives
from app.pictures.dng import encode_dng
from app.pictures.errors import PictureError, StoreError
from app.pictures.negative import Negative
from app.pictures.raw_tags import check_pixels, read_tags
from app.pictures.read_info import read_info
from app.pictures.shot_info import read_shot_info
from app.pictures.tags import Tag
from app.pictures.tiff_reader import TiffError
from app.pictures.warp_opcode import read_warp
from app.replaying import read_frame
from app.shot_queue import Shot
from app.store.spool import Entry, kept_bytes, spooled_bytes, waiting, write_entry
from app.store.story import BurstStory
from app.workshop import MEGABYTE, Workshop
from capture.frames import Burst
from capture.replay import replayed_burst
from capture.source import CameraError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spool:
    """The bursts of a store that are not pictures yet.

    Attributes:
        workshop: of the pictures: its store, and the limits of bursts on disk.
    """

    workshop: Workshop

    def put(self, shot: Shot, *, keep: bool = False) -> Shot:
        """The same shot, its burst on the disk and read from there.

        Args:
            shot: its burst in memory.
            keep: whether the frames are to be kept beside the picture.

        Raises:
            StoreError: if the limit is reached or the disk refuses; nothing is left behind.
        """
        size = raw_bytes(shot.burst)
        store = self.workshop.store
        used = spooled_bytes(store)
        if used + size > self.workshop.spool_limit:
            raise StoreError(
                f"{store.names.spool}: {used // MEGABYTE} MB of bursts wait there already; "
                "let them be developed, or raise spool_limit in the settings"
            )
        story = BurstStory(
            shot.style, shot.taken.isoformat(), shot.burst.reference, keep, shot.time_source
        )
        threads = self.workshop.threads
        negatives = burst_negatives(shot.burst, threads=threads)
        frames = (
            encode_dng(self._described(negative, shot), threads=threads) for negative in negatives
        )
        entry = write_entry(store, store.take_number(), story, frames)
        return replace(shot, burst=_burst(entry, list(enumerate(entry.frames))), entry=entry)

    def keep(self, shot: Shot) -> Shot:
        """Puts a burst on the disk that is to stay beside its picture.

        Raises:
            StoreError: as put(), or if kept bursts take all of the quota.
        """
        store, quota = self.workshop.store, self.workshop.burst_quota
        kept, size = kept_bytes(store), raw_bytes(shot.burst)
        if kept + size > quota:
            raise StoreError(
                f"this burst may take {size / MEGABYTE:.0f} MB, and kept ones take "
                f"{kept / MEGABYTE:.0f} of burst_quota, {quota / MEGABYTE:.0f} MB; raise it in the "
                "settings" + ", or delete old ones and empty the trash" * bool(kept)
            )
        return self.put(shot, keep=True)

    def waiting(self) -> Iterator[Shot]:
        """The bursts that wait, oldest first; those that cannot be read are told and left there."""
        for entry in waiting(self.workshop.store):
            try:
                whole = [frame for frame in enumerate(entry.frames) if _is_whole(frame[1])]
                burst = _burst(entry, whole)
                taken = _time(entry, whole[0][1])
            except (CameraError, PictureError, OSError) as error:
                log.warning("shot %04d waits in vain: %s", entry.number, error)
                entry.close()
                continue
            story = entry.story
            yield Shot(0, story.style, taken, burst, entry, story.time_source)

    def _described(self, negative: Negative, shot: Shot) -> Negative:
        return self.workshop.describe(
            negative,
            shot.burst.profile,
            taken=shot.taken,
            time_source=shot.time_source,
            style=shot.style,
        )


def as_taken(negative: Negative, entry: Entry) -> Negative:
    """The negative of a burst on the card, told what its frames were told when they went there.

    The lens on the camera, its aperture and the place may be others by now, and the book edited.

    Args:
        negative: merged of the frames; it has their shading.
        entry: of the burst.

    Returns:
        With lens, position and distortion; as it was if no frame tells of them.
    """
    for path in entry.frames:
        with suppress(OSError, TiffError, ValueError), path.open("rb") as stream:
            if (tags := read_tags(stream)) is None or tags.raw is None:
                continue
            told = read_info(tags.first, tags.exif, tags.gps, tags.properties)
            corrections = tags.raw.raw(Tag.OPCODE_LIST_3)
            info = replace(
                negative.info,
                lens=told.lens,
                focal_length=told.focal_length,
                focal_length_35mm=told.focal_length_35mm,
                f_number=told.f_number,
                position=told.position,
            )
            return replace(
                negative, info=info, warp=read_warp(corrections) if corrections else None
            )
    return negative


def raw_bytes(burst: Burst) -> int:
    """What a burst takes in memory, and at most on the disk."""
    profile = burst.profile
    return 2 * profile.width * profile.height * len(burst.frames)


def _burst(entry: Entry, whole: Sequence[tuple[int, Path]]) -> Burst:
    """What can be read of it: a torn frame costs itself, not the picture.

    Args:
        entry: in the spool.
        whole: index and path of its frames that are whole.
    """
    if not whole:
        raise PictureError(f"{entry.burst}: it holds no frames; delete it")
    away = [abs(index - entry.story.reference) for index, _ in whole]
    return replayed_burst([path for _, path in whole], read_frame, away.index(min(away)))


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            tags = read_tags(stream)
            if tags is not None:
                check_pixels(tags)
                return True
    except (OSError, TiffError) as error:
        log.warning("%s is left out: %s", path, error)
    return False


def _time(entry: Entry, first: Path) -> datetime:
    """When it was taken, as far as anything tells."""
    with suppress(ValueError):
        return datetime.fromisoformat(entry.story.taken)
    return read_shot_info(first).taken or datetime.fromtimestamp(first.stat().st_mtime, UTC)
