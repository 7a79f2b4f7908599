"""Another screen in place of the one there is, made part by part behind it."""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from typing import Any

from kivy.clock import Clock

from app.ui.ahead import Work, put_off, turn
from app.ui.covering import out_of_sight
from app.ui.failure import FailureScreen
from app.ui.library_page import LibraryPage
from app.ui.pages import Page
from app.ui.screen import BESIDE, CameraScreen
from app.ui.send_page import SendPage
from app.ui.settings_page import SettingsPage
from app.ui.tools_page import ToolsPage
from app.ui.trash_page import TrashPage
from app.ui.turns import hurry
from app.ui.welcome_page import WelcomePage

A_FRAME = 0.004  # seconds of a frame for it; a part that takes longer has a frame of its own
AGAIN = 0.1  # seconds between two looks whether nothing is open that would be lost
CHOOSING = (SettingsPage, WelcomePage)  # open on the new screen too
CARRIED = (LibraryPage, SendPage, ToolsPage, TrashPage)  # too, if opened while that is made


class Renewal:
    """Makes another screen, a few parts a frame; the old one is there until it is done.

    It waits while a page or the dials are open, which would be lost with the old screen. A page
    that is opened meanwhile, half in the old words, is opened on the new one instead.

    Args:
        holder: of the screen.
        make: makes one without what is inside its parts.
        scale: takes on the panel's millimetres, step by step.
        change: takes the new screen for the old one, and with it a page of the kind that is open.
        drop: takes what there is of one that is given up, closed.
    """

    def __init__(
        self,
        holder: Any,  # noqa: ANN401 - Kivy is untyped
        make: Callable[[], CameraScreen],
        scale: Callable[[], Iterator[None]],
        change: Callable[[CameraScreen, type[Page] | None], None],
        drop: Callable[[CameraScreen], None],
    ) -> None:
        self._holder, self._make, self._scale = holder, make, scale
        self._change, self._drop = change, drop
        self._new: CameraScreen | None = None
        self._before: Page | None = None  # what was open when it began
        self._steps: Generator[bool] | None = None
        self._next = Clock.create_trigger(self._step, 0)
        self._later = Clock.create_trigger(self._step, AGAIN)

    @property
    def pending(self) -> bool:
        """Whether the screen is still the old one."""
        return self._steps is not None

    def begin(self) -> None:
        """Makes it, from the beginning if one is in the making."""
        self._before = self._holder.screen.pages.top
        self._start()

    def _start(self) -> None:
        self.end()
        self._steps = self._parts()
        self._next()

    def end(self) -> None:
        """Leaves it at what there is."""
        self._next.cancel()
        self._later.cancel()
        hurry(self, wanted=False)
        if self._steps is not None:
            self._steps.close()
        new, self._new, self._steps = self._new, None, None
        if new is not None:
            new.close()
            self._drop(new)

    def _step(self, *_: object) -> None:
        if not self._free():
            if self._new is not None:  # in the new panel's millimetres, and the rest is not
                self._start()
                self._next.cancel()
            hurry(self, wanted=False)  # the page may stay open for long
            self._later()
        elif self._steps is not None:
            hurry(self, wanted=True)
            if turn():
                self._make_some(self._steps)
            if self.pending:
                self._next()

    def _make_some(self, steps: Generator[bool]) -> None:
        end = time.thread_time() + A_FRAME
        while not next(steps, True) and time.thread_time() < end:
            pass
        if not self.pending:
            hurry(self, wanted=False)

    def _free(self) -> bool:
        screen: CameraScreen = self._holder.screen
        top = screen.pages.top
        if top is None:
            return not screen.ids.viewfinder.ids.panel.open
        return isinstance(top, FailureScreen) or self._kind() is not None

    def _kind(self) -> type[Page] | None:
        """Of the page that is open and will be on the new screen."""
        top: Page | None = self._holder.screen.pages.top
        carried = CARRIED if top is not self._before else ()
        return type(top) if top is not None and isinstance(top, (*CHOOSING, *carried)) else None

    def _parts(self) -> Generator[bool]:
        """True where what follows has to wait for the next frame."""
        work: Work = deque()
        for _ in self._scale():
            yield True
        yield True
        with put_off(work):
            screen = self._new = self._make()
        screen.pos, screen.size = self._holder.pos, self._holder.size
        yield from _done(work)
        with put_off(work):
            screen.begin()
        yield from _done(work)
        for name in ("viewfinder", *BESIDE):
            yield from _done(deque(out_of_sight(screen.ids[name], self._holder)), drawn=True)
        kind = self._kind()
        if kind is not None:
            yield from _done(screen.pages.prepare(kind, self._holder), drawn=True)
        self._new = self._steps = None
        kind, self._before = self._kind(), None
        self._change(screen, kind)


def _done(work: Work, *, drawn: bool = False) -> Generator[bool]:
    """Calls one after the other, with what they leave for later.

    Args:
        work: the calls.
        drawn: the last of them ends what the one before has a frame draw, which has to be ended in
            any case.
    """
    try:
        yield False
        while work:
            with put_off(work):
                work.popleft()()
            yield len(work) == 1 or (drawn and len(work) == 2)  # a frame of its own
    finally:
        if drawn and len(work) == 1:
            work.popleft()()
