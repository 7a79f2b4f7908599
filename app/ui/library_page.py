"""The library: all pictures as a contact sheet, the newest first."""

from collections.abc import Callable
from typing import Any

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from app.library import Library
from app.store import Shot
from app.ui.bridge import Bridge
from app.ui.faults import brief
from app.ui.focus import ARROWS, ENTER
from app.ui.language import tr, trn
from app.ui.pages import Page
from app.ui.thumbnails import Thumbnails

LANE = "library"

Failed = Callable[[Exception], None]
Then = Callable[[], object] | None


class Shelf(EventDispatcher):  # type: ignore[misc]  # Kivy is untyped
    """What the pages of the library share.

    Args:
        library: the pictures.
        bridge: to the threads that read them.
        deleted: numbers of the shots deleted since the start, the last one last; kept up to date.

    Attributes:
        thumbnails: of the pictures.
        deleted: as given.

    Events:
        on_change: pictures have gone, or come back.
    """

    __events__ = ("on_change",)

    def __init__(self, library: Library, bridge: Bridge, deleted: list[int]) -> None:
        super().__init__()
        self.library, self.bridge, self.deleted = library, bridge, deleted
        self.thumbnails = Thumbnails(bridge)

    def delete(self, shot: Shot, failed: Failed, then: Then = None) -> None:
        """Moves a shot into the trash."""

        def done() -> None:
            self.deleted.append(int(shot.id))
            if then is not None:
                then()

        self._work(lambda: self.library.delete(shot), failed, done)

    def restore(self, number: int, failed: Failed, then: Then = None) -> None:
        """Brings a shot back from the trash."""
        known = number in self.deleted
        if known:
            self.deleted.remove(number)

        def refused(error: Exception) -> None:
            if known:
                self.deleted.append(number)
            failed(error)

        self._work(lambda: self.library.restore(number), refused, then)

    def empty_trash(self, failed: Failed) -> None:
        """Deletes what is in the trash for good."""
        self.deleted.clear()
        self._work(self.library.empty_trash, failed)

    def on_change(self) -> None:
        """Default handler."""

    def _work(self, call: Callable[[], object], failed: Failed, then: Then = None) -> None:
        def done(_: object) -> None:
            if then is not None:
                then()
            self.dispatch("on_change")

        self.bridge.background(call, done, lane=LANE, failed=failed)


class LibraryPage(Page):
    """The contact sheet.

    Attributes:
        shots: all pictures, the newest first.
        title: how many there are, or why none is shown.
        undoable: a deleted picture can come back.
        deleted: how many were deleted since the start.

    Events:
        on_pick: index of the picture that was touched.
        on_send: somebody wants to hand pictures over.
        on_trash: somebody wants to see what was deleted.
    """

    shots = ObjectProperty(())
    title = StringProperty("")
    undoable = BooleanProperty(defaultvalue=False)
    deleted = NumericProperty(0)

    __events__ = ("on_pick", "on_send", "on_trash")

    def __init__(self, shelf: Shelf, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.shelf = shelf
        grid = self.ids.grid
        grid.follow(shelf.thumbnails)
        grid.bind(on_pick=lambda _, index: self.dispatch("on_pick", index))

    def entered(self) -> None:
        """Begins with the newest picture."""
        grid = self.ids.grid
        grid.at, grid.scroll_y = -1, 1.0
        self.load()

    def load(self) -> None:
        """Reads the library anew."""
        self._count()
        self.title = self.title or tr("Looking for pictures")
        library = self.shelf.library
        self.shelf.bridge.background(library.shots, self._take, lane=LANE, failed=self._failed)

    def undo(self) -> None:
        """Brings the picture back that was deleted last."""
        if self.shelf.deleted:
            self.shelf.restore(self.shelf.deleted[-1], self._failed)

    def key(self, code: int) -> bool:
        """The arrows move over the pictures, enter opens one; tab reaches the buttons."""
        grid = self.ids.grid
        if moved(self, code):
            return True
        if code in ENTER and self.focus.at is None and grid.at >= 0:
            self.dispatch("on_pick", grid.at)
            return True
        return super().key(code)

    def on_pick(self, index: int) -> None:
        """Default handler."""

    def on_send(self) -> None:
        """Default handler."""

    def on_trash(self) -> None:
        """Default handler."""

    def _count(self) -> None:
        self.deleted = len(self.shelf.deleted)
        self.undoable = self.deleted > 0

    def _take(self, shots: tuple[Shot, ...]) -> None:
        self._count()
        if shots != self.shots:
            self.shots = shots
            self.ids.grid.shots = shots
        none = tr("No pictures yet")
        self.title = trn("{count} picture", "{count} pictures", len(shots)) if shots else none

    def _failed(self, error: Any) -> None:  # noqa: ANN401 - an exception
        self._count()
        self.title = brief(error)


def moved(page: Page, code: int) -> bool:
    """Moves the mark of a page's grid with the arrows, unless a button is framed."""
    grid = page.ids.grid
    if code not in ARROWS or not (page.focus.at is None or page.focus.at in grid.cells.values()):
        return False
    page.focus.clear()
    grid.move(*ARROWS[code])
    return True
