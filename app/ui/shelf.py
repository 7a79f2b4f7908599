"""The library as its pages share it: the list of its pictures, read once and then kept up to date.

Reading all of a large library takes a second and more, one picture of it nothing to speak of.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kivy.event import EventDispatcher
from kivy.properties import ObjectProperty

from app.library import Library
from app.store import Shot
from app.ui.bridge import Bridge
from app.ui.thumbnails import Thumbnails

LANE = "library"
AT_ONCE = 8  # pictures at most that are saved between two looks at the session

Failed = Callable[[Exception], None]
Then = Callable[[], object] | None


class Shelf(EventDispatcher):  # type: ignore[misc]  # Kivy is untyped
    """What the pages of the library share.

    Args:
        library: the pictures.
        bridge: to the threads that read them.
        deleted: numbers of the shots deleted since the start, the last one last; kept up to date.

    Attributes:
        shots: of the library, the newest first; None until they have been read.
        unreadable: why the library cannot be read, at the last try; None once it could.
        coming: files that were saved and are not among the shots yet.
        newest: the newest file with its texture at the screen's size; None, None without.
        thumbnails: of the pictures.
        deleted: as given.

    Events:
        on_change: pictures have gone, or come back.
        on_fault: the library cannot be read, and why.
    """

    shots = ObjectProperty(None, allownone=True)
    unreadable = ObjectProperty(None, allownone=True)
    coming = ObjectProperty(frozenset())
    newest = ObjectProperty((None, None))

    __events__ = ("on_change", "on_fault")

    def __init__(self, library: Library, bridge: Bridge, deleted: list[int]) -> None:
        super().__init__()
        self.library, self.bridge, self.deleted = library, bridge, deleted
        self.thumbnails = Thumbnails(bridge)

    def load(self, then: Then = None) -> None:
        """Reads the whole library: at the start, and where others may have changed it."""

        def done(shots: tuple[Shot, ...]) -> None:
            self.unreadable, self.shots = None, shots
            if then is not None:
                then()

        def refused(error: Exception) -> None:
            self.unreadable = error
            self.dispatch("on_fault", error)

        self.bridge.background(self._read, done, lane=LANE, failed=refused)

    def add(self, path: Path, then: Then = None) -> None:
        """Takes over a file that has been saved, with others that were saved just before."""
        self.coming |= {path}

        def done(shots: tuple[Shot, ...]) -> None:
            for shot in shots:
                self._put(shot)
            self.coming -= {path}
            if then is not None:
                then()

        def refused(_: Exception) -> None:
            self.coming -= {path}
            self.load()

        self.bridge.background(lambda: self._saved(path), done, lane=LANE, failed=refused)

    def texture(self, path: Path) -> Any:  # noqa: ANN401 - a Kivy texture
        """What is held of a file: the newest at the screen's size, of others the thumbnail."""
        newest, texture = self.newest
        return texture if path == newest else self.thumbnails.get(path)

    def protect(self, shot: Shot, failed: Failed) -> None:
        """Marks a shot against deleting, or takes the mark away."""
        wanted = not shot.protected
        self._work(
            lambda: self.library.protect(shot, protected=wanted),
            failed,
            lambda _: self._put(replace(shot, protected=wanted)),
        )

    def delete(self, shot: Shot, failed: Failed, then: Then = None) -> None:
        """Moves a shot into the trash."""

        def done(_: object) -> None:
            self.deleted.append(int(shot.id))
            self.shots = tuple(other for other in self.shots or () if other.id != shot.id)
            if then is not None:
                then()
            self.dispatch("on_change")

        self._work(lambda: self.library.delete(shot), failed, done)

    def restore(self, number: int, failed: Failed, then: Then = None) -> None:
        """Brings a shot back from the trash."""
        known = number in self.deleted
        if known:
            self.deleted.remove(number)

        def back() -> Shot | None:
            return self.library.shot(self.library.restore(number))

        def done(shot: Shot | None) -> None:
            if shot is not None:
                self._put(shot)
            if then is not None:
                then()
            self.dispatch("on_change")

        def refused(error: Exception) -> None:
            if known:
                self.deleted.append(number)
            failed(error)

        self._work(back, refused, done)

    def empty_trash(self, failed: Failed) -> None:
        """Deletes what is in the trash for good."""
        self.deleted.clear()
        self._work(self.library.empty_trash, failed, lambda _: self.dispatch("on_change"))

    def on_change(self) -> None:
        """Default handler."""

    def on_fault(self, error: Exception) -> None:
        """Default handler."""

    def _work(self, call: Callable[[], Any], failed: Failed, done: Callable[[Any], None]) -> None:
        def refused(error: Exception) -> None:
            failed(error)
            self.load()  # it is not as the list has it

        self.bridge.background(call, done, lane=LANE, failed=refused)

    def _read(self) -> tuple[Shot, ...]:
        """On the lane's thread; what is as it was stays the same object, and is compared fast."""
        known = {shot.id: shot for shot in self.shots or ()}
        shots = self.library.shots()
        return tuple(old if (old := known.get(shot.id)) == shot else shot for shot in shots)

    def _saved(self, path: Path) -> tuple[Shot, ...]:
        """On the lane's thread."""
        number = self.library.number_of(path)
        newest = int(self.shots[0].id) if self.shots else 0
        first = max(min(newest + 1, number), number - AT_ONCE + 1, 1)
        return tuple(filter(None, map(self.library.shot, range(first, number + 1))))

    def _put(self, shot: Shot) -> None:
        """Puts a shot where it belongs, in the place of what was known of it."""
        if self.shots is None:  # it could not be read
            self.load()
            return
        number = int(shot.id)
        others = [other for other in self.shots if other.id != shot.id]
        place = next((i for i, other in enumerate(others) if int(other.id) < number), len(others))
        self.shots = (*others[:place], shot, *others[place:])


def nearest_left(before: Sequence[Shot], index: int, now: Sequence[Shot]) -> int:
    """Where a shot of a list is in another, or the nearest that is left of it, older ones first."""
    places = {shot.id: i for i, shot in enumerate(now)}
    nearest = (*before[index:], *reversed(before[:index]))
    return next((places[shot.id] for shot in nearest if shot.id in places), 0)
