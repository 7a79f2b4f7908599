"""Copying pictures to a memory stick or card that is plugged in."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from app.export import Volume, export
from app.jobs import JobCancelled
from app.library import Library
from app.store import Shot
from app.ui.bridge import Bridge
from app.ui.faults import brief
from app.ui.language import marked, tr, trn
from app.ui.pages import Page

LANE = "export"
FEW = 20  # pictures

CHOSEN: dict[str, Callable[[Sequence[Shot]], Sequence[Shot]]] = {
    "last": lambda shots: shots[:1],
    "few": lambda shots: shots[:FEW],
    "protected": lambda shots: [shot for shot in shots if shot.protected],
    "all": lambda shots: shots,
}


class ExportPage(Page):
    """Which pictures, then how far it is; leaving the page ends it after the file under way.

    Attributes:
        volume: to copy to.
        other: name of the medium that a touch goes on to; "" if there is one only.
        hint: what goes on, or how it ended.
        progress: of it, 0..1.
        copying: it is under way.
    """

    volume = ObjectProperty(None)
    other = StringProperty("")
    hint = StringProperty("")
    progress = NumericProperty(0.0)
    copying = BooleanProperty(defaultvalue=False)

    def __init__(self, library: Library, bridge: Bridge, volumes: Sequence[Volume]) -> None:
        super().__init__()
        self._volumes = deque(volumes)
        self._choose()
        self._library, self._bridge = library, bridge
        self._fraction, self._gone = 0.0, False
        self._watch: Any = None

    def entered(self) -> None:
        """Follows the work."""
        self._watch = Clock.schedule_interval(self._follow, 0.1)

    def left(self) -> None:
        """Ends it."""
        self._gone = True
        self._watch.cancel()

    def next_volume(self) -> None:
        """Goes on to the next medium."""
        if not self.copying:
            self._volumes.rotate(-1)
            self.hint = ""
            self._choose()

    def copy(self, which: str) -> None:
        """Begins with the pictures of a name in CHOSEN."""
        if self.copying:
            return
        self.copying, self._fraction = True, 0.0
        self.hint = tr("Copying")
        library, path = self._library, self.volume.path

        def work() -> str:
            """On the thread that copies: how it ended."""
            chosen = CHOSEN[which](library.shots())
            if not chosen:
                none = marked("No picture is protected")
                return tr(none if which == "protected" else "No pictures yet")
            count = export(chosen, path, self._report)
            new = trn(
                "{count} file copied and compared", "{count} files copied and compared", count
            )
            return new if count else tr("All of them are there already")

        self._bridge.background(work, self._done, lane=LANE, failed=self._failed)

    def _choose(self) -> None:
        self.volume, *others = self._volumes
        self.other = others[0].name if others else ""

    def _report(self, fraction: float) -> None:
        """On the thread that copies."""
        if self._gone:
            raise JobCancelled("the page was left")
        self._fraction = fraction

    def _follow(self, _seconds: float) -> None:
        self.progress = self._fraction if self.copying else 0.0

    def _done(self, ended: str) -> None:
        self.copying, self.hint = False, ended

    def _failed(self, error: Exception) -> None:
        self.copying = False
        self.hint = brief(error)
