"""How long the thread that draws is kept from its next frame: python -m tests.bench.bench_frames.

Its own processor time, frame by frame, in three parts: pages are made in advance beside the first
pictures, somebody browses the library while a burst is in work, and the viewfinder is at rest. At
800 x 480 with the simulated sensor. On llvmpipe a part of drawing is that thread's as well.
"""

import gc
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from app.preferences import Preferences
from tests.shooting import session_for
from tests.soak import browsing, display, frame, opened

SHOTS = 4
WAIT = 60.0
REST = 5.0  # seconds
PAUSE = 0.01  # between frames, seconds


def main() -> None:
    """Measures and prints."""
    logging.disable(logging.CRITICAL)
    with display(), tempfile.TemporaryDirectory(prefix="baryta-frames-") as name:
        folder = Path(name)
        Preferences(welcomed=True, histogram=True).save(folder / "screen.json")
        session = session_for(folder / "card", lambda _: None)
        app = opened(folder, session)
        gc.collect()
        gc.freeze()  # as the app does
        session.start()
        finder = app.screen.ids.viewfinder
        told("first picture", frames(lambda: finder.texture is not None))
        told("pages made in advance", frames(lambda: app.screen.pages.ready))
        for _ in range(SHOTS):
            frames(lambda: session.status.can_shoot)
            session.shoot()
        told("browsing, bursts in work", frames(lambda: False, list(browsing(app))))
        end = time.monotonic() + REST
        told("viewfinder", frames(lambda: time.monotonic() > end))
        app.close()
        session.stop(WAIT)


def frames(done: Callable[[], bool], acts: list[Any] | None = None) -> list[float]:
    """Draws until done, or until the acts are through, one each five frames; seconds of each."""
    spent: list[float] = []
    while not done() and (acts is None or acts):
        start = time.thread_time()
        if acts and len(spent) % 5 == 0:
            acts.pop(0)()
        frame()
        spent.append(time.thread_time() - start)
        time.sleep(PAUSE)
    return spent


def told(name: str, spent: list[float]) -> None:
    """Prints how a part's frames are spread."""
    half, most = 1e3 * np.percentile(spent, [50, 95])
    longest = " ".join(f"{1e3 * one:.0f}" for one in sorted(spent)[:-6:-1])
    sys.stdout.write(
        f"{name:26} {len(spent):4} frames, half in {half:.1f} ms, 95 % in {most:.1f}, "
        f"over 16 ms: {sum(one > 0.016 for one in spent)}; longest {longest}\n"
    )


if __name__ == "__main__":
    main()
