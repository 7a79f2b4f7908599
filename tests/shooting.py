"""A camera that shoots without a pause and tells of each picture that is saved."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from app.cameras import Cameras
from app.modes import plan_wish
from app.pipeline import SavedPicture, make_picture
from app.recovering import CardShelf, look_or_own
from app.session import Session
from app.settings import Settings
from app.shot_queue import Shot
from app.stages import Listener, Stages
from app.status import SessionStatus
from app.store import Store
from app.workshop import Workshop
from capture.simulated import SimulatedSource

SIZE = (128, 96)
FRAMES = 3
KEEP_EVERY = 4  # of so many pictures, one keeps its raw frames


def settings_for(root: Path) -> Settings:
    """The settings of a card."""
    return Settings(
        style="Neutral",
        threads=1,
        hdr=False,
        pictures=root,
        styles=root / "none",
        state=root / "none",
        spool_limit=50,
    )


def workshop_for(root: Path) -> Workshop:
    """Where and how the pictures of a card are made: on one thread, for forks."""
    return Workshop(Store.library(root), threads=1, hdr=False)


@cache
def camera() -> SimulatedSource:
    """The camera; made once, before any fork."""
    return SimulatedSource("still-life", size=SIZE, threads=1, preview_size=(32, 24))


def session_for(
    root: Path, saved: Callable[[SavedPicture], None], workshop: Workshop | None = None
) -> Session:
    """A whole session on a card; saved is told of each picture when it is reported saved."""
    workshop, settings = workshop or workshop_for(root), settings_for(root)

    def process(shot: Shot, report: Listener) -> SavedPicture:
        look, frame = look_or_own(shot.style, settings)
        keeping = replace(workshop, keep_burst=shot.number % KEEP_EVERY == 0)
        picture = make_picture(
            shot.burst,
            look,
            keeping,
            Stages(report),
            taken=shot.taken,
            time_source=shot.time_source,
            frame=frame,
            entry=shot.entry,
        )
        saved(picture)
        return picture

    return Session(
        Cameras.one(camera),
        partial(plan_wish, frames=FRAMES),
        process,
        ("Neutral",),
        capacity=2,
        shelf=CardShelf(workshop, settings),
    )


def warm_up(root: Path) -> SessionStatus:
    """Takes two pictures, so that everything is loaded before a fork."""
    session = session_for(root, lambda _: None)
    session.start()
    while session.status.shots < 2:
        session.shoot()
        time.sleep(0.001)
    session.stop()
    return session.status


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
