"""The last picture: at once from the preview, then from its file; a tap shows it large."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty

from app.status import LastPicture as Saved
from app.status import SessionStatus, State
from app.ui.bridge import Bridge
from app.ui.controls import Control
from app.ui.picture_file import Pixels, load_picture
from app.ui.textures import upload
from capture.frames import PreviewFrame


class LastPicture(Control):
    """The thumbnail.

    Attributes:
        texture: the picture, at the screen's size; None before the first.
        compiled: the look it is shown in while it comes from the preview; None for a file.
        developing: it still comes from the preview.
        progress: of the work on it.
        number: of the shot that is shown.
        saved: the newest file and its texture; None, None before the first.
    """

    texture = ObjectProperty(None, allownone=True)
    compiled = ObjectProperty(None, allownone=True)
    developing = BooleanProperty(defaultvalue=False)
    progress = NumericProperty(0.0)
    number = NumericProperty(0)
    saved = ObjectProperty((None, None))

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.bridge: Bridge | None = None
        self._loading: Saved | None = None
        self._awaited: Path | None = None
        self._expected = 0  # the shot that has no frame yet
        self._newest = 0  # the shot whose file is known
        self._frozen: tuple[object, object] = (None, None)  # as texture and compiled, till saved

    @property
    def path(self) -> Path | None:
        """Of the newest file."""
        path: Path | None = self.saved[0]
        return path

    @property
    def awaited(self) -> Path | None:
        """A file that was saved and will be shown; None for none."""
        return self._awaited

    def expect(self, shot: int) -> None:
        """A shot has begun: the next frame to freeze is of it."""
        self._expected = shot

    def freeze(
        self,
        frame: PreviewFrame | None,
        compiled: object,
        seen: Callable[[], Any] | None = None,
    ) -> None:
        """Shows what the viewfinder shows, once for each press; before the first frame waits.

        Args:
            frame: the newest; None before the first.
            compiled: the look it is shown in.
            seen: gives away the texture in which it is seen; None if it is not.
        """
        shot, self._expected = self._expected, self._expected if frame is None else 0
        if frame is not None and shot > self._newest:
            texture = upload(frame.pixels) if seen is None else seen()  # an upload takes 4 ms a MB
            self._frozen = self.texture, self.compiled = texture, compiled
            self.developing, self.number = True, shot

    def take_over(self, other: "LastPicture") -> None:
        """Goes on with a picture that another screen's has from the preview."""
        if other._frozen[0] is None or other.number <= self.number:  # noqa: SLF001 - its own kind
            return
        self._frozen, self.number = other._frozen, other.number  # noqa: SLF001 - as above
        if other.developing:
            self.texture, self.compiled = self._frozen
            self.developing, self.progress = True, other.progress

    def renew(self, newest: tuple[Path, Pixels] | None) -> None:
        """Shows the library's newest picture; nothing of what is gone stays."""
        self._keep(newest)
        if not self.developing:
            self.texture, self.compiled = self.saved[1], None

    def follow(self, status: SessionStatus) -> None:
        """Takes over the file of the newest shot, or of the one before if that shot failed."""
        if not self.developing and self._frozen[0] and self.number == status.in_work:
            self.texture, self.compiled = self._frozen  # it failed before, and is tried again
            self.developing = True
        shown = self.developing and self.number == status.in_work
        self.progress = status.progress if shown else 0.0
        saved = status.last_picture
        idle = not status.queued and status.state is not State.CAPTURING
        idle = idle or self.number == status.given_up
        if saved is not None and saved != self._loading and (saved.shot >= self.number or idle):
            self._loading, self._awaited, self._newest = saved, saved.jpeg, saved.shot
            if self.bridge is not None:
                box = tuple(Window.size)  # not the screen's: that is laid out later
                self.bridge.background(
                    lambda: load_picture(saved.jpeg, *box),
                    lambda pixels: self._take(pixels, saved.shot, saved.jpeg),
                )
        elif self.developing and idle and (saved is None or saved.shot < self.number):
            self.developing = False  # it failed or was given up: back to the file before, if any
            self.texture, self.compiled = self.saved[1], None

    def _take(self, pixels: Any, shot: int, path: Path) -> None:  # noqa: ANN401 - an array
        self._keep((path, pixels))  # first: whoever hears of the rest wants to know it
        if shot >= self.number or not self.developing:
            self.texture, self.compiled = self.saved[1], None
            self.developing, self.number, self._frozen = False, shot, (None, None)

    def _keep(self, newest: tuple[Path, Pixels] | None) -> None:
        self._awaited = None
        self.saved = (None, None) if newest is None else (newest[0], upload(newest[1]))
