"""A picture beside its negative in another look; the one that pleases becomes a new picture."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from PIL import Image

from app.jobs import JobCancelled
from app.pictures import icc
from app.proofs import Proof
from app.shot_queue import SavedPicture
from app.store import Shot
from app.ui.compare_page import link
from app.ui.controls import TextButton
from app.ui.faults import brief
from app.ui.focus import ARROWS
from app.ui.language import tr
from app.ui.looks import LookShelf
from app.ui.pages import Page
from app.ui.picture_file import Pixels, shown
from app.ui.shelf import LANE, Shelf
from app.ui.textures import upload
from native import Look


class RestylePage(Page):
    """The picture as it is, and as it could be.

    Attributes:
        shot: whose negative it is.
        style: the look that is tried.
        hint: what goes on, or why nothing does.
        progress: of the work.
        ready: a look can be tried.
        saving: the new picture is being made.

    Events:
        on_saved: path of the new picture.
    """

    shot = ObjectProperty(None, allownone=True)
    style = StringProperty("")
    hint = StringProperty("")
    progress = NumericProperty(0.0)
    ready = BooleanProperty(defaultvalue=False)
    saving = BooleanProperty(defaultvalue=False)

    __events__ = ("on_saved",)

    def __init__(self, shelf: Shelf, looks: LookShelf, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.shelf, self.looks = shelf, looks
        self._proof: Proof | None = None
        self._fraction = 0.0
        self._visit: object = None  # to the page; what an earlier one began tells nothing now
        self._trial: object = None  # the look that was touched last; it alone is developed
        self._watch: Any = None
        parts = self.ids
        link(parts.before, parts.after)
        self.buttons = {name: TextButton(text=tr(name)) for name in shelf.bridge.session.styles}
        for name, button in self.buttons.items():
            button.size_hint = (1, 1)
            button.bind(on_release=lambda _, name=name: self.try_on(name))
            parts.names.add_widget(button)
        self.fbind("style", self._mark)

    def entered(self) -> None:
        """Follows the work."""
        self._watch = Clock.schedule_interval(self._follow, 0.1)

    def restyle(self, shot: Shot) -> None:
        """Shows a shot, and develops its negative for the looks to be tried on."""
        visit, self._trial = object(), None
        self._visit = visit
        self.shot, self.style, self.hint = shot, "", tr("Developing the negative")
        self.ready, self.saving, self._fraction = False, False, 0.0
        self.ids.before.show(self.shelf, shot)
        for name, button in self.buttons.items():
            button.disabled = name not in self.looks.ready
        library, longest = self.shelf.library, max(Window.size)
        self.shelf.bridge.background(
            lambda: library.proof(shot, longest, partial(self._report, visit)),
            partial(self._take, visit),
            lane=LANE,
            failed=partial(self._failed, visit),
        )

    def try_on(self, name: str) -> None:
        """Shows the negative in a look, and gives up one that is in work."""
        untouched = self.saving or name == self.style
        if self._proof is None or untouched or name not in self.looks.ready:
            return
        self.style = name
        look, trial = self.looks.ready[name][0], object()
        self._trial = trial
        self.shelf.bridge.background(
            partial(_printed, self._proof, look, partial(self._go_on, trial)),
            partial(self._show, trial),
            lane=LANE,
            failed=partial(self._not_shown, trial),
        )

    def save(self) -> None:
        """Makes the new picture."""
        if not self.ready or self.saving or not self.style:
            return
        self.saving, self._fraction = True, 0.0
        self.hint = tr("Developing")
        shot, style, library, visit = self.shot, self.style, self.shelf.library, self._visit
        self.shelf.bridge.background(
            lambda: library.restyle(shot, style, partial(self._report, visit)),
            partial(self._saved, visit),
            lane=LANE,
            failed=partial(self._failed, visit),
        )

    def key(self, code: int) -> bool:
        """The arrows move what is enlarged while no button is framed."""
        free = self.focus.at is None and code in ARROWS
        return (free and self.ids.before.step_aside(*ARROWS[code])) or super().key(code)

    def left(self) -> None:
        """Ends the work, and lets go of the pictures."""
        self._visit, self._trial, self._proof = None, None, None
        self.ready, self.saving = False, False
        self._watch.cancel()
        self.ids.before.forget()
        self.ids.after.texture = None

    def on_saved(self, path: Path) -> None:
        """Default handler."""

    def _report(self, visit: object, _stage: str, fraction: float) -> None:
        """On the library's thread."""
        if visit is not self._visit:
            raise JobCancelled("the page was left")
        self._fraction = fraction

    def _follow(self, _seconds: float) -> None:
        self.progress = self._fraction if self.saving or not self.ready else 0.0

    def _take(self, visit: object, proof: Proof) -> None:
        if visit is not self._visit:
            return
        self._proof, self.ready, self.hint = proof, True, ""
        names = (name for name in self.buttons if name in self.looks.ready)
        other = next((name for name in names if name != self.shot.style), None)
        if other is not None:
            self.try_on(other)

    def _go_on(self, trial: object, _fraction: float = 0.0) -> None:
        """On the library's thread."""
        if trial is not self._trial:
            raise JobCancelled("another look was touched")

    def _show(self, trial: object, pixels: Pixels) -> None:
        if trial is self._trial:
            self.ids.after.texture = upload(pixels)

    def _not_shown(self, trial: object, error: Exception) -> None:
        if trial is self._trial:
            self.style, self.hint = "", brief(error)

    def _saved(self, visit: object, picture: SavedPicture) -> None:
        if visit is self._visit:
            self.saving = False
            self.dispatch("on_saved", picture.paths[0])

    def _failed(self, visit: object, error: Exception) -> None:
        if visit is self._visit:
            self.saving = False
            self.hint = brief(error)

    def _mark(self, *_: object) -> None:
        for name, button in self.buttons.items():
            button.chosen = name == self.style


def _printed(proof: Proof, look: Look, go_on: Callable[[float], None]) -> Pixels:
    go_on(0.0)
    return shown(Image.fromarray(proof.printed(look, progress=go_on), "RGB"), icc.display_p3())
