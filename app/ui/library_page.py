"""The library: all pictures as a contact sheet, the newest first."""

from typing import Any

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


class Shelf:
    """What the pages of the library share.

    Args:
        library: the pictures.
        bridge: to the threads that read them.

    Attributes:
        thumbnails: of the pictures.
        deleted: numbers of the shots deleted since the start, the last one last.
    """

    def __init__(self, library: Library, bridge: Bridge) -> None:
        self.library, self.bridge = library, bridge
        self.thumbnails = Thumbnails(bridge)
        self.deleted: list[int] = []


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
    """

    shots = ObjectProperty(())
    title = StringProperty("")
    undoable = BooleanProperty(defaultvalue=False)
    deleted = NumericProperty(0)

    __events__ = ("on_pick", "on_send")

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
        if not self.shelf.deleted:
            return
        number, library = self.shelf.deleted.pop(), self.shelf.library
        self.shelf.bridge.background(
            lambda: library.restore(number), lambda _: self.load(), lane=LANE, failed=self._failed
        )

    def key(self, code: int) -> bool:
        """The arrows move over the pictures, enter opens one; tab reaches the buttons."""
        grid = self.ids.grid
        if code in ARROWS and (self.focus.at is None or self.focus.at in grid.cells.values()):
            self.focus.clear()
            grid.move(*ARROWS[code])
            return True
        if code in ENTER and self.focus.at is None and grid.at >= 0:
            self.dispatch("on_pick", grid.at)
            return True
        return super().key(code)

    def on_pick(self, index: int) -> None:
        """Default handler."""

    def on_send(self) -> None:
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
