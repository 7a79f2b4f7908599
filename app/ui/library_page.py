"""The library: all pictures as a contact sheet, the newest first."""

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from app.ui.faults import brief
from app.ui.focus import ARROWS, ENTER
from app.ui.language import tr, trn
from app.ui.pages import Page
from app.ui.shelf import Shelf


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
        """Begins with the newest picture; what others have changed meanwhile follows."""
        grid = self.ids.grid
        grid.at, grid.scroll_y = -1, 1.0
        self.shelf.bind(shots=self._show, on_change=self._show, on_fault=self._failed)
        self._show()
        grid.fill()
        self.shelf.load()

    def left(self) -> None:
        """Follows no more."""
        self.shelf.unbind(shots=self._show, on_change=self._show, on_fault=self._failed)

    def undo(self) -> None:
        """Brings the picture back that was deleted last."""
        if self.shelf.deleted:
            self.shelf.restore(self.shelf.deleted[-1], partial(self._failed, None))

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

    def _show(self, *_: object) -> None:
        self._count()
        shots = self.shelf.shots
        self.shots = self.ids.grid.shots = shots or ()
        none = tr("Looking for pictures") if shots is None else tr("No pictures yet")
        self.title = trn("{count} picture", "{count} pictures", len(shots)) if shots else none
        if self.shelf.unreadable is not None:
            self.title = brief(self.shelf.unreadable)

    def _failed(self, _: object, error: Any) -> None:  # noqa: ANN401 - an exception
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
