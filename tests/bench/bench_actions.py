"""The longest frame of each thing a person does: python -m tests.bench.bench_actions [TIMES].

Processor time of the thread that draws, alone: of the frame in which it is done, and of those that
follow until nothing is left of it. At 800 x 480, drawn whole, with the simulated sensor, pictures
made by the whole pipeline and 3000 more in the library; the median of TIMES rounds (5), the first
round and the longest. On llvmpipe a part of drawing is that thread's as well.
"""

import gc
import logging
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from app.cameras import Cameras
from app.clock import local_time
from app.looks import look_named
from app.modes import plan_wish
from app.pipeline import SavedPicture, make_picture
from app.preferences import Preferences
from app.session import Session
from app.shot_queue import Shot
from app.stages import Listener, Stages
from app.store import Store
from capture.simulated import SimulatedSource
from styles import available
from tests.bench.a_day import Act, Day
from tests.many_pictures import fill
from tests.shooting import workshop_for
from tests.soak import display, opened
from tests.within_frames import Finger

PICTURES = 3000
SIZE = (1520, 2028)  # of them
SENSOR, PREVIEW = (1014, 760), (640, 480)
QUIET = 0.35  # seconds without anything that follows
MOST = 30.0  # seconds until nothing does
PAUSE = 0.004  # between frames, seconds
LONG = 0.016


@dataclass
class Frames:
    """What the frames of an act took.

    Attributes:
        longest: processor time of each round's longest frame, seconds.
        told: of that frame: its collections' time, pages that were not there.
    """

    longest: list[float] = field(default_factory=list)
    told: list[tuple[float, int]] = field(default_factory=list)


class Collections:
    """Counts the time that Python's collector takes, in a thread's own time."""

    def __init__(self) -> None:
        self.spent, self._begun = 0.0, 0.0
        gc.callbacks.append(self._hear)

    def _hear(self, phase: str, _: object) -> None:
        if phase == "start":
            self._begun = time.thread_time()
        else:
            self.spent += time.thread_time() - self._begun


class Person:
    """Does one thing after the other with an app, and looks at each frame.

    Args:
        app: the window's root.
        session: its camera.
    """

    def __init__(self, app: Any, session: Any) -> None:  # noqa: ANN401 - Kivy is untyped
        self.app, self.session = app, session
        self.seen: dict[str, Frames] = {}
        self._collections, self._finger = Collections(), Finger()
        self._finger.lay()

    def does(self, name: str, *acts: Act) -> None:
        """One act a frame, and all that follows of them."""
        longest, told = 0.0, (0.0, 0)
        waiting, end, rest = list(acts), time.monotonic() + MOST, 0.0
        while waiting or rest < QUIET:
            collected, faults = self._collections.spent, minor()
            begun = time.monotonic()
            spent = self._finger.frame(waiting.pop(0) if waiting else None)
            if spent > longest:
                longest = spent
                told = self._collections.spent - collected, minor() - faults
            time.sleep(PAUSE)
            busy = self.busy and time.monotonic() < end
            rest = 0.0 if waiting or busy else rest + time.monotonic() - begun
        frames = self.seen.setdefault(name, Frames())
        frames.longest.append(longest)
        frames.told.append(told)

    @property
    def busy(self) -> bool:
        """Whether something follows still."""
        from app.ui.theme import fitting  # noqa: PLC0415 - Kivy acts on import

        app, status = self.app, self.session.status
        pending = app.renewal.pending or app.dismantling.pending or fitting.waiting
        return bool(pending or status.queued or not status.can_shoot)


def minor() -> int:
    """Pages that were given to this thread."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt


def main(times: int) -> None:
    """Measures and prints."""
    logging.disable(logging.CRITICAL)
    with display(), tempfile.TemporaryDirectory(prefix="baryta-actions-") as name:
        folder = Path(name)
        rng = np.random.default_rng(1)
        small = rng.integers(0, 255, (SIZE[0] // 8, SIZE[1] // 8, 3), np.uint8)
        fill(Store.library(folder / "card"), PICTURES, small.repeat(8, 0).repeat(8, 1))
        Preferences(welcomed=True, histogram=True).save(folder / "screen.json")
        session = session_of(folder / "card")
        start = time.thread_time()
        app = opened(folder, session)
        sys.stdout.write(
            f"first run, made before the first frame {time.thread_time() - start:.3f} s\n"
        )
        gc.collect()
        gc.freeze()  # as the app does
        session.start()
        person = Person(app, session)
        person.does("start", *[lambda: None] * 100)
        for _ in range(times):
            for act, calls in Day(app).steps():
                person.does(act, *calls)
        report(person.seen)
        app.close()
        session.stop(60.0)


def session_of(card: Path) -> Session:
    """A camera with a preview as large as a real one's, all looks, and short work on pictures."""
    workshop, none = workshop_for(card), card / "none"

    def process(shot: Shot, report: Listener) -> SavedPicture:
        look = look_named(shot.style, none)
        taken = shot.taken or local_time()
        return make_picture(shot.burst, look, workshop, Stages(report), taken=taken)

    def camera() -> SimulatedSource:
        return SimulatedSource("still-life", size=SENSOR, preview_size=PREVIEW, threads=1)

    return Session(Cameras.one(camera), plan_wish, process, tuple(available()))


def report(seen: dict[str, Frames]) -> None:
    """Prints a table, ms; * where the median is over 16."""
    write = sys.stdout.write
    write(f"{'':24}median  first   most   collected and pages of the longest\n")
    for name, frames in seen.items():
        half, most = median(frames.longest), max(frames.longest)
        collected, pages = frames.told[frames.longest.index(most)]
        write(
            f"{name:24}{1e3 * half:6.1f} {1e3 * frames.longest[0]:6.1f} {1e3 * most:6.1f}"
            f" {'*' if half > LONG else ' '} {1e3 * collected:6.1f} {pages}\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
