"""The trash: what was deleted comes back from here, or goes for good."""

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from app.store import Shot
from app.ui.faults import brief
from app.ui.focus import CODES, ENTER
from app.ui.language import tr, trn
from app.ui.library_page import moved
from app.ui.pages import Page
from app.ui.shelf import LANE, Shelf


class TrashPage(Page):
    """Deleted pictures, the last one first; a touch marks one, which can then come back.

    Attributes:
        shots: what lies there.
        title: how many there are, or why none is shown.
        question: asked before they go for good; "" while it is not.
        marked: one of them is.
    """

    shots = ObjectProperty(())
    title = StringProperty("")
    question = StringProperty("")
    marked = BooleanProperty(defaultvalue=False)

    def __init__(self, shelf: Shelf, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.shelf = shelf
        grid = self.ids.grid
        grid.follow(shelf.thumbnails)
        grid.bind(on_pick=lambda _, index: setattr(grid, "at", index), at=self._mark)

    def entered(self) -> None:
        """Shows and marks none yet."""
        grid = self.ids.grid
        self.shots = grid.shots = ()
        self.question, grid.at, grid.scroll_y = "", -1, 1.0
        self.title = tr("Looking for pictures")
        self.shelf.bind(on_change=self.load)
        self.load()

    def left(self) -> None:
        """Follows no more."""
        self.shelf.unbind(on_change=self.load)

    def load(self, *_: object) -> None:
        """Reads the trash anew."""
        library = self.shelf.library
        self.shelf.bridge.background(library.trash, self._take, lane=LANE, failed=self._failed)

    def bring_back(self) -> None:
        """Brings back the marked picture."""
        if self.marked:
            number = int(self.shots[self.ids.grid.at].id)
            self.ids.grid.at = -1
            self.shelf.restore(number, self._failed)

    def ask(self) -> None:
        """Asks whether all may go for good."""
        if self.shots:
            self.focus.clear()
            self.question = trn(
                "Delete {count} picture for good? There is no way back.",
                "Delete {count} pictures for good? There is no way back.",
                len(self.shots),
            )

    def keep(self) -> None:
        """The answer is no."""
        self.focus.clear()
        self.question = ""

    def empty(self) -> None:
        """The answer is yes."""
        self.keep()
        self.title = tr("Deleting")
        self.shelf.empty_trash(self._failed)

    def key(self, code: int) -> bool:
        """The arrows move the mark, enter brings back; tab reaches the buttons, escape says no."""
        if self.question:
            if code in (CODES["escape"], CODES["backspace"]):
                self.keep()
                return True
            return super().key(code)
        if moved(self, code):
            return True
        if code in ENTER and self.focus.at is None and self.marked:
            self.bring_back()
            return True
        return super().key(code)

    def _mark(self, *_: object) -> None:
        self.marked = 0 <= self.ids.grid.at < len(self.shots)

    def _take(self, shots: tuple[Shot, ...]) -> None:
        if shots != self.shots:
            self.keep()  # the question was of others
        self.shots = self.ids.grid.shots = shots
        self._mark()
        count = trn("{count} deleted", "{count} deleted", len(shots))
        self.title = count if shots else tr("The trash is empty")

    def _failed(self, error: Exception) -> None:
        self.title = brief(error)
