"""A grid of thousands of pictures of which only those on the screen exist."""

from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.metrics import mm
from kivy.properties import (
    BooleanProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.widget import Widget

from app.library import has_burst, jpeg_of, negative_of
from app.store import Shot
from app.ui.ahead import beforehand
from app.ui.controls import Control
from app.ui.language import tr
from app.ui.layout import Rect, fit
from app.ui.scrolling import Scrolling
from app.ui.thumbnails import Thumbnails

CELL = 23.0  # mm, wanted width
LEAST_COLUMNS = 3
CAPTION = 3.6  # mm below a picture
GAP = 0.8  # mm
A_FRAME = 8  # pictures that are laid out in one: all that are seen take too long


class Cell(Control):
    """A picture as on a contact sheet: the thumbnail, below it the number and the marks.

    Attributes:
        texture: the thumbnail; None until it is there.
        number: of the shot.
        marks: which files it has, in a word.
        protected, damaged: as in Shot; a file that gives no picture is damaged, too.
        path: of its JPEG; None for none.
        held: number of the shot that was touched, while the finger is down: its cell may go.
    """

    texture = ObjectProperty(None, allownone=True)
    number = StringProperty("")
    marks = StringProperty("")
    protected = BooleanProperty(defaultvalue=False)
    damaged = BooleanProperty(defaultvalue=False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.path: Path | None = None
        self.held = ""
        with self.canvas:
            Color(1, 1, 1, 1)
            self._picture = Rectangle(size=(0, 0))
        for name in ("pos", "size", "texture"):
            self.fbind(name, self._fit)

    def _fit(self, *_: object) -> None:
        picture = self._picture
        if self.texture is None:
            picture.size = (0, 0)
            return
        low = mm(CAPTION)
        box = fit(
            self.texture.width / self.texture.height,
            Rect(self.x, self.y + low, self.width, self.height - low),
        )
        picture.texture = self.texture
        # Rows come from the top: it is drawn upside down; a new texture would turn that back.
        picture.tex_coords = (0, 1, 1, 1, 1, 0, 0, 0)
        picture.pos, picture.size = (box.x, box.y), (box.width, box.height)

    def show(self, shot: Shot) -> None:
        """Becomes a shot's cell."""
        self.number, self.path = shot.id, jpeg_of(shot)
        raw = "RAW" if negative_of(shot) else ""
        self.marks = tr("BURST") if has_burst(shot) else raw
        self.protected, self.damaged = shot.protected, shot.damaged


class PictureGrid(Scrolling):
    """The grid.

    Attributes:
        shots: what it shows, in order.
        columns: side by side.
        at: index of the shot that the keys act on, kept on it among others; -1 for none.

    Events:
        on_pick: index of the shot that was touched.
    """

    shots = ObjectProperty(())
    columns = NumericProperty(LEAST_COLUMNS)
    at = NumericProperty(-1)
    scroll_y: float  # the list's

    __events__ = ("on_pick",)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.thumbnails: Thumbnails | None = None
        self.cells: dict[int, Cell] = {}
        self._spare: list[Cell] = []
        self._sheet = Widget(size_hint=(1, None))
        self.add_widget(self._sheet)
        self._before: tuple[Shot, ...] = ()
        self._more = Clock.create_trigger(self.fill, 0)
        self.fbind("shots", self._changed)
        self.fbind("size", self._measure)
        self.fbind("scroll_y", self.fill)
        self.fbind("at", self._mark)

    def follow(self, thumbnails: Thumbnails) -> None:
        """Takes its thumbnails from there."""
        self.thumbnails = thumbnails
        thumbnails.bind(on_ready=self._dress)
        self._measure()

    def move(self, across: int, up: int) -> None:
        """Moves the frame of the keys, and what is shown with it."""
        if self.shots:
            step = across - up * self.columns
            wanted = self.at + step if self.at >= 0 else 0
            self.at = min(max(wanted, 0), len(self.shots) - 1)
            self.reveal(self.at)

    def reveal(self, index: int) -> None:
        """Scrolls as far as needed to show a picture."""
        beyond = self._sheet.height - self.height
        if beyond <= 0:
            return
        _, high = self._pitch()
        top = index // self.columns * high
        offset = (1.0 - self.scroll_y) * beyond
        offset = min(max(offset, top + high - self.height), top)
        self.scroll_y = 1.0 - min(max(offset, 0.0), beyond) / beyond

    def on_pick(self, index: int) -> None:
        """Default handler."""

    def _pitch(self) -> tuple[float, float]:
        across = self.width / self.columns
        return across, (across - mm(GAP)) * 0.75 + mm(CAPTION + GAP)

    def _changed(self, *_: object) -> None:
        """The mark stays with its shot; where that has gone, with its place."""
        before, self._before = self._before, self.shots
        if 0 <= self.at < len(before):
            marked = before[self.at].id
            places = (i for i, shot in enumerate(self.shots) if shot.id == marked)
            self.at = next(places, min(self.at, len(self.shots) - 1))
        self._measure()

    def _measure(self, *_: object) -> None:
        if self.width <= 1:
            return
        self.columns = max(LEAST_COLUMNS, int(self.width // mm(CELL)))
        rows = -(-len(self.shots) // self.columns)
        self._sheet.height = max(rows * self._pitch()[1], 1)
        self.at = min(self.at, len(self.shots) - 1)
        for index in sorted(self.cells, reverse=True):  # each place gets its cell back
            self._drop(index)
        for _cell in range(len(self._spare), self._most_cells()):
            beforehand(self._stock)
        self.fill()

    def _most_cells(self) -> int:
        """That are seen at once."""
        return int((self.height // self._pitch()[1] + 2) * self.columns)

    def _stock(self) -> None:
        """One more cell for the first pictures that come."""
        if len(self._spare) + len(self.cells) < self._most_cells():
            self._spare.append(Cell())

    def fill(self, *_: object) -> None:
        """Gives every place on the screen a cell, and asks for the thumbnails that lack.

        Where there is too much for a frame the next ones go on.
        """
        if self._more.is_triggered:
            return
        wide, high = self._pitch()
        beyond = max(self._sheet.height - self.height, 0.0)
        offset = (1.0 - min(max(self.scroll_y, 0.0), 1.0)) * beyond
        first = int(offset // high) * self.columns
        last = (int((offset + self.height) // high) + 1) * self.columns
        seen = range(first, min(last, len(self.shots)))
        for index in [index for index in self.cells if index not in seen]:
            self._drop(index)
        missing = [index for index in seen if index not in self.cells]
        for index in missing[:A_FRAME]:
            row, column = divmod(index, self.columns)
            cell = self._take(index)
            cell.size = (wide - mm(GAP), high - mm(GAP))
            cell.pos = (column * wide + mm(GAP) / 2, self._sheet.height - (row + 1) * high)
        if len(missing) > A_FRAME:
            self._more()
        elif self.thumbnails is not None:
            paths = (self.cells[index].path for index in seen)
            self.thumbnails.want([path for path in paths if path is not None])

    def _take(self, index: int) -> Cell:
        cell = self._spare.pop() if self._spare else Cell()
        if not cell.number:
            cell.bind(on_press=self._held, on_release=self._picked)
        shot = self.shots[index]
        cell.show(shot)
        path = cell.path
        cell.texture = self.thumbnails.get(path) if self.thumbnails and path else None
        if self.thumbnails and path and self.thumbnails.broken(path):
            cell.damaged = True
        cell.focused = index == self.at
        self.cells[index] = cell
        self._sheet.add_widget(cell)
        return cell

    def _drop(self, index: int) -> None:
        cell = self.cells.pop(index)
        self._sheet.remove_widget(cell)
        self._spare.append(cell)

    def _dress(self, _: object, path: Path, texture: Any) -> None:  # noqa: ANN401 - a texture
        for cell in self.cells.values():
            if cell.path == path:
                cell.texture = texture
                broken = self.thumbnails is not None and self.thumbnails.broken(path)
                cell.damaged = cell.damaged or texture is None or broken

    def _held(self, cell: Cell) -> None:
        cell.held = cell.number

    def _picked(self, cell: Cell) -> None:
        wanted, cell.held = cell.held or cell.number, ""
        for index, shot in enumerate(self.shots):
            if shot.id == wanted:
                self.dispatch("on_pick", index)
                return

    def _mark(self, *_: object) -> None:
        for index, cell in self.cells.items():
            cell.focused = index == self.at
