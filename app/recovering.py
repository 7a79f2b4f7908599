"""Pictures that a crash left unfinished.

What makes pictures is loaded by whoever needs it first, the shelf's thread behind the first frame
or a press before that: the way to the viewfinder is shorter without.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.jobs import Report
from app.lenses import Mount
from app.looks import frame_named, look_named
from app.pictures.errors import PictureError, StoreError
from app.settings import Settings
from app.shot_queue import Shot
from app.stages import Stages
from app.workshop import Workshop
from native import Look, NativeError
from styles import Frame, StyleError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CardShelf:
    """Keeps the session's bursts on the card.

    Attributes:
        workshop: of the session.
        settings: the person's.
        mount: the lens as it changes meanwhile; None where it stays the workshop's.
    """

    workshop: Workshop
    settings: Settings
    mount: Mount | None = None

    def put(self, shot: Shot) -> Shot:
        """The shot, its burst on the card; StoreError if it has no room there."""
        from app.spool import Spool  # noqa: PLC0415 - loaded behind the first frame

        workshop = self.workshop
        if self.mount is not None:
            workshop = replace(workshop, lens=self.mount.at(shot.taken))
        return Spool(workshop).put(shot, keep=workshop.keep_burst)

    def waiting(self, report: Report) -> Iterator[Shot]:
        """Finishes what a crash left, and gives the bursts that wait; report may end it."""
        import app.pipeline  # noqa: F401, PLC0415 - the first press finds it loaded
        from app.spool import Spool  # noqa: PLC0415 - as above

        for number in finish_pictures(self.workshop, self.settings, Stages(report)):
            log.warning("shot %04d: finished after a crash", number)
        yield from Spool(self.workshop).waiting()


def finish_pictures(
    workshop: Workshop, settings: Settings, stages: Stages | None = None
) -> Iterator[int]:
    """Ends what a crash interrupted, and makes anew the JPEGs it took; gives their numbers.

    Raises:
        StoreError: if the store cannot be written.
    """
    from app.pictures.read_dng import read_dng  # noqa: PLC0415 - as above
    from app.printing import print_negative  # noqa: PLC0415 - as above

    store, stages = workshop.store, stages or Stages()
    workshop = workshop.without_credentials()
    recovery = store.prepare()
    yield from recovery.finished
    for number in recovery.undeveloped:
        folder, name = store.names.place(number)
        try:
            negative = read_dng(folder / f"{name}.DNG")
            look, frame = look_or_own(negative.info.style or "", settings)
            _, jpeg = print_negative(negative, look, workshop, stages, frame=frame)
            completed = store.complete(number, jpeg)
        except (MemoryError, PictureError, StoreError, NativeError) as error:
            log.warning("shot %04d has no picture: %s", number, str(error) or "not enough memory")
            continue
        if completed is not None:
            yield number


def look_or_own(name: str, settings: Settings) -> tuple[Look, Frame]:
    """A look and its frame; the person's own where it is not installed any more."""
    try:
        return look_named(name, settings.styles), frame_named(name, settings.styles)
    except StyleError as error:
        log.warning("%s; using %s instead", error, settings.style)
    own = settings.style
    return look_named(own, settings.styles), frame_named(own, settings.styles)
