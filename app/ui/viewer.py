"""One picture over the whole screen, and what can be done with it."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Keyboard
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)

from app.library import Story
from app.store import Shot
from app.ui.faults import brief
from app.ui.focus import ARROWS
from app.ui.language import tr, trn
from app.ui.pages import Page
from app.ui.shelf import LANE, Shelf, nearest_left
from app.ui.story_words import caption, story_lines

CODES = Keyboard.keycodes
NOTICE = 5.0  # seconds
DOUBLE_TAP = 0.3  # seconds: a tap this soon after another, or after what it was meant for, is none


class Viewer(Page):
    """Turns over the library's pictures; the newest may still be in the making.

    Attributes:
        shots: of the library, the newest first.
        index: of the one that is shown.
        shot: that one; None if there is none.
        caption: number, look and files of it.
        notice: what has just happened; what can be undone first, and what came after it.
        undoable: something can be undone.
        telling: its story is open.
        developing: the newest picture is shown as the thumbnail has it, until it is listed.
        waiting: the library is still being read, and the last picture shown meanwhile.
        cancellable: the one in the making can be given up: its burst is complete.
        texture, compiled, margin: of the newest picture, as in StyledImage.
        progress, stage: of that one, or of what is in work while another one is seen.

    Events:
        on_restyle, on_compare: wanted for the shot.
        on_grid: somebody wants to see all.
        on_cancel: the picture in the making is not wanted.
    """

    shots = ObjectProperty(())
    index = NumericProperty(0)
    shot = ObjectProperty(None, allownone=True)
    caption = StringProperty("")
    notice = StringProperty("")
    undoable = BooleanProperty(defaultvalue=False)
    telling = BooleanProperty(defaultvalue=False)
    developing = BooleanProperty(defaultvalue=False)
    waiting = BooleanProperty(defaultvalue=False)
    cancellable = BooleanProperty(defaultvalue=False)
    texture = ObjectProperty(None, allownone=True)
    compiled = ObjectProperty(None, allownone=True)
    margin = ListProperty([0.0, 0.0])
    progress = NumericProperty(0.0)
    stage = StringProperty("")

    shoots = True

    __events__ = ("on_cancel", "on_compare", "on_grid", "on_restyle")

    def __init__(self, shelf: Shelf, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.shelf = shelf
        picture = self.ids.picture
        picture.bind(on_step=lambda _, direction: self.step(direction))
        self._visit = 0
        self._gone: list[int] = []  # numbers that the notice tells of
        self._deleted = self._said = ""  # its two parts
        self._deleting = False  # and the next picture is not shown yet
        self._between = False  # one of shots and index is set, and the other not yet
        self._last_tap = 0.0  # on delete, seconds
        self._quiet = Clock.create_trigger(lambda _: self._say(""), NOTICE)
        self._settled = Clock.create_trigger(lambda _: self._offer("", ()), NOTICE)
        for name in ("shots", "index", "developing", "waiting"):
            self.fbind(name, self._show)

    def entered(self) -> None:
        """Is as new."""
        self._visit += 1
        self.shots, self.index, self.shot, self.caption = (), 0, None, ""
        self.developing = self.telling = self._deleting = False
        self.waiting = self.shelf.shots is None
        self.shelf.bind(shots=self._listed, on_fault=self._unread)
        self._forget()

    def left(self) -> None:
        """Lets go of the picture; what comes of earlier questions does not count any more."""
        self._visit += 1
        self.shelf.unbind(shots=self._listed, on_fault=self._unread)
        self._quiet.cancel()
        self._settled.cancel()
        self.shots, self.shot, self.texture, self.compiled = (), None, None, None
        self.ids.picture.forget()

    @property
    def at_newest(self) -> bool:
        """Whether the newest picture is seen, and no part of it looked at closely."""
        return bool(self.developing or (self.index == 0 and self.ids.picture.zoom <= 1.0))

    def turn_to(self, number: int) -> None:
        """Shows the shot of a number; where it is gone, says so over the one shown before."""
        shots, listed = self.shelf.shots or (), self.shelf.shots is not None
        place = next((i for i, shot in enumerate(shots) if int(shot.id) == number), None)
        self._set(shots, place)
        if place is None and number and listed and not self.developing:
            self._last_tap = time.monotonic()  # what is touched now was meant for the other
            self.tell(tr("{number} is not there any more").format(number=f"{number:04d}"))

    def expect(self, path: Path) -> None:
        """Shows the shot of a file that has just been saved, as soon as it is listed."""
        self.shelf.add(path, partial(self._here(self.turn_to), self.shelf.library.number_of(path)))

    def developed(self, number: int) -> None:
        """The picture in the making has become this shot; 0 if it was given up or failed.

        A tap that comes with it was meant for what was seen before.
        """
        self._between = True
        self.developing = False
        self._between = False
        self.turn_to(number)
        self._last_tap = time.monotonic()

    def step(self, direction: int) -> None:
        """To the next picture, or the one before."""
        if self.developing:
            self.developing = direction < 0 or not self.shots
        else:
            self.index = min(max(self.index + direction, 0), max(len(self.shots) - 1, 0))

    def protect(self) -> None:
        """Marks the shot against deleting, or takes the mark away."""
        if self.shot is not None:
            self.shelf.protect(self.shot, self._failed)

    def delete(self) -> None:
        """Moves the shot into the trash; the second tap of a double tap deletes nothing."""
        shot = self.shot
        before, self._last_tap = self._last_tap, time.monotonic()
        if shot is None or self._deleting or self._last_tap - before < DOUBLE_TAP:
            return
        if shot.protected:
            self.tell(tr("Protected: take the mark away first"))
            return

        def told(_: object) -> None:
            gone = [*self._gone, int(shot.id)]
            count = len(gone)
            one = tr("{number} deleted").format(number=shot.id)
            many = trn("{count} deleted", "{count} deleted", count)
            self._deleting = False
            self._say("")
            self._offer(one if count == 1 else many, gone)

        self._deleting = True
        self.shelf.delete(shot, self._failed, partial(self._here(told), None))

    def undo(self) -> None:
        """Brings back all that the notice tells of."""
        numbers = self._gone
        self._offer("", ())
        for number in numbers:
            again = partial(self._here(self.turn_to), number) if number == numbers[-1] else None
            self.shelf.restore(number, self._failed, again)

    def tell_story(self) -> None:
        """Opens or closes the story."""
        self.telling = not self.telling
        self._story()

    def tell(self, notice: str) -> None:
        """Says something for a moment; an undo that is offered stays beside it for its own time."""
        self._say(notice)
        self._quiet.cancel()
        self._quiet()

    def key(self, code: int) -> bool:
        """The arrows turn over, or move what is enlarged, while no button is framed."""
        free = self.focus.at is None and code in ARROWS
        if free and self.ids.picture.step_aside(*ARROWS[code]):
            return True
        if self.focus.at is None and code in (CODES["left"], CODES["right"]):
            self.step(1 if code == CODES["right"] else -1)
            return True
        if code == CODES["delete"]:
            self.delete()
            return True
        return super().key(code)

    def on_cancel(self) -> None:
        """Default handler."""

    def on_compare(self) -> None:
        """Default handler."""

    def on_grid(self) -> None:
        """Default handler."""

    def on_restyle(self) -> None:
        """Default handler."""

    def _here(self, then: Callable[[Any], object]) -> Callable[[Any], None]:
        """The same, unless the page has been left meanwhile."""
        visit = self._visit

        def still(result: Any) -> None:  # noqa: ANN401 - whatever was asked for
            if visit == self._visit:
                then(result)

        return still

    def _say(self, said: str) -> None:
        self._said = said
        self._word()

    def _offer(self, deleted: str, gone: Sequence[int]) -> None:
        """Offers to bring shots back by their numbers, for a moment; none offers nothing."""
        self._deleted, self._gone, self.undoable = deleted, list(gone), bool(gone)
        self._word()
        self._settled.cancel()
        if gone:
            self._settled()

    def _word(self) -> None:
        self.notice = "\n".join(filter(None, (self._deleted, self._said)))

    def _forget(self) -> None:
        self._said = ""
        self._offer("", ())

    def _listed(self, _: object, shots: tuple[Shot, ...] | None) -> None:
        """Where the shot that is seen has gone, the next older one takes its place, or a newer."""
        self.waiting = shots is None
        self._set(shots or (), None)

    def _unread(self, _: object, error: Exception) -> None:
        if self.waiting:
            self._show()
        else:
            self._failed(error)

    def _set(self, shots: tuple[Shot, ...], index: int | None) -> None:
        before = self.shot
        if index is None:  # the one in the making, or nothing yet: the newest
            index = 0 if before is None else nearest_left(self.shots, self.index, shots)
        self._between = True  # the old place in the new list is another picture
        self.index, self.shots = index, shots
        self._between = False
        self._show()
        if before is None or self.shot is None or self.shot.id != before.id:
            self._deleting = False
            self._last_tap = 0.0 if before is None else time.monotonic()

    def _show(self, *_: object) -> None:
        if self._between:
            return
        there = 0 <= self.index < len(self.shots) and not self.developing
        self.shot = shot = self.shots[self.index] if there else None
        if shot is None:
            none = tr("Looking for pictures") if self.waiting else tr("No pictures yet")
            fault = self.shelf.unreadable if self.waiting else None
            self.ids.picture.failure = None if fault is None else brief(fault)
            self.caption = "" if self.developing or fault is not None else none
            return
        self.caption = caption(shot)
        self.ids.picture.show(self.shelf, shot)
        self._story()

    def _story(self) -> None:
        if self.telling and self.shot is not None:
            shot, library = self.shot, self.shelf.library
            self.shelf.bridge.background(
                lambda: library.story(shot),
                partial(self._told, shot),
                lane=LANE,
                failed=self._failed,
            )

    def _told(self, shot: Shot, story: Story) -> None:
        if shot == self.shot:
            self.ids.story.lines = story_lines(shot, story)

    def _failed(self, error: Exception) -> None:
        self._deleting = False
        self.tell(brief(error))
