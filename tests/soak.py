"""The app for a long time: preview, a shot every few seconds, and somebody browsing the library.

    python -m tests.soak SECONDS

Fails on any exception, on a picture that was taken and is not there, and if memory grows by more
than 20 MB after the first fifth of the time: the most that is held in the last quarter of what
follows, against the most in its first quarter, while no picture is in work: one holds 30 MB for a
while. Shots come while others are developed, as long as memory has room; every sixth waits until
all are pictures, so that memory is looked at on a busy machine too.
"""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from app.drive import Drive
from app.lenses import Mount
from app.library import Library
from app.looks import PREVIEW_SIZE, look_named
from app.preferences import Preferences
from app.session import Session
from app.store import list_shots
from app.ui.start import prepare
from tests.shooting import session_for, workshop_for

SHOT_EVERY = 5.0  # seconds
REST_EVERY = 6  # shots: the next one waits until nothing is in work
ACT_EVERY = 0.4
WARM = 0.2  # of the time, before memory is looked at
PARTS = 8  # of the time after that; two of them are a quarter
GROWTH = 20e6  # bytes
WAIT = 60.0
FINISH = 300.0  # seconds for the last pictures


def main(seconds: float) -> int:
    """Runs; 0 if all is well."""
    faults = Faults()
    logging.getLogger().addHandler(faults)
    with display(), tempfile.TemporaryDirectory() as folder:
        held, taken, there = soak(Path(folder), seconds)
    growth = max(held[-2:]) - max(held[:2])
    sys.stdout.write(
        f"{taken} shots, {there} pictures, memory grew by {growth / 1e6:.1f} MB; "
        f"the most held, MB: {', '.join(f'{one / 1e6:.1f}' for one in held)}\n"
    )
    sys.stdout.writelines(f"error: {line}\n" for line in faults.lines)
    return int(bool(faults.lines) or taken == 0 or there < taken or growth > GROWTH)


class Faults(logging.Handler):
    """Collects what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def soak(folder: Path, seconds: float) -> tuple[list[float], int, int]:
    """The most bytes held in each part of the time, shots taken, pictures there at the end."""
    Preferences(welcomed=True, histogram=True, peaking="red").save(folder / "screen.json")
    session = session_for(folder / "card", lambda _: None)
    app = opened(folder, session)
    session.start()
    start = time.monotonic()
    held: list[float] = []
    next_shot, next_act = 0.0, 0.0
    acts = cycle(browsing(app))
    taken = 0
    while (now := time.monotonic() - start) < seconds:
        frame()
        resting = not session.status.queued and session.status.can_shoot
        ready = resting if taken % REST_EVERY == 0 else session.status.can_shoot
        if now >= next_shot and ready:
            next_shot, taken = now + SHOT_EVERY, taken + session.shoot()
        if now >= next_act:
            next_act = now + ACT_EVERY
            next(acts)()
        if now > seconds * WARM and resting:
            held.append(resident())
        time.sleep(0.005)
    while session.status.queued and time.monotonic() - start < seconds + FINISH:
        frame()
        time.sleep(0.005)
    app.close()
    session.stop(WAIT)
    most = [float(part.max()) for part in np.array_split(held, PARTS)]
    return most, taken, len(list_shots(workshop_for(folder / "card").store))


def opened(folder: Path, session: Session) -> Any:  # noqa: ANN401 - Kivy is untyped
    """The app in a window of 800 x 480."""
    prepare()
    from kivy.base import EventLoop  # noqa: PLC0415 - Kivy acts on import
    from kivy.core.window import Window  # noqa: PLC0415

    from app.ui.bridge import Bridge  # noqa: PLC0415
    from app.ui.choices import Choices  # noqa: PLC0415
    from app.ui.looks import LookShelf  # noqa: PLC0415
    from app.ui.main_window import MainWindow  # noqa: PLC0415
    from app.ui.parts import Parts  # noqa: PLC0415
    from app.ui.rules import load_rules  # noqa: PLC0415

    Window.register()
    Window.initialized = True
    EventLoop.status = "started"
    load_rules()
    none = folder / "none"
    library = Library(workshop_for(folder / "card"), lambda name: (look_named(name, none), None))
    bridge = Bridge(session)
    shelf = LookShelf(bridge, lambda name: look_named(name, none, PREVIEW_SIZE))
    choices = Choices(folder / "screen.json")
    root = MainWindow(Parts(Drive(session), Mount(None), bridge, shelf, library, choices))
    Window.add_widget(root)
    return root


def frame() -> None:
    """Draws once."""
    from kivy.base import EventLoop  # noqa: PLC0415 - as above

    EventLoop.idle()


def browsing(app: Any) -> Iterator[Callable[[], object]]:  # noqa: ANN401 - as above
    """What somebody does who looks through the pictures; each is one step."""

    def at(name: str) -> Any:  # noqa: ANN401 - a page
        top = app.screen.pages.top
        return top if type(top).__name__ == name else None

    def scroll(place: float) -> None:
        if page := at("LibraryPage"):
            page.ids.grid.scroll_y = place

    def pick() -> None:
        if (page := at("LibraryPage")) and page.shots:
            page.dispatch("on_pick", 0)

    def viewer(act: Callable[[Any], object]) -> None:
        if page := at("Viewer"):
            act(page)

    yield from (lambda: None for _ in range(8))
    yield app.screen.gallery.open_library
    yield from (lambda place=place: scroll(place) for place in (1.0, 0.6, 0.3, 0.0, 1.0))
    yield pick
    yield from (lambda step=step: viewer(lambda page: page.step(step)) for step in (1, 1, 1, -1))
    yield lambda: viewer(lambda page: page.tell_story())
    yield lambda: viewer(lambda page: page.ids.picture.toggle())
    yield lambda: None
    yield lambda: viewer(lambda page: page.dispatch("on_compare"))
    yield lambda: None
    yield app.screen.pages.clear
    yield app.screen.drawer.open_tools
    yield app.screen.pages.clear
    yield app.screen.drawer.open_settings
    yield app.screen.pages.clear
    yield lambda: app.screen.ids.styles.step(1)


def resident() -> float:
    """Bytes of memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return float(pages * os.sysconf("SC_PAGE_SIZE"))


@contextmanager
def display() -> Iterator[None]:
    """A virtual display, unless there is one."""
    server = shutil.which("Xvfb")
    if os.environ.get("DISPLAY") or server is None:
        yield
        return
    read, write = os.pipe()
    options = ["-displayfd", str(write), "-screen", "0", "1400x1400x24", "-nolisten", "tcp"]
    process = subprocess.Popen([server, *options], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        os.environ["DISPLAY"] = f":{answer.readline().strip()}"
    try:
        yield
    finally:
        process.terminate()
        process.wait(WAIT)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0))
