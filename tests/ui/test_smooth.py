"""The thread that draws never works long on anything, whatever lies in the library."""

import gc
import time
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from app.store import Shot

MOST = 0.050  # seconds of the thread's own processor time, for one act or one frame


def step_times(acts: list[Any]) -> list[float]:
    """Does one act a frame; the times of acts and frames, seconds."""
    from kivy.base import EventLoop

    times = []
    for act in acts:
        for step in (act, EventLoop.idle):
            start = time.thread_time()
            step()
            times.append(time.thread_time() - start)
    return times


def test_browsing_thousands_while_pictures_are_made_blocks_nothing(stage: Any) -> None:
    """Scrolling, opening and turning over with 3000 pictures and a burst in work."""
    pixels = np.random.default_rng(1).integers(0, 255, (600, 800, 3), np.uint8)
    for _ in range(4):
        stage.library.workshop.store.save(encode_jpeg(pixels, ShotInfo(style="Neutral")), None)
    screen = stage.open()
    stage.slow = True
    screen.fire()
    stage.until(lambda: stage.session.status.queued == 1)
    real = stage.library.shots()
    many = tuple(replace(real[n % 4], id=f"{n:04d}") for n in range(3000, 0, -1))
    gc.collect()
    gc.freeze()  # as the app does: pytest's own heap is not the app's
    passes = []
    for _ in range(3):
        screen.gallery.open_library()
        page = screen.pages.top
        stage.until(lambda page=page: page.shots)
        passes.append(step_times(browsing(screen, page, many)))
    gc.unfreeze()
    # What the machine does beside it is not ours: of each step the best of three counts.
    best = np.min(passes, axis=0)
    assert (best > MOST).sum() == 0, f"{best.max() * 1e3:.0f} ms"


def browsing(screen: Any, page: Any, many: tuple[Shot, ...]) -> list[Any]:
    """What somebody does who looks for a picture."""
    grid, pages = page.ids.grid, screen.pages
    acts = [lambda: setattr(grid, "shots", many)]
    places = np.linspace(1.0, 0.8, 40).tolist()
    acts += [partial(setattr, grid, "scroll_y", place) for place in places]
    acts.append(lambda: page.dispatch("on_pick", 700))
    acts += [lambda: None] * 10
    acts += [lambda: pages.top.step(1)] * 10
    acts += [pages.clear, screen.drawer.open_tools, lambda: None, pages.clear]
    acts += [screen.drawer.open_settings, lambda: None, pages.clear]
    return acts


def test_a_page_that_was_made_in_advance_opens_in_a_fraction(stage: Any) -> None:
    """Opening the kept page, first frame included, against making one: half at most."""
    from app.ui.compare_page import ComparePage
    from app.ui.library_page import LibraryPage
    from app.ui.restyle_page import RestylePage
    from app.ui.settings_page import SettingsPage
    from app.ui.tools_page import ToolsPage
    from app.ui.viewer import Viewer

    pages = stage.open().pages
    stage.until(lambda: pages.ready)
    stage.frames(3)
    gc.collect()
    gc.freeze()
    shares = {}
    for kind in (ComparePage, LibraryPage, RestylePage, SettingsPage, ToolsPage, Viewer):
        kept, new = [], []
        for _ in range(5):
            kept.append(sum(step_times([partial(open_kept, pages, kind)])))
            pages.clear()
            stage.frames(1)
            new.append(sum(step_times([partial(open_new, pages, kind)])))
            pages.clear()
            stage.frames(1)
        shares[kind.__name__] = round(min(kept) / min(new), 2)
    gc.unfreeze()
    assert max(shares.values()) < 0.5, shares


def open_kept(pages: Any, kind: Any) -> None:
    """Opens the page that was made in advance."""
    pages.open(pages.kept(kind))


def open_new(pages: Any, kind: Any) -> None:
    """Makes a page and opens it."""
    pages.open(pages.make(kind))


def test_the_shutter_is_heard_in_the_frame_of_the_touch(stage: Any) -> None:
    """With a burst in work, the press begins a shot before the touch is through."""
    from kivy.tests.common import UnitTestTouch

    screen = stage.open()
    stage.slow = True
    screen.fire()
    stage.until(lambda: stage.session.status.can_shoot and stage.session.status.queued == 1)
    finger = UnitTestTouch(*screen.ids.shutter.center)
    start = time.thread_time()
    finger.touch_down()
    spent = time.thread_time() - start
    assert stage.session.status.shots == 2
    assert spent < 0.1
    finger.touch_up()
