"""Thumbnails of files, loaded beside the drawing, the newest wish first."""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from kivy.event import EventDispatcher

from app.ui.bridge import Bridge
from app.ui.picture_file import Pixels, load_thumbnail
from app.ui.textures import upload

log = logging.getLogger(__name__)

KEPT = 360  # textures of 77 kB
BATCH = 3  # at a time: what is uploaded between two frames takes less than a millisecond
LANE = "thumbnails"


class Thumbnails(EventDispatcher):  # type: ignore[misc]  # Kivy is untyped
    """Textures by the path of the JPEG they come from.

    Events:
        on_ready: path, and its texture; None for a file that gives none.
    """

    __events__ = ("on_ready",)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._known: OrderedDict[Path, Any] = OrderedDict()
        self._damaged: set[Path] = set()  # though they have a thumbnail
        self._wanted: list[Path] = []
        self._loading: Sequence[Path] = ()

    def get(self, path: Path) -> Any:  # noqa: ANN401 - a Kivy texture
        """What is known of a file already; None if nothing."""
        if path in self._known:
            self._known.move_to_end(path)
        return self._known.get(path)

    def broken(self, path: Path) -> bool:
        """Whether a file gives no picture, as far as is known."""
        return path in self._damaged or (path in self._known and self._known[path] is None)

    def tell_broken(self, path: Path) -> None:
        """Somebody has looked at the whole file, and it gives no picture."""
        self._damaged.add(path)
        self.dispatch("on_ready", path, self._known.get(path))

    def want(self, paths: Sequence[Path]) -> None:
        """Asks for the thumbnails of what is on the screen; earlier wishes are forgotten."""
        there = {*self._known, *self._loading}
        self._wanted = [path for path in paths if path not in there]
        self._load()

    def on_ready(self, path: Path, texture: object) -> None:
        """Default handler."""

    def _load(self) -> None:
        if self._loading or not self._wanted:
            return
        batch, self._wanted = self._wanted[:BATCH], self._wanted[BATCH:]
        self._loading = batch
        self._bridge.background(
            partial(_loaded, batch), self._take, lane=LANE, failed=partial(self._failed, batch)
        )

    def _failed(self, batch: Sequence[Path], error: Exception) -> None:
        """One of a batch is worse than any that was thought of: the others come all the same."""
        log.warning("no thumbnails of %s: %s", [path.name for path in batch], error)
        self._take([(path, None) for path in batch])

    def _take(self, loaded: Sequence[tuple[Path, Pixels | None]]) -> None:
        self._loading = ()
        for path, pixels in loaded:
            texture = None
            if pixels is not None:
                texture = upload(pixels)
            self._known[path] = texture
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            self.dispatch("on_ready", path, texture)
        self._load()


def _loaded(batch: Sequence[Path]) -> list[tuple[Path, Pixels | None]]:
    """Those that cannot be reached are left out, and asked for again when they are seen again."""
    loaded = []
    for path in batch:
        with suppress(OSError):
            loaded.append((path, load_thumbnail(path)))
    return loaded
