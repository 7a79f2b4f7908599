"""A picture beside its negative in another look; the one that pleases becomes a new picture."""

from functools import partial
from pathlib import Path

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from PIL import Image

from app.jobs import JobCancelled
from app.pictures import icc
from app.pipeline import SavedPicture
from app.proofs import Proof
from app.store import Shot
from app.ui.compare_page import link
from app.ui.controls import TextButton
from app.ui.language import brief, tr
from app.ui.library_page import LANE, Shelf
from app.ui.looks import LookShelf
from app.ui.pages import Page
from app.ui.picture_file import Pixels, shown
from app.ui.viewfinder import upload_frame
from capture.frames import FrameMetadata, PreviewFrame
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

    def __init__(self, shelf: Shelf, looks: LookShelf, shot: Shot, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.shelf, self.looks, self.shot = shelf, looks, shot
        self._proof: Proof | None = None
        self._fraction, self._gone = 0.0, False
        self._watch = Clock.schedule_interval(self._follow, 0.1)
        parts = self.ids
        link(parts.before, parts.after)
        parts.before.show(shelf, shot)
        self.buttons = {name: TextButton(text=name) for name in looks.ready}
        for name, button in self.buttons.items():
            button.size_hint = (1, 1)
            button.bind(on_release=lambda _, name=name: self.try_on(name))
            parts.names.add_widget(button)
        self.fbind("style", self._mark)
        self.hint = tr("Developing the negative")
        longest = max(Window.size)
        shelf.bridge.background(
            lambda: shelf.library.proof(shot, longest, self._report),
            self._take,
            lane=LANE,
            failed=self._failed,
        )

    def try_on(self, name: str) -> None:
        """Shows the negative in a look."""
        if self._proof is None or self.saving or name not in self.looks.ready:
            return
        self.style = name
        look = self.looks.ready[name][0]
        self.shelf.bridge.background(
            partial(_printed, self._proof, look), partial(self._show, name), lane=LANE
        )

    def save(self) -> None:
        """Makes the new picture."""
        if not self.ready or self.saving or not self.style:
            return
        self.saving, self._fraction = True, 0.0
        self.hint = tr("Developing")
        shot, style, library = self.shot, self.style, self.shelf.library
        self.shelf.bridge.background(
            lambda: library.restyle(shot, style, self._report),
            self._saved,
            lane=LANE,
            failed=self._failed,
        )

    def left(self) -> None:
        """Ends the work."""
        self._gone = True
        self._watch.cancel()

    def on_saved(self, path: Path) -> None:
        """Default handler."""

    def _report(self, _stage: str, fraction: float) -> None:
        """On the library's thread."""
        if self._gone:
            raise JobCancelled("the page was left")
        self._fraction = fraction

    def _follow(self, _seconds: float) -> None:
        self.progress = self._fraction if self.saving or not self.ready else 0.0

    def _take(self, proof: Proof) -> None:
        self._proof, self.ready, self.hint = proof, True, ""
        names = list(self.looks.ready)
        other = next((name for name in names if name != self.shot.style), None)
        if other is not None:
            self.try_on(other)

    def _show(self, name: str, pixels: Pixels) -> None:
        if name == self.style:
            self.ids.after.texture = upload_frame(PreviewFrame(pixels, FrameMetadata()))

    def _saved(self, picture: SavedPicture) -> None:
        self.saving = False
        if not self._gone:
            self.dispatch("on_saved", picture.paths[0])

    def _failed(self, error: Exception) -> None:
        self.saving = False
        self.hint = brief(error)

    def _mark(self, *_: object) -> None:
        for name, button in self.buttons.items():
            button.chosen = name == self.style


def _printed(proof: Proof, look: Look) -> Pixels:
    return shown(Image.fromarray(proof.printed(look), "RGB"), icc.display_p3())
